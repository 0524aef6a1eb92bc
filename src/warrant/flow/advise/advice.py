"""What advice says, before it is written down anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from warrant.metrics.growth import Gain


class Point(NamedTuple):
    """One point of a learning curve."""

    rows: int
    """Rows learnt from, of all labels."""
    f1: float
    """0 to 1, on rows that were not learnt from."""


@dataclass(frozen=True)
class LabelAdvice:
    """What is known of one label, or of all together."""

    label: str
    """Its name; empty: the mean over labels."""
    rows: int
    """Rows that have it."""
    points: tuple[Point, ...]
    """Its learning curve."""
    doubled: Gain | None
    """What F1 gains when all rows are doubled; None: not known."""
    why: str = ""
    """Why it is not known."""

    @property
    def f1(self) -> float:
        """F1 with the rows at hand."""
        return self.points[-1].f1


@dataclass(frozen=True)
class ValueAdvice:
    """What the rows of one source, or of one value of a column, are worth to all others."""

    by: str
    """`source`, or the column."""
    value: str
    """The source, or the cell as text."""
    rows: int
    """Rows that come from it."""
    f1: float | None
    """Accuracy on these rows alone; None: too few."""
    worth: Gain | None
    """What macro-F1 on all rows loses when these rows are not learnt from; below 0 they harm.
    None: not known."""
    why: str = ""
    """Why it is not known."""


@dataclass(frozen=True)
class SuspectRow:
    """A label that is probably wrong."""

    row: int
    """Number among the rows that advice is about, from 0."""
    given: str
    """What the row says; empty: it has not the proposed label."""
    proposed: str
    """What it seems to say; empty: it seems not to have the given label."""
    own: float
    """Probability of what it says, 0 to 1."""
    other: float
    """Probability of what is proposed, 0 to 1."""
    place: tuple[int, int] | None = None
    """Of `spans`, the word: first character, and after the last one."""


@dataclass(frozen=True)
class Advice:
    """All that was found."""

    rows: int
    """Training and validation rows with a label."""
    whole: LabelAdvice
    """The mean over labels."""
    labels: tuple[LabelAdvice, ...]
    """Each label, the one that gains most first."""
    values: tuple[ValueAdvice, ...]
    """Sources and slices, in order of their name and worth."""
    suspects: tuple[SuspectRow, ...]
    """The surest first."""
    cleaned: Gain | None
    """What macro-F1 gains, on rows that are no suspects, when suspects are not learnt from."""
    rounds: int
    """Deals of the rows behind the curves."""
    unit: Literal["rows", "words", "options"]
    """What was tried: rows, or words of texts with places; of options figures are accuracy."""
    left_out: int
    """Sources and slices that were not valued, since time was up."""

    @property
    def figure(self) -> str:
        """What is measured, in words."""
        return {"rows": "macro-F1", "words": "macro-F1 of words", "options": "accuracy"}[self.unit]
