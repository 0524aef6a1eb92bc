"""Plain text, in whatever encoding it is found to be (`decoding.py`)."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.ingest.apart import TOO_LONG
from warrant.stages.ingest.decoding import CP1252, LONGEST_BYTES, UTF_16, VERSION, decode
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.stages.ingest.files import OpenFile

NOT_TEXT = Reason(
    code="not_text",
    kind="drop",
    rule="txt",
    version=VERSION,
    words="The bytes are no text in UTF-8, UTF-16 or Windows-1252.",
)


class TextReader:
    """Reads a file as one text."""

    reasons = (UTF_16, CP1252, NOT_TEXT, TOO_LONG)
    has_records = False

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one file.

        Args:
            file: any bytes.

        Yields:
            One document, or why there is none.
        """
        if file.size() > LONGEST_BYTES:
            yield Unread(TOO_LONG.code)
            return
        data = file.read()
        found = decode(data)
        if found is None:
            yield Unread(NOT_TEXT.code)
        elif found.note:
            yield Document(found.text, notes=(found.note,))
        else:
            yield Document(found.text, is_verbatim=not data.startswith(codecs.BOM_UTF8))
