"""The protocol of a source reader: from one file to its documents.

A file with a suffix nobody reads, or one that its reader refuses, is a decision in the ledger:
never a crash, never a silent skip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from warrant.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from warrant.records.reason import Reason
    from warrant.stages.ingest.files import OpenFile

Raw: TypeAlias = "str | int | float | bool | date | datetime | list[str] | None"
"""A cell as a source holds it, before the whole column decides its type."""


@dataclass(frozen=True)
class Page:
    """A page whose text was recognised on a picture of it (OCR)."""

    number: int
    """From 1, in its file."""

    confidence: float | None
    """How sure the engine is, mean over its characters, 0 to 1; None where it found no text."""

    kept: bool
    """False where it was left out because the engine is not sure enough."""

    turned: int = 0
    """By how many degrees it was turned to the left to be read: 0, 90, 180 or 270."""

    lines: tuple[tuple[int, int, int, int, int, int], ...] = ()
    """Of a page that was kept, each line: first character and the one after the last in the
    document's text; left, top, right and bottom in thousandths of the page as it lies."""


@dataclass(frozen=True)
class Document:
    """What a person would call one document."""

    text: str | None
    """Its text, nothing normalised; None for a record without a column `text`."""

    cells: Mapping[str, Raw] = field(default_factory=dict)
    """Of a record: its columns."""

    is_verbatim: bool = False
    """True when the text's UTF-8 bytes are the file's bytes: it is hashed once, not twice."""

    notes: tuple[str, ...] = ()
    """Codes of the reader's reasons of kind `change`: what was done to get at the text."""

    counted: tuple[tuple[str, float], ...] = ()
    """Codes of the reader's reasons of kind `change` or `measure`, with a number: what was left
    out of the text, and how much of it."""

    pages: tuple[Page, ...] = ()
    """Those whose text was recognised on a picture of them."""


@dataclass(frozen=True)
class Unread:
    """A file, or a record in it, that could not be read."""

    code: str
    """One of the reader's reasons of kind `drop`."""


class Reader(Protocol):
    """Reads files of some kinds.

    Law: the same bytes give the same documents, whatever the file's name.
    """

    reasons: tuple[Reason, ...]
    """Every reason it may give, in plain words without any content."""

    has_records: bool
    """True when a file holds many documents, each a record with cells and a digest of its own;
    False when the file is the document."""

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one file.

        Args:
            file: bytes or path; its name is for messages of the console only.

        Returns:
            Its documents in order, one by one. Without records: exactly one item.

        Raises:
            OSError: when the file cannot be opened; ingest turns it into a decision.
        """
        ...


READERS = Catalog[Callable[[], Reader]](
    kind="reader",
    group="warrant.readers",
    builtin={
        "docx": "warrant.stages.ingest.builtin.docx:reader",
        "eml": "warrant.stages.ingest.builtin.mail:reader",
        "htm": "warrant.stages.ingest.builtin.html:reader",
        "html": "warrant.stages.ingest.builtin.html:reader",
        "msg": "warrant.stages.ingest.builtin.outlook:reader",
        "odt": "warrant.stages.ingest.builtin.odt:reader",
        "rtf": "warrant.stages.ingest.builtin.rtf:reader",
        "md": "warrant.stages.ingest.builtin.text:TextReader",
        "pdf": "warrant.stages.ingest.builtin.pdf:reader",
        "csv": "warrant.stages.ingest.builtin.table:TableReader",
        "tsv": "warrant.stages.ingest.builtin.table:TableReader",
        "txt": "warrant.stages.ingest.builtin.text:TextReader",
        "jsonl": "warrant.stages.ingest.builtin.jsonl:JsonlReader",
        "ndjson": "warrant.stages.ingest.builtin.jsonl:JsonlReader",
        "ods": "warrant.stages.ingest.builtin.workbook:WorkbookReader",
        "parquet": "warrant.stages.ingest.builtin.parquet:ParquetReader",
        "xls": "warrant.stages.ingest.builtin.workbook:WorkbookReader",
        "xlsm": "warrant.stages.ingest.builtin.workbook:WorkbookReader",
        "xlsx": "warrant.stages.ingest.builtin.workbook:WorkbookReader",
    },
)
"""Every reader on offer; its name is the suffix of the files that it reads."""
