"""The story of ingest: files in, one row per document out, a decision for everything else.

The engine is imported by what needs it: a run that finds nothing changed never does.

Law: documents + decisions of kind `drop` = files (of tables: records) + spare lines of sheets.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.stages.ingest.answers import CUT
from warrant.stages.ingest.cases import EVENTS, Cases
from warrant.stages.ingest.column import as_text
from warrant.stages.ingest.files import inputs_fingerprint
from warrant.stages.ingest.intake import Columns, Shelf, prepare, type_columns, used_plugins
from warrant.stages.ingest.ocr.told import counts_of, measures_of, recognised
from warrant.stages.ingest.pick import find_files
from warrant.stages.ingest.reading import NAME, VERSION, Reading, changed
from warrant.stages.ingest.records import Records
from warrant.stages.ingest.segment import divide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.engine import Batch, Ledger, Written
    from warrant.kernel.batch import Batch as Originals
    from warrant.stages.ingest.config import IngestConfig, RowsConfig
    from warrant.stages.ingest.reading import Item
    from warrant.stages.ingest.segment import Piece

INPUTS: tuple[str, ...] = ()
"""Ingest reads files, no earlier output."""

_PORTION_ROWS = 2048
_PORTION_BYTES = 8 << 20


def plugins(config: IngestConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides files and settings.

    Args:
        config: the settings of the run.

    Returns:
        Readers and libraries, with versions, for content key and claim.
    """
    return used_plugins(config)


def run(inputs: Mapping[str, Digest], config: IngestConfig, desk: Desk) -> StageResult:
    """Read every source.

    Args:
        inputs: none.
        config: the sources.
        desk: the store and its like.

    Returns:
        Outputs `documents` (dataset), `ledger` (decisions), `unread` (canonical JSON: path and
        reason of every file or line without a document) and, where text is recognised,
        `recognised` (pages, how surely they were read, where their lines stand). The claim's input
        `sources` is the `inputs_fingerprint` of what was read.

    Raises:
        InputError: when a source or a sheet is missing or does not fit; the message names files
            and columns, never a cell.
    """
    from warrant.engine import DatasetWriter

    if inputs:
        raise InputError("Ingest reads no earlier output.", do="Name sources in the recipe.")
    if config.rows.one_per and config.sample is not None:
        raise InputError(
            "A sample of an event log would cut its cases apart.", do="Run without --sample."
        )
    if config.files is None:
        config = replace(config, files=find_files(config, digests=False))
    intakes = prepare(config)
    shelf = Shelf(intakes, config.ocr)
    records = Records(config)
    known = Columns(config.labels, config.answers)
    columns = type_columns(intakes, shelf, known, records)
    reading = Reading(intakes, shelf, desk, records, columns)
    rows = _Rows(columns, [source.part for source in config.sources], config.rows, reading.ledger)
    with (
        _no_collector(),
        desk.store.writer() as originals,
        DatasetWriter(desk, "documents", rows.columns) as writer,
    ):
        for documents in _documents(config, columns, reading, originals):
            for batch in rows.batches(documents):
                writer.write(batch, rows.known_digests(documents))
        for table in reading.tables.values():
            originals.put_file(table.path)
        reading.add_spare_lines()
        written = writer.finish(reading.dropped_by_reason(), sample=reading.aside > 0)
    return _result(config, desk, reading, written)


def _documents(
    config: IngestConfig, columns: Columns, reading: Reading, originals: Originals
) -> Iterator[list[Item]]:
    """Read documents, portion by portion; of an event log the cases, once all events are read."""
    cases = (
        Cases(config.rows, columns, [one.path for one in config.sources])
        if config.rows.one_per
        else None
    )
    for portion in _portions(reading.items()):
        documents = reading.settle(portion)
        _keep_originals(originals, documents)
        if cases is None:
            yield documents
        else:
            cases.add(documents, reading)
    if cases is not None:
        yield from _portions(cases.rows(reading))


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause the collector of cycles: many objects are made here, and none refers to itself."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _result(config: IngestConfig, desk: Desk, reading: Reading, written: Written) -> StageResult:
    kept = reading.dropped_by_reason()["kept"]
    ledger = reading.ledger.finish(desk.store, None, reading.found, kept)
    unread = desk.store.put(canonical(reading.unread))
    own = {"found": reading.found, "kept": kept, "dropped": reading.found - kept}
    if written.record.rows != kept:
        own["rows"] = written.record.rows
    if reading.aside:
        own["left_aside"] = reading.aside
    read = inputs_fingerprint(config, reading.files)
    outputs = {"documents": written.manifest, "ledger": ledger, "unread": unread}
    measures: dict[str, str | int | float | bool | None] = {}
    if config.ocr is not None:
        told = recognised(config.ocr, reading.recognised)
        outputs["recognised"] = desk.store.put(told.to_bytes())
        own |= counts_of(told)
        measures = dict(measures_of(told))
    blobs = {name: one for name, one in outputs.items() if name != "documents"}
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=(Link(name="sources", digest=desk.salts.keyed(read.raw).hex()),),
        outputs=(
            written.link(),
            *(Link(name=name, digest=digest.hex) for name, digest in blobs.items()),
        ),
        counts={**reading.ledger.counts, **own},
        plugins=plugins(config),
        sources=reading.sources(),
        measures=measures,
    )
    return StageResult(outputs, claim)


class _Rows:
    """Turns documents into rows; one that comes again is told apart by its locator."""

    def __init__(
        self, columns: Columns, parts: Sequence[str | None], config: RowsConfig, ledger: Ledger
    ) -> None:
        from warrant.engine.columns import SOURCE_PART
        from warrant.stages.ingest.occurrence import Occurrences

        self._parts = {SOURCE_PART: parts} if any(parts) else {}
        given = (Column(name=name, type="text") for name in self._parts)
        own = (EVENTS,) if config.one_per else ()
        self.columns = (*columns.schema(), *own, *given)
        self._typed = columns
        self._occurrences = Occurrences()
        self._config = config
        self._ledger = ledger

    def batches(self, documents: Sequence[Item]) -> Iterator[Batch]:
        """Give the rows of some documents; where texts are divided, portion by portion."""
        found = self._occurrences.count([one.members[0] for one in documents])
        if self._config.segment == "whole":
            yield self._batch(documents, [(times,) if times else () for times in found])
            return
        waiting: list[Item] = []
        locators: list[tuple[int, ...]] = []
        for one, times in zip(documents, found, strict=True):
            text = one.text or ""
            for piece in divide(text, self._config):
                waiting.append(self._part(one, piece))
                locators.append(piece.locator(times))
            if len(waiting) >= _PORTION_ROWS:
                yield self._batch(waiting, locators)
                waiting, locators = [], []
        if waiting:
            yield self._batch(waiting, locators)

    def _part(self, one: Item, piece: Piece) -> Item:
        """Give a part of a document, with what its answer says of that part."""
        part, answers = one.text and one.text[piece.start : piece.end], self._typed.answers
        if answers is None:
            return one._replace(text=part, is_verbatim=False)
        cells, cut = answers.part(one.cells, piece.start, piece.end)
        if cut:
            self._ledger.add(one.position, CUT, cut)
        return one._replace(text=part, is_verbatim=False, cells=cells)

    def known_digests(self, documents: Sequence[Item]) -> Mapping[str, Sequence[bytes]]:
        """Give the digests of the texts, where each of them is its file to the last byte."""
        if self._config.segment != "whole" or not all(one.is_verbatim for one in documents):
            return {}
        return {"text": [one.members[0] for one in documents]}

    def _batch(self, documents: Sequence[Item], locators: Sequence[tuple[int, ...]]) -> Batch:
        from warrant.engine import make_batch

        cells: dict[str, list[object]] = {
            "path": [as_text(one.cells.get("path") or one.path) for one in documents],
            "text": [one.text for one in documents],
        }
        for name, parts in self._parts.items():
            cells[name] = [parts[one.source] for one in documents]
        for column in self.columns[2 : len(self.columns) - len(self._parts)]:
            convert = (
                (lambda found: found[EVENTS.name])
                if column == EVENTS
                else self._typed.converter(column.name)
            )
            cells[column.name] = [convert(one.cells) for one in documents]
        members = [one.members for one in documents]
        return make_batch(self.columns, members, locators, cells)


def _portions(items: Iterable[Item]) -> Iterator[list[Item]]:
    portion: list[Item] = []
    size = 0
    for item in items:
        portion.append(item)
        size += len(item.text or "")
        if size >= _PORTION_BYTES or len(portion) >= _PORTION_ROWS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _keep_originals(originals: Originals, documents: Iterable[Item]) -> None:
    for one in documents:
        if one.original is None:
            continue
        data, digest = one.original.data, Digest(one.members[0])
        if data is not None:
            originals.put(data, digest)
        elif originals.put_file(one.original.path) != digest:
            raise changed(one.path)
