"""The suite that every recogniser passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from warrant.stages.curate import Recogniser

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_recogniser(make: Callable[[], Recogniser], texts: Sequence[str]) -> None:
    """Check what `Recogniser` promises, on texts of the author's choice.

    Args:
        make: gives a fresh recogniser, as the catalog does.
        texts: some of them hold what it finds.

    Raises:
        AssertionError: with the promise that was broken.
    """
    first, second = make(), make()
    names = [kind.name for kind in first.kinds]
    _require(len(set(names)) == len(names), "each kind has a name of its own")
    _require(all(map(_NAME.fullmatch, names)), "a name is small letters, digits, underscores")
    found = [list(first.find(text)) for text in texts]
    _require(any(found), "it finds something in at least one of the texts")
    again = [list(second.find(text)) for text in reversed(texts)]
    _require(again[::-1] == found, "the spans of a text depend on that text alone")
    for text in (*texts, "", " ", "\0", "\U0001f9fe" * 300, "\ud800"):
        for span in first.find(text):
            _require(0 <= span.start < span.end <= len(text), "a span lies inside its text")
            _require(span.kind in names, "a span names one of the kinds")


def _require(holds: object, promise: str) -> None:
    if not holds:
        raise AssertionError(f"A recogniser promises: {promise}.")
