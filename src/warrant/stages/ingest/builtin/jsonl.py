"""JSON Lines: every line an object, every object one document.

Source: https://jsonlines.org; RFC 8259 (UTF-8, and no number beyond the finite ones).
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, NoReturn

from warrant.kernel.canon import MAX_INTEGER
from warrant.records.reason import Reason
from warrant.stages.ingest.column import text_of
from warrant.stages.ingest.reader import Document, Raw, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from warrant.stages.ingest.files import OpenFile

VERSION = "1"
"""Raised whenever the same bytes may give other records."""

LONGEST_BYTES = 64 << 20
"""Of one line; a longer one is no record."""


def _dropped(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="jsonl", version=VERSION, words=words)


NOT_OBJECT = _dropped("not_json_object", "The line is no JSON object, or names a key twice.")
TOO_LONG = _dropped("line_too_long", "The line has more than 64 MB.")


class JsonlReader:
    """Reads each line as one document; a key `text` is its text."""

    reasons = (NOT_OBJECT, TOO_LONG)
    has_records = True

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one file.

        Args:
            file: any bytes.

        Yields:
            One document per line that is not blank, in order; or why there is none.
        """
        with file.open() as lines:
            for line in _lines(lines):
                if line is None:
                    yield Unread(TOO_LONG.code)
                elif line.strip():
                    yield _document(line)


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Give each line; None for one that is too long."""
    is_first = True
    while line := file.readline(LONGEST_BYTES + 1):
        if len(line) > LONGEST_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_BYTES)
            yield None
        else:
            yield line.removeprefix(codecs.BOM_UTF8) if is_first else line
        is_first = False


def _document(line: bytes) -> Document | Unread:
    try:
        value = json.loads(line.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Unread(NOT_OBJECT.code)
    if not isinstance(value, dict):
        return Unread(NOT_OBJECT.code)
    cells = {name: _cell(cell) for name, cell in value.items()}
    return Document(text_of(cells), cells)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_: str) -> NoReturn:
    raise ValueError


def _cell(value: Any) -> Raw:  # noqa: ANN401 - any JSON
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return [part if isinstance(part, str) else json.dumps(part) for part in value]
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return str(value)
    cell: Raw = value if value != "" else None
    return cell
