"""The protocol of a recogniser: find personal data in a text."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

from warrant.catalog import Catalog
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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


RECOGNISERS: Catalog[Callable[..., Recogniser]] = Catalog(
    kind="recogniser",
    group="warrant.recognisers",
    builtin={
        "presidio": "warrant.stages.curate.builtin.outside:Presidio",
        "token_classifier": "warrant.stages.curate.builtin.outside:TokenClassifier",
        "patterns": "warrant.stages.curate.builtin.patterns:PatternRecogniser",
        "safe_harbor": "warrant.stages.curate.builtin.patterns:SafeHarborRecogniser",
    },
)
"""Every recogniser on offer, by the name that the recipe writes. A factory takes the settings of
the recipe by name; one that has `reads_files` also `folder`, what relative paths start from."""


class Wanted(NamedTuple):
    """A recogniser as a recipe names it."""

    name: str
    """In the catalog."""
    settings: Mapping[str, Any]
    """Of its factory, by name."""

    @classmethod
    def read(cls, entry: object) -> Wanted:
        """Read an entry of the list `recognisers`: a name, or a name with settings.

        Args:
            entry: `patterns`, or `{presidio: {language: de}}`.

        Returns:
            Name and settings.

        Raises:
            InputError: when it is neither.
        """
        if isinstance(entry, str):
            return cls(entry, {})
        if isinstance(entry, dict) and len(entry) == 1:
            name, settings = next(iter(entry.items()))
            if isinstance(name, str) and isinstance(settings, dict):
                return cls(name, settings)
        raise InputError(
            "An entry of the list 'recognisers' is no name.",
            do="Write for example: recognisers: [patterns, {presidio: {language: en}}]",
        )

    @property
    def reads_files(self) -> bool:
        """Whether it can be made only where the recipe's folder is known."""
        return bool(getattr(RECOGNISERS.load(self.name), "reads_files", False))

    def make(self, **more: object) -> Recogniser:
        """Make the recogniser.

        Args:
            **more: settings besides the recipe's.

        Returns:
            It.

        Raises:
            InputError: when nobody offers it, or it does not take the settings.
        """
        factory = RECOGNISERS.load(self.name)
        known = list(signature(factory).parameters)
        wrong = [name for name in self.settings if name not in known]
        if wrong:
            raise InputError(
                f"The recogniser {self.name!r} does not take the setting {wrong[0]!r}.",
                do=f"It takes: {', '.join(one for one in known if one != 'folder') or 'none'}.",
            )
        return factory(**self.settings, **more)


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
