"""The protocol of a recogniser: find personal data in a text."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, runtime_checkable

from warrant.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Coverage = Literal["covered", "partly", "not covered"]


@dataclass(frozen=True)
class Kind:
    """A kind of personal data."""

    name: str
    """Small letters, digits and underscores, for example `email`; masks show it in capitals."""

    words: str
    """What it is, in a few plain words."""

    coverage: Coverage
    """How much of the kind this recogniser finds by its construction; not a measured recall."""

    safe_harbor: str = ""
    """Letters of the identifiers it belongs to, of `records.identifiers.SAFE_HARBOR`; may be
    empty."""

    gdpr: str = ""
    """A key of `records.identifiers.GDPR`; may be empty."""


class Span(NamedTuple):
    """A place in a text that holds personal data."""

    start: int
    """First character, counted in code points from 0."""
    end: int
    """After the last character; above `start`."""
    kind: str
    """Name of one of the recogniser's kinds."""


class Recogniser(Protocol):
    """Finds personal data in texts.

    Law: the spans of a text depend on that text alone, and lie inside it.
    """

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Every kind it may report, and those that a reader could expect and it does not find."""
        ...

    def find(self, text: str) -> Iterator[Span]:
        """Find personal data.

        Args:
            text: any text.

        Returns:
            Spans in any order; they may overlap.
        """
        ...


@runtime_checkable
class Batched(Protocol):
    """A recogniser that is faster on many texts at once."""

    def find_all(self, texts: Sequence[str]) -> list[list[Span]]:
        """Find personal data in many texts.

        Args:
            texts: any texts.

        Returns:
            For each text what `find` gives.
        """
        ...


RECOGNISERS: Catalog[Callable[[], Recogniser]] = Catalog(
    kind="recogniser",
    group="warrant.recognisers",
    builtin={
        "patterns": "warrant.stages.curate.builtin.patterns:PatternRecogniser",
        "safe_harbor": "warrant.stages.curate.builtin.patterns:SafeHarborRecogniser",
    },
)
"""Every recogniser on offer, by the name that the recipe writes."""


def find_all(recogniser: Recogniser, texts: Sequence[str]) -> list[list[Span]]:
    """Find personal data in many texts, at once where the recogniser can.

    Args:
        recogniser: any.
        texts: any texts.

    Returns:
        The spans of each text.
    """
    if isinstance(recogniser, Batched):
        return recogniser.find_all(texts)
    return [list(recogniser.find(text)) for text in texts]


def resolve(spans: list[Span]) -> list[Span]:
    """Choose among overlapping spans: the longer one stays, of two equal ones the first listed.

    Args:
        spans: in any order.

    Returns:
        Spans that do not overlap, from left to right.
    """
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start - one.end):
        at = bisect_left(chosen, span.start, key=lambda one: one.start)
        if at and chosen[at - 1].end > span.start:
            continue
        if at < len(chosen) and chosen[at].start < span.end:
            continue
        insort(chosen, span)
    return chosen


def unite(text: str, spans: list[Span]) -> list[Span]:
    """Take all that any span covers: of a shorter one that overlaps a longer one, what remains.

    Args:
        text: in which they lie.
        spans: in any order.

    Returns:
        Spans that do not overlap, from left to right.

    Law: each letter and digit that a given span covers is covered by one of them.
    """
    chosen = resolve(spans)
    if len(chosen) == len(spans):
        return chosen
    free = bytearray(b"\1") * len(text)
    for span in chosen:
        free[span.start : span.end] = bytes(span.end - span.start)
    for span in sorted(set(spans) - set(chosen), key=lambda one: one.start - one.end):
        for start, end in _free(free, span, text):
            free[start:end] = bytes(end - start)
            insort(chosen, Span(start, end, span.kind))
    return chosen


def _free(free: bytearray, span: Span, text: str) -> Iterator[tuple[int, int]]:
    """Give the parts of a span that no other has taken, from letter to letter."""
    at = span.start
    while at < span.end:
        start = free.find(1, at, span.end)
        if start < 0:
            return
        stop = free.find(0, start, span.end)
        at = span.end if stop < 0 else stop
        words = [place for place in range(start, at) if text[place].isalnum()]
        if words:
            yield words[0], words[-1] + 1
