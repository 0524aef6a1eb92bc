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
from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.ingest import cell as read
from warrant.stages.ingest.grid import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    at = _first(grid)
    if _is_double(grid, at):
        upper, lower = _spread(grid, at), _words(grid.lines[at + 1].cells)
        return _header(grid, _joined(upper, lower), at + 2, _said(grid, at, at + 1))
    return _header(grid, _words(grid.lines[at].cells), at + 1, _said(grid, at))


def _stated(grid: Grid, lines: tuple[int, ...]) -> Header:
    by_number = {line.number: at for at, line in enumerate(grid.lines)}
    for number in lines:
        if number not in by_number:
            refuse(grid.name, f"has nothing on line {number}", "Correct 'header:' in the recipe.")
    first, last = by_number[lines[0]], by_number[lines[-1]]
    if first == last:
        names = _words(grid.lines[first].cells)
    else:
        names = _joined(_spread(grid, first), _words(grid.lines[last].cells))
    return _header(grid, names, last + 1, _said(grid, first, last))


def _said(grid: Grid, *places: int) -> str:
    numbers = dict.fromkeys(grid.lines[at].number for at in places)
    return " and ".join(f"line {number}" for number in numbers)


def _header(grid: Grid, names: list[str], first: int, where: str) -> Header:
    used = {place for line in grid.lines[first:] for place in _filled(line.cells)}
    while names and not names[-1]:
        names.pop()
    if not names:
        refuse(grid.name, "has no header that names its columns", _ADVICE)
    for place in sorted(used):
        if place >= len(names):
            line = next(one for one in grid.lines[first:] if place in _filled(one.cells))
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


def _first(grid: Grid) -> int:
    """Give the place of the first line that is no title."""
    width = len({place for line in grid.lines for place in _filled(line.cells)})
    for at in range(min(_MOST_TITLES, len(grid.lines) - 1)):
        if not _is_title(grid, at, width):
            return at
    return 0


def _is_title(grid: Grid, at: int, width: int) -> bool:
    line, below = grid.lines[at], grid.lines[at + 1 : at + 1 + _MOST_TITLES]
    filled = _filled(line.cells)
    is_short = len(filled) == 1 or len(filled) * _TITLE_SHARE <= width
    is_followed = any(len(_filled(one.cells)) > len(filled) for one in below)
    if not is_short or not is_followed or _is_grouped(grid, line, below[0], width):
        return False
    return (
        width > _FEW_COLUMNS or " " in str(line.cells[min(filled)]).strip() or _is_alone(grid, at)
    )


def _is_alone(grid: Grid, at: int) -> bool:
    """Say whether a blank line follows."""
    return grid.lines[at + 1].number > grid.lines[at].number + 1


def _is_grouped(grid: Grid, line: GridLine, below: GridLine, width: int) -> bool:
    """Say whether merged cells make a line the upper one of two header lines."""
    filled = _filled(below.cells)
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


def _is_double(grid: Grid, at: int) -> bool:
    """Say whether a line and the next one are one header."""
    if at + 1 >= len(grid.lines):
        return False
    line, below = grid.lines[at], grid.lines[at + 1]
    if below.number != line.number + 1 or not all(map(_is_name, below.cells)):
        return False
    upper, lower = _spread(grid, at), _words(below.cells)
    names = [name for name in _joined(upper, lower) if name]
    if len(set(names)) < len(names):
        return False
    width = len({place for one in grid.lines for place in _filled(one.cells)})
    if _is_grouped(grid, line, below, width):
        return True
    gaps = [place for place, word in enumerate(_words(line.cells)) if not word]
    gaps += range(len(line.cells), len(lower))
    fills = [place for place in gaps if place < len(lower) and lower[place]]
    rest = grid.lines[at + 2 :]
    return bool(fills) and any(_is_other(rest, place) for place in _filled(below.cells))


def _is_other(lines: Sequence[GridLine], place: int) -> bool:
    """Say whether the cells of a column are no words, nearly all of them."""
    cells = [line.cells[place] for line in lines if place < len(line.cells)]
    cells = [cell for cell in cells if cell is not None]
    others = [cell for cell in cells if not _is_name(cell)]
    return bool(others) and len(others) * 5 >= len(cells) * 4


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


def _spread(grid: Grid, at: int) -> list[str]:
    """Give the upper names, each written over all columns that it heads."""
    line = grid.lines[at]
    words = _words(line.cells)
    known = [one for one in grid.merged if one.top + 1 == line.number]
    words += [""] * (max((one.right + 1 for one in known), default=0) - len(words))
    for one in known:
        words[one.left : one.right + 1] = [words[one.left]] * (one.right - one.left + 1)
    if known:
        return words
    width = len(grid.lines[at + 1].cells) if at + 1 < len(grid.lines) else len(words)
    words += [""] * (width - len(words))
    below = _words(grid.lines[at + 1].cells) if at + 1 < len(grid.lines) else []
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


def _filled(cells: Sequence[Raw]) -> set[int]:
    return {place for place, cell in enumerate(cells) if cell is not None}


def _letter(place: int) -> str:
    """Name a column as spreadsheets do: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
