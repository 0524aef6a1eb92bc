"""Answers as csv (RFC 4180) and as JSON lines."""

from __future__ import annotations

import csv
import json
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.serve.cells import plain_text, short_number, tidy
from warrant.serve.inert import bare, inert
from warrant.serve.outputs.table import Leaves, Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.serve.cells import Cell
    from warrant.serve.outputs.table import Legend, Table

_CELL_LIMIT = 2**31 - 1
"""Characters of a cell that are read back; the csv module's own limit is 131,072."""


def write_csv(path: Path, table: Table, legend: Legend) -> Written:
    """Write a csv file in UTF-8 with a byte order mark, which spreadsheets look for.

    Args:
        path: is made.
        table: header and lines.
        legend: has no place in this format.

    Returns:
        Root and counts; nothing is cut.
    """
    del legend
    leaves, marked = Leaves(), 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write = csv.writer(file).writerow
        leaves.add(table.header)
        write([inert(name) for name in table.header])
        for line in table.lines():
            texts = [plain_text(cell) for cell in line]
            leaves.add(texts)
            safe = [inert(text) if text else "" for text in texts]
            marked += sum(
                len(one) != len(text or "") for one, text in zip(safe, texts, strict=True)
            )
            write(safe)
    return Written(leaves.root(), marked, 0)


def read_csv(path: Path) -> Iterator[list[str | None]]:
    """Read what `write_csv` wrote.

    Args:
        path: the file.

    Yields:
        Header, then each line, apostrophes of `inert` taken away.

    Raises:
        InputError: when it is no text, or a line has another width than the header.
    """
    csv.field_size_limit(_CELL_LIMIT)
    width = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.reader(file):
                width = width or len(line)
                if len(line) != width:
                    raise _unfit(path)
                yield [bare(cell) or None for cell in line]
    except (UnicodeDecodeError, csv.Error):
        raise _unfit(path) from None


def write_jsonl(path: Path, table: Table, legend: Legend) -> Written:
    """Write one JSON object a line.

    Args:
        path: is made.
        table: header and lines.
        legend: has no place in this format.

    Returns:
        Root and counts; nothing is cut, and nothing need be made inert.
    """
    del legend
    leaves = Leaves()
    leaves.add(table.header)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in table.lines():
            leaves.add([plain_text(cell) for cell in line])
            row = dict(zip(table.header, map(_json_cell, line), strict=True))
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return Written(leaves.root(), 0, 0)


def read_jsonl(path: Path) -> Iterator[list[str | None]]:
    """Read what `write_jsonl` wrote.

    Args:
        path: the file.

    Yields:
        The keys of the first line, then the values of each.

    Raises:
        InputError: when a line is no object, or has other keys than the first.
    """
    header: list[str] = []
    with path.open(encoding="utf-8", newline="\n") as file:
        try:
            for text in file:
                row = json.loads(text)
                if not isinstance(row, dict) or (header and list(row) != header):
                    raise _unfit(path)
                if not header:
                    header = list(row)
                    yield list(header)
                yield [plain_text(tidy(cell)) for cell in row.values()]
        except ValueError:  # JSON and UTF-8
            raise _unfit(path) from None


def _json_cell(cell: Cell) -> object:
    if isinstance(cell, float):
        return short_number(cell) if isfinite(cell) else plain_text(cell)
    return plain_text(cell) if isinstance(cell, date) else cell


def _unfit(path: Path) -> InputError:
    return InputError(
        f"{path.name!r} cannot be read as a file of answers.",
        do="Give the file as `warrant predict` wrote it.",
    )
