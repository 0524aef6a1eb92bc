"""Texts that hold the answer's own name, as a stamp or a file name does.

A contract of lease says "lease", and says much else that a lease says: that is no leak. A stamp
tells what the rest of the text does not know, and does so for every label. So words that are part
of labels' names are a leak when they alone tell most labels, and all other words tell much less.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.stages.train.leaks.answers import FEWEST_OF_A_LABEL, Answers
from warrant.stages.train.leaks.scoring import Score, score_told
from warrant.stages.train.leaks.verdict import TELLS_ALL, is_sure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MOST_TEXTS = 1500
"""Texts of a column that are looked at."""

HEAD, TAIL = 3000, 1000
"""Characters of a text that are looked at, from its beginning and its end."""

MOST_TERMS = 5000
"""Words that may speak for the rest of the text."""

REST_KNOWS = 0.85
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
    scores = _own_names(words, reader.vocabulary_, some)
    if not scores:
        return None
    label = max(scores, key=lambda at: (scores[at].one_label, -at))
    judged = sum(map(_is_judged, some.truth.T, [len(some.truth)] * len(some.labels)))
    stamped = sum(one.one_label >= TELLS_ALL for one in scores.values())
    if 2 * stamped < judged or not is_sure(scores[label].errors, len(some.truth)):
        return Stamp(scores[label], 1.0, is_leak=False)
    own = {word for name in some.labels for word in _words_of(name)}
    beside = [place for word, place in reader.vocabulary_.items() if word not in own]
    rest = rest_of(words[:, sorted(beside)], some, label) if beside else 0.5
    return Stamp(scores[label], rest, is_leak=rest < REST_KNOWS)


def _own_names(words: Any, places: Mapping[str, int], answers: Answers) -> dict[int, Score]:  # noqa: ANN401 (sparse)
    """Score the best word of each label's own name, by the label's place."""
    scores: dict[int, Score] = {}
    for label, name in enumerate(answers.labels):
        truth = answers.truth[:, label]
        if not _is_judged(truth, len(truth)):
            continue
        one = Answers(answers.task, answers.rows, ("",), truth[:, None], answers.folds)
        found = [
            score_told(words[:, places[word]].toarray(), one)
            for word in _words_of(name)
            if word in places
        ]
        if found:
            scores[label] = max(found, key=lambda score: score.one_label)
    return scores


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


def _is_judged(truth: NDArray[np.float64], rows: int) -> bool:
    return bool(FEWEST_OF_A_LABEL <= truth.sum() <= rows - FEWEST_OF_A_LABEL)


def _words_of(name: str) -> list[str]:
    return [one for one in dict.fromkeys(re.findall(_WORD, name.casefold())) if len(one) > 1]
