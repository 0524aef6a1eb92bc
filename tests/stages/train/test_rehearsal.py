"""The range before a run holds its time, for networks that are timed first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from tests.causal_base import write_llama
from tests.models.base.tiny import WORDS, make_encoder
from warrant.flow.cost.priced import cost_here
from warrant.models.examples import Examples
from warrant.stages.train import (
    TRAINERS,
    BaseConfig,
    CausalConfig,
    Job,
    Stats,
    TrainConfig,
    rehearse,
)
from warrant.stages.train.encoder.config import EncoderConfig
from warrant.stages.train.estimates import Machine, Pace

pytestmark = pytest.mark.torch
RUNS: dict[str, list[tuple[int, int, int, str]]] = {
    "encoder": [
        (60, 6, 2, "full"),
        (200, 30, 2, "full"),
        (500, 10, 3, "full"),
        (900, 20, 2, "lora"),
        (120, 50, 4, "full"),
        (700, 5, 2, "lora"),
        (300, 25, 3, "full"),
        (1200, 12, 2, "full"),
        (80, 40, 2, "lora"),
        (400, 15, 5, "full"),
    ],
    "causal": [
        (30, 6, 2, "lora"),
        (100, 30, 1, "lora"),
        (250, 10, 2, "lora"),
        (400, 20, 1, "full"),
        (60, 50, 3, "lora"),
        (350, 5, 2, "full"),
        (150, 25, 2, "lora"),
        (600, 12, 1, "lora"),
        (40, 40, 2, "full"),
        (200, 15, 3, "lora"),
    ],
}
"""Rows, words of each, passes, method."""


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rows_of(count: int, words: int, seed: int) -> Examples:
    chance = random.Random(seed)
    labels = [("yes",) if chance.random() < 0.5 else ("no",) for _ in range(count)]
    texts = [
        " ".join(chance.choices(WORDS, k=1 + int(chance.expovariate(1 / words)))) + f" {one}"
        for (one,) in labels
    ]
    documents = [f"{seed}/{at}".encode() for at in range(count)]
    return Examples({"text": list(texts)}, labels, list(range(count)), documents)


def config_of(tier: str, base: Path, passes: int, method: str) -> TrainConfig:
    plain = TrainConfig(
        "case", "label", "binary", tier=tier, base=BaseConfig(base.name, root=base.parent)
    )
    if tier == "encoder":
        own = EncoderConfig(method=method, epochs=passes, patience=9)  # type: ignore[arg-type]
        return replace(plain, encoder=own, length=64)
    causal = CausalConfig(method=method, epochs=passes, length=256, batch=4, rank=4, answer=4)  # type: ignore[arg-type]
    return replace(plain, causal=causal)


def base_of(tier: str, folder: Path) -> Path:
    if tier == "encoder":
        return make_encoder(folder / "base", width=128, layers=3)
    return write_llama(folder / "base", [" ".join(WORDS)], vocabulary=400, width=96, layers=3)


@pytest.mark.slow
@pytest.mark.parametrize("tier", sorted(RUNS))
def test_nine_of_ten_runs_lie_in_the_range_that_was_told(tier: str, tmp_path: Path) -> None:
    base, trainer = base_of(tier, tmp_path), TRAINERS.load(tier)()
    first = config_of(tier, base, 1, "lora")
    train(tier, first, rows_of(16, 5, 1), tmp_path / "first")  # imports are not what is measured
    told = []
    for number, (count, words, passes, method) in enumerate(RUNS[tier]):
        config, rows = config_of(tier, base, passes, method), rows_of(count, words, number)
        machine, stats = trainer.probe(), trainer.measure(rows, config)
        stats = rehearse(trainer, rows, config, stats, machine)
        assert stats.pace is not None
        guess = cost_here(trainer.estimate(config, stats, machine), 0.0)
        took = train(tier, config, rows, tmp_path / f"run-{number}")
        assert guess.seconds.high <= 2.5 * guess.seconds.low + 1e-9
        told.append((guess.seconds.low, took, guess.seconds.high))
    held = sum(low <= took <= high for low, took, high in told)
    print(*(f"{low:.2f} {took:.2f} {high:.2f}" for low, took, high in told), sep="\n")
    assert held >= 9, told


def train(tier: str, config: TrainConfig, rows: Examples, folder: Path) -> float:
    """Train, and give the seconds of the processor."""
    folder.mkdir()
    unseen = rows_of(max(4, len(rows) // 10), 10, 99)
    began = process_time()
    TRAINERS.load(tier)().run(Job(rows, unseen, config, folder, lambda *_: None))
    return process_time() - began


def test_a_pace_is_of_its_own_machine() -> None:
    here = Machine("cpu", "own", 2, 8 << 30, None, 6e10, None)
    pace = Pace("cpu", 6e10, 1e-4, 2.0, 10)
    assert pace.fits(here)
    assert pace.fits(replace(here, flops=3e10))
    assert not pace.fits(replace(here, device="cuda", flops=1e14))


def test_what_was_timed_decides_and_a_slower_machine_takes_longer(tmp_path: Path) -> None:
    here = Machine("cpu", "own", 2, 8 << 30, None, 6e10, None)
    stats = Stats(1000, 50_000, 60, 200_000, 2, pace=Pace("cpu", 6e10, 1e-3, 2.0, 10))
    for tier in ("encoder", "causal"):
        config = config_of(tier, base_of(tier, tmp_path / tier), 2, "full")
        trainer = TRAINERS.load(tier)()
        found = trainer.estimate(config, stats, here)
        assert 100 < found.seconds.expected < 120
        assert "10 real updates of the base on this machine" in found.basis
        slow = trainer.estimate(config, stats, replace(here, flops=3e10))
        assert slow.seconds.expected > 1.9 * found.seconds.expected
        card = trainer.estimate(config, stats, replace(here, device="cuda", flops=1e14))
        assert "real updates" not in card.basis


def test_what_would_take_long_or_fill_memory_is_not_tried(tmp_path: Path) -> None:
    config = config_of("encoder", base_of("encoder", tmp_path), 1, "full")
    trainer, rows = TRAINERS.load("encoder")(), rows_of(64, 5, 1)
    stats = trainer.measure(rows, config)
    here = Machine("cpu", "own", 2, 8 << 30, None, 6e10, None)
    for slow in (replace(here, flops=1e5), replace(here, memory_bytes=1 << 20)):
        assert rehearse(trainer, rows, config, stats, slow).pace is None
