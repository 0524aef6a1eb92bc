"""What some rows take tells of all."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from warrant.models import InputColumn
from warrant.models.examples import Examples
from warrant.stages.train import TRAINERS, Machine, TrainConfig, rehearse
from warrant.stages.train.builtin.boosting import PATIENCE
from warrant.stages.train.estimates import Sampled
from warrant.stages.train.sampling import FEWEST, MOST_S, SHARE_OF_SHORT

HERE = Machine("cpu", "own", 2, 8 << 30, None, 6e10, None, 1.4e6)


def rows_of(count: int) -> Examples:
    chance = random.Random(3)
    labels = [(chance.choice(["yes", "no"]),) for _ in range(count)]
    texts = [f"{one} {chance.choice(['late', 'early', 'never'])} {one}" for (one,) in labels]
    amounts = [chance.random() for _ in labels]
    documents = [f"{at}".encode() for at in range(count)]
    columns: dict[str, list[object]] = {"text": list(texts), "amount": list(amounts)}
    return Examples(dict(columns), labels, list(range(count)), documents)


def config_of(tier: str) -> TrainConfig:
    inputs = (InputColumn("text"), InputColumn("amount", "number"))
    return TrainConfig("x", "label", "binary", inputs, tier=tier)


@pytest.mark.parametrize("tier", ["linear", "trees"])
def test_a_part_of_the_rows_is_learnt_from_before_the_time_is_told(tier: str) -> None:
    config, trainer, rows = config_of(tier), TRAINERS.load(tier)(), rows_of(400)
    stats = rehearse(trainer, rows, config, trainer.measure(rows, config), HERE)
    assert stats.sampled is not None
    assert stats.sampled.rows == 400 * SHARE_OF_SHORT
    assert stats.sampled.seconds > stats.sampled.fits_s > 0
    assert (stats.sampled.rounds > PATIENCE) == (tier == "trees")
    found = trainer.estimate(config, stats, HERE)
    assert "200 of the rows learnt from on this machine" in found.basis
    assert found.seconds.low <= found.seconds.expected <= found.seconds.high
    assert found.seconds.high <= 2.5 * found.seconds.low


def test_few_rows_and_such_that_take_long_are_not_tried() -> None:
    config, trainer, rows = config_of("linear"), TRAINERS.load("linear")(), rows_of(400)
    stats = trainer.measure(rows, config)
    slow = replace(HERE, characters_per_s=1.4e6 * 1e-3)
    assert trainer.estimate(config, stats, slow).seconds.expected * FEWEST / 400 > MOST_S
    assert rehearse(trainer, rows, config, stats, slow).sampled is None
    few = rows_of(int(FEWEST / SHARE_OF_SHORT) - 1)
    assert rehearse(trainer, few, config, trainer.measure(few, config), HERE).sampled is None


def test_rows_of_which_nothing_can_be_learnt_are_not_tried_and_tell_nothing() -> None:
    config, trainer, rows = config_of("linear"), TRAINERS.load("linear")(), rows_of(400)
    blank = replace(rows, columns={"text": [""] * 400, "amount": [None] * 400})
    stats = trainer.measure(blank, config)
    assert rehearse(trainer, blank, config, stats, HERE).sampled is None


def test_more_rows_and_a_slower_machine_take_longer_than_the_sample() -> None:
    config, trainer, rows = config_of("linear"), TRAINERS.load("linear")(), rows_of(400)
    stats = replace(trainer.measure(rows, config), sampled=Sampled(100, 2.0, 1.4e6))
    found = trainer.estimate(config, stats, HERE).seconds.expected
    assert 6 < found < 8
    slow = replace(HERE, characters_per_s=0.7e6)
    assert trainer.estimate(config, stats, slow).seconds.expected == pytest.approx(2 * found)
    many = trainer.estimate(config, replace(stats, rows=800), HERE).seconds.expected
    assert 1.9 * found < many < 2.1 * found


def test_trees_that_grew_longer_by_chance_are_not_expected_to_do_so_again() -> None:
    config, trainer, rows = config_of("trees"), TRAINERS.load("trees")(), rows_of(400)
    stats = trainer.measure(rows, config)

    def told(rounds: float, fits_s: float) -> float:
        sampled = Sampled(200, 0.5 + fits_s, 1.4e6, fits_s, rounds)
        return trainer.estimate(config, replace(stats, sampled=sampled), HERE).seconds.expected

    usual, long = told(62, 0.5), told(310, 2.5)
    assert usual == pytest.approx(0.05 + 0.45 * 2 + 0.5 * 2**0.65)
    assert usual < long < usual + 0.5 * 2**0.65 * 1.0, (
        "five times the rounds, less than twice the time of fits"
    )
