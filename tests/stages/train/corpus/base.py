"""A base model as the bytes of its files: tiny, sound, and made on the spot."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from safetensors.numpy import save

from tests.stages.train.corpus.words import answer_to, question

VOCABULARY = 400
WIDTH = 16
TURNS = ("<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
SPECIAL = ("<unk>", "<s>", "</s>", "<pad>", *TURNS, "[INST]", "[/INST]")

CHATML = (
    "{%- for m in messages -%}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] "
    "+ '<|im_end|>\n' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)
MARKED = (
    "{%- for m in messages -%}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{%- if m['role'] == 'assistant' -%}"
    "{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{%- else -%}{{ m['content'] + '<|im_end|>' }}{%- endif -%}{{ '\n' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)
HEADERS = (
    "{{- bos_token -}}{%- for m in messages -%}"
    "{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' + m['content'] | trim "
    "+ '<|eot_id|>' }}{%- endfor -%}{%- if add_generation_prompt -%}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif -%}"
)
BRACKETS = (
    "{{- bos_token -}}{%- for m in messages -%}"
    "{%- if m['role'] == 'system' -%}{{ raise_exception('No system turn.') }}"
    "{%- elif m['role'] == 'user' -%}{{ '[INST] ' + m['content'] + ' [/INST]' }}"
    "{%- else -%}{{ ' ' + m['content'] + eos_token }}{%- endif -%}{%- endfor -%}"
)
TEMPLATES = {"chatml": CHATML, "marked": MARKED, "headers": HEADERS, "brackets": BRACKETS}
ENDS = {"chatml": "<|im_end|>", "marked": "<|im_end|>", "headers": "<|eot_id|>"}


@dataclass(frozen=True)
class Base:
    """Files by name."""

    files: Mapping[str, bytes]

    def json(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.files[name])
        return found

    def with_json(self, name: str, **changes: object) -> Base:
        """Change keys of a JSON file; None takes one out."""
        merged = self.json(name) | changes
        return self.put(name, json.dumps({k: v for k, v in merged.items() if v is not None}))

    def put(self, name: str, data: bytes | str) -> Base:
        raw = data.encode() if isinstance(data, str) else data
        return replace(self, files={**self.files, name: raw})

    def without(self, name: str) -> Base:
        return replace(self, files={key: one for key, one in self.files.items() if key != name})


@cache
def tokenizer_json(seed: int) -> bytes:
    """Train a small byte-level tokenizer; a few seeds serve all cases."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    rng = random.Random(seed)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [question(rng) for _ in range(60)]
    tokenizer.train_from_iterator([*texts, *(answer_to(rng, one) for one in texts)], trainer)
    return tokenizer.to_str().encode()


def make_base(rng: random.Random, template: str | None, family: str = "llama") -> Base:
    """Make a sound base model."""
    tokenizer = tokenizer_json(rng.randint(0, 3))
    end = ENDS.get(template or "", "</s>")
    ids = {name: SPECIAL.index(name) for name in SPECIAL}
    config = {
        "architectures": [
            {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}.get(family, "BertModel")
        ],
        "model_type": family,
        "vocab_size": VOCABULARY,
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
        "bos_token_id": ids["<s>"],
        "eos_token_id": ids[end],
        "torch_dtype": "float32",
    }
    names = {"bos_token": "<s>", "eos_token": end, "pad_token": "<pad>", "unk_token": "<unk>"}
    said: dict[str, object] = dict(names)
    if template is not None:
        said["chat_template"] = TEMPLATES[template]
    return Base(
        {
            "config.json": json.dumps(config).encode(),
            "tokenizer.json": tokenizer,
            "tokenizer_config.json": json.dumps(said).encode(),
            "generation_config.json": json.dumps({"eos_token_id": ids[end]}).encode(),
            "model.safetensors": save(weights(rng, family)),
        }
    )


def weights(rng: random.Random, family: str) -> dict[str, np.ndarray]:
    """Give random weights of the right names and shapes."""
    draw = np.random.default_rng(rng.randint(0, 2**32))
    shapes: dict[str, tuple[int, ...]] = {"embeddings.word_embeddings.weight": (VOCABULARY, WIDTH)}
    if family != "bert":
        layer = "model.layers.0"
        shapes = {
            "model.embed_tokens.weight": (VOCABULARY, WIDTH),
            "lm_head.weight": (VOCABULARY, WIDTH),
            "model.norm.weight": (WIDTH,),
            f"{layer}.input_layernorm.weight": (WIDTH,),
            f"{layer}.post_attention_layernorm.weight": (WIDTH,),
            **{f"{layer}.self_attn.{name}_proj.weight": (WIDTH, WIDTH) for name in "qkvo"},
            f"{layer}.mlp.gate_proj.weight": (2 * WIDTH, WIDTH),
            f"{layer}.mlp.up_proj.weight": (2 * WIDTH, WIDTH),
            f"{layer}.mlp.down_proj.weight": (WIDTH, 2 * WIDTH),
        }
    return {
        name: (draw.standard_normal(shape) * 0.1).astype(np.float32)
        for name, shape in shapes.items()
    }
