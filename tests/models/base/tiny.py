"""A small encoder with random weights, made on the spot; what a base model's folder holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WORDS = """the a of house lease loan will for interest tenant landlord bank pays rent number sum
heir and is not car money land year month day one two three four five"""
WORDS = tuple(_WORDS.split())
CARD = """---
license: apache-2.0
---
# A small encoder

## Out-of-scope use

- Not for decisions about people.
"""


def make_encoder(
    folder: Path, words: Sequence[str] = WORDS, *, width: int = 16, layers: int = 2, seed: int = 0
) -> Path:
    """Write a BERT of random weights, with a tokenizer that knows some words."""
    import torch
    from transformers import BertConfig, BertModel

    tokenizer = make_tokenizer(words)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * width,
        max_position_embeddings=64,
        initializer_range=0.3,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = BertModel(config, add_pooling_layer=False)
    network.save_pretrained(folder, safe_serialization=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "README.md").write_text(CARD, "utf-8")
    return folder


def make_tokenizer(words: Sequence[str] = WORDS) -> Tokenizer:
    """Make a tokenizer that knows some words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    places = {word: place for place, word in enumerate((*marks, *words))}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def make_classifier(folder: Path, kind: str = "Bert", **more: object) -> Path:
    """Write a network of random weights that classifies texts, as others publish it."""
    import torch
    import transformers

    tokenizer = make_tokenizer()
    sizes: dict[str, object] = {
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 64,
        "initializer_range": 0.3,
        "pad_token_id": 0,
    }
    if kind == "DistilBert":
        sizes = {
            "vocab_size": tokenizer.get_vocab_size(),
            "dim": 16,
            "n_layers": 2,
            "n_heads": 2,
            "hidden_dim": 32,
            "max_position_embeddings": 64,
            "initializer_range": 0.3,
        }
    config = getattr(transformers, f"{kind}Config")(**(sizes | more))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = getattr(transformers, f"{kind}ForSequenceClassification")(config)
    network.save_pretrained(folder, safe_serialization=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def change_json(path: Path, **values: object) -> None:
    """Set keys of a settings file."""
    found = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps(found | values), "utf-8")
