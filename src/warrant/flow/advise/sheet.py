"""Suspects as a sheet for a person to judge: one line a row, an empty cell for the right label.

Text is always written as text: no formula, no link is ever made of it.
"""

from __future__ import annotations

import csv
import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.flow.advise.rows import inputs_of
from warrant.serve.cells import plain_text
from warrant.serve.inert import bare, inert, is_dangerous
from warrant.serve.outputs.workbook import MOST_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from warrant.flow.advise.advice import SuspectRow
    from warrant.flow.advise.rows import AdvisedRows

ROW, RIGHT, SAYS = "row", "right label", "says"
"""Headers of the columns that are read back."""
SUSPECTS = "suspects"
"""Name of the sheet."""
WITHHELD = "(not shown)"
"""Stands in place of a text that nothing allows to show."""

_BEGINNING = datetime(1980, 1, 1)  # noqa: DTZ001 - the same bytes, whenever they are written
_OURS = (SAYS, "seems", "sure", RIGHT)  # the last columns
_COMPARED = 1000  # characters of a cell
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")  # as a workbook writes what XML cannot hold
_MOST_CHOICES = 200  # labels that are offered in the cell


class Judged(NamedTuple):
    """One line that a person filled in."""

    line: int
    """In the file, from 1; the header is 1."""
    row: str
    """Row id, hex."""
    label: str
    """The right label, as she wrote it."""
    shown: Mapping[str, str]
    """The other cells of the line, by header: what she judged by."""


def write_suspects(
    path: Path, rows: AdvisedRows, suspects: Sequence[SuspectRow], *, with_text: bool
) -> None:
    """Write the sheet.

    Args:
        path: ends in .xlsx or .csv.
        rows: the rows that advice is about.
        suspects: the surest first.
        with_text: show the cells that the model reads.

    Raises:
        InputError: for another ending.
    """
    lines = [_header(rows), *(_line(rows, one, with_text) for one in suspects)]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([inert(cell) for cell in line] for line in lines)
        return
    if path.suffix.lower() != ".xlsx":
        raise InputError(
            f"Suspects are written as .xlsx or .csv, not as {path.suffix or 'a file without one'}.",
            do=f"Write: --suspects {path.with_suffix('.xlsx').name}",
        )
    labels = sorted({label for found in rows.examples.labels for label in found})
    _write_workbook(path, lines, labels if rows.config.task not in ("multilabel", "spans") else [])


def _header(rows: AdvisedRows) -> list[str]:
    return [ROW, "file", "part", *rows.config.names, *_OURS]


def stands_as_shown(rows: AdvisedRows, place: int, shown: Mapping[str, str]) -> bool:
    """Say whether a row is still what a person saw when she judged it.

    Letters and digits are compared: spreadsheets write line ends and signs anew.

    Args:
        rows: as they are now.
        place: of the row.
        shown: cells of the sheet's line, by header; what is left out or withheld is not compared.

    Returns:
        False when the label or a text is another.
    """
    separator = rows.config.label_separator
    said = shown.get(SAYS)
    if said is not None:
        parts = said.split(separator) if rows.config.task == "multilabel" else [said]
        if {_core(one) for one in parts} - {""} != {*map(_core, rows.examples.labels[place])}:
            return False
    texts = {one.column for one in rows.config.inputs if one.read_as == "text"}
    return all(
        shown.get(name, WITHHELD) == WITHHELD or _core(shown[name]) == _core(plain_text(cell) or "")
        for name, cell in inputs_of(rows, place)
        if name in texts and name not in _OURS
    )


def _core(text: str) -> str:
    """Give the letters and digits of a text that any spreadsheet keeps."""
    return "".join(filter(str.isalnum, _ESCAPED.sub("", text[:_COMPARED])))


def _line(rows: AdvisedRows, one: SuspectRow, with_text: bool) -> list[str]:  # noqa: FBT001 - asked above
    said = rows.examples.labels[one.row]
    seems = sorted({*said, one.proposed} - {one.given, ""})
    if one.place is not None:
        said = (f"{one.given} {one.place[0]}-{one.place[1]}",)
        seems = [one.proposed]
    between = f"{rows.config.label_separator} "
    cells = [plain_text(cell) or "" for _, cell in inputs_of(rows, one.row)]
    return [
        rows.row_ids[one.row].hex(),
        rows.paths[one.row],
        rows.parts[one.row],
        *(cells if with_text else [WITHHELD for _ in cells]),
        between.join(said),
        between.join(seems),
        f"{1 - one.own:.3f}",
        "",
    ]


def _write_workbook(path: Path, lines: Sequence[Sequence[str]], labels: Sequence[str]) -> None:
    import xlsxwriter

    options = {
        "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
    }  # fmt: skip
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties({"created": _BEGINNING, "comments": "Written by warrant advise"})
    sheet = workbook.add_worksheet(SUSPECTS)
    head = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
    marked = workbook.add_format({"quote_prefix": True, "valign": "top", "text_wrap": True})
    plain = workbook.add_format({"valign": "top", "text_wrap": True})
    empty = workbook.add_format({"valign": "top", "bg_color": "#FFF7DB"})
    last = len(lines[0]) - 1
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            form = head if number == 0 else marked if is_dangerous(cell) else plain
            if number and place == last:
                sheet.write_blank(number, place, None, empty)
            else:
                sheet.write_string(number, place, cell[: MOST_CHARACTERS // 2], form)
    for place, name in enumerate(lines[0]):
        sheet.set_column(place, place, _width(name, [line[place] for line in lines[1:51]]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines) - 1, 1), last)
    if labels and len(labels) <= _MOST_CHOICES:
        _offer(workbook, sheet, labels, len(lines) - 1, last)
    workbook.close()


def _offer(workbook: object, sheet: object, labels: Sequence[str], lines: int, place: int) -> None:
    """Offer the known labels in the empty cells."""
    listed = workbook.add_worksheet("labels")  # type: ignore[attr-defined] # no types in the wheel
    for number, label in enumerate(labels):
        listed.write_string(number, 0, label)
    sheet.data_validation(  # type: ignore[attr-defined] # as above
        *(1, place, max(lines, 1), place),
        {"validate": "list", "source": f"=labels!$A$1:$A${len(labels)}", "error_type": "warning"},
    )


def _width(name: str, cells: Sequence[str]) -> float:
    if name == ROW:
        return 10.0
    widest = max([len(name), *map(len, cells)])
    return min(max(widest + 3.0, 10.0), 60.0)


def read_judged(path: Path) -> list[Judged]:
    """Read what a person filled in.

    Args:
        path: what `write_suspects` wrote, with right labels in it.

    Returns:
        The lines with a right label.

    Raises:
        InputError: when it is no such sheet.
    """
    lines = _read_csv(path) if path.suffix.lower() == ".csv" else _read_workbook(path)
    header = next(lines, [])
    if ROW not in header or RIGHT not in header:
        raise InputError(
            f"{path.name!r} has no columns {ROW!r} and {RIGHT!r} in its first line.",
            do="Give the sheet as `warrant advise --suspects` wrote it, with right labels in it.",
        )
    places = header.index(ROW), len(header) - 1 - header[::-1].index(RIGHT)
    found = []
    for number, line in enumerate(lines, start=2):
        row, label = (line[at].strip() if at < len(line) else "" for at in places)
        if label:
            found.append(Judged(number, row, label, dict(zip(header, line, strict=False))))
    return found


def _read_csv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        between = ";" if first.count(";") > first.count(",") else ","
        for line in csv.reader(file, delimiter=between):
            yield [bare(cell) for cell in line]


def _read_workbook(path: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SUSPECTS)
    except CalamineError:
        raise InputError(
            f"{path.name!r} cannot be read as a workbook with a sheet {SUSPECTS!r}.",
            do="Give the sheet as `warrant advise --suspects` wrote it, with right labels in it.",
        ) from None
    for line in sheet.iter_rows():
        yield [_cell(cell) for cell in line]


def _cell(cell: object) -> str:
    """Give a cell as a person wrote it; a spreadsheet makes a number of a label `1`."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
