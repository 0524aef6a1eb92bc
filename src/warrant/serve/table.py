"""Writing answers where people work: xlsx, csv, parquet, jsonl. Rows stream through.

A cell that a spreadsheet would run as a formula is made inert: in xlsx it is written as text, in
csv it gets an apostrophe in front.

Source: OWASP, CSV injection (cells that begin with = + - @, tab or carriage return).
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX_ROWS = 1_048_575
"""Rows under the header of one sheet. Source: ECMA-376, as Excel limits it."""
XLSX_CHARACTERS = 32_767
"""Characters of one cell."""
CUT = " […cut: a spreadsheet cell holds no more]"
_PORTION = 5000
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


class Legend(NamedTuple):
    """What stands beside the answers, so that the file explains itself."""

    facts: tuple[tuple[str, str], ...]
    """Model, stage of use, digests, counts."""
    columns: tuple[tuple[str, str], ...]
    """What each column of ours means."""


def write_table(
    path: Path, names: Sequence[str], rows: Iterable[Row], legend: Legend, probability: str
) -> None:
    """Write answers to a file whose ending says the form.

    Args:
        path: ends in one of `SUFFIXES`; written as a whole or overwritten.
        names: of the columns.
        rows: cells in that order.
        legend: a sheet of its own in xlsx; metadata in parquet; csv and jsonl hold rows alone.
        probability: name of the column that is coloured in xlsx.

    Raises:
        InputError: when the ending is none of ours, or a workbook cannot hold so many rows.
    """
    SUFFIXES[suffix_of(path)](path, names, rows, legend, probability)


def suffix_of(path: Path) -> str:
    """Give the ending of an output file.

    Args:
        path: as the reader named it.

    Returns:
        One of `SUFFIXES`.

    Raises:
        InputError: when it is none of them.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"Answers cannot be written as {suffix or 'a file without ending'!r}.",
            do=f"Give the file one of the endings {', '.join(SUFFIXES)}.",
        )
    return suffix


def _write_csv(path: Path, names: Sequence[str], rows: Iterable[Row], _: Legend, __: str) -> None:
    # With a byte order mark, without which Excel reads UTF-8 as something else.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(_inert, names))
        writer.writerows(map(_inert, row) for row in rows)


def _inert(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _write_jsonl(path: Path, names: Sequence[str], rows: Iterable[Row], _: Legend, __: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            named = dict(zip(names, row, strict=True))
            file.write(json.dumps(named, ensure_ascii=False) + "\n")


def _write_parquet(
    path: Path, names: Sequence[str], rows: Iterable[Row], legend: Legend, probability: str
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {probability: pa.float64(), "abstained": pa.bool_()}
    facts = {f"warrant {name}": value for name, value in legend.facts}
    schema = pa.schema(
        [pa.field(name, kinds.get(name, pa.large_string())) for name in names], metadata=facts
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        portion: list[Row] = []
        for row in rows:
            portion.append(row)
            if len(portion) == _PORTION:
                writer.write_table(_arrow(portion, schema))
                portion = []
        writer.write_table(_arrow(portion, schema))


def _arrow(rows: Sequence[Row], schema):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - pyarrow has no types
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [
        pa.array(
            [None if cell is None else str(cell) for cell in column]
            if pa.types.is_large_string(field.type)
            else list(column),
            field.type,
        )
        for field, column in zip(schema, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _write_xlsx(
    path: Path, names: Sequence[str], rows: Iterable[Row], legend: Legend, probability: str
) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _NO_DATE})  # the same answers give the same bytes
        bold = book.add_format({"bold": True, "bg_color": "#E7ECF2", "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("answers")
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(names):
            sheet.set_column(at, at, _width(name))
            sheet.write_string(0, at, name, bold)
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > XLSX_ROWS:
                raise InputError(
                    f"A sheet of a workbook holds {XLSX_ROWS:,} rows; there are more.",
                    do="Write the answers as .csv or .parquet.",
                )
            for at, cell in enumerate(row):
                _write_cell(sheet, count, at, cell)
        sheet.autofilter(0, 0, max(count, 1), len(names) - 1)
        _colour(sheet, list(names).index(probability), count)
        _write_legend(book.add_worksheet("legend"), legend, bold, wrap)


def _write_cell(sheet, row: int, at: int, cell: Cell) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - xlsxwriter has no types
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, at, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, at, cell)
    else:
        is_long = len(cell) > XLSX_CHARACTERS
        sheet.write_string(row, at, cell[: XLSX_CHARACTERS - len(CUT)] + CUT if is_long else cell)


def _colour(sheet, at: int, count: int) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - as above
    """Colour the column of probabilities, in shades that colour-blind readers tell apart."""
    sheet.conditional_format(
        1,
        at,
        max(count, 1),
        at,
        {
            "type": "3_color_scale",
            "min_type": "num",
            "mid_type": "num",
            "max_type": "num",
            "min_value": 0,
            "mid_value": 0.5,
            "max_value": 1,
            "min_color": "#F4B183",
            "mid_color": "#FFF2CC",
            "max_color": "#9DC3E6",
        },
    )


def _write_legend(sheet, legend: Legend, bold, wrap) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - as above
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    at = 0
    for title, pairs in (("About these answers", legend.facts), ("Columns", legend.columns)):
        sheet.write_string(at, 0, title, bold)
        for name, words in pairs:
            at += 1
            sheet.write_string(at, 0, name, wrap)
            sheet.write_string(at, 1, words, wrap)
        at += 2


def _width(name: str) -> int:
    return {"why": 40, "deciding words": 44, "file": 32, "answer": 28, "text": 60}.get(
        name, max(12, min(40, len(name) + 4))
    )


SUFFIXES: Mapping[str, Callable[[Path, Sequence[str], Iterable[Row], Legend, str], None]] = {
    ".xlsx": _write_xlsx,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".jsonl": _write_jsonl,
}
"""How answers may be written, by the ending of the file."""
