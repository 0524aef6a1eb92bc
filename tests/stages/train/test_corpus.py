"""The planted cases themselves: so many, drawn by a seed, and as they are meant."""

from __future__ import annotations

import json

import pytest

from tests.stages.train.corpus import BROKEN, GOOD, draw

pytest.importorskip("tokenizers")
pytestmark = pytest.mark.torch


def test_there_are_forty_of_each() -> None:
    assert (len(BROKEN), len(GOOD)) == (40, 40)
    assert not BROKEN.keys() & GOOD.keys()


def test_a_seed_gives_the_same_cases_and_another_gives_others() -> None:
    for makers in (BROKEN, GOOD):
        first, again, other = (draw(makers, seed) for seed in (1, 1, 2))
        assert first == again
        assert all(first[name] != other[name] for name in makers)


def test_broken_cases_name_what_is_expected_and_good_ones_nothing() -> None:
    assert all(case.codes for case in draw(BROKEN, 3).values())
    assert not any(case.codes for case in draw(GOOD, 3).values())


def test_each_base_model_is_a_folder_of_plain_files() -> None:
    for case in (draw(BROKEN, 4) | draw(GOOD, 4)).values():
        if case.base is not None:
            assert json.loads(case.base.files["config.json"])["vocab_size"] > 0
            assert all("/" not in name for name in case.base.files)
