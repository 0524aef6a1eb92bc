"""Answers that are more than a label, looked into as if they were one.

Of `spans` one place is looked into: the model is asked which label the words of that place have,
and where they have none, or the place has other ends, that is an answer of its own. Of `generation`
the written text is: it is the same, by its words, or another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.metrics.texts import words_of
from warrant.models.model import Predictions
from warrant.models.places import FoundSpan, Span, read_spans
from warrant.models.wrapped import WrappedModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.model import Columns, Contribution, Description
    from warrant.records.task import TaskKind

NOTHING = "no place"
"""In place of a label: the words are part of none."""
OTHER_ENDS = ", with other ends"
"""Behind a label: a place holds some of the words, or more than them."""
AS_WRITTEN, OTHERWISE = "this text", "another text"
"""In place of labels: the text of the answer, by its words, or another one."""

_LEAST = 1e-4
"""Of a label that is not in the likeliest way to mark a text: how likely it is, nobody says."""


@dataclass(frozen=True)
class PlaceModel(WrappedModel):
    """A tagger asked about the words of one place; see `TrainedModel` for the methods."""

    words: str
    """That stand there."""
    start: int
    """Their first character in the row that is asked about."""

    @property
    def end(self) -> int:
        """After their last character."""
        return self.start + len(self.words)

    @property
    def task(self) -> TaskKind:
        """One label, of the place."""
        return "multiclass"

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of places, the same with other ends, and none."""
        plain = self.plain.labels
        return (*plain, *(one + OTHER_ENDS for one in plain), NOTHING)

    def predict(self, columns: Columns) -> Predictions:
        """Answer each row: the surest place that holds some of the words."""
        found = self.plain.predict(columns)
        odds = np.zeros((len(found.chosen), len(self.labels)))
        for row, spans in enumerate(found.spans or ()):
            text = str(columns[self.inputs[0]][row] or "")
            for label, sure in self.labelled(text, spans):
                at = self.labels.index(label)
                odds[row, at] = max(odds[row, at], sure)
        odds[:, -1] = np.maximum(1 - odds.sum(axis=1), 0.0)
        named = odds[:, :-1].max(axis=1) > 0
        odds = np.maximum(odds, _LEAST)
        odds /= odds.sum(axis=1, keepdims=True)
        best = np.where(named, odds[:, :-1].argmax(axis=1), len(self.labels) - 1)
        chosen = np.zeros(odds.shape, np.bool_)
        chosen[np.arange(len(odds)), best] = True
        return Predictions(self.labels, odds, chosen, abstentions=found.abstentions)

    def labelled(self, text: str, spans: Sequence[Span | FoundSpan]) -> Iterator[tuple[str, float]]:
        """Give the places that hold some of the words: label, and how sure it is (true ones, 1)."""
        here = re.compile(rf"(?<!\w){re.escape(self.words)}(?!\w)")
        for spot in here.finditer(text):
            for one in spans:
                if one.start < spot.end() and one.end > spot.start():
                    is_whole = (one.start, one.end) == spot.span()
                    sure = one.probability if isinstance(one, FoundSpan) else 1.0
                    yield one.label + ("" if is_whole else OTHER_ENDS), sure

    def truth(self, text: str, spans: Sequence[Span]) -> tuple[str, ...]:
        """Say what is true of the words in another row; nothing where they do not stand there."""
        if re.search(rf"(?<!\w){re.escape(self.words)}(?!\w)", text) is None:
            return ()
        return tuple(sorted({label for label, _ in self.labelled(text, spans)})) or (NOTHING,)

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each answer; see `TrainedModel.explain`."""
        del chosen
        return self.plain.explain(columns, top)

    def describe(self) -> Description:
        """Say what is inside."""
        return self.plain.describe()


@dataclass(frozen=True)
class WrittenModel(WrappedModel):
    """A writer asked whether it still writes the same; see `TrainedModel` for the methods."""

    text: str
    """What it wrote of the row that is asked about."""

    @property
    def task(self) -> TaskKind:
        """One label."""
        return "multiclass"

    @property
    def labels(self) -> tuple[str, ...]:
        """The same text, or another one."""
        return (AS_WRITTEN, OTHERWISE)

    def predict(self, columns: Columns) -> Predictions:
        """Write, and compare."""
        found = self.plain.predict(columns)
        own = words_of(self.text)
        same = np.array([words_of(one) == own for one in found.texts or ()], np.bool_)
        chosen = np.stack([same, ~same], axis=1)
        return Predictions(
            self.labels, chosen.astype(np.float64), chosen, abstentions=found.abstentions
        )

    def explain(
        self, columns: Columns, top: int = 5, chosen: NDArray[np.bool_] | None = None
    ) -> list[dict[str, list[Contribution]]]:
        """Give what decided each text, under `AS_WRITTEN`; see `TrainedModel.explain`."""
        del chosen
        told = self.plain.explain(columns, top)
        return [{AS_WRITTEN: one} for row in told for one in row.values()]

    def describe(self) -> Description:
        """Say what is inside."""
        return self.plain.describe()


def place_in_question(
    found: Sequence[FoundSpan], expected: Sequence[Span] | None, text: str, named: str | None
) -> tuple[int, int]:
    """Choose the place that is looked into.

    Args:
        found: what the model says.
        expected: what is true; None: nobody said.
        text: of the row.
        named: `START-END` as a person asks; None: the first wrong place, else the least sure one.

    Returns:
        Its characters; of a named place whole words.

    Raises:
        InputError: there is no place, or what is named is none in the text.
    """
    if named is not None:
        return _named(named, text)
    true = {(one.start, one.end, one.label) for one in expected or ()}
    said = {(one.start, one.end, one.label) for one in found}
    wrong = [one for one in found if expected is not None and one[:3] not in true]
    missed = sorted(true - said)
    if wrong or missed:
        first = min([*(one[:3] for one in wrong), *missed])
        return first[0], first[1]
    if not found:
        raise InputError(
            "The model finds no place in this text, and nobody says that there is one.",
            do="Name the characters that are meant, from 0, for example: --place 10-19",
        )
    least = min(found, key=lambda one: one.probability)
    return least.start, least.end


def _named(named: str, text: str) -> tuple[int, int]:
    first, _, last = named.partition("-")
    if first.isdecimal() and last.isdecimal() and int(first) < int(last) <= len(text):
        start, end = int(first), int(last)
        words = re.finditer(r"\w+|[^\w\s]", text)
        inside = [spot for spot in words if spot.start() < end and spot.end() > start]
        if inside:
            return inside[0].start(), inside[-1].end()
    raise InputError(
        f"{named!r} names no place in a text of {len(text)} characters.",
        do="Write the first character, counted from 0, and the one behind the last: --place 10-19",
    )


def expected_places(cell: object, name: str) -> tuple[Span, ...] | None:
    """Read the true places of a row; None where the cell is empty."""
    return None if cell is None else read_spans(cell, name)
