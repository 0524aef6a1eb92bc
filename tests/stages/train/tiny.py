"""A tiny model that writes text, a job for it, and rows: all made on the spot."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.stages.train.corpus.base import make_base
from tests.stages.train.corpus.case import pair_rows
from warrant.errors import WarrantError
from warrant.models.examples import Examples
from warrant.models.model import InputColumn
from warrant.stages.train import Job, TrainConfig
from warrant.stages.train.base import BaseConfig
from warrant.stages.train.causal.config import CausalConfig

SETTINGS = CausalConfig(length=192, batch=4, epochs=2, rank=4, learning_rate=5e-3, answer=12)


def write_base(folder: Path, template: str | None = "chatml", family: str = "llama") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in make_base(random.Random(5), template, family).files.items():
        (folder / name).write_bytes(data)
    return folder


def rows(count: int, seed: int = 3) -> Examples:
    found = pair_rows(random.Random(seed), count)
    return Examples(
        {"text": [one["prompt"] for one in found]},
        [(one["completion"],) for one in found],
        list(range(count)),
        [at.to_bytes(32, "big") for at in range(count)],
    )


def config(base: Path, causal: CausalConfig = SETTINGS, **more: object) -> TrainConfig:
    said: Mapping[str, Any] = {
        "name": "tiny",
        "label": "answer",
        "task": "generation",
        "inputs": (InputColumn("text"),),
        "tier": "causal",
        "base": BaseConfig(base.name, licence="Apache-2.0", root=base.parent),
        "causal": causal,
    }
    return TrainConfig(**{**said, **more})


def job(
    asked: TrainConfig,
    folder: Path,
    *,
    train: Examples | None = None,
    stop: Callable[[], WarrantError | None] = lambda: None,
) -> Job:
    """Make a job; checkpoints lie beside the folder of the model."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder.parent / "kept"
    kept.mkdir(exist_ok=True)
    found = Job(train or rows(12), rows(3, 4), asked, folder, lambda *_: None, kept)
    return replace(found, stop=stop)
