from __future__ import annotations

import gc
from typing import Any

import lightgbm
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.models.trees.malformed import CORPUS, FEATURES, SOUND
from warrant.errors import IntegrityError, MissingExtra, OutsideError
from warrant.models.trees import process
from warrant.models.trees.forest import Shape, write_trees
from warrant.models.trees.process import Trees
from warrant.models.trees.text import read_lightgbm, read_trees

ROWS = np.array([[0.5, 3.0, 1.0], [np.nan, 5.0, 2.0], [-9.0, np.nan, np.nan]])
DEADLY = next(one.data for one in CORPUS if one.name == "child far out")
"""LightGBM dies of it, were it not checked."""

OBJECTIVES = {
    "binary": Shape("binary sigmoid:1", 3, categories={1: 40}),
    "multiclass": Shape("multiclass num_class:3", 3, 3, 3, {1: 40}),
    "regression": Shape("regression", 3, categories={1: 40}),
}


def learn(objective: str, seed: int, rounds: int = 8) -> tuple[Any, np.ndarray]:
    """Train LightGBM by hand on numbers, one category, and empty cells."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(400, 3)) * 10.0 ** random.integers(-8, 9)
    rows[:, 1] = random.integers(0, 40, 400)
    rows[random.random(400) < 0.2, 0] = np.nan
    answers = np.digitize(np.nan_to_num(rows[:, 0]), [-1, 1]) + (rows[:, 1] % 3 == 1)
    truth = {"binary": answers > 1, "multiclass": answers % 3, "regression": answers * 1e6}
    data = lightgbm.Dataset(rows, truth[objective], categorical_feature=[1])
    chosen = {"objective": objective, "verbose": -1, "num_threads": 1, "seed": seed}
    more = {"num_class": 3} if objective == "multiclass" else {}
    chosen |= {"num_leaves": 7, "min_data_per_group": 5, "cat_smooth": 1, **more}
    return lightgbm.train(chosen, data, rounds), rows


@settings(max_examples=6, deadline=None)
@given(objective=st.sampled_from(sorted(OBJECTIVES)), seed=st.integers(0, 2**16))
@example("multiclass", 598)  # its text holds `threshold=inf`
def test_trees_answer_exactly_as_lightgbm_does(objective: str, seed: int) -> None:
    booster, rows = learn(objective, seed)
    shape = OBJECTIVES[objective]
    text = write_trees(read_lightgbm(booster.model_to_string(), shape), shape)
    assert write_trees(read_trees(text, shape), shape) == text
    ours = Trees(text, 3, shape.trees_a_round)
    theirs = booster.predict(rows, raw_score=True).reshape(len(rows), -1)
    assert (ours.scores(rows) == theirs).all()
    parts = ours.contributions(rows)
    assert (parts.reshape(len(rows), -1) == booster.predict(rows, pred_contrib=True)).all()
    np.testing.assert_allclose(parts.sum(axis=2), theirs, rtol=1e-9, atol=1e-9)


def test_what_one_document_alone_says_is_not_kept() -> None:
    booster, _ = learn("binary", 1)
    text = booster.model_to_string()
    assert "feature_infos=[" in text
    kept = write_trees(read_lightgbm(text, OBJECTIVES["binary"]), OBJECTIVES["binary"])
    assert b"feature_infos=none none none\n" in kept
    assert b"parameters" not in kept


def test_a_tree_of_one_leaf_answers() -> None:
    data = lightgbm.Dataset(np.zeros((50, 3)), np.ones(50))
    booster = lightgbm.train({"objective": "regression", "verbose": -1}, data, 2)
    shape = Shape("regression", 3)
    text = write_trees(read_lightgbm(booster.model_to_string(), shape), shape)
    assert Trees(text, 3, 1).scores(ROWS)[:, 0].tolist() == [1.0, 1.0, 1.0]
    assert Trees(text, 3, 1).contributions(ROWS)[0].tolist() == [[0.0, 0.0, 0.0, 1.0]]


def test_a_row_answers_alone_as_among_others_and_batches_make_no_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Trees(SOUND, FEATURES, 1).scores(ROWS)
    alone = Trees(SOUND, FEATURES, 1)
    assert [alone.scores(row[None])[0, 0] for row in ROWS] == whole[:, 0].tolist()
    monkeypatch.setattr(process, "BATCH_BYTES", 1)
    assert (Trees(SOUND, FEATURES, 1).scores(ROWS) == whole).all()


def test_no_row_has_no_answer() -> None:
    assert Trees(SOUND, FEATURES, 1).scores(np.empty((0, 3))).shape == (0, 1)


def test_a_death_of_lightgbm_is_told_and_survived() -> None:
    trees = Trees(DEADLY, FEATURES, 1)
    for _ in range(2):  # each time in a fresh process
        with pytest.raises(IntegrityError, match=r"LightGBM died \(code -\d+\) over trees") as told:
            trees.scores(ROWS)
        assert told.value.do == "Do not use this model: keep its files, and train it again."


def test_an_error_of_lightgbm_is_told() -> None:
    with pytest.raises(IntegrityError, match="LightGBM gave no sound answer over trees"):
        Trees(b"tree\nnothing else\n", FEATURES, 1).scores(ROWS)


def test_memory_beyond_the_limit_is_not_to_be_had() -> None:
    with pytest.raises(IntegrityError, match="LightGBM"):
        Trees(SOUND, FEATURES, 1, memory_bytes=1).scores(np.zeros((200_000, 3)))


def test_a_late_answer_is_told_and_the_next_request_starts_anew() -> None:
    trees = Trees(SOUND, FEATURES, 1, timeout_s=1e-6)
    with pytest.raises(OutsideError, match="did not answer within 1e-06 seconds") as told:
        trees.scores(ROWS)
    assert told.value.do == "Run it again when the machine is less busy."
    trees._timeout_s = 60.0
    assert trees.scores(ROWS).shape == (3, 1)


def test_the_process_ends_with_its_model() -> None:
    trees = Trees(SOUND, FEATURES, 1)
    trees.scores(ROWS)
    running = trees._process
    assert running is not None
    assert running.poll() is None
    del trees
    gc.collect()
    assert running.poll() == 0


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "find_spec", lambda _: None)
    process.library.cache_clear()
    try:
        with pytest.raises(MissingExtra, match="needs LightGBM, whose library was not found"):
            process.library()
    finally:
        process.library.cache_clear()
