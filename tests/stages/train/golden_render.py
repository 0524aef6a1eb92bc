"""Writes what other programs are told: `python -m tests.stages.train.golden_render`."""

from __future__ import annotations

from pathlib import Path

from warrant.models.model import InputColumn
from warrant.stages.train import BaseConfig, CausalConfig, TrainConfig
from warrant.stages.train.causal.render import render_all

GOLDEN = Path(__file__).parent / "golden" / "render"
BASE = BaseConfig("example-org/Example-7B-Instruct", "0" * 40, "Apache-2.0")
RUNS = {
    "lora": CausalConfig(epochs=3, batch=16, micro_batch=2, rank=8, overlong="drop"),
    "qlora": CausalConfig(method="qlora", length=4096, train_embeddings=True, packing=False),
    "full": CausalConfig(method="full", learning_rate=2e-5, recompute="always"),
}


def written() -> dict[str, str]:
    """Give every file of every run, by path."""
    found = {}
    for name, causal in RUNS.items():
        config = TrainConfig(
            "contract-answers",
            "answer",
            "generation",
            inputs=(InputColumn("question"),),
            tier="causal",
            base=BASE,
            causal=causal,
        )
        found |= {f"{name}/{path}": text for path, text in render_all(config).items()}
    return found


if __name__ == "__main__":
    for path, text in written().items():
        place = GOLDEN / path
        place.parent.mkdir(parents=True, exist_ok=True)
        # The ending keeps a golden script from being read as a test or checked as code.
        place.with_name(place.name + ".txt").write_text(text, "utf-8")
