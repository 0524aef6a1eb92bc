"""A source made ready: its files, the lines of its sheet, the columns of all sources together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.records.claim import Plugin
from warrant.records.dataset import Column
from warrant.stages.ingest.answers import make_answers
from warrant.stages.ingest.apart import ApartReader
from warrant.stages.ingest.column import ColumnTyper
from warrant.stages.ingest.engine import engine_plugins, is_installed
from warrant.stages.ingest.files import IN_MEMORY_BYTES, OpenFile, place, read_file, suffix_of
from warrant.stages.ingest.join import Joined, join_sheet
from warrant.stages.ingest.labels import Marks
from warrant.stages.ingest.mapping import gaps, mapped, renamed, require_columns
from warrant.stages.ingest.offer import RECOGNISED, make_reader
from warrant.stages.ingest.pick import find_files, is_document
from warrant.stages.ingest.reader import READERS, Document
from warrant.stages.ingest.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from warrant.records.dataset import ColumnType
    from warrant.records.reason import Reason
    from warrant.stages.ingest.answers import Answers
    from warrant.stages.ingest.config import (
        AnswersConfig,
        IngestConfig,
        LabelsConfig,
        OcrConfig,
        SourceConfig,
    )
    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.reader import Raw, Reader
    from warrant.stages.ingest.records import Records
    from warrant.stages.ingest.sheet import Line, Sheet

OWN_COLUMNS = ("path", "text")
"""Every document has these two; a record may fill them itself."""


class Intake(NamedTuple):
    """One source, ready to be read."""

    config: SourceConfig
    """As the recipe states it."""
    files: tuple[FoundFile, ...]
    """Those that are read, sorted by name."""
    sheet: Sheet | None
    """Its metadata."""
    joined: Joined | None
    """Which line of the sheet belongs to which file, of those too that a sample leaves aside."""
    aside: int = 0
    """Documents that a sample leaves aside."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the sheet's columns as documents bear them: `path` becomes `sheet_path`."""
        if self.sheet is None:
            return ()
        names = renamed(self.config.map, self.sheet.columns, f"The sheet {self.sheet.name!r}")
        return tuple(map(_document_column, names))

    def raw_cells(self, name: str) -> Mapping[str, Raw]:
        """Give the sheet's cells of one file; none when no line names it."""
        line = self.joined.lines.get(name) if self.joined else None
        return self.line_cells(line) if line else {}

    def line_cells(self, line: Line) -> Mapping[str, Raw]:
        """Give the cells of one line of the sheet, by the names that documents bear."""
        if self.sheet is None:
            return {}
        cells = dict(zip(self.sheet.columns, line.cells, strict=True))
        found = mapped(self.config.map, cells, f"The sheet {self.sheet.name!r}")
        return {_document_column(name): cell for name, cell in found.items()}

    def sheet_gaps(self, name: str) -> list[tuple[str, float]]:
        """Count the sheet's cells of one file that the map speaks of and cannot map."""
        line = self.joined.lines.get(name) if self.joined else None
        if self.sheet is None or line is None:
            return []
        cells = dict(zip(self.sheet.columns, line.cells, strict=True))
        return gaps(self.config.map, cells, f"The sheet {self.sheet.name!r}")


class Shelf:
    """The readers that a run uses, each made once.

    Args:
        intakes: the sources whose files they read.
        ocr: how text is recognised on pictures of pages; None: it is not.
    """

    def __init__(self, intakes: Iterable[Intake], ocr: OcrConfig | None = None) -> None:
        suffixes = {file.suffix for intake in intakes for file in intake.files}
        self._readers = {suffix: make_reader(suffix, ocr) for suffix in suffixes}
        self.ocr = ocr

    def reader(self, name: str) -> Reader | None:
        """Give the reader of a file, by the ending of its name; None when nobody reads it."""
        return self._readers[suffix_of(name)]

    def tables(self, intake: Intake) -> Iterator[FoundFile]:
        """Give the files of a source that hold records."""
        known = {suffix for suffix, one in self._readers.items() if one and one.has_records}
        if known:
            yield from (one for one in intake.files if one.suffix in known and not one.refused)

    def reasons(self) -> list[Reason]:
        """List what the readers in use may say."""
        return [one for reader in self._readers.values() if reader for one in reader.reasons]

    def dear(self) -> dict[str, str]:
        """Name what decides the texts of files that are parsed apart; empty without such files."""
        apart = [name for name, one in self._readers.items() if isinstance(one, ApartReader)]
        return deciding(apart, self.ocr)


_LIBRARIES = {
    "docx": ("lxml",),
    "htm": ("lxml",),
    "html": ("lxml",),
    "eml": ("lxml",),
    "msg": ("lxml", "python-oxmsg"),
    "odt": ("lxml",),
    "pdf": ("pypdfium2",),
    "rtf": ("striprtf",),
    "ods": ("python-calamine",),
    "parquet": ("pyarrow",),
    "xls": ("python-calamine",),
    "xlsm": ("python-calamine",),
    "xlsx": ("python-calamine",),
}
"""Whose version may change a text, by the ending of the file."""


def used_plugins(config: IngestConfig) -> tuple[Plugin, ...]:
    """Name the readers that the files found will need, and the library behind the sheets.

    Args:
        config: sources; files are scanned when they are not given.

    Returns:
        Names and versions, sorted, for content key and claim.
    """
    from importlib.metadata import version

    files = find_files(config, digests=False) if config.files is None else config.files
    suffixes = {file.suffix for found in files for file in found if file.picked}
    places = {name: READERS.place(name) for name in suffixes & set(READERS.names())}
    plugins = [
        Plugin(name=f"{place.distribution}:{name}", version=place.version)
        for name, place in places.items()
    ]
    sheets = {suffix_of(source.metadata) for source in config.sources if source.metadata}
    libraries = {one for suffix in suffixes | sheets for one in _LIBRARIES.get(suffix, ())}
    plugins += [Plugin(name=name, version=version(name)) for name in libraries]
    if config.ocr and suffixes & RECOGNISED and is_installed(config.ocr):
        plugins += engine_plugins(config.ocr)
    return tuple(sorted(plugins, key=lambda plugin: plugin.name))


def deciding(suffixes: Iterable[str], ocr: OcrConfig | None) -> dict[str, str]:
    """Name what decides the texts of files, on whatever machine they are read.

    Args:
        suffixes: endings of the files.
        ocr: how text is recognised on pictures of pages; None: it is not.

    Returns:
        Versions by the name of a distribution, or of a model; `none` for what is not installed.
    """
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str] = {}
    for suffix in suffixes:
        if suffix in READERS.names():
            place = READERS.place(suffix)
            found[place.distribution] = place.version
        for library in _LIBRARIES.get(suffix, ()):
            try:
                found[library] = version(library)
            except PackageNotFoundError:
                found[library] = "none"
        if ocr and suffix in RECOGNISED:
            told = engine_plugins(ocr) if is_installed(ocr) else ()
            found |= {one.name: one.version for one in told} or {ocr.engine: "none"}
    return found


def prepare(config: IngestConfig) -> list[Intake]:
    """Find the files of every source, read the sheets, and lay them beside the files.

    Args:
        config: the sources.

    Returns:
        One intake per source, in order.

    Raises:
        InputError: when a source or sheet is missing, or a sheet does not fit its files.
    """
    found = find_files(config, digests=False) if config.files is None else config.files
    return [
        _prepare(config, source, files) for source, files in zip(config.sources, found, strict=True)
    ]


class Columns:
    """All columns that sheets and records bring, typed by all their cells.

    Args:
        labels: where several labels of one row stand.
        answers: where an answer stands that is more than a label.
    """

    marks: Marks | None
    """Makes one list of many columns of yes and no."""

    answers: Answers | None
    """Brings answers that are more than a label into their one form."""

    def __init__(
        self, labels: LabelsConfig | None = None, answers: AnswersConfig | None = None
    ) -> None:
        self._typers: dict[str, ColumnTyper] = {}
        self._labels = labels
        self.marks = Marks(labels) if labels and labels.marked else None
        self.answers = make_answers(answers)

    def watch(self, cells: Mapping[str, Raw], place: str) -> None:
        """Take one line of a sheet, or one record of a table, into account.

        Args:
            cells: value by column name.
            place: where they stand, for messages.

        Raises:
            InputError: when a cell of a column of yes and no is neither.
        """
        for name, cell in cells.items():
            self.typer(name).watch(cell)
        if self.marks:
            self.marks.watch(cells, place)

    def typer(self, name: str) -> ColumnTyper:
        """Give the typer of a column; the first time it is made."""
        if name not in self._typers:
            is_list = self._labels and self._labels.separator and self._labels.column == name
            self._typers[name] = ColumnTyper(stays_text=bool(is_list))
        return self._typers[name]

    def schema(self) -> tuple[Column, ...]:
        """Give the columns of the documents.

        Returns:
            `path` and `text`, then those of sheets and records in the order of first sight, then
            the list of labels that is made of many columns, which are left out.

        Raises:
            InputError: when one of those many columns was never seen.
        """
        marked = self._labels.marked if self._labels else ()
        found = [Column(name=name, type="text") for name in OWN_COLUMNS]
        made = self._made
        for name, typer in self._typers.items():
            if name not in OWN_COLUMNS and name not in marked:
                found.append(Column(name=name, type=made.get(name) or typer.type))
        for name, kind in made.items():
            if name not in OWN_COLUMNS and name not in self._typers:
                found.append(Column(name=name, type=kind))
        if self.marks and self._labels:
            self.marks.require_all(self._typers)
            found.append(Column(name=self._labels.column, type="list"))
        return tuple(found)

    def converter(self, name: str) -> Callable[[Mapping[str, Raw]], object]:
        """Give what makes a document's cell of one column, in the type of the column.

        Args:
            name: of a column of the schema.

        Returns:
            From the cells of a document, as its source holds them, to a value that Arrow takes;
            None when it is empty.
        """
        if self.marks and self._labels and name == self._labels.column:
            return self.marks.read
        if name in self._made:
            return lambda cells: cells.get(name)
        convert = self._typers[name].convert
        return lambda cells: convert(cells.get(name))

    @property
    def _made(self) -> Mapping[str, ColumnType]:
        return self.answers.columns if self.answers else {}


def type_columns(
    intakes: Iterable[Intake],
    shelf: Shelf,
    columns: Columns | None = None,
    records: Records | None = None,
) -> Columns:
    """Decide the type of every column that sheets and records bring.

    Args:
        intakes: all sources; their tables are read through.
        shelf: the readers.
        columns: knows where answers stand; None: nowhere.
        records: is shown every record, to pick some.

    Returns:
        The columns.

    Raises:
        InputError: when a cell of a column of yes and no is neither; it is not quoted.
    """
    columns = columns or Columns()
    for source, intake in enumerate(intakes):
        names = intake.columns
        for name in names:
            columns.typer(name)
        for line in intake.sheet.lines if intake.sheet else ():
            place = f"line {line.number} of {intake.config.metadata!r}"
            columns.watch(intake.line_cells(line), place)
        theirs = set(intake.sheet.columns if intake.sheet else ())
        ours = set(names)
        for file in shelf.tables(intake):
            for number, cells in _records(file, shelf, intake.config):
                if intake.config.map.columns:
                    theirs |= cells.keys()
                own = mapped(intake.config.map, cells, f"The table {file.name!r}")
                ours |= own.keys()
                columns.watch(own, f"record {number} of {file.name!r}")
                if records:
                    records.see(source, file.name, number, cells)
        require_columns(intake.config.map, theirs, ours, intake.config.path)
    return columns


def open_file(file: FoundFile, source: SourceConfig | None = None) -> OpenFile:
    """Read a small file, or hand over where a large one lies.

    Args:
        file: as it was found.
        source: may say which worksheet of a table is meant, when there is no sheet beside it.

    Returns:
        Its bytes, or its path when there are too many of them.

    Raises:
        OSError: when it cannot be read.
    """
    data = read_file(file.path, file.size) if file.size <= IN_MEMORY_BYTES else None
    if source is None or source.metadata is not None:
        return OpenFile(file.name, file.path, data)
    return OpenFile(file.name, file.path, data, source.worksheet, source.header)


def _prepare(config: IngestConfig, source: SourceConfig, files: Sequence[FoundFile]) -> Intake:
    picked = tuple(file for file in files if file.picked)
    aside = sum(not file.picked and is_document(file, config.ocr) for file in files)
    if source.metadata is None:
        return Intake(source, picked, None, None, aside)
    sheet = read_sheet(place(config, source.metadata), source.worksheet, source.header)
    for name in OWN_COLUMNS:
        if {name, _document_column(name)} <= set(sheet.columns):
            raise InputError(
                f"The sheet {sheet.name!r} has the columns {name!r} and "
                f"{_document_column(name)!r}; every document has a {name!r} of its own, so the "
                "first would be called like the second.",
                do="Rename one of them in the sheet.",
            )
    joined = join_sheet(sheet, files, source.join_column)
    return Intake(source, picked, sheet, joined, aside)


def _document_column(name: str) -> str:
    return f"sheet_{name}" if name in OWN_COLUMNS else name


def _records(
    file: FoundFile, shelf: Shelf, source: SourceConfig
) -> Iterator[tuple[int, Mapping[str, Raw]]]:
    """Read the records of a table, each with its number from 1, unreadable ones counted."""
    reader = shelf.reader(file.name)
    if reader is None:
        return
    try:
        for number, item in enumerate(reader.read(open_file(file, source)), start=1):
            if isinstance(item, Document):
                yield number, item.cells
    except OSError:
        return  # the decision is written when the file is read for good
