"""Influence in closed form, held against fits without the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from warrant.models import VALUE, InputColumn
from warrant.models.linear import Block, LinearModel, TextReader
from warrant.models.linear.influence import Lesson, influence_of
from warrant.models.linear.model import read_rows, score_rows
from warrant.stages.train.builtin.logistic import fit_logistic
from warrant.stages.train.builtin.ridge import fit_ridge
from warrant.stages.train.config import TrainConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models.linear.link import Link
    from warrant.records.model import TaskKind

WORDS = ("fee", "house", "interest", "keys", "loan", "rent", "room", "share")
STRENGTH = 3.0
CONFIG = TrainConfig("made", "label", class_weights="balanced")


def texts(count: int) -> list[str]:
    rng = np.random.default_rng(4)
    return [" ".join(rng.choice(WORDS, 4)) for _ in range(count)]


def labels_of(found: Sequence[str]) -> list[tuple[str, ...]]:
    return [(_label(set(one.split())),) for one in found]


def _label(words: set[str]) -> str:
    return "lease" if words & {"rent", "keys"} else "loan" if "fee" in words else "none"


def fitted(
    rows: Sequence[str], labels: Sequence[tuple[str, ...]], task: TaskKind, link: Link
) -> LinearModel:
    reader = TextReader((Block("word", 1, 1, WORDS),), np.ones(len(WORDS)), 1000)
    model = LinearModel(
        task=task,
        labels=() if task == "regression" else ("lease", "loan", "none"),
        reads=(InputColumn("text"),),
        link=link,
        thresholds=(0.5, 0.5, 0.5),
        reader=reader,
        coef=np.zeros((1, len(WORDS))),
        intercept=np.zeros(1),
    )
    terms = read_rows({"text": rows}, ("text",), reader, model.encoder).terms
    if task == "regression":
        weights = fit_ridge(terms, np.array([float(one[0]) for one in labels]), STRENGTH)
    else:
        truth = np.array([[name in row for name in model.labels] for row in labels])
        weights = fit_logistic(terms, truth, link, STRENGTH, CONFIG)
    return LinearModel(**{**model.__dict__, "coef": weights.coef, "intercept": weights.intercept})


def score(model: LinearModel, asked: str, towards: int, against: int | None) -> float:
    terms = read_rows({"text": [asked]}, ("text",), model.reader, model.encoder).terms
    found = score_rows(terms, model.coef, model.intercept)[0]
    return float(found[towards] - (0.0 if against is None else found[against]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "link", "towards", "against"),
    [("multiclass", "softmax", "lease", "loan"), ("multilabel", "sigmoid", "lease", None)],
)
def test_influence_ranks_rows_as_fits_without_each_of_them_do(
    task: TaskKind, link: Link, towards: str, against: str | None
) -> None:
    rows = texts(60)
    labels = labels_of(rows)
    labels[7] = ("loan",) if labels[7] != ("loan",) else ("lease",)
    asked = rows[7]
    model = fitted(rows, labels, task, link)
    lesson = Lesson({"text": rows}, labels, STRENGTH, balanced=True)
    found = influence_of(model, {"text": [asked]}, lesson, towards, against)
    places = (0, 1 if against else None)
    before = score(model, asked, *places)
    true = []
    for at in range(len(rows)):
        rest = [row for place, row in enumerate(rows) if place != at]
        theirs = [row for place, row in enumerate(labels) if place != at]
        true.append(before - score(fitted(rest, theirs, task, link), asked, *places))
    # Not closer: LIBLINEAR stops early, and without a row the weights of labels are balanced anew.
    assert np.corrcoef(found, true)[0, 1] > 0.8
    assert int(np.abs(found).argmax()) == 7
    assert 7 in np.argsort(-np.abs(true))[:10]


@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize(
    ("task", "link", "against"),
    [("multiclass", "softmax", "loan"), ("multilabel", "sigmoid", None)],
)
def test_copies_that_count_once_push_together_as_one_row_does(
    task: TaskKind, link: Link, against: str | None, *, balanced: bool
) -> None:
    rows = texts(30)
    labels = labels_of(rows)
    model = fitted(rows, labels, task, link)
    asked = {"text": [rows[4]]}
    one = Lesson({"text": rows}, labels, STRENGTH, balanced, np.ones(30))
    order = [0, 0, 0, *range(1, 30)]
    weights = np.array([1 / 3] * 3 + [1.0] * 29)
    copies = [rows[at] for at in order], [labels[at] for at in order]
    other = Lesson({"text": copies[0]}, copies[1], STRENGTH, balanced, weights)
    alone = influence_of(model, asked, one, "lease", against)
    found = influence_of(model, asked, other, "lease", against)
    np.testing.assert_allclose(found[:3].sum(), alone[0], rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found[3:], alone[1:], rtol=1e-3, atol=1e-6)


def test_influence_on_a_number_is_what_the_number_would_lose_without_the_row() -> None:
    rows = texts(40)
    labels = [
        (f"{2 * one.count('rent') + one.count('fee') + 0.1 * at % 1:.3f}",)
        for at, one in enumerate(rows)
    ]
    labels[3] = ("40.0",)
    model = fitted(rows, labels, "regression", "identity")
    lesson = Lesson({"text": rows}, labels, STRENGTH, balanced=False)
    found = influence_of(model, {"text": [rows[3]]}, lesson, VALUE)
    rest, theirs = rows[:3] + rows[4:], labels[:3] + labels[4:]
    lost = score(model, rows[3], 0, None) - score(
        fitted(rest, theirs, "regression", "identity"), rows[3], 0, None
    )
    assert int(found.argmax()) == 3
    assert 0.3 * lost < found[3] < 1.5 * lost
