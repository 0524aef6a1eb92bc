"""Labelled rows: texts with the places of personal data, marked by a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AT_ONCE = 256
_FORM = '{"text": "…", "spans": [{"start": 0, "end": 5, "label": "name"}]}'


class Place(NamedTuple):
    """A labelled place."""

    start: int
    """First character, in code points from 0."""
    end: int
    """After the last character; above `start`."""
    label: str
    """As the file names it."""


class LabelledRow(NamedTuple):
    """A text and what is labelled in it."""

    text: str
    """Any text."""
    places: list[Place]
    """In the order of the file."""
    document: str
    """Rows of one document have the same; of a row that names none, its own number."""


def read_labelled(file: Path) -> Iterator[LabelledRow]:
    """Read labelled rows.

    Args:
        file: JSON lines or Parquet; each row has `text` and `spans` with `start`, `end`, `label`,
            and may have `document`.

    Yields:
        Rows in the order of the file.

    Raises:
        InputError: when the file is missing or a row is of another form.
    """
    if not file.is_file():
        raise InputError(
            f"There is no file of labelled rows at '{file}'.",
            do="Name a file of JSON lines or Parquet with the columns text and spans.",
        )
    read = _parquet_rows if file.suffix == ".parquet" else _json_rows
    for number, row in enumerate(read(file), 1):
        yield _checked(row, file.name, number)


def _json_rows(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError:
                raise _wrong(file.name, number) from None


def _parquet_rows(file: Path) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for batch in pq.ParquetFile(file).iter_batches(_AT_ONCE):
        yield from batch.to_pylist()


def _checked(row: Any, name: str, number: int) -> LabelledRow:  # noqa: ANN401 - any JSON
    try:
        text = row["text"]
        places = [Place(one["start"], one["end"], str(one["label"])) for one in row["spans"]]
        sound = isinstance(text, str) and all(0 <= a < b <= len(text) for a, b, _ in places)
        document = row.get("document")
    except (AttributeError, KeyError, TypeError):
        sound = False
    if not sound:
        raise _wrong(name, number)
    return LabelledRow(text, places, f"\0{number}" if document is None else str(document))


def _wrong(name: str, number: int) -> InputError:
    return InputError(
        f"Row {number} of {name!r} is no labelled row.",
        do=f"Write each row as {_FORM}; start and end count characters of the text from 0.",
    )
