"""How far each training row pushes one answer of a linear model: one step, in closed form.

Leaving a row out moves the weights by about one Newton step: the row's own gradient, through the
inverse of the curvature of all rows. That inverse is never written down: one system is solved by
conjugate gradients for the row that is asked about, in the sparse terms themselves, and each
training row then costs one product.

Source: Cook and Weisberg, Residuals and influence in regression (1982); Koh and Liang,
Understanding black-box predictions via influence functions (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg

from warrant.models.linear.link import to_probabilities
from warrant.models.linear.model import score_rows
from warrant.models.model import VALUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.linear.link import Link
    from warrant.models.model import Columns
    from warrant.records.task import TaskKind

_STEPS, _TOLERANCE = 100, 1e-4


class Head(Protocol):
    """What scores rows by a weight a term: a linear model, or the head of an encoder."""

    @property
    def task(self) -> TaskKind:
        """How many answers a row has."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """In the order of the rows of `coef`."""
        ...

    @property
    def link(self) -> Link:
        """How scores become answers."""
        ...

    @property
    def coef(self) -> NDArray[np.float32] | NDArray[np.float64]:
        """Shape (scores, terms)."""
        ...

    @property
    def intercept(self) -> NDArray[np.float32] | NDArray[np.float64]:
        """Shape (scores,)."""
        ...

    def terms(self, columns: Columns) -> Any:  # noqa: ANN401 - a sparse matrix
        """Give shape (rows, terms)."""
        ...


@dataclass(frozen=True)
class Lesson:
    """What a linear model learnt from, and how closely it followed."""

    columns: Columns
    """Cells of the training rows, as they were learnt from."""

    labels: Sequence[tuple[str, ...]]
    """Their labels; of `regression` one number each, as text."""

    strength: float
    """Inverse of the penalty on squared weights, above 0."""

    balanced: bool
    """Whether rare labels weighed more."""

    rows: NDArray[np.float64] | None = None
    """Shape (rows,): how much each counted, above 0; None: one."""


class _Bend(NamedTuple):
    """The loss of each training row, along the direction that is asked about."""

    pull: NDArray[np.float64]
    """Shape (rows,): its slope, the other way."""
    curve: NDArray[np.float64]
    """Shape (rows,): its curvature, 0 or more."""
    penalty: float
    """Curvature of the penalty, above 0."""


def influence_of(
    model: Head, asked: Columns, lesson: Lesson, towards: str, against: str | None = None
) -> NDArray[np.float64]:
    """Say how far each training row pushes one answer.

    Args:
        model: taught on the rows; of an encoder only the head is looked at, as if its network
            stood still.
        asked: one row.
        lesson: the rows it was taught on.
        towards: the label that is pushed to; `VALUE` for `regression`.
        against: the label it is weighed against; None: its absence.

    Returns:
        Shape (training rows,): by about so much the score of `towards` over `against` would fall
        without the row (log-odds before calibration; of `regression` the value itself).
    """
    one, rows = _terms(model, asked), _terms(model, lesson.columns)
    bend = _bend(model, rows, lesson, towards, against)
    target = np.asarray(one.todense()).ravel()
    solved = step_towards(rows, bend.curve, bend.penalty, target)
    return np.asarray(bend.pull * (rows @ solved), dtype=np.float64)


def step_towards(
    rows: Any,  # noqa: ANN401 - a sparse matrix
    curve: NDArray[np.float64],
    penalty: float,
    target: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Solve for the step of the weights that moves a score most, against the curvature of all rows.

    Args:
        rows: shape (rows, terms).
        curve: shape (rows,): curvature of each row's loss along its own terms, 0 or more.
        penalty: curvature of the penalty, above 0.
        target: shape (terms,): the terms that the score is made of.

    Returns:
        Shape (terms,).
    """

    def curvature(vector: NDArray[np.float64]) -> NDArray[np.float64]:
        found = penalty * vector + rows.T @ (curve * (rows @ vector))
        return np.asarray(found, dtype=np.float64)

    size = rows.shape[1]
    # scipy gives what it has after so many steps: the ranking settles long before the last digit.
    solved, _ = cg(
        LinearOperator((size, size), matvec=curvature, dtype=np.float64),
        target,
        rtol=_TOLERANCE,
        maxiter=_STEPS,
    )
    return np.asarray(solved, dtype=np.float64)


def _terms(model: Head, columns: Columns) -> Any:  # noqa: ANN401 - a sparse matrix
    """Read rows as the model does, with a constant beside their terms: the intercept's."""
    terms = model.terms(columns)
    ones = sparse.csr_array(np.ones((terms.shape[0], 1)))
    return sparse.csr_array(sparse.hstack([terms, ones], format="csr"))


def _bend(
    model: Head,
    rows: Any,  # noqa: ANN401 - a sparse matrix
    lesson: Lesson,
    towards: str,
    against: str | None,
) -> _Bend:
    scores = score_rows(rows[:, :-1], model.coef, model.intercept)
    counted = np.ones(len(lesson.labels)) if lesson.rows is None else lesson.rows
    if towards == VALUE:
        true = np.array([float(row[0]) for row in lesson.labels])
        return _Bend(counted * (true - scores[:, 0]), counted, 1 / lesson.strength)
    labels = {label: place for place, label in enumerate(model.labels)}
    truth = np.zeros(scores.shape)
    for row, found in enumerate(lesson.labels):
        truth[row, [labels[label] for label in found if label in labels]] = 1.0
    weights = counted
    if lesson.balanced:
        weights = _weights(truth, model.task == "multilabel", counted)
    odds = to_probabilities(scores, model.link)
    first = labels[towards]
    if against is None:
        here = odds[:, first]
        weighed = (weights[:, first] if weights.ndim > 1 else weights) * lesson.strength
        return _Bend(weighed * (truth[:, first] - here), weighed * here * (1 - here), 1.0)
    second = labels[against]
    # Half of a step goes to one label and half, the other way, to the other.
    here, there = odds[:, first], odds[:, second]
    pull = (truth[:, first] - here) - (truth[:, second] - there)
    curve = here * (1 - here) + there * (1 - there) + 2 * here * there
    weighed = weights * lesson.strength
    return _Bend(weighed * pull / 2, weighed * curve / 4, 0.5)


def _weights(
    truth: NDArray[np.float64],
    several: bool,  # noqa: FBT001
    counted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Weigh rows as scikit-learn's `balanced` does; of several labels a row for each label."""
    rows, sums = counted.sum(), counted @ truth
    counts = np.where(sums > 0, sums, 1.0)
    if several:
        rest = np.where(rows > sums, rows - sums, 1.0)
        each = np.where(truth > 0, rows / (2 * counts), rows / (2 * rest))
        return np.asarray(counted[:, np.newaxis] * each)
    used = max(int((sums > 0).sum()), 1)
    return np.asarray(counted * (truth * (rows / (used * counts))).sum(axis=1), dtype=np.float64)
