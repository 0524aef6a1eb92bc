"""Where the rows of a new recipe come from: a folder with a sheet, or tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.errors import InputError, meant
from warrant.flow.guess.schemas import propose_maps
from warrant.stages.ingest import READERS, Document, IngestConfig, SourceConfig
from warrant.stages.ingest.files import OpenFile
from warrant.stages.ingest.grid import SUFFIXES, worksheets
from warrant.stages.ingest.join import Joined, join_sheet
from warrant.stages.ingest.pick import has_records
from warrant.stages.ingest.scan import scan
from warrant.stages.ingest.sheet import Sheet, read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.flow.guess.profile import Cells
    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.reader import Raw

_RECORDS_LOOKED_AT = 20_000
_SHEETS_TRIED = 20
_RECORDS_EACH = 5_000
_MOST_MAPPED = 20
"""More tables than this are taken as they are."""
_FEWEST_IN_FOLDER = 2
"""A folder of fewer files is no label."""


@dataclass(frozen=True)
class Place:
    """Where the rows come from."""

    path: Path
    """Folder, file or pattern."""
    cells: Cells
    """By column, of the rows that will be read: lines of the sheet that name a file, or records;
    of a large table the first twenty thousand."""
    files: Mapping[str, int]
    """How many there are, by ending."""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """Documents beside them that the source leaves out, by ending."""
    is_table: bool = False
    """Whether each record is a row."""
    sheet: Path | None = None
    """One line per file."""
    worksheet: str | None = None
    """Of a workbook with several."""
    join: str | None = None
    """The sheet's column that names the files."""
    file_columns: tuple[str, ...] = ()
    """Columns of the sheet that name files, `join` among them."""
    lines: int = 0
    """Lines of the sheet."""
    spare: int = 0
    """Lines of the sheet that name no file."""
    folders: Mapping[str, str] = field(default_factory=dict)
    """Of a source without a sheet: by file the folder that could be its label."""
    names: tuple[str, ...] = ()
    """Of a source without a sheet: its files."""
    mapped: tuple[tuple[Path, Mapping[str, str]], ...] = ()
    """Of tables with other names for the same columns: each file, and its columns with the names
    that they would have; `cells` bear these names."""

    @property
    def count(self) -> int:
        """Files of the source."""
        return sum(self.files.values())

    @property
    def unnamed(self) -> int:
        """Files that no line of the sheet names."""
        rows = len(next(iter(self.cells.values()), ()))
        return self.count - rows if self.sheet else 0


def find_place(source: Path, sheet: Path | None = None) -> Place:
    """Look at a folder or a file.

    Args:
        source: a folder of documents, a folder of tables, or one table.
        sheet: one line per document; None: it is looked for in the folder and beside it.

    Returns:
        Where the rows come from.

    Raises:
        InputError: when there is nothing to read, or the sheet names none of the files.
    """
    if not source.exists():
        raise InputError(
            f"{str(source)!r} is not there.", do=meant(source, "Give a folder or a table: --from")
        )
    if source.is_dir() and not any(one.is_file() for one in source.rglob("*")):
        raise InputError(
            f"{str(source)!r} holds no file.",
            do=f"Put documents into {str(source)!r}, or give another folder or a table: --from",
        )
    documents, tables = _readable(source)
    if sheet is not None and not sheet.is_file():
        raise InputError(
            f"The sheet {str(sheet)!r} is not there.", do=meant(sheet, "Correct the path: --sheet")
        )
    if not documents and sheet is None:
        return _tables(source, tables)
    if source.is_file():
        raise InputError(
            f"{str(source)!r} is one document, and a model learns from many.",
            do="Give the folder that holds them all: --from",
        )
    if not documents:
        raise InputError(
            f"{str(source)!r} holds no document beside a sheet.",
            do=f"If the sheet is all there is, name it alone: --from {sheet}",
        )
    place = _documents_place(source, sheet, documents, tables)
    left = Counter(_endings(documents)) - Counter(place.files)
    return replace(place, passed_over=dict(left.most_common()))


def _documents_place(
    source: Path,
    sheet: Path | None,
    documents: Sequence[FoundFile],
    tables: Sequence[FoundFile],
) -> Place:
    if sheet is not None:
        return _with_sheet(source, sheet, documents)
    for found in _sheets_near(source):
        place = _try_sheet(source, found, documents)
        if place is not None:
            return place
    return _without_sheet(source, documents, tables)


def _readable(source: Path) -> tuple[list[FoundFile], list[FoundFile]]:
    """Give the files that are documents, and those that hold records."""
    (files,) = scan(IngestConfig((SourceConfig(str(source.resolve())),)), digests=False)
    known = READERS.names()
    tables = [one for one in files if has_records(one)]
    documents = [one for one in files if _suffix(one.name) in known and one not in tables]
    if not documents and not tables:
        endings = ", ".join(sorted({f".{_suffix(one.name)}" for one in files}))
        raise InputError(
            f"{str(source)!r} holds no file that can be read; there are: {endings}.",
            do=f"Put documents into {str(source)!r} that can be read: "
            f"{', '.join(f'.{name}' for name in sorted(known))}",
        )
    return documents, tables


def _suffix(name: str) -> str:
    return Path(name).suffix.lower().removeprefix(".")


def _endings(files: Iterable[FoundFile]) -> dict[str, int]:
    return dict(Counter(f".{_suffix(one.name)}" for one in files).most_common())


def _tables(source: Path, tables: Sequence[FoundFile]) -> Place:
    path = source
    if source.is_dir() and len(tables) == 1 and tables[0].shelter is None:
        path = Path(tables[0].path)
    maps = _maps(tables)
    cells = _gathered(_records(tables, maps))
    if not cells:
        raise InputError(
            f"No record can be read from {str(path)!r}.",
            do="Name its columns in the first line, each once, and write a line for each record.",
        )
    mapped = tuple((source / one.name, maps.get(one.name, {})) for one in tables) if maps else ()
    return Place(path, cells, _endings(tables), is_table=True, mapped=mapped)


def _gathered(records: Iterable[Mapping[str, Raw]]) -> dict[str, list[Raw]]:
    """Lay records side by side, column by column; what one lacks is empty."""
    cells: dict[str, list[Raw]] = {}
    rows = 0
    for record in islice(records, _RECORDS_LOOKED_AT):
        for name, cell in record.items():
            column = cells.setdefault(name, [])
            column += [None] * (rows - len(column))
            column.append(cell)
        rows += 1
    for column in cells.values():
        column.extend([None] * (rows - len(column)))
    return cells


def _maps(tables: Sequence[FoundFile]) -> dict[str, dict[str, str]]:
    """Propose names for the columns of tables that do not have those of the largest one."""
    if not 2 <= len(tables) <= _MOST_MAPPED or any(one.shelter for one in tables):
        return {}
    found = {one.name: _gathered(islice(_records([one]), _RECORDS_EACH)) for one in tables}
    if len({frozenset(cells) for cells in found.values()}) < 2:
        return {}
    return propose_maps({name: cells for name, cells in found.items() if cells})[1]


def _records(
    tables: Iterable[FoundFile], maps: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[Mapping[str, Raw]]:
    for table in tables:
        reader, names = READERS.load(_suffix(table.name))(), (maps or {}).get(table.name, {})
        for item in reader.read(OpenFile(table.name, table.path, None)):
            if isinstance(item, Document):
                yield {names.get(name, name): cell for name, cell in item.cells.items()}


def _sheets_near(source: Path) -> Iterator[Path]:
    """List what may be a sheet, in the folder and beside it."""
    beside = source.parent if source.name not in ("", "..") else source.resolve().parent
    for folder in (source, beside):
        found = sorted(
            one
            for one in folder.iterdir()
            if one.is_file() and one.suffix.lower() in SUFFIXES - {".txt"}
        )
        yield from found[:_SHEETS_TRIED]


def _try_sheet(source: Path, sheet: Path, documents: Sequence[FoundFile]) -> Place | None:
    try:
        return _with_sheet(source, sheet, documents)
    except InputError:
        return None  # nobody said that it is one


def _with_sheet(source: Path, sheet: Path, documents: Sequence[FoundFile]) -> Place:
    """Lay a sheet beside those files of a folder that it fits best."""
    pages = worksheets(sheet)
    best: tuple[tuple[int, float], Place] | None = None
    fault: InputError | None = None
    for page in pages or (None,):
        try:
            read = read_sheet(sheet, page)
        except InputError as error:
            fault = fault or error
            continue
        for path, files in _parts(source, documents, sheet):
            try:
                joined = join_sheet(read, files, None)
            except InputError as error:
                fault = fault or error
                continue
            fit = (len(joined.lines), len(joined.lines) / len(files))
            if best is None or fit > best[0]:
                page_named = page if len(pages) > 1 else None
                best = fit, _joined(path, files, read, joined, (sheet, page_named))
    if best is None:
        raise fault or InputError(f"The sheet {sheet.name!r} is empty.", do="Fill it.")
    return best[1]


def _parts(
    source: Path, documents: Sequence[FoundFile], sheet: Path
) -> Iterator[tuple[Path, list[FoundFile]]]:
    """Give what could be meant by a folder: all of it, one of its folders, one kind of file."""
    root = source.resolve()
    files = [one for one in documents if not sheet.samefile(one.path)]
    (everything,) = scan(IngestConfig((SourceConfig(str(root)),)), digests=False)
    others = [one for one in everything if not sheet.samefile(one.path)]
    endings = list(_endings(files))
    if not any(map(has_records, others)):  # they would be rows beside the documents
        yield source, files
    for folder in sorted({one.name.split("/")[0] for one in files if "/" in one.name}):
        start = f"{folder}/"
        yield (
            source / folder,
            [
                one._replace(name=one.name.removeprefix(start))
                for one in files
                if one.name.startswith(start)
            ],
        )
    for ending in endings:
        yield (
            source / "**" / f"*{ending}",
            [one for one in files if one.name.lower().endswith(ending)],
        )


def _joined(
    path: Path,
    files: Sequence[FoundFile],
    sheet: Sheet,
    joined: Joined,
    place: tuple[Path, str | None],
) -> Place:
    lines = [joined.lines[one.name] for one in files if one.name in joined.lines]
    cells = {name: [line.cells[at] for line in lines] for at, name in enumerate(sheet.columns)}
    return Place(
        path,
        cells,
        _endings(files),
        sheet=place[0],
        worksheet=place[1],
        join=joined.column,
        file_columns=tuple(_file_columns(sheet, files, joined.column)),
        lines=len(sheet.lines),
        spare=len(joined.spare),
    )


def _file_columns(sheet: Sheet, files: Sequence[FoundFile], join: str) -> Iterator[str]:
    """List the columns of which most cells name a file."""
    for at, name in enumerate(sheet.columns):
        filled = sum(line.cells[at] is not None for line in sheet.lines)
        try:
            found = join_sheet(sheet, files, name)
        except InputError:
            continue
        if name == join or 2 * len(found.lines) > filled:
            yield name


def _without_sheet(
    source: Path, documents: Sequence[FoundFile], tables: Sequence[FoundFile]
) -> Place:
    path, files = source, list(documents)
    if tables:  # their records would be rows beside the documents
        ending = next(iter(_endings(files)))
        files = [one for one in files if one.name.lower().endswith(ending)]
        path = source / "**" / f"*{ending}"
    tops = {one.name: one.name.split("/")[0] for one in files if "/" in one.name}
    sizes = Counter(tops.values())
    is_labelled = len(tops) == len(files) and len(sizes) > 1
    fits = is_labelled and min(sizes.values()) >= _FEWEST_IN_FOLDER
    return Place(
        path,
        {},
        _endings(files),
        folders=tops if fits else {},
        names=tuple(one.name for one in files),
    )
