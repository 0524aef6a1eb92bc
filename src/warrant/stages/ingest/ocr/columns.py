"""In which order the lines of a page are read: column by column where it has columns, else across.

Columns are parted by a gutter: an upright strip that few lines cross, with lines on either side
that are about as long as one another, as those of running text are. Cells of a table and answers of
a form are short or of all lengths, and are read across, row by row. A line across the gutter, such
as a heading, parts what stands above it from what stands below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warrant.stages.ingest.engine import Line

_FEWEST_LINES = 4
"""On either side of a gutter."""

_FEWEST_CHARACTERS = 12
"""Mean of the lines on either side; a column of amounts has fewer."""

_ACROSS = 0.4
"""At most this share of the lines crosses a gutter."""

_ALIKE, _MOST = 0.8, 0.5
"""So many lines of a side are at least so long, as a share of its longer ones."""


class _Gutter(NamedTuple):
    """Where columns part, and where either side parts again."""

    at: float
    """In pixels from the left."""
    left: _Gutter | None
    right: _Gutter | None


class _Sides(NamedTuple):
    left: list[Line]
    right: list[Line]
    across: list[Line]


def rows_in_order(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Give the lines of a page as they are read.

    Args:
        lines: in any order.

    Returns:
        What stands beside one another, from left to right, row after row.
    """
    return _read(lines, _gutter(lines))


def _read(lines: Sequence[Line], gutter: _Gutter | None) -> Iterator[list[Line]]:
    if gutter is None:
        yield from _rows(lines)
        return
    sides = _sides(lines, gutter.at)
    rows = list(_rows(sides.across))
    ends = [*(min(map(_middle, row)) for row in rows), float("inf")]
    start = float("-inf")
    for number, end in enumerate(ends):
        for side, further in ((sides.left, gutter.left), (sides.right, gutter.right)):
            yield from _read([one for one in side if start <= _middle(one) < end], further)
        yield from rows[number : number + 1]
        start = end


def _gutter(lines: Sequence[Line]) -> _Gutter | None:
    """Find the gutter that the fewest lines cross, and of these the widest."""
    heights = sorted(one.bottom - one.top for one in lines)
    narrowest = heights[len(heights) // 2] / 2 if heights else 0
    best, rank = None, (0, 0.0)
    for edge in sorted({one.right for one in lines}):
        sides = _sides(lines, edge + narrowest / 2)
        if not _are_columns(sides) or len(sides.across) > _ACROSS * len(lines):
            continue
        width = min(one.left for one in sides.right) - max(one.right for one in sides.left)
        found = (-len(sides.across), width)
        if width >= narrowest and (best is None or found > rank):
            best, rank = edge + narrowest / 2, found
    if best is None:
        return None
    sides = _sides(lines, best)
    return _Gutter(best, _gutter(sides.left), _gutter(sides.right))


def _sides(lines: Iterable[Line], at: float) -> _Sides:
    sides = _Sides([], [], [])
    for one in lines:
        side = sides.left if one.right <= at else sides.right if one.left >= at else sides.across
        side.append(one)
    return sides


def _are_columns(sides: _Sides) -> bool:
    return all(len(one) >= _FEWEST_LINES and _is_running(one) for one in (sides.left, sides.right))


def _is_running(side: Sequence[Line]) -> bool:
    """Say whether lines are about as long as one another, and no mere numbers."""
    lengths = sorted(one.right - one.left for one in side)
    long = lengths[3 * len(lengths) // 4] * _ALIKE
    return sum(len(one.text) for one in side) >= _FEWEST_CHARACTERS * len(side) and sum(
        one >= long for one in lengths
    ) >= _MOST * len(lengths)


def _rows(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Put lines beside one another into one row: their middles differ by half a line at most."""
    row: list[Line] = []
    for line in sorted(lines, key=lambda one: (one.top + one.bottom, one.left)):
        if row and _middle(line) > _middle(row[0]) + (row[0].bottom - row[0].top) / 2:
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2
