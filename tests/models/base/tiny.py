"""A small encoder with random weights, made on the spot; what a base model's folder holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

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
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    places = {word: place for place, word in enumerate((*marks, *words))}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()  # type: ignore[assignment]
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    config = BertConfig(
        vocab_size=len(places),
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


def change_json(path: Path, **values: object) -> None:
    """Set keys of a settings file."""
    found = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps(found | values), "utf-8")
