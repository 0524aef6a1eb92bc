"""Texts that hold the answer's own name, as a stamp or a file name does.

A contract of lease says "lease", and says much else that a lease says: that is no leak. A stamp
tells what the rest of the text does not know. So a word that is part of a label's name, and alone
tells the label, is a leak when the words beside it tell the label much worse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.stages.train.leaks.answers import FEWEST_OF_A_LABEL, Answers
from warrant.stages.train.leaks.scoring import Score, score_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

MOST_TEXTS = 1500
"""Texts of a column that are looked at."""

HEAD, TAIL = 3000, 1000
"""Characters of a text that are looked at, from its beginning and its end."""

MOST_TERMS = 5000
"""Words that may speak for the rest of the text."""

REST_KNOWS = 0.95
"""Share of right answers with which the rest of the text knows the label too."""

_WORD = r"[^\W\d_]+|\d+"


class Stamp(NamedTuple):
    """A label's own name in a text."""

    score: Score
    """Of the best word alone."""
    rest: float
    """Share of right answers for that label by the words beside it, 0 to 1."""
    is_leak: bool
    """Whether the rest knows much less."""


def find_stamp(texts: Sequence[str], answers: Answers) -> Stamp | None:
    """Look for labels' own names in a column of texts.

    Args:
        texts: of the rows that are looked at.
        answers: of the same rows.

    Returns:
        The label best told by a word of its own name; None when no label is.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    if answers.is_number:
        return None
    some = answers if len(texts) <= MOST_TEXTS else first_rows(answers, MOST_TEXTS)
    shortened = [f"{one[:HEAD]} {one[HEAD:][-TAIL:]}" for one in texts[:MOST_TEXTS]]
    reader = CountVectorizer(
        token_pattern=_WORD, binary=True, max_features=MOST_TERMS, dtype=np.float64, min_df=3
    )
    try:
        words: Any = reader.fit_transform(shortened)
    except ValueError:  # no word stands in three texts
        return None
    best: tuple[Score, int] | None = None
    for label, name in enumerate(some.labels):
        for word in dict.fromkeys(re.findall(_WORD, name.casefold())):
            place = reader.vocabulary_.get(word)
            if place is None or len(word) < 2:
                continue
            score = _alone(words[:, place].toarray().ravel(), label, some)
            if score is not None and (best is None or score.one_label > best[0].one_label):
                best = score, label
    if best is None or best[0].one_label < 0.98:
        return None if best is None else Stamp(best[0], 1.0, is_leak=False)
    own = _own_words(some.labels)
    beside = [place for word, place in reader.vocabulary_.items() if word not in own]
    rest = rest_of(words[:, sorted(beside)], some, best[1]) if beside else 0.5
    return Stamp(best[0], rest, is_leak=rest < REST_KNOWS)


def first_rows(answers: Answers, count: int) -> Answers:
    """Give the first rows of some answers."""
    return Answers(
        answers.task,
        answers.rows[:count],
        answers.labels,
        answers.truth[:count],
        answers.folds[:count],
    )


def rest_of(words: Any, answers: Answers, label: int) -> float:  # noqa: ANN401 (a sparse matrix)
    """Say how well words tell one label.

    Args:
        words: sparse, shape (rows, words).
        answers: of the rows.
        label: place of the label.

    Returns:
        Mean share of right answers over rows with and without the label, each row from others.
    """
    from sklearn.linear_model import LogisticRegression

    truth = answers.truth[:, label]
    told = np.zeros(len(truth))
    for fold in range(3):
        held = answers.folds % 3 == fold
        if held.all() or not held.any() or len(set(truth[~held])) < 2:
            continue
        model = LogisticRegression(class_weight="balanced", solver="liblinear", random_state=0)
        model.fit(words[~held], truth[~held])
        told[held] = model.decision_function(words[held])
    one = Answers(answers.task, answers.rows, ("",), truth[:, None], answers.folds)
    return score_told(told[:, None], one).one_label


def _alone(holds: NDArray[np.float64], label: int, answers: Answers) -> Score | None:
    truth = answers.truth[:, label]
    if min(truth.sum(), len(truth) - truth.sum()) < FEWEST_OF_A_LABEL:
        return None
    one = Answers(answers.task, answers.rows, ("",), truth[:, None], answers.folds)
    return score_told(holds[:, None], one)


def _own_words(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in labels for word in re.findall(_WORD, name.casefold()))
