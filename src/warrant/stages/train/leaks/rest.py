"""What the columns that are no leak tell together: the other half of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.stages.train.leaks.answers import Answers
from warrant.stages.train.leaks.scoring import score_told
from warrant.stages.train.leaks.views import View, views_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.models.model import InputColumn

MOST_ROWS = 2000
MOST_COLUMNS = 30
PIECES = 16
"""Pieces of equal size that an amount is cut into."""


def rest_score(
    inputs: Sequence[InputColumn], cells: Mapping[str, Sequence[object]], answers: Answers
) -> float | None:
    """Say how well some columns answer together, with a linear model of their values.

    Args:
        inputs: the columns.
        cells: of the rows that are looked at.
        answers: of the same rows.

    Returns:
        The share of right answers, mean over labels, or of the variance; each row from others.
        None when there is no column, or no label to tell apart.
    """
    from scipy.sparse import hstack

    some = Answers(
        answers.task,
        answers.rows[:MOST_ROWS],
        answers.labels,
        answers.truth[:MOST_ROWS],
        answers.folds[:MOST_ROWS],
    )
    parts = [
        _one_hot(view)
        for one in inputs[:MOST_COLUMNS]
        for view in views_of(one, cells[one.column][:MOST_ROWS])
    ]
    parts += [
        words
        for one in inputs[:3]
        if one.read_as == "text" and (words := _words(cells[one.column][:MOST_ROWS])) is not None
    ]
    if not parts:
        return None
    told = _told(hstack(parts, format="csr"), some)
    return None if told is None else max(0.0, score_told(told, some).whole)


def _one_hot(view: View) -> Any:  # noqa: ANN401 (a sparse matrix)
    from scipy.sparse import csr_matrix

    codes = view.codes
    if view.is_amount:
        edges = np.unique(np.quantile(codes, np.linspace(0, 1, PIECES + 1)[1:-1]))
        codes = np.searchsorted(edges, codes)
    rows = np.arange(len(codes))
    return csr_matrix((np.ones(len(codes)), (rows, codes)))


def _words(texts: Sequence[object]) -> Any:  # noqa: ANN401 (a sparse matrix)
    from sklearn.feature_extraction.text import CountVectorizer

    reader = CountVectorizer(binary=True, max_features=2000, min_df=3, dtype=np.float64)
    try:
        return reader.fit_transform([str(one or "")[:4000] for one in texts])
    except ValueError:  # no word stands in three texts
        return None


def _told(values: Any, answers: Answers) -> Any:  # noqa: ANN401 (sparse; an array or None)
    from sklearn.linear_model import LogisticRegression, Ridge

    truth = answers.truth[:, :20]
    told = np.full(answers.truth.shape, -np.inf)
    if answers.is_number:
        told[:] = truth.mean(axis=0)
    for fold in range(3):
        held = answers.folds % 3 == fold
        if held.all() or not held.any():
            return None
        if answers.is_number:
            told[held] = Ridge().fit(values[~held], truth[~held]).predict(values[held])
            continue
        for label in range(truth.shape[1]):
            if len(set(truth[~held, label])) == 2:
                model = LogisticRegression(
                    class_weight="balanced", solver="liblinear", random_state=0
                ).fit(values[~held], truth[~held, label])
                told[held, label] = model.decision_function(values[held])
    return told
