"""Rich text (.rtf), as striprtf reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.ledger import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.stages.ingest.files import OpenFile

VERSION = "1"
"""Raised whenever the same bytes may give another text."""

NOT_RTF = Reason(
    code="not_rtf",
    kind="drop",
    rule="rtf",
    version=VERSION,
    words="The file is no rich text. Open it and save it as .docx.",
)


class RtfReader:
    """Reads rich text as one document."""

    reasons = (*apart.REASONS, NOT_RTF)
    has_records = False

    def __init__(self) -> None:
        self._worker = apart.Worker("rtf")

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one file; see `Reader`."""
        yield self._worker.parse(file)

    def parse(self, data: bytes) -> Document | Unread:
        """Parse one file, in the worker.

        Args:
            data: the file.

        Returns:
            Its text, or why there is none.
        """
        from striprtf.striprtf import rtf_to_text

        if not data.lstrip().startswith(b"{\\rtf"):
            return Unread(NOT_RTF.code)
        # RTF is ASCII with escapes; striprtf decodes those by the code page that the file names.
        text = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
        return Document(text.strip("\n"))
