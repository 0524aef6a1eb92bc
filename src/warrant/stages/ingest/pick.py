"""Which files of the sources a run reads: all of them, or those of a sample."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from warrant.stages.ingest.files import FoundFile, hashed, place
from warrant.stages.ingest.join import join_sheet
from warrant.stages.ingest.offer import is_read
from warrant.stages.ingest.reader import READERS
from warrant.stages.ingest.sample import Picker, answers, file_key, shares
from warrant.stages.ingest.scan import scan
from warrant.stages.ingest.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.kernel.filetree import StatCache
    from warrant.stages.ingest.config import IngestConfig, OcrConfig, SourceConfig
    from warrant.stages.ingest.reader import Raw


def find_files(
    config: IngestConfig, cache: StatCache | None = None, *, digests: bool = True
) -> tuple[tuple[FoundFile, ...], ...]:
    """Find the files of every source, and mark those that are read.

    Args:
        config: the sources, and the size of a sample.
        cache: what files looked like when they were last hashed.
        digests: whether to hash those that are read; else digests are None.

    Returns:
        For each source its files, sorted by name; of a sample, those left aside are not
        `picked`, and nobody read a byte of them.

    Raises:
        InputError: when a source or its sheet is not there or does not fit, or holds no file.
    """
    if config.sample is None:
        return scan(config, cache, digests=digests)
    found = scan(replace(config, files=None), digests=False)
    picked = _pick(config, config.sample, found)
    return tuple(tuple(hashed(one) if digests else one for one in files) for files in picked)


def share_of(config: IngestConfig, found: Sequence[Sequence[FoundFile]]) -> list[int]:
    """Say how much of a sample each source gives.

    Args:
        config: the sources, and the size of the sample.
        found: files of each source.

    Returns:
        Documents of each source; 0 without a sample.
    """
    counts = [
        None if any(map(has_records, files)) else sum(is_document(one, config.ocr) for one in files)
        for files in found
    ]
    return shares(config.sample or 0, counts)


def _pick(
    config: IngestConfig, size: int, found: Sequence[Sequence[FoundFile]]
) -> list[list[FoundFile]]:
    """Mark the files of a sample: tables are read, and of their records some are taken later."""
    marked = []
    for source, files, share in zip(config.sources, found, share_of(config, found), strict=True):
        cells = _cells(config, source, files)
        picker: Picker[str] = Picker(min(share, size))
        for file in files:
            if is_document(file, config.ocr):
                labels = answers(config.labels, cells.get(file.name, {})) if cells else ()
                picker.add(file_key(file.name), file.name, labels)
        names = set(picker.picked())
        marked.append([one._replace(picked=one.name in names or has_records(one)) for one in files])
    return marked


def _cells(
    config: IngestConfig, source: SourceConfig, files: Sequence[FoundFile]
) -> dict[str, Mapping[str, Raw]]:
    if source.metadata is None:
        return {}
    sheet = read_sheet(place(config, source.metadata), source.worksheet, source.header)
    joined = join_sheet(sheet, files, source.join_column)
    return {
        name: dict(zip(sheet.columns, line.cells, strict=True))
        for name, line in joined.lines.items()
    }


def has_records(file: FoundFile) -> bool:
    """Say whether a file is a table whose records are rows."""
    return _is_readable(file) and READERS.load(file.suffix)().has_records


def is_document(file: FoundFile, ocr: OcrConfig | None = None) -> bool:
    """Say whether a file is one document that somebody reads."""
    if file.refused is None and file.suffix not in READERS.names():
        return is_read(file.suffix, ocr)
    return _is_readable(file) and not READERS.load(file.suffix)().has_records


def _is_readable(file: FoundFile) -> bool:
    return file.refused is None and file.suffix in READERS.names()
