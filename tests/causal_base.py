"""A tiny Llama made on the spot, with a tokenizer trained on the spot over given texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.stages.train.corpus.base import CHATML, SPECIAL


def write_llama(
    folder: Path, texts: Sequence[str], *, vocabulary: int = 600, width: int = 48, layers: int = 2
) -> Path:
    """Write a base model of random weights, with a chat template and a licence on its card."""
    import torch
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    end = SPECIAL.index("<|im_end|>")
    config = transformers.LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        bos_token_id=SPECIAL.index("<s>"),
        eos_token_id=end,
        tie_word_embeddings=True,
    )
    torch.manual_seed(3)
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    said = {"bos_token": "<s>", "eos_token": "<|im_end|>", "chat_template": CHATML}
    (folder / "tokenizer_config.json").write_text(json.dumps(said))
    (folder / "README.md").write_text("---\nlicense: cc0-1.0\n---\nRandom weights.\n")
    return folder
