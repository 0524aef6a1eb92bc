"""What a comparison finds. It names rows by id and file, and holds no text of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.metrics import Difference, McNemar


@dataclass(frozen=True)
class Named:
    """One of the two releases."""

    name: str
    """Of the bundle."""
    digest: str
    """Bundle digest, hex."""
    right: float
    """Share of the rows that it answers right, 0 to 1."""


@dataclass(frozen=True)
class Flipped:
    """A row that the two answer differently."""

    row: str
    """Row id of the workspace, or where in the table it stands."""
    path: str
    """Its file."""
    true: str
    """Its labels, joined by `; `; places by their ends; of a text how many words it has."""
    before: str
    """What the first says."""
    after: str
    """What the second says."""
    weight: float
    """What the flip costs, where errors have prices; else how far the true label's probability
    moved, how many places only one has, or how far token F1 moved."""
    words: tuple[str, ...]
    """What decided the second answer, the strongest first."""


@dataclass(frozen=True)
class Part:
    """The rows that share a value of a column."""

    column: str
    value: str
    rows: int
    test: McNemar
    """On these rows."""
    p: float
    """Corrected by Holm over all parts."""


@dataclass(frozen=True)
class Moved:
    """Training rows in which the two differ, by reason and file."""

    change: str
    """`added`, `removed` or `changed`, seen from the first."""
    why: str
    """In words."""
    path: str
    """The file they came from."""
    rows: int


@dataclass(frozen=True)
class Setting:
    """A setting in which the two differ."""

    stage: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """Everything that was found."""

    first: Named
    second: Named
    rows: int
    """Rows that both answered."""
    where: str
    """Where the rows are from, in a sentence."""
    test: McNemar
    """Whether the two are right equally often."""
    accuracy: Difference
    """Share of right answers: second less first, with its interval."""
    macro_f1: Difference | None
    """The same of macro-F1; None where it is not defined, or the kind of task has none."""
    more: Mapping[str, Difference]
    """The same of the kind's own figures: micro-F1 of places, token F1 of texts."""
    turned_right: int
    """Rows that only the second has right."""
    turned_wrong: int
    """Rows that only the first has right."""
    changed: int
    """Rows with another answer, right or wrong."""
    flips: tuple[Flipped, ...]
    """The weightiest of them."""
    parts: tuple[Part, ...]
    """By the slices of the second release's evaluation."""
    data: tuple[Moved, ...] | None
    """None: the training rows of both are not at hand."""
    same_rows: bool
    """Whether both learnt from the same rows, by fingerprint."""
    settings: tuple[Setting, ...]
    libraries: tuple[Setting, ...]
    """Names, and versions before and after."""
    budget: float | None
    """The largest share of right answers that may turn wrong."""
    share: float
    """The share of the first one's right answers that turned wrong."""
    notes: tuple[str, ...]
    """What a reader must be told."""

    @property
    def is_within_budget(self) -> bool:
        """False when more right answers turned wrong than the budget allows."""
        return self.budget is None or self.share <= self.budget
