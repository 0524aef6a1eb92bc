"""What is asked about: a folder, a sheet, a table, one file, or standard input.

Files are read by the readers of training. What gives no row is a line with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.errors import InputError, meant
from warrant.flow.passages import where
from warrant.flow.scans import scan_words
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest, hash_file
from warrant.serve.answer import read_row
from warrant.serve.sheet import Asked
from warrant.stages.ingest import IngestConfig, OcrConfig, RowsConfig, SourceConfig
from warrant.stages.ingest.grid import worksheets
from warrant.stages.ingest.intake import Intake, Shelf, open_file, prepare
from warrant.stages.ingest.reader import READERS, Unread
from warrant.stages.ingest.reading import CANNOT_OPEN, NO_READER
from warrant.stages.ingest.reasons import refusal_words
from warrant.stages.ingest.scan import scan
from warrant.stages.ingest.segment import divide
from warrant.stages.ingest.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.serve.answer import Answerer
    from warrant.stages.ingest import Document, FoundFile
    from warrant.stages.ingest.reader import Reader
    from warrant.stages.ingest.sheet import Sheet

_LEAST_LARGE = 2 << 20  # a million records have two bytes each at least

_OPTION_OF = (
    ("in the recipe: join: ", "with: --join "),
    ("'join:' in the recipe", "--join"),
    ("'join:'", "--join"),
)
"""What advice about a recipe's source means where the sheet is named on the command line."""

_LONGEST_NAME = 255
"""Characters of a path in a sheet, at most."""

_OFFICE = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


@dataclass(frozen=True)
class Question:
    """What is asked about, and where."""

    path: Path
    """A folder or file."""

    name: str
    """As the user wrote it."""

    sheet: Path | None = None
    """A sheet with one line per file of the folder."""

    join: str | None = None
    """The sheet's column that names the file; None: it is found."""

    leave_out: tuple[str, ...] = ()
    """Starts of file names, of what lies in the folder and is no question: the output."""

    by_content: bool = False
    """Know the file again by its bytes: its name and time are not its own."""


class Source:
    """The rows of a question, in one order, from any place on.

    Args:
        question: what is asked about.
        answerer: says which columns the model reads.
        rows: what of a document is one question, as in training.
        ocr: how text is recognised on scans, as in training.

    Raises:
        InputError: when there is nothing to read.
    """

    def __init__(
        self,
        question: Question,
        answerer: Answerer,
        rows: RowsConfig | None = None,
        ocr: OcrConfig | None = None,
    ) -> None:
        if not question.path.exists():
            raise InputError(
                f"There is nothing at {question.name!r}.",
                do=meant(
                    question.path,
                    "Name a folder, a sheet or a file that is there; '-' reads JSON lines from "
                    "standard input.",
                ),
            )
        self._question = question
        self._answerer = answerer
        self._config = rows or RowsConfig()
        self._intake = _intake(question)
        self._shelf = Shelf([self._intake], ocr)
        self._ocr = ocr
        self.fingerprint = _fingerprint(question, self._intake.files)

    @property
    def total(self) -> int | None:
        """How many rows there will be; None while unknown."""
        is_plain = not any(True for _ in self._shelf.tables(self._intake)) and not self._workbook
        is_plain &= self._config.segment == "whole"
        return len(self._intake.files) if is_plain else None

    def count_large(self) -> int:
        """Count the records of tables that may hold more than a spreadsheet does.

        Returns:
            How many there are; 0 where the files are too small for that.
        """
        tables = list(self._shelf.tables(self._intake))
        if sum(file.size for file in tables) < _LEAST_LARGE:
            return 0
        counted = 0
        for file in tables:
            reader = self._shelf.reader(file.name)
            counted += sum(1 for _ in self._records(file, reader)) if reader else 0
        return counted

    def ask(self, start: int) -> Iterator[Asked]:
        """Give the rows.

        Args:
            start: how many to pass over; a file of one document is not read for that.

        Yields:
            Rows, and files that could not be read, in order.

        Raises:
            InputError: when a column that the model reads is not there, or a single file cannot be
                read.
        """
        rows = self._rows(start)
        if start or self._question.path.is_dir():
            yield from rows
            return
        first, second = next(rows, None), next(rows, None)
        if first is not None and first.unread and second is None:
            why, _, remedy = first.unread.partition(". ")
            raise InputError(
                f"{self._question.name!r} cannot be read: {why.rstrip('.')}.",
                do=remedy or "Open it where it was made, save it anew, and name that file.",
            )
        yield from (one for one in (first, second) if one is not None)
        yield from rows

    def _rows(self, start: int) -> Iterator[Asked]:
        if self._workbook:
            sheet = read_sheet(self._question.path)
            yield from islice(self._lines(sheet), start, None)
            return
        for file in self._intake.files:
            reader = self._shelf.reader(file.name)
            has_records = reader is not None and reader.has_records and not file.refused
            if has_records or self._config.segment != "whole":
                rows = self._several(file, reader)
                start -= sum(1 for _ in islice(rows, start))
                yield from rows
            elif start:
                start -= 1
            else:
                yield self._document(file, reader)

    def _several(self, file: FoundFile, reader: Reader | None) -> Iterator[Asked]:
        """Give the records of a table, or the parts of a document, divided as in training."""
        if reader is not None and reader.has_records and not file.refused:
            rows = self._records(file, reader)
        else:
            rows = iter((self._document(file, reader),))
        for one in rows:
            yield from (one,) if self._config.segment == "whole" else self._parts(one)

    def _parts(self, whole: Asked) -> Iterator[Asked]:
        text = whole.cells.get("text")
        if not isinstance(text, str) or whole.unread:
            yield whole
            return
        for piece in divide(text, self._config):
            place = ", ".join((*filter(None, (whole.place,)), where(piece)))
            cells = {**whole.cells, "text": text[piece.start : piece.end]}
            yield whole._replace(place=place, cells=cells, start=piece.start)

    @property
    def _workbook(self) -> bool:
        """Whether a single file is a spreadsheet that no reader of records reads."""
        path = self._question.path
        if path.is_dir() or path.suffix.lower() not in _OFFICE:
            return False
        reader = self._shelf.reader(self._intake.files[0].name)
        return reader is None or not reader.has_records

    def _lines(self, sheet: Sheet) -> Iterator[Asked]:
        first = sheet.lines[0].cells if sheet.lines else (None,) * len(sheet.columns)
        own = dict(zip(sheet.columns, first, strict=True))
        self._require(own, f"The sheet {sheet.name!r}")
        for line in sheet.lines:
            own = read_row(dict(zip(sheet.columns, line.cells, strict=True)))
            cells = {"path": sheet.name, **own}
            yield Asked(sheet.name, f"line {line.number}", own, cells)

    def _records(self, file: FoundFile, reader: Reader) -> Iterator[Asked]:
        words = {one.code: one.words for one in reader.reasons}
        is_known = False
        try:
            for number, item in enumerate(reader.read(open_file(file)), start=1):
                place = f"record {number}"
                if isinstance(item, Unread):
                    yield Asked(file.name, place, {}, {}, words[item.code])
                    continue
                own = read_row(item.cells)
                if not is_known and (lacking := self._lacking(file, own)):
                    yield Asked(file.name, None, {}, {}, lacking)
                    return
                is_known = True
                yield Asked(file.name, place, own, {"path": file.name, **own})
        except OSError:
            yield Asked(file.name, None, {}, {}, CANNOT_OPEN.words)

    def _require(self, record: Mapping[str, object], where: str) -> None:
        """Refuse the only table when it lacks a column; it may be the sheet of a folder."""
        lacking = self._lacked(record)
        if not lacking:
            return
        table = self._question.path
        for name, cell in record.items():
            if isinstance(cell, str) and _is_file_name(cell):
                folder = table.parent if (table.parent / cell).is_file() else "FOLDER"
                raise InputError(
                    f"{where} has no column {lacking[0]!r}, which the model reads; its column "
                    f"{name!r} names files.",
                    do=f"Give their folder, and this table as its sheet: write {folder} --sheet "
                    f"{table} in place of {table}",
                )
        self._answerer.require(record, where)

    def _lacked(self, names: Iterable[str]) -> list[str]:
        there = {*names, "path"}
        return [one.column for one in self._answerer.columns if one.column not in there]

    def _lacking(self, file: FoundFile, record: Mapping[str, object]) -> str:
        """Say what a table lacks that lies beside other files; refuse it where it is alone."""
        if len(self._intake.files) == 1:
            self._require(record, f"The table {file.name!r}")
        lacking = self._lacked(record)
        if not lacking:
            return ""
        return (
            f"The table has no column {lacking[0]!r}, which the model reads. Does it describe the "
            "other files? Then name it: --sheet"
        )

    def _document(self, file: FoundFile, reader: Reader | None) -> Asked:
        if file.refused:
            return Asked(file.name, None, {}, {}, refusal_words(file.refused))
        if reader is None:
            told = scan_words(NO_READER.code, file.suffix, self._ocr) or NO_READER.words
            return Asked(file.name, None, {}, {}, told)
        own = read_row(self._intake.raw_cells(file.name))
        self._require_columns()
        try:
            item: Document | Unread = next(iter(reader.read(open_file(file))))
        except OSError:
            return Asked(file.name, None, own, {}, CANNOT_OPEN.words)
        if isinstance(item, Unread):
            words = {one.code: one.words for one in reader.reasons}
            told = scan_words(item.code, file.suffix, self._ocr) or words[item.code]
            return Asked(file.name, None, own, {}, told)
        cells = read_row({"path": file.name, "text": item.text, **own, **item.cells})
        return Asked(file.name, None, own, cells)

    def _require_columns(self) -> None:
        """Refuse documents without a sheet for a model that reads more than their text."""
        sheet = self._intake.sheet
        missing = [
            one.column
            for one in self._answerer.columns
            if one.column not in ("path", "text", *self._intake.columns)
        ]
        if missing and sheet is None:
            raise InputError(
                f"The model reads {', '.join(map(repr, missing))} besides the text, and "
                f"{self._question.name!r} has no sheet that says it.",
                do="Name a sheet with one line per file: --sheet index.xlsx",
            )
        if missing and sheet is not None:
            there = ("path", "text", *self._intake.columns)
            self._answerer.require(there, f"The sheet {sheet.name!r}")


def _is_file_name(cell: str) -> bool:
    """Say whether a cell ends as the name of a document does: `letters/7.docx`."""
    suffix = Path(cell.strip()).suffix.lower().removeprefix(".")
    return len(cell) <= _LONGEST_NAME and suffix in READERS.names()


def _intake(question: Question) -> Intake:
    sheet = str(question.sheet.absolute()) if question.sheet else None
    source = SourceConfig(
        path=str(question.path.absolute()), metadata=sheet, join_column=question.join
    )
    try:
        (found,) = scan(IngestConfig((source,)), digests=False)
    except InputError as error:
        if question.sheet is None or question.sheet.is_file():
            raise _empty(question) from error
        raise InputError(
            f"The sheet {str(question.sheet)!r} is not there.",
            do=meant(question.sheet, "Correct --sheet."),
        ) from error
    kept = tuple(file for file in found if not file.name.startswith(question.leave_out))
    if not kept:
        raise _empty(question)
    try:
        return _laid(source, kept)
    except InputError as error:
        do = error.do
        for in_recipe, here in _OPTION_OF:
            do = do.replace(in_recipe, here)
        raise InputError(error.what, do=do) from error


def _laid(source: SourceConfig, files: tuple[FoundFile, ...]) -> Intake:
    """Lay the sheet beside the files: of several worksheets the one that names most of them."""
    pages = worksheets(Path(source.metadata)) if source.metadata else ()
    found: list[Intake] = []
    fault: InputError | None = None
    for page in pages if len(pages) > 1 else (None,):
        try:
            found += prepare(IngestConfig((replace(source, worksheet=page),), files=(files,)))
        except InputError as error:
            fault = fault or error
    if fault and not found:
        raise fault
    return max(found, key=lambda one: len(one.joined.lines) if one.joined else 0)


def _empty(question: Question) -> InputError:
    return InputError(
        f"{question.name!r} holds no file.",
        do=f"Put documents into {question.name!r}, or name a sheet or a file.",
    )


def _fingerprint(question: Question, files: Sequence[FoundFile]) -> str:
    """Digest what tells one state of the input from another: names, sizes, times of change."""
    # A file in an archive lies elsewhere each time: its name tells it, and its archive its time.
    named = [(file.name if file.shelter else file.path, Path(file.path)) for file in files]
    named += [(str(question.sheet), question.sheet)] if question.sheet else []
    if question.by_content:
        return Digest.of(canonical([hash_file(path).hex for _, path in named])).hex
    seen: list[Mapping[str, object]] = []
    for name, path in named:
        state = path.stat()
        seen.append({"at": str(state.st_mtime_ns), "name": name, "size": state.st_size})
    return Digest.of(canonical([*seen, question.join])).hex
