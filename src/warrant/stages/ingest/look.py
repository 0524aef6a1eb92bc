"""Reading a folder, a file or a sheet as training does, without keeping anything of it.

Law: a file gives the text that ingest gives for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.stages.ingest.config import IngestConfig, SourceConfig
from warrant.stages.ingest.files import inputs_fingerprint, scan
from warrant.stages.ingest.intake import Intake, Shelf, open_file
from warrant.stages.ingest.reader import Document
from warrant.stages.ingest.reading import CANNOT_OPEN, NO_READER
from warrant.stages.ingest.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from warrant.kernel.digest import Digest
    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.reader import Raw

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


@dataclass(frozen=True)
class Seen:
    """One document or record, or why there is none."""

    file: str
    """Name of its file, relative to what was named."""

    cells: Mapping[str, Raw]
    """Columns of a record; of a document `text` alone; empty when it was not read."""

    unread: str = ""
    """Why it was not read, in plain words; empty when it was."""


class Look:
    """A folder, a file or a sheet that is to be read.

    Args:
        path: what the reader named.

    Raises:
        InputError: when there is nothing, or a workbook is no sheet.
    """

    digest: Digest
    """Of names and bytes of all that will be read."""
    columns: tuple[str, ...] | None
    """Columns of the one table that was named; None for documents, which have a text."""

    def __init__(self, path: Path) -> None:
        config = IngestConfig((SourceConfig(path=path.name or "."),), folder=path.parent)
        found = scan(config)
        self.digest = inputs_fingerprint(config, found)
        self._files: Sequence[FoundFile] = found[0]
        self._sheet = read_sheet(path) if path.suffix.lower() in WORKBOOKS else None
        self._shelf = Shelf([Intake(config.sources[0], tuple(self._files), None, None)])
        self.columns = self._columns()

    def __iter__(self) -> Iterator[Seen]:
        """Read everything, in the order of names and lines."""
        if self._sheet is not None:
            for line in self._sheet.lines:
                yield Seen(
                    self._sheet.name, dict(zip(self._sheet.columns, line.cells, strict=True))
                )
            return
        for file in self._files:
            yield from self._read(file)

    def _columns(self) -> tuple[str, ...] | None:
        if self._sheet is not None:
            return self._sheet.columns
        reader = self._shelf.reader(self._files[0].name)
        if len(self._files) > 1 or reader is None or not reader.has_records:
            return None
        records = (one for one in self._read(self._files[0]) if not one.unread)
        first = next(records, None)
        if first is None:
            raise InputError(
                f"The table {self._files[0].name!r} holds no record.",
                do="Name a table with a header and at least one line under it.",
            )
        return tuple(first.cells)

    def _read(self, file: FoundFile) -> Iterator[Seen]:
        reader = self._shelf.reader(file.name)
        if reader is None:
            yield Seen(file.name, {}, NO_READER.words)
            return
        words = {reason.code: reason.words for reason in reader.reasons}
        try:
            for item in reader.read(open_file(file)):
                if not isinstance(item, Document):
                    yield Seen(file.name, {}, words[item.code])
                elif reader.has_records:
                    yield Seen(file.name, item.cells)
                else:
                    yield Seen(file.name, {"text": item.text})
        except OSError:
            yield Seen(file.name, {}, CANNOT_OPEN.words)
