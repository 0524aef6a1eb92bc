"""The answers of some rows as arrays, dealt into folds; many rows are sampled."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.records.model import TaskKind

MOST_ROWS = 2000
"""Rows that are looked at; of more, a sample in which rare labels stay."""

FOLDS = 5
"""Each row is answered from the rows of the other folds."""

FEWEST_OF_A_LABEL = 15
"""Of a label with fewer rows on either side nothing is said."""

MOST_LABELS = 100
"""The most frequent labels are looked at."""


@dataclass(frozen=True)
class Answers:
    """Answers of the rows that are looked at."""

    task: TaskKind
    """How many answers a row has."""

    rows: NDArray[np.intp]
    """Which rows of those given, in order."""

    labels: tuple[str, ...]
    """Labels that are looked at, most frequent first; none of a `regression`."""

    truth: NDArray[np.float64]
    """Shape (rows, labels), 0 or 1; of a `regression` (rows, 2): the number and its rank."""

    folds: NDArray[np.intp]
    """Shape (rows,), 0 to `FOLDS` - 1; rows of one document share one."""

    @property
    def is_number(self) -> bool:
        """Whether the answer is a number."""
        return self.task == "regression"

    @property
    def is_one_of(self) -> bool:
        """Whether a row has one of several labels."""
        return self.task in ("binary", "multiclass")


def read_answers(
    labels: Sequence[tuple[str, ...]], documents: Sequence[bytes], task: TaskKind, seed: int
) -> Answers:
    """Sample rows and deal them.

    Args:
        labels: true answers of each row; of a `regression` one number as text.
        documents: digest of each row's leading document.
        task: how many answers a row has.
        seed: of the sample and of the folds.

    Returns:
        The answers.
    """
    rng = np.random.default_rng(seed)
    rows = _sample(labels, rng, is_number=task == "regression")
    kept = [labels[at] for at in rows]
    folds = _deal(kept, [documents[at] for at in rows], rng)
    if task == "regression":
        numbers = np.array([float(row[0]) for row in kept])
        truth = np.column_stack([numbers, _ranks(numbers)])
        return Answers(task, rows, (), truth, folds)
    counts = Counter(one for row in kept for one in row)
    names = tuple(name for name, _ in counts.most_common(MOST_LABELS))
    place = {name: at for at, name in enumerate(names)}
    truth = np.zeros((len(kept), len(names)))
    for at, row in enumerate(kept):
        truth[at, [place[one] for one in row if one in place]] = 1
    return Answers(task, rows, names, truth, folds)


def _sample(
    labels: Sequence[tuple[str, ...]], rng: np.random.Generator, *, is_number: bool
) -> NDArray[np.intp]:
    """Choose rows: of each label the same number, as long as it has some."""
    order = rng.permutation(len(labels))
    if len(labels) <= MOST_ROWS:
        return np.arange(len(labels))
    if is_number:
        return np.sort(order[:MOST_ROWS])
    seen: dict[tuple[str, ...], int] = defaultdict(int)
    turn = np.empty(len(labels), np.intp)
    for at in order.tolist():
        turn[at] = seen[labels[at]]
        seen[labels[at]] += 1
    return np.sort(order[np.argsort(turn[order], kind="stable")[:MOST_ROWS]])


def _deal(
    labels: Sequence[tuple[str, ...]], documents: Sequence[bytes], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Deal documents into folds, those of one answer evenly."""
    first: dict[bytes, int] = {}
    for at in rng.permutation(len(labels)).tolist():
        first.setdefault(documents[at], at)
    fold = {
        name: turn % FOLDS
        for turn, (name, _) in enumerate(sorted(first.items(), key=lambda pair: labels[pair[1]]))
    }
    return np.array([fold[name] for name in documents], np.intp)


def _ranks(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give ranks, those of equal numbers equal."""
    return np.unique(numbers, return_inverse=True)[1].astype(np.float64)
