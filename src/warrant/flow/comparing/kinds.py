"""What an answer is, when it is right and which figures are compared, for each kind of task.

| kind | an answer | right | figures |
| --- | --- | --- | --- |
| labels | its labels | all of them, and no other | accuracy, macro-F1 |
| `choice` | the letter of an option | that one; both are asked with the same options | accuracy |
| `spans` | its places, each with its label | all of them, no other | micro-F1 of places |
| `generation` | a text | its words are the true ones, in order | token F1 |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from warrant.flow.investigate.asking import labels_of
from warrant.metrics import counting, judge
from warrant.metrics.judged import Judged
from warrant.metrics.measure import Family, Figure
from warrant.metrics.spans import count_places, placing
from warrant.metrics.texts import score_texts, words_of, writing
from warrant.models.places import Span, read_spans
from warrant.records.task import LABELLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models import Predictions
    from warrant.models.examples import LabelColumn
    from warrant.records.task import TaskKind

COMPARED = LABELLED | {"generation"}
"""Kinds of tasks whose answers can be compared row by row."""

FIGURES = {"choice": (), "spans": ("micro_f1",), "generation": ("token_f1",)}
"""What is compared besides the share of right answers; of labels that and macro-F1."""


class Said(NamedTuple):
    """What is true of a row, or what a release says of it."""

    parts: tuple[str, ...]
    """Labels, or one text, or nothing but places."""
    places: tuple[Span, ...] = ()
    """Of `spans`, sorted."""


def truth_of(label: LabelColumn, cell: object) -> Said | None:
    """Read what is true of a row.

    Args:
        label: how it is written.
        cell: of the row.

    Returns:
        None where the cell is empty.
    """
    found = label.read(cell)
    if found is None:
        return None
    return Said((), read_spans(cell, label.name)) if label.task == "spans" else Said(found)


def said_of(found: Predictions, row: int) -> Said:
    """Take one answer out of several."""
    if found.texts is not None:
        return Said((found.texts[row],))
    if found.spans is not None:
        return Said((), tuple(sorted(Span(*one[:3]) for one in found.spans[row])))
    return Said(labels_of(found, row))


def is_right(task: TaskKind, true: Said, said: Said) -> bool:
    """Say whether an answer is what is true, as the kind of task counts it."""
    if task == "generation":
        return [*map(words_of, true.parts)] == [*map(words_of, said.parts)]
    return true == said


def family(
    task: TaskKind, truth: Sequence[Said], said: Sequence[Said], names: Sequence[str]
) -> Family:
    """Give the figures of one release's answers.

    Args:
        task: its kind.
        truth: of each row.
        said: of each row, as many.
        names: all labels of truth and of both releases, sorted.

    Returns:
        Figures that can be resampled.
    """
    if task == "generation":
        return writing(score_texts(*([one.parts[0] for one in rows] for rows in (truth, said))))
    if task == "spans":
        places = [[one.places for one in rows] for rows in (truth, said)]
        return placing(count_places(places[0], places[1], names))
    true, found = (judge([one.parts for one in rows], names) for rows in (truth, said))
    return counting(Judged(tuple(names), true, found, task != "multilabel"))


def sharing(right: NDArray[np.bool_]) -> Family:
    """Give the share of right answers, as `accuracy`."""
    rows = np.vstack([np.ones(len(right)), right.astype(np.float64)])

    def finish(summed: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(summed[1:] / summed[0], dtype=np.float64)

    return Family((Figure("accuracy"),), sparse.csr_array(rows), finish)


def labels_in(rows: Sequence[Said]) -> set[str]:
    """Give the labels of some rows, of `spans` those of their places."""
    places = {place.label for one in rows for place in one.places}
    return places | {part for one in rows for part in one.parts}


def difference(true: Said, one: Said, other: Said) -> float:
    """Say how far two answers lie apart: places that only one has, or token F1."""
    if one.places or other.places:
        return float(len(set(one.places) ^ set(other.places)))
    scores = score_texts(2 * true.parts, (*one.parts, *other.parts)).token_f1
    return float(abs(scores[1] - scores[0]))


def shown(task: TaskKind, said: Said, true: Said, between: str) -> str:
    """Write an answer without any text of the row.

    Args:
        task: its kind.
        said: the answer, or what is true.
        true: what is true.
        between: stands between labels.

    Returns:
        Labels; places by their ends; of a written text how many words it has, and its token F1.
    """
    if task == "spans":
        return between.join(f"{one.label} {one.start}-{one.end}" for one in said.places)
    if task != "generation":
        return between.join(said.parts)
    many = f"{len(words_of(said.parts[0]))} words"
    if said is true:
        return many
    return f"{many}, token F1 {float(score_texts(true.parts, said.parts).token_f1[0]):.2f}"


def right_of(task: TaskKind, truth: Sequence[Said], said: Sequence[Said]) -> NDArray[np.bool_]:
    """Say which answers are right, shape (rows,)."""
    return np.array([is_right(task, *pair) for pair in zip(truth, said, strict=True)], np.bool_)
