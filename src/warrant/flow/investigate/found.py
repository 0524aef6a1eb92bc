"""What an investigation finds. It holds text of rows: it is shown, and never kept or logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.models import Contribution
    from warrant.records.evaluation import Score


@dataclass(frozen=True)
class Given:
    """The answer, and the rule that gave it."""

    answer: str
    """Labels joined by `; `, or the number; empty where no label holds."""
    probability: float | None
    """Of the answer, 0 to 1; None for `regression`."""
    likeliest: tuple[tuple[str, float], ...]
    """The labels with the highest probabilities, and these."""
    rule: str
    """How probabilities became an answer, in a sentence."""
    abstentions: tuple[str, ...]
    """Why the answer must not be relied on, in words; none when it may."""


@dataclass(frozen=True)
class Change:
    """One thing in the input that is another."""

    column: str
    """Where."""
    before: str
    """The word or cell as it is."""
    after: str | None
    """What it becomes; None: it is taken out."""


@dataclass(frozen=True)
class Flip:
    """The smallest change that was found to change the answer; the model was asked."""

    changes: tuple[Change, ...]
    """All of them together."""
    answer: str
    """What the model then says."""
    probability: float | None
    """Of that answer."""


@dataclass(frozen=True)
class Pusher:
    """A training row that pushed the answer."""

    position: int
    """Among the training rows, from 0."""
    row: str
    """Row id, hex."""
    path: str
    """The file it came from."""
    label: str
    """Its labels, joined by `; `."""
    influence: float
    """By about so much the answer's score would fall without it; below zero it would rise."""
    similarity: float
    """To the row asked about, by its words, 0 to 1."""
    excerpt: str
    """The beginning of its text, as it was learnt from."""
    history: tuple[str, ...]
    """What each step decided about it."""


@dataclass(frozen=True)
class Lying:
    """The slice of the evaluation that a row lies in."""

    column: str
    """The column."""
    value: str
    """Its value."""
    rows: int
    """Test rows with it."""
    scores: tuple[Score, ...]
    """On these rows."""
    overall: tuple[Score, ...]
    """The same figures on all rows."""


@dataclass(frozen=True)
class Earlier:
    """What another release of this workspace answers."""

    bundle: str
    """Bundle digest, hex."""
    entry: int
    """Index in the log of the step that deployed it."""
    recorded_at: str
    """As its signer says."""
    answer: str
    """Its answer; empty where it cannot be asked."""
    probability: float | None
    """Of its answer."""
    differs: tuple[str, ...]
    """In what it differs: rows, settings, libraries."""
    is_revoked: bool = False
    """Whether somebody revoked it, or the model or rows that it stands on."""


@dataclass(frozen=True)
class Cause:
    """One cause of the closed list, and what speaks for and against it."""

    code: str
    """A key of `CAUSES`."""
    words: str
    """What it means."""
    weight: float
    """How much the evidence says for it, 0 to 1; no probability."""
    evidence: tuple[str, ...]
    """What speaks for it."""
    against: tuple[str, ...] = ()
    """What speaks against it."""
    rows: tuple[int, ...] = ()
    """Positions of the training rows that it names."""


@dataclass(frozen=True)
class Investigated:
    """Everything that was found about one answer."""

    name: str
    """Of the bundle."""
    bundle: str
    """Bundle digest, hex."""
    notice: str
    """What every answer of this bundle says."""
    asked: Mapping[str, str]
    """The cells as the model reads them, by column."""
    written: str | None
    """The text that a model of `generation` wrote; None for other kinds."""
    expected: str | None
    """The right answer, as the asker says or the row's own label; None: nobody said."""
    compared_with: str
    """The answer that the given one is weighed against."""
    given: Given
    """The answer."""
    decided: Sequence[Contribution]
    """What decided, the strongest first."""
    flip: Flip | None
    """None: no small change was found."""
    pushers: tuple[Pusher, ...]
    """The ten most influential training rows, for and against, the strongest first."""
    influence: str
    """How influence was computed, or why it was not."""
    erased: int
    """Training rows that were erased since: nobody can say how far they pushed."""
    slices: tuple[Lying, ...]
    """Slices of the evaluation that it lies in."""
    releases: tuple[Earlier, ...]
    """Other releases, the latest first."""
    causes: tuple[Cause, ...]
    """Ranked."""
    unknown: tuple[str, ...]
    """What is not known, and why."""

    @property
    def is_wrong(self) -> bool | None:
        """Whether the answer is not the expected one; None: nobody said what is expected."""
        return None if self.expected is None else self.given.answer != self.expected
