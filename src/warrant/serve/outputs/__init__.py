"""Files of answers: csv, jsonl, parquet, xlsx; each written in one pass and read back by `verify`.

Law: the leaves of what a writer wrote are the leaves of what `read_lines` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.serve.outputs.parquet import read_parquet, write_parquet
from warrant.serve.outputs.table import Leaves, Legend, Table, Written
from warrant.serve.outputs.text import read_csv, read_jsonl, write_csv, write_jsonl
from warrant.serve.outputs.workbook import read_workbook, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Writer = Callable[[Path, Table, Legend], Written]
    Lines = Iterator[list[str | None]]

__all__ = ["SUFFIXES", "Leaves", "Legend", "Table", "Written", "read_lines", "write_table"]

_WRITERS: dict[str, Writer] = {
    ".csv": write_csv,
    ".jsonl": write_jsonl,
    ".parquet": write_parquet,
    ".xlsx": write_workbook,
}
_READERS: dict[str, Callable[[Path], Lines]] = {
    ".csv": read_csv,
    ".jsonl": read_jsonl,
    ".parquet": read_parquet,
    ".xlsx": read_workbook,
}

SUFFIXES = tuple(sorted(_WRITERS))
"""Endings of the files that can be written."""


def require_suffix(path: Path) -> str:
    """Give the ending of an output.

    Args:
        path: where the answers shall go.

    Returns:
        One of `SUFFIXES`.

    Raises:
        InputError: when it has another one.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"The output {path.name!r} ends in {suffix!r}; answers can be written as "
            f"{', '.join(SUFFIXES)}.",
            do=f"Name it, for example: -o {path.with_suffix('.xlsx').name}",
        )
    return suffix


def write_table(path: Path, kind: str, table: Table, legend: Legend) -> Written:
    """Write a file of answers.

    Args:
        path: is made; durable only once the caller has synced it.
        kind: one of `SUFFIXES`.
        table: header and lines.
        legend: gives the legend once the root is known.

    Returns:
        The root over all lines, and what was changed on the way.

    Raises:
        InputError: when the format cannot hold so many lines or columns.
    """
    return _WRITERS[kind](path, table, legend)


def read_lines(path: Path) -> Lines:
    """Read a file of answers back.

    Args:
        path: as `write_table` wrote it, or as a spreadsheet saved it again.

    Returns:
        Header first, then each line, every cell as text.

    Raises:
        InputError: when it cannot be read; no cell is quoted.
    """
    return _READERS[require_suffix(path)](path)
