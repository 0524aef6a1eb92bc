from __future__ import annotations

import pytest

from warrant.models import InputColumn
from warrant.stages.train import TRAINERS, Machine, Stats, TrainConfig

HERE = Machine("cpu", "own", 2, 8 << 30, None, 6e10, None, 1.4e6)
STATS = Stats(rows=2000, tokens=60_000, longest=90, characters=400_000, labels=5)


@pytest.mark.parametrize("tier", ["linear", "trees"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "regression"])
def test_more_rows_take_longer_and_no_range_is_too_wide(tier: str, task: str) -> None:
    inputs = (InputColumn("text"), InputColumn("amount", "number"))
    config = TrainConfig("x", "label", task, inputs, tier=tier)  # type: ignore[arg-type]
    trainer = TRAINERS.load(tier)()
    few = trainer.estimate(config, STATS, HERE)
    more = Stats(rows=20_000, tokens=600_000, longest=90, characters=4_000_000, labels=5)
    many = trainer.estimate(config, more, HERE)
    assert many.seconds.expected > 1.5 * few.seconds.expected
    assert many.peak_bytes.expected > few.peak_bytes.expected
    for figure in (few.seconds, many.seconds, few.peak_bytes):
        assert figure.high <= 2.5 * figure.low
    assert "140 runs" in few.basis


@pytest.mark.parametrize("labels", [12, 13, 60])
def test_many_labels_have_a_fit_of_their_own(labels: int) -> None:
    config = TrainConfig("x", "label", "multiclass")
    stats = Stats(rows=2000, tokens=60_000, longest=90, characters=400_000, labels=labels)
    found = TRAINERS.load("linear")().estimate(config, stats, HERE)
    assert 0.5 < found.seconds.expected < 60


def test_a_slower_machine_takes_longer() -> None:
    trainer, config = TRAINERS.load("linear")(), TrainConfig("x", "label")
    slow = Machine("cpu", "old", 2, 8 << 30, None, 6e10, None, 0.7e6)
    one = trainer.estimate(config, STATS, HERE).seconds.expected
    assert trainer.estimate(config, STATS, slow).seconds.expected == pytest.approx(2 * one)
