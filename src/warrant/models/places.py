"""Places in a text with a label each: what is true of a row of `spans`, and what a model finds.

In rows they are the JSON of a list, `[{"end": 12, "label": "Disease", "start": 4}]`, sorted, none
touching another; characters are code points, counted from 0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Span(NamedTuple):
    """A place with its label."""

    start: int
    """First character, from 0."""
    end: int
    """After the last character; above `start`."""
    label: str
    """What stands there."""


class FoundSpan(NamedTuple):
    """A place that a model found."""

    start: int
    """First character, from 0."""
    end: int
    """After the last character."""
    label: str
    """What the model says stands there."""
    probability: float
    """How sure it is of place and label together, 0 to 1."""


def write_spans(spans: Iterable[Span]) -> str:
    """Write places as the cell of a row.

    Args:
        spans: any; they are sorted.

    Returns:
        JSON.
    """
    return json.dumps(
        [{"end": one.end, "label": one.label, "start": one.start} for one in sorted(spans)],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_spans(cell: object, column: str) -> tuple[Span, ...]:
    """Read the cell of a row.

    Args:
        cell: as `write_spans` wrote it.
        column: its name, for the message.

    Returns:
        The places, sorted.

    Raises:
        InputError: when it holds no such list; it is not quoted.
    """
    try:
        found = json.loads(cell) if isinstance(cell, str) else cell
        return tuple(sorted(map(_span, found if isinstance(found, list) else [found])))
    except (KeyError, TypeError, ValueError):
        raise InputError(
            f"Column {column!r} holds a cell that is no list of places.",
            do='Write each cell as [{"start": 0, "end": 5, "label": "name"}]; start and end count '
            "characters of the text from 0.",
        ) from None


def _span(one: Any) -> Span:  # noqa: ANN401 - any JSON
    start, end, label = one["start"], one["end"], one["label"]
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(label, str) and label):
        raise ValueError
    return Span(start, end, label)
