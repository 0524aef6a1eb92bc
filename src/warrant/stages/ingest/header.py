"""Which line of a sheet names its columns, in the shapes that offices leave behind.

Title lines above the header fill one cell, or at most a third of the columns; they are passed
over. Two header lines are one header when merged cells say so, or when the upper one has gaps, the
lower one fills them, and what stands below is of another kind (numbers, days, marks, names of
files) than the lower line's words. A column is called by its lower name where that is unique, else
`upper / lower`. `header:` in the recipe ends all guessing.

Law: a line under the header is never taken for a name without one of these reasons.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.ingest import cell as read
from warrant.stages.ingest.grid import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from warrant.stages.ingest.grid import Grid, GridLine
    from warrant.stages.ingest.reader import Raw

_MOST_TITLES = 20  # lines above a header
_TITLE_SHARE = 3  # a title fills at most one column of so many
_FEW_COLUMNS = 3
_FILE = re.compile(r".*\.[A-Za-z0-9]{2,5}")
_MARKS = frozenset({"x", "yes", "no", "y", "n", "true", "false", "-", "✓", "✔"})
_LONG_NAME = 120  # characters; a longer cell is no name of a column


class Header(NamedTuple):
    """The names of the columns of a sheet."""

    names: tuple[str, ...]
    """Each once."""
    places: tuple[int, ...]
    """Of each name, its place in a line, from 0; a column without name and cells has none."""
    first: int
    """Place in the grid of the first line under the header."""


def find_header(grid: Grid, lines: tuple[int, ...] = ()) -> Header:
    """Find the names of the columns.

    Args:
        grid: all cells.
        lines: numbers of the one or two lines that hold them; none: they are found.

    Returns:
        The names.

    Raises:
        InputError: when there is no header, one column with cells has no name, or two have the
            same.
    """
    if grid.columns is not None:
        return _header(grid, list(grid.columns), 0, "its schema")
    if lines:
        return _stated(grid, lines)
    if not grid.lines:
        refuse(grid.name, "has no header", "Write the names of its columns in the first line.")
    top = _Top(grid, grid.lines.head(2 * _MOST_TITLES + 1))
    at = _first(top)
    line, *below = top.lines[at : at + 2]
    if _is_double(top, at):
        names = _joined(_spread(grid, line, below), _words(below[0].cells))
        return _header(grid, names, at + 2, _said(line, *below))
    return _header(grid, _words(line.cells), at + 1, _said(line))


class _Top(NamedTuple):
    """The lines of a sheet among which its header is sought."""

    grid: Grid
    lines: list[GridLine]


def _stated(grid: Grid, numbers: tuple[int, ...]) -> Header:
    found: dict[int, tuple[int, GridLine]] = {}
    below: dict[int, list[GridLine]] = {}
    for at, line in enumerate(grid.lines):
        if at - 1 in below:
            below[at - 1].append(line)
        if line.number in numbers:
            found[line.number], below[at] = (at, line), []
        if line.number > max(numbers):
            break
    for number in numbers:
        if number not in found:
            refuse(grid.name, f"has nothing on line {number}", "Correct 'header:' in the recipe.")
    (first, upper), (last, lower) = found[numbers[0]], found[numbers[-1]]
    if first == last:
        names = _words(upper.cells)
    else:
        names = _joined(_spread(grid, upper, below[first]), _words(lower.cells))
    return _header(grid, names, last + 1, _said(upper, lower))


def _said(*lines: GridLine) -> str:
    numbers = dict.fromkeys(line.number for line in lines)
    return " and ".join(f"line {number}" for number in numbers)


def _header(grid: Grid, names: list[str], first: int, where: str) -> Header:
    used = grid.lines.filled_from(first)
    while names and not names[-1]:
        names.pop()
    if not names:
        refuse(grid.name, "has no header that names its columns", _ADVICE)
    for place in sorted(used):
        if place >= len(names):
            rest = islice(grid.lines, first, None)
            line = next(one for one in rest if place in one.filled)
            refuse(
                grid.name,
                f"has more cells on line {line.number} than columns in its header ({where})",
                f"Name every column, or mend the line. {_ADVICE}",
            )
        if not names[place]:
            refuse(
                grid.name,
                f"has no header that names every column: {where} leaves column {_letter(place)} "
                "without a name",
                f"Write a name there. {_ADVICE}",
            )
    for name, times in Counter(name for name in names if name).items():
        if times > 1:
            refuse(
                grid.name,
                f"names the column {name!r} {'twice' if times == 2 else f'{times} times'} "
                f"({where})",
                f"Rename all but one. {_ADVICE}",
            )
    places = tuple(place for place, name in enumerate(names) if name)
    return Header(tuple(names[place] for place in places), places, first)


_ADVICE = (
    "If other lines hold the names, say which under 'sources:' in the recipe, for example: "
    "header: [3]"
)


def _first(top: _Top) -> int:
    """Give the place of the first line that is no title."""
    for at in range(min(_MOST_TITLES, len(top.grid.lines) - 1)):
        if not _is_title(top, at):
            return at
    return 0


def _is_title(top: _Top, at: int) -> bool:
    line, below = top.lines[at], top.lines[at + 1 : at + 1 + _MOST_TITLES]
    filled, width = line.filled, top.grid.lines.width
    is_short = len(filled) == 1 or len(filled) * _TITLE_SHARE <= width
    is_followed = any(len(one.filled) > len(filled) for one in below)
    if not is_short or not is_followed or _is_grouped(top.grid, line, below[0]):
        return False
    is_alone = below[0].number > line.number + 1  # a blank line follows
    return width > _FEW_COLUMNS or " " in str(line.cells[min(filled)]).strip() or is_alone


def _is_grouped(grid: Grid, line: GridLine, below: GridLine) -> bool:
    """Say whether merged cells make a line the upper one of two header lines."""
    filled, width = below.filled, grid.lines.width
    for one in grid.merged:
        if one.top + 1 != line.number:
            continue
        if one.left == one.right and one.bottom + 1 == below.number:
            return True
        across = one.right - one.left + 1
        under = [place for place in filled if one.left <= place <= one.right]
        if across < width and len(under) > 1:
            return True
    return False


def _is_double(top: _Top, at: int) -> bool:
    """Say whether a line and the next one are one header."""
    if at + 1 >= len(top.grid.lines):
        return False
    line, below = top.lines[at : at + 2]
    if below.number != line.number + 1 or not all(map(_is_name, below.cells)):
        return False
    upper, lower = _spread(top.grid, line, [below]), _words(below.cells)
    names = [name for name in _joined(upper, lower) if name]
    if len(set(names)) < len(names):
        return False
    if _is_grouped(top.grid, line, below):
        return True
    gaps = [place for place, word in enumerate(_words(line.cells)) if not word]
    gaps += range(len(line.cells), len(lower))
    fills = [place for place in gaps if place < len(lower) and lower[place]]
    return bool(fills) and _has_others(islice(top.grid.lines, at + 2, None), below.filled)


def _has_others(lines: Iterable[GridLine], places: Sequence[int]) -> bool:
    """Say whether the cells of one of some columns are no words, nearly all of them."""
    cells, others = Counter[int](), Counter[int]()
    for line in lines:
        for place in places:
            cell = line.cells[place] if place < len(line.cells) else None
            if cell is not None:
                cells[place] += 1
                others[place] += not _is_name(cell)
    return any(others[place] and others[place] * 5 >= cells[place] * 4 for place in places)


def _is_name(cell: Raw) -> bool:
    """Say whether a cell could be the name of a column: words, not a number, day, mark or path."""
    if cell is None:
        return True
    if not isinstance(cell, str) or len(cell) > _LONG_NAME:
        return False
    text = cell.strip()
    return not (
        text.lower() in _MARKS
        or _FILE.fullmatch(text)
        or read.point_amount(text)
        or read.comma_amount(text)
        or read.day_first(text)
        or read.month_first(text)
    )


def _spread(grid: Grid, line: GridLine, following: Sequence[GridLine]) -> list[str]:
    """Give the upper names, each written over all columns that it heads."""
    words = _words(line.cells)
    known = [one for one in grid.merged if one.top + 1 == line.number]
    words += [""] * (max((one.right + 1 for one in known), default=0) - len(words))
    for one in known:
        words[one.left : one.right + 1] = [words[one.left]] * (one.right - one.left + 1)
    if known:
        return words
    below = _words(following[0].cells) if following else []
    words += [""] * (len(below) - len(words))
    for place in range(1, len(words)):
        if not words[place] and place < len(below) and below[place] and below[place - 1]:
            words[place] = words[place - 1]  # a gap to the right of a group's name belongs to it
    return words


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    times = Counter(low or high for high, low in zip(above, below, strict=True))
    return [
        f"{high} / {low}" if high and low and high != low and times[low] > 1 else low or high
        for high, low in zip(above, below, strict=True)
    ]


def _words(cells: Sequence[Raw]) -> list[str]:
    return [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]


def _letter(place: int) -> str:
    """Name a column as spreadsheets do: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
