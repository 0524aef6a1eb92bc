"""The corpus of planted causes: fifty plants, each of which brings about its wrong answer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.flow.causes.plants import PLANTS, corpus
from tests.flow.causes.taught import answer_of

if TYPE_CHECKING:
    from pathlib import Path

FAST = ("units_differ",)  # a wrong label is looked into by test_investigate.py
ALL = [(*one, held_back) for held_back in (False, True) for one in corpus(held_back=held_back)]


def require_planted(cause: str, seed: int, root: Path, *, held_back: bool) -> None:
    """Assert that the plant, and nothing else, makes the answer wrong."""
    with_it = PLANTS[cause](seed, planted=True, held_back=held_back)
    without = PLANTS[cause](seed, planted=False, held_back=held_back)
    assert with_it.cause == cause
    assert answer_of(with_it, root / "with") != with_it.expected
    assert answer_of(without, root / "without") == without.expected


def test_there_are_fifty_plants_and_fifty_held_back_with_other_seeds_and_topics() -> None:
    mine, held = corpus(held_back=False), corpus(held_back=True)
    assert len(mine) == len(held) == 50
    assert {seed for _, seed in mine}.isdisjoint({seed for _, seed in held})
    assert Counter(cause for cause, _ in mine).keys() == PLANTS.keys()
    words = {}
    for held_back, listed in ((False, mine), (True, held)):
        plants = [PLANTS[cause](seed, planted=True, held_back=held_back) for cause, seed in listed]
        words[held_back] = {one.expected for one in plants}
    assert words[False].isdisjoint(words[True])


def test_a_seed_gives_the_same_plant_each_time() -> None:
    for cause, plant in PLANTS.items():
        one, other = (plant(3, planted=True, held_back=False) for _ in range(2))
        assert one == other, cause


@pytest.mark.parametrize("cause", FAST)
def test_a_plant_makes_the_answer_wrong_and_its_twin_is_right(cause: str, tmp_path: Path) -> None:
    seed = dict(corpus(held_back=False))[cause]
    require_planted(cause, seed, tmp_path, held_back=False)


@pytest.mark.slow
@pytest.mark.parametrize(("cause", "seed", "held_back"), ALL)
def test_every_plant_makes_the_answer_wrong_and_its_twin_is_right(
    cause: str, seed: int, held_back: bool, tmp_path: Path
) -> None:
    require_planted(cause, seed, tmp_path, held_back=held_back)
