"""Cells of a row, as the JSON that enters the row's digest.

The schema says what a cell means; the JSON says what it holds, and nothing is normalised.

Law: `write_row(row) == canonical(cell_value(row))`, and `write_rows` gives that for each row.
Law: two instants are written alike exactly when they are the same moment.

Source: DESIGN, section 2, "fingerprint"; RFC 8785; RFC 3339.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import groupby, islice, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

from warrant.errors import InputError
from warrant.kernel.canon import (
    DEPTH_LIMIT,
    MAX_INTEGER,
    Json,
    fast_canonical,
    write_float,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Cell: TypeAlias = (
    "bool | int | float | str | TextDigest | date | datetime | Sequence[Cell] "
    "| Mapping[str, Cell] | None"
)
"""What may stand in one column of one row."""


class TextDigest(bytes):
    """Stands for a text of more than `LONG_TEXT_BYTES`: the 32 bytes of its SHA-256.

    Whoever has hashed a long text already passes this, and it is not hashed again.
    """

    __slots__ = ()


LONG_TEXT_BYTES = 256
"""A text of more UTF-8 bytes enters a row's digest as its own digest."""

_BATCH = 512
_SHORT_TEXT = LONG_TEXT_BYTES // 4  # characters that cannot pass the limit, whatever they are


def cell_value(cell: Cell, *, depth: int = DEPTH_LIMIT) -> Json:
    """Turn a cell into the JSON value that enters the row's digest.

    Args:
        cell: text, boolean, null, number, integer, date, instant with a time zone, or lists
            and objects of these.
        depth: how many lists and objects may still open.

    Returns:
        The value; an integer beyond ±(2^53−1) becomes a decimal string, a date or instant
        becomes RFC 3339 (instants in UTC), a text over 256 UTF-8 bytes, or its
        `TextDigest`, becomes {"sha256": hex}. Nothing is normalised.

    Raises:
        InputError: for an instant without a time zone, for any other type, or nesting that
            is too deep.

    Source: DESIGN, section 2, "fingerprint"; RFC 3339, section 5.6.
    """
    if cell is None or isinstance(cell, bool | float):
        return cell
    if isinstance(cell, str):
        return _text_value(cell)
    if isinstance(cell, int):
        return cell if -MAX_INTEGER <= cell <= MAX_INTEGER else _decimal(cell)
    if isinstance(cell, datetime):
        return _instant(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, TextDigest):
        return {"sha256": cell.hex()}
    if depth < 1:
        raise _refusal(f"it nests deeper than {DEPTH_LIMIT}", "Flatten it.")
    if isinstance(cell, Mapping):
        return {name: cell_value(value, depth=depth - 1) for name, value in cell.items()}
    if isinstance(cell, list | tuple):
        return [cell_value(value, depth=depth - 1) for value in cell]
    raise _refusal(f"its type is {type(cell).__name__}", "Turn it into text, number, date or list.")


def write_row(row: Mapping[str, Cell]) -> bytes:
    """Write a row as the bytes that its digest is taken of.

    Args:
        row: value by column name.

    Returns:
        RFC 8785 JSON of the row's `cell_value` by name.

    Raises:
        InputError: when a cell has no JSON form.

    Source: DESIGN, section 2, "fingerprint"; RFC 8785.
    """
    return fast_canonical(cell_value(row))


def write_rows(rows: Iterable[Mapping[str, Cell]]) -> Iterator[bytes]:
    """Write many rows as the bytes that their digests are taken of.

    Rows of one shape are written together, column by column, so that names are sorted and
    escaped once and each type is met by the interpreter's own loops.

    Args:
        rows: value by column name, for each row; up to `_BATCH` are read ahead.

    Yields:
        `write_row` of each, in order.

    Raises:
        InputError: when a cell has no JSON form.

    Source: DESIGN, section 2, "fingerprint"; RFC 8785.
    """
    for names, alike in groupby(rows, key=tuple):
        while batch := list(islice(alike, _BATCH)):
            yield from _write_batch(names, batch)


def _write_batch(names: tuple[str, ...], rows: list[Mapping[str, Cell]]) -> list[bytes]:
    try:
        pieces: list[Iterable[str]] = []
        for name, before in _plan(names):
            pieces += (repeat(before), _write_column([row[name] for row in rows]))
        written = map("".join, zip(*pieces, repeat("}"), strict=False))
        return [text.encode() for text in written]
    except _UNUSUAL:
        return [write_row(row) for row in rows]


def _write_column(cells: list[Any]) -> Iterable[str]:
    kinds = set(map(type, cells))
    if len(kinds) == 1:
        return _COLUMN_WRITERS[kinds.pop()](cells)
    writers = _WRITERS
    return [writers[type(cell)](cell) for cell in cells]


@lru_cache(maxsize=64)
def _plan(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give each name in order, with what stands before its cell."""
    if not names:
        raise _NoColumnsError
    order = sorted(names, key=_utf16)
    marks = "{" + "," * (len(order) - 1)
    return [(name, f"{mark}{write_text(name)}:") for mark, name in zip(marks, order, strict=True)]


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _write_text(text: str) -> str:
    if len(text) <= _SHORT_TEXT or _is_short(text):
        return write_text(text)
    return '{"sha256":"' + sha256(text.encode()).hexdigest() + '"}'


def _write_texts(texts: list[str]) -> Iterable[str]:
    longest = max(map(len, texts))
    if longest <= _SHORT_TEXT or (longest <= LONG_TEXT_BYTES and all(map(str.isascii, texts))):
        return map(write_text, texts)
    return map(_write_text, texts)


def _write_digest(digest: TextDigest) -> str:
    return '{"sha256":"' + digest.hex() + '"}'


def _write_integers(numbers: list[int]) -> Iterable[str]:
    if min(numbers) >= -MAX_INTEGER and max(numbers) <= MAX_INTEGER:
        return map(repr, numbers)
    return map(_write_integer, numbers)


def _write_floats(numbers: list[float]) -> Iterable[str]:
    texts = list(map(repr, numbers))
    joined = " ".join(texts)
    if "e" in joined or "n" in joined or "-0.0" in joined:
        return map(write_float, numbers)
    return [text.removesuffix(".0") for text in texts]


def _write_integer(number: int) -> str:
    if -MAX_INTEGER <= number <= MAX_INTEGER:
        return repr(number)
    return '"' + _decimal(number) + '"'


def _is_short(text: str) -> bool:
    size = len(text)
    return size <= LONG_TEXT_BYTES and (text.isascii() or len(text.encode()) <= LONG_TEXT_BYTES)


def _text_value(text: str) -> Json:
    try:
        if len(text) <= _SHORT_TEXT or _is_short(text):
            return text
        return {"sha256": sha256(text.encode()).hexdigest()}
    except UnicodeEncodeError:
        return text  # refused, with its own message, when the row is written


def _decimal(number: int) -> str:
    try:
        return str(int(number))
    except ValueError as error:
        raise _refusal("an integer has more than 4,300 digits", "Keep it as text.") from error


def _instant(at: datetime) -> str:
    if at.utcoffset() is None:
        raise _refusal(
            "an instant has no time zone", "Say in the recipe which zone the source uses."
        )
    try:
        utc = at.astimezone(UTC)
    except OverflowError as error:
        raise _refusal(
            "an instant lies outside the years 1 to 9999 UTC", "Correct the source."
        ) from error
    return utc.replace(tzinfo=None).isoformat() + "Z"


def _refusal(fault: str, do: str) -> InputError:
    return InputError(f"A cell cannot enter a row's digest: {fault}.", do=do)


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _write_text,
    TextDigest: _write_digest,
    int: _write_integer,
    float: write_float,
    bool: lambda cell: "true" if cell else "false",
    type(None): lambda _: "null",
    date: lambda cell: '"' + cell.isoformat() + '"',
    datetime: lambda cell: '"' + _instant(cell) + '"',
}
_COLUMN_WRITERS: dict[type, Callable[[list[Any]], Iterable[str]]] = {
    str: _write_texts,
    TextDigest: lambda cells: ['{"sha256":"' + cell.hex() + '"}' for cell in cells],
    int: _write_integers,
    float: _write_floats,
    bool: lambda cells: ["true" if cell else "false" for cell in cells],
    type(None): lambda cells: ["null"] * len(cells),
    date: lambda cells: ['"' + cell.isoformat() + '"' for cell in cells],
    datetime: lambda cells: ['"' + _instant(cell) + '"' for cell in cells],
}


class _NoColumnsError(Exception):
    """A row without a single cell."""


_UNUSUAL = (KeyError, AttributeError, UnicodeEncodeError, _NoColumnsError)
"""What the writers by column leave to `write_row`: other types, names that are not text."""
