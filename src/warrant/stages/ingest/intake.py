"""A source made ready: its files, the lines of its sheet, the columns of all sources together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.records.claim import Plugin
from warrant.records.dataset import Column
from warrant.stages.ingest.column import ColumnTyper
from warrant.stages.ingest.files import IN_MEMORY_BYTES, OpenFile, place, read_file, scan
from warrant.stages.ingest.join import Joined, join_sheet
from warrant.stages.ingest.reader import READERS, Document, Reader
from warrant.stages.ingest.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.records.ledger import Reason
    from warrant.stages.ingest.config import IngestConfig, SourceConfig
    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.reader import Raw
    from warrant.stages.ingest.sheet import Sheet

OWN_COLUMNS = ("path", "text")
"""Every document has these two; a record may fill them itself."""


class Intake(NamedTuple):
    """One source, ready to be read."""

    config: SourceConfig
    """As the recipe states it."""
    files: tuple[FoundFile, ...]
    """Sorted by name."""
    sheet: Sheet | None
    """Its metadata."""
    joined: Joined | None
    """Which line of the sheet belongs to which file."""

    def raw_cells(self, name: str) -> Mapping[str, Raw]:
        """Give the sheet's cells of one file; none when no line names it."""
        line = self.joined.lines.get(name) if self.joined else None
        return dict(zip(self.sheet.columns, line.cells, strict=True)) if self.sheet and line else {}


class Shelf:
    """The readers that a run uses, each made once.

    Args:
        intakes: the sources whose files they read.
    """

    def __init__(self, intakes: Iterable[Intake]) -> None:
        self._readers: dict[str, Reader | None] = {}
        for suffix in {_suffix(file.name) for intake in intakes for file in intake.files}:
            known = suffix in READERS.names()
            self._readers[suffix] = READERS.load(suffix)() if known else None

    def reader(self, name: str) -> Reader | None:
        """Give the reader of a file, by the ending of its name; None when nobody reads it."""
        return self._readers[_suffix(name)]

    def tables(self, intake: Intake) -> Iterator[FoundFile]:
        """Give the files of a source that hold records."""
        known = {suffix for suffix, one in self._readers.items() if one and one.has_records}
        if known:
            yield from (file for file in intake.files if _suffix(file.name) in known)

    def reasons(self) -> list[Reason]:
        """List what the readers in use may say."""
        return [one for reader in self._readers.values() if reader for one in reader.reasons]


def used_plugins(config: IngestConfig) -> tuple[Plugin, ...]:
    """Name the readers that the files found will need, and the library behind the sheets.

    Args:
        config: sources; files are scanned when they are not given.

    Returns:
        Names and versions, sorted, for content key and claim.
    """
    files = scan(config, digests=False) if config.files is None else config.files
    suffixes = {_suffix(file.name) for found in files for file in found}
    places = {name: READERS.place(name) for name in suffixes & set(READERS.names())}
    plugins = [
        Plugin(name=f"{place.distribution}:{name}", version=place.version)
        for name, place in places.items()
    ]
    if any(_is_office(source.metadata) for source in config.sources):
        from importlib.metadata import version

        plugins.append(Plugin(name="python-calamine", version=version("python-calamine")))
    return tuple(sorted(plugins, key=lambda plugin: plugin.name))


def prepare(config: IngestConfig) -> list[Intake]:
    """Find the files of every source, read the sheets, and lay them beside the files.

    Args:
        config: the sources.

    Returns:
        One intake per source, in order.

    Raises:
        InputError: when a source or sheet is missing, or a sheet does not fit its files.
    """
    found = scan(config, digests=False) if config.files is None else config.files
    return [
        _prepare(config, source, files) for source, files in zip(config.sources, found, strict=True)
    ]


def type_columns(intakes: Iterable[Intake], shelf: Shelf) -> dict[str, ColumnTyper]:
    """Decide the type of every column that sheets and records bring.

    Args:
        intakes: all sources; their tables are read through.
        shelf: the readers.

    Returns:
        A typer for each column, in the order of first sight; `path` and `text` are always text.
    """
    typers: dict[str, ColumnTyper] = {}
    for intake in intakes:
        for name in _columns(intake):
            typers.setdefault(name, ColumnTyper())
        for line in intake.sheet.lines if intake.sheet else ():
            for name, cell in zip(_columns(intake), line.cells, strict=True):
                typers[name].watch(cell)
        for file in shelf.tables(intake):
            _watch_records(file, shelf, typers)
    return typers


def schema(typers: Mapping[str, ColumnTyper]) -> tuple[Column, ...]:
    """Give the columns of the documents: `path` and `text`, then those of sheets and records."""
    own = tuple(Column(name=name, type="text") for name in OWN_COLUMNS)
    more = ((name, typer.type) for name, typer in typers.items() if name not in OWN_COLUMNS)
    return own + tuple(Column(name=name, type=kind) for name, kind in more)


def open_file(file: FoundFile) -> OpenFile:
    """Read a small file, or hand over where a large one lies.

    Args:
        file: as it was found.

    Returns:
        Its bytes, or its path when there are too many of them.

    Raises:
        OSError: when it cannot be read.
    """
    data = read_file(file.path, file.size) if file.size <= IN_MEMORY_BYTES else None
    return OpenFile(file.name, file.path, data)


def _prepare(config: IngestConfig, source: SourceConfig, files: Sequence[FoundFile]) -> Intake:
    if source.metadata is None:
        return Intake(source, tuple(files), None, None)
    sheet = read_sheet(place(config, source.metadata))
    for name in OWN_COLUMNS:
        if name in sheet.columns:
            raise InputError(
                f"The sheet {sheet.name!r} has a column {name!r}; every document has one already.",
                do="Rename the column in the sheet.",
            )
    return Intake(source, tuple(files), sheet, join_sheet(sheet, files, source.join_column))


def _columns(intake: Intake) -> tuple[str, ...]:
    return intake.sheet.columns if intake.sheet else ()


def _watch_records(file: FoundFile, shelf: Shelf, typers: dict[str, ColumnTyper]) -> None:
    reader = shelf.reader(file.name)
    if reader is None:
        return
    try:
        for item in reader.read(open_file(file)):
            if isinstance(item, Document):
                for name, cell in item.cells.items():
                    typers.setdefault(name, ColumnTyper()).watch(cell)
    except OSError:
        return  # the decision is written when the file is read for good


def _suffix(name: str) -> str:
    _, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and "/" not in suffix else ""


def _is_office(path: str | None) -> bool:
    return path is not None and not path.lower().endswith((".csv", ".tsv", ".txt"))
