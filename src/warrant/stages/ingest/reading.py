"""Reading the sources of one run: positions, decisions and counts on the way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.kernel.digest import Digest, hash_file
from warrant.records.reason import Kind, Reason
from warrant.records.source import AnySource, Rights, state_source
from warrant.stages.ingest.answers import REASONS as ANSWERS
from warrant.stages.ingest.answers import Answered
from warrant.stages.ingest.cases import REASONS as CASES
from warrant.stages.ingest.column import as_text
from warrant.stages.ingest.faulty import CELL_ERRORS
from warrant.stages.ingest.intake import Intake, Shelf, open_file
from warrant.stages.ingest.mapping import NO_AMOUNT, UNMAPPED, gaps, mapped
from warrant.stages.ingest.ocr.told import recognised_file
from warrant.stages.ingest.parsing import Ready, parsed
from warrant.stages.ingest.reader import Document, Unread
from warrant.stages.ingest.reasons import unpacking_reasons
from warrant.stages.ingest.records import record_member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from warrant.engine import Ledger
    from warrant.records.interfaces import Desk
    from warrant.records.recognised import RecognisedFile
    from warrant.stages.ingest.files import FoundFile, OpenFile
    from warrant.stages.ingest.intake import Columns
    from warrant.stages.ingest.reader import Raw
    from warrant.stages.ingest.records import Records

NAME = "ingest"
VERSION = 9
"""Raised whenever the same inputs and settings may give other outputs."""

_REPORT_FILES = 256  # progress is told once for this many files


def _reason(code: str, words: str, kind: Kind = "drop") -> Reason:
    return Reason(code=code, kind=kind, rule=NAME, version=str(VERSION), words=words)


NO_READER = _reason("no_reader", "No reader is installed for files with this ending.")
CANNOT_OPEN = _reason("cannot_open", "The system did not let the file be read.")
ERASED = _reason("erased", "The document was erased before and must not come back.")
SPARE_LINE = _reason("sheet_row_unmatched", "A line of the sheet names no file.")
NO_LINE = _reason("file_unmatched", "No line of the sheet names the file.", kind="measure")
BESIDE = _reason(
    "table_beside_documents",
    "A table lies beside the documents that a sheet describes; each of its records is a row.",
    kind="measure",
)
"""Said once for a table, at its first record."""

PARTIAL = _reason(
    "label_cells_empty",
    "Some label cells are empty beside answered ones; they were read as a no.",
    kind="measure",
)

_REASONS = (NO_READER, CANNOT_OPEN, ERASED, SPARE_LINE, NO_LINE, BESIDE, PARTIAL)


class Item(NamedTuple):
    """One document on its way into the dataset."""

    position: int
    source: int
    path: str
    text: str | None
    is_verbatim: bool
    cells: Mapping[str, Raw]
    members: tuple[bytes, ...]
    original: OpenFile | None
    """To be kept with this document; None when only the digest is."""


class Reading:
    """What is known while the sources are read.

    Args:
        intakes: the sources.
        shelf: the readers of their files.
        desk: salts know what was erased; progress is told.
        records: says which records of tables are taken.
        columns: reads the columns of yes and no, and answers that are more than a label.
    """

    ledger: Ledger
    """Decisions so far."""
    found: int
    """Files, of tables records, and spare lines so far; the next position."""
    starts: dict[tuple[int, str], int]
    """By source and file: the position of its first document."""
    unread: list[dict[str, object]]
    """Path and reason of what gave no document."""
    files: list[list[FoundFile]]
    """Of each source, with digests, in order."""
    tables: dict[tuple[int, str], OpenFile]
    """Tables to be kept, by source and name: those of which no record was erased; of a sample
    none, for it would be the whole table."""
    aside: int
    """Documents that a sample leaves aside, so far."""
    recognised: list[RecognisedFile]
    """Files with pages whose text was recognised, so far."""

    def __init__(
        self,
        intakes: list[Intake],
        shelf: Shelf,
        desk: Desk,
        records: Records,
        columns: Columns | None = None,
    ) -> None:
        from warrant.engine import Ledger

        apart = unpacking_reasons(file for intake in intakes for file in intake.files)
        answers = ANSWERS if columns and columns.answers else ()
        lines = (line for intake in intakes if intake.sheet for line in intake.sheet.lines)
        faulty = (CELL_ERRORS,) if any(line.faulty for line in lines) else ()
        own = (*_REASONS, UNMAPPED, NO_AMOUNT, *CASES, *answers, *faulty)
        self._reasons = {one.code: one for one in (*own, *shelf.reasons(), *apart)}
        self.ledger = Ledger(NAME, tuple(self._reasons.values()))
        self.found = 0
        self.starts = {}
        self.unread = []
        self.files = [[] for _ in intakes]
        self.tables = {}
        self.recognised = []
        self._intakes = intakes
        self._shelf = shelf
        self._desk = desk
        self._records = records
        self._marks = columns.marks if columns else None
        self._answers = columns.answers if columns else None
        self.aside = sum(intake.aside for intake in intakes)
        self._documents = [0] * len(intakes)
        self._refused = [0] * len(intakes)

    def items(self) -> Iterator[Item]:
        """Read every file in order; what gives no document becomes a decision."""
        total = sum(len(intake.files) for intake in self._intakes)
        dear = self._shelf.dear()
        engine = self._desk.engine if dear else None
        found = parsed(self._ready(), engine, dear, self._shelf.ocr)
        for done, (file, documents) in enumerate(found, start=1):
            yield from self._read(file, documents)
            if not done % (1 if self.recognised else _REPORT_FILES):  # a scan takes seconds
                self._desk.progress(done, total, "files")
        self._desk.progress(total, total, "files")

    def _ready(self) -> Iterator[Ready]:
        for number, intake in enumerate(self._intakes):
            for file in intake.files:
                yield self._opened(number, file)

    def settle(self, portion: list[Item]) -> list[Item]:
        """Drop what was erased before, in one question for the whole portion."""
        members = [one for item in portion for one in item.members]
        erased = {
            one
            for one, gone in zip(members, self._desk.salts.is_erased(members), strict=True)
            if gone
        }
        kept = []
        for item in portion:
            if erased and not erased.isdisjoint(item.members):
                self._refuse(item.position, item.source, item.path, ERASED.code)
                self.tables.pop((item.source, item.path), None)
            else:
                kept.append(item)
                self._documents[item.source] += 1
        return kept

    def is_erased(self, member: bytes) -> bool:
        """Say whether a document was erased before."""
        return self._desk.salts.is_erased([member])[0]

    def leave_out(self, item: Item, code: str) -> None:
        """Drop an item that was taken in: an event that enters no case."""
        self.ledger.add(item.position, code)
        self._documents[item.source] -= 1

    def add_spare_lines(self) -> None:
        """Give every line of a sheet that names no file a position after the files."""
        for number, intake in enumerate(self._intakes):
            for line in intake.joined.spare if intake.joined and intake.sheet else ():
                place = f"{intake.config.metadata}, line {line.number}"
                self._refuse(self._next(), number, place, SPARE_LINE.code)

    def dropped_by_reason(self) -> dict[str, int]:
        """Give what the manifest counts: kept, and dropped by reason."""
        counts = self.ledger.counts
        drops = {code: counts[code] for code in counts if self._reasons[code].kind == "drop"}
        return {"kept": sum(self._documents), **drops}

    def sources(self) -> tuple[AnySource, ...]:
        """Give the sources as the recipe states them and as they were found."""
        return tuple(
            _source(intake, documents, refused)
            for intake, documents, refused in zip(
                self._intakes, self._documents, self._refused, strict=True
            )
        )

    def _note(self, position: int, file: FoundFile, item: Document) -> None:
        """Write down what was done to get at the text, and what was left out."""
        for note in (*file.notes, *item.notes):
            self.ledger.add(position, note)
        for code, value in item.counted:
            self.ledger.add(position, code, value)
        if item.pages:
            self.recognised.append(recognised_file(position, item.pages))

    def _opened(self, number: int, file: FoundFile) -> Ready:
        """Open a file and digest what was read."""
        if file.refused:
            return Ready(number, file, code=file.refused)
        try:
            opened = open_file(file, self._intakes[number].config)
            found = file._replace(digest=_digest(opened, file))
        except OSError:
            return Ready(number, file, code=CANNOT_OPEN.code)
        reader = self._shelf.reader(file.name)
        return Ready(number, found, opened, reader, None if reader else NO_READER.code)

    def _read(self, ready: Ready, documents: Iterable[Document | Unread]) -> Iterator[Item]:
        number, file, opened, reader, code = ready
        intake = self._intakes[number]
        self.files[number].append(file)
        if code or opened is None or reader is None:
            self._refuse(self._next(), number, file.name, code or NO_READER.code)
            return
        raw = file.digest.raw if file.digest else b""
        self.starts[number, file.name] = self.found
        keep = self._original(number, opened, has_records=reader.has_records)
        is_beside = reader.has_records and self._is_beside(intake)
        for place, item in enumerate(documents, start=1):
            if reader.has_records and not self._takes(number, file, place, item):
                continue
            position = self._next()
            if is_beside:
                self.ledger.add(position, BESIDE.code)
                is_beside = False
            if isinstance(item, Unread):
                self._refuse(position, number, file.name, item.code)
                continue
            self._note(position, file, item)
            members = (
                (record_member(intake.config, item.cells),)
                if reader.has_records
                else self._file_members(intake, file.name, raw, position)
            )
            place_in = f"The table {file.name!r}"
            own = mapped(intake.config.map, item.cells, place_in)
            told = Counter(dict(gaps(intake.config.map, item.cells, place_in)))
            told.update({} if reader.has_records else dict(intake.sheet_gaps(file.name)))
            for code, count in told.items():
                self.ledger.add(position, code, count)
            cells = {**intake.raw_cells(file.name), **own}
            text = as_text(own["text"]) if item.text is None and own.get("text") else item.text
            found = self._answered(position, text, cells)
            is_verbatim = item.is_verbatim and found.text is text
            yield Item(
                position, number, file.name, found.text, is_verbatim, found.cells, members, keep
            )

    def _answered(self, position: int, text: str | None, cells: Mapping[str, Raw]) -> Answered:
        """Read the answer of a row, and note what did not fit."""
        if self._marks and self._marks.is_partial(cells):
            self.ledger.add(position, PARTIAL.code)
        if self._answers is None:
            return Answered(text, cells, Counter())
        found = self._answers.read(text, cells)
        for code, count in found.told.items():
            self.ledger.add(position, code, count)
        return found

    def _original(self, source: int, opened: OpenFile, *, has_records: bool) -> OpenFile | None:
        """Give what is kept beside a document; a table is kept once, after all of its records."""
        if self._intakes[source].config.keep != "copy":
            return None
        if not has_records:
            return opened
        if not self._records.is_sample:
            self.tables[source, opened.name] = opened._replace(data=None)
        return None

    def _takes(self, source: int, file: FoundFile, place: int, item: Document | Unread) -> bool:
        """Say whether a record is taken; what cannot be read is always told."""
        if isinstance(item, Unread) or self._records.takes(source, file.name, place):
            return True
        self.aside += 1
        return False

    def _is_beside(self, intake: Intake) -> bool:
        """Say whether a source with a sheet holds other files than tables."""
        return intake.sheet is not None and not all(
            (reader := self._shelf.reader(file.name)) and reader.has_records
            for file in intake.files
        )

    def _file_members(
        self, intake: Intake, name: str, raw: bytes, position: int
    ) -> tuple[bytes, ...]:
        """Give the file and its line in the sheet, where there is one."""
        if intake.joined is None:
            return (raw,)
        line = intake.joined.lines.get(name)
        if line is None:
            self.ledger.add(position, NO_LINE.code)
            return (raw,)
        if line.faulty:
            self.ledger.add(position, CELL_ERRORS.code, line.faulty)
        return (raw, line.digest)

    def _next(self) -> int:
        self.found += 1
        return self.found - 1

    def _refuse(self, position: int, source: int, path: str, code: str) -> None:
        self.ledger.add(position, code)
        self._refused[source] += code != SPARE_LINE.code
        self.unread.append(
            {"code": code, "path": path, "position": position, "words": self._reasons[code].words}
        )


def _digest(opened: OpenFile, file: FoundFile) -> Digest:
    """Digest the bytes that were read, and refuse others than those that the scan hashed.

    A large file is not held: it is hashed again when it is kept.
    """
    if opened.data is None:
        return file.digest or hash_file(file.path)
    digest = Digest.of(opened.data)
    if file.digest not in (None, digest):
        raise changed(file.name)
    return digest


def changed(name: str) -> InputError:
    """Make the refusal of a file that somebody writes to meanwhile."""
    return InputError(
        f"{name!r} was changed while it was being read.",
        do="Run again once nobody writes to it: warrant run",
    )


def _source(intake: Intake, documents: int, refused: int) -> AnySource:
    config, joined = intake.config, intake.joined
    rights = config.rights
    return state_source(
        rights.terms,
        name=config.path,
        licence=config.licence,
        origin=config.origin,
        rights=Rights(train=rights.train, commercial=rights.commercial, expires=rights.expires),
        special_category=config.special_category,
        documents=documents,
        unread=refused,
        sheet_rows_unmatched=len(joined.spare) if joined else 0,
        files_unmatched=sum(one.name not in joined.lines for one in intake.files) if joined else 0,
    )
