"""The story of a row or a file, and the state of a workspace, in plain lines."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from warrant.engine import LedgerFile, dataset_record, read_dataset
from warrant.engine.columns import NEAR_CLUSTER, ROW_ID
from warrant.errors import NEIGHBOURS, InputError
from warrant.flow import passages, people, scans
from warrant.flow.acts import Decided, decisions, questions
from warrant.flow.affected import Affected, affected
from warrant.flow.dropped import latest_steps
from warrant.flow.record_numbers import record_numbers
from warrant.flow.version_chain import tell_versions
from warrant.kernel.digest import Digest
from warrant.kernel.statement import STEP
from warrant.records.claim import Claim
from warrant.records.identifiers import SAFE_HARBOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace

_LEAST_DIGITS = 8
_SHOWN = 5
"""Row ids that a message names."""
_LETTERS = tuple(SAFE_HARBOR.items())
_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Place:
    """Where a row stands in a dataset."""

    dataset: str
    """Name of the dataset."""
    manifest: Digest
    """Of the dataset."""
    position: int
    """From 0."""
    row: str
    """Row id, hex."""
    path: str
    """The file it came from."""


@dataclass(frozen=True)
class Told:
    """One line of a story, with the statement that says so."""

    text: str
    """A plain sentence."""
    position: int | None
    """Index in the log of the statement; None for what no statement says."""


def why(workspace: Workspace, needle: str) -> list[Told]:
    """Tell what became of a file or a row.

    Args:
        workspace: in which it was read.
        needle: a file's name or path as ingest read it, or the first digits of a row id.

    Returns:
        What each step decided, and what was made of it, in log order.

    Raises:
        InputError: if nothing was read, or nothing fits, or several things fit.
    """
    ingest = _latest(workspace, "ingest")
    unread = _unread(workspace, ingest, needle)
    if unread:
        return unread
    place = _find(workspace, _output(workspace, ingest, "documents"), needle)
    stands = passages.place_of(workspace, place.manifest, place.position)
    if stands is None:
        (number,) = record_numbers(workspace, ingest, [place])
        stands = None if number is None else f"record {number:,}"
    what = repr(place.path) if stands is None else f"{place.path!r}, {stands},"
    told = [Told(f"{what} was read as row {place.row[:16]}.", ingest.position)]
    events = passages.events_of(workspace, place.manifest, place.position)
    if events is not None:
        many = "1 event" if len(events) == 1 else f"{len(events):,} events"
        used = f"It is a case of {many}: {'; '.join(events)}."
        told.append(Told(used, ingest.position))
    else:
        document = passages.document_at(workspace, place.manifest, place.position)
        found = _found_at(workspace, ingest, document)
        told += _decisions(workspace, ingest, found)
        told += _recognised(workspace, ingest, found, place)
    versions = tell_versions(workspace, place.manifest, place.row)
    told += [Told(one, ingest.position) for one in versions]
    curate = workspace.index.latest("curate")
    if curate is None:
        return told
    told += _decisions(workspace, curate, place.position)
    position = _position(workspace, _output(workspace, curate, "rows"), place.row)
    if position is None:
        return told
    told.append(Told("Curation kept it as a row.", curate.position))
    split = workspace.index.latest("split")
    if split is None:
        return told
    told += _decisions(workspace, split, position)
    return told + list(_uses(workspace, split, place.row))


def _recognised(workspace: Workspace, ingest: Entry, found: int, place: Place) -> Iterator[Told]:
    """Tell which pages of a row were recognised, by what."""
    record = scans.recognised_of(workspace, ingest)
    pages = scans.pages_of(record, found)
    if record is None or not pages:
        return
    piece = passages.piece_of(workspace, place.manifest, place.position)
    for one in scans.tell_pages(pages, piece):
        yield Told(f"ingest: {one}", ingest.position)
    parts = "; ".join(f"{one.name} {one.version[:19]}" for one in record.plugins)
    yield Told(f"ingest: Recognised by {record.engine}: {parts}.", ingest.position)


def fitting(workspace: Workspace, needle: str) -> list[Place]:
    """List every row that a word fits, such as all records of one table.

    Args:
        workspace: in which they were read.
        needle: as in `why`.

    Returns:
        Places among the documents, in their order.

    Raises:
        InputError: if nothing was read yet.
    """
    ingest = _latest(workspace, "ingest")
    manifest = _output(workspace, ingest, "documents")
    return _matching(workspace, manifest, needle)


def where_in_file(workspace: Workspace, rows: Sequence[Place]) -> list[str | None]:
    """Say where in their files some rows stand.

    Args:
        workspace: in which they were read.
        rows: as `fitting` lists them.

    Returns:
        The part of a document, or the record of a table; None for a whole document.
    """
    if not rows:
        return []
    places = passages.places_of(workspace, rows[0].manifest, (one.position for one in rows))
    numbers = record_numbers(workspace, _latest(workspace, "ingest"), rows)
    return [
        place or (None if number is None else f"record {number:,}")
        for place, number in zip(places, numbers, strict=True)
    ]


def _unread(workspace: Workspace, ingest: Entry, needle: str) -> list[Told]:
    """Tell why a file gave no document."""
    listed = json.loads(workspace.store.get(_output(workspace, ingest, "unread")))
    return [
        Told(f"ingest: {one['path']!r} was not taken in: {one['words']}", ingest.position)
        for one in listed
        if needle in (one["path"], one["path"].rsplit("/", 1)[-1])
    ]


def _found_at(workspace: Workspace, ingest: Entry, document: int) -> int:
    """Give the place of a document among all that ingest found."""
    with LedgerFile(workspace.store, _output(workspace, ingest, "ledger")) as ledger:
        return ledger.kept_at(document)


def show(workspace: Workspace, needle: str) -> passages.Passage:
    """Show a row where it stands in its document.

    Args:
        workspace: in which it was read.
        needle: as in `why`.

    Returns:
        Its text, and what stands around it where the original is in the store.

    Raises:
        InputError: if nothing was read, nothing fits, several things fit, or it has no text.
    """
    ingest = _latest(workspace, "ingest")
    place = _find(workspace, _output(workspace, ingest, "documents"), needle)
    return passages.passage(workspace, place, scans.settings_of(workspace, ingest))


def find_row(workspace: Workspace, needle: str) -> Place:
    """Find a row in the first of train, validation, test, rows or documents that has it.

    Args:
        workspace: in which it was read.
        needle: as in `why`.

    Returns:
        The place.

    Raises:
        InputError: as `why`.
    """
    ingest = _latest(workspace, "ingest")
    place = _find(workspace, _output(workspace, ingest, "documents"), needle)
    for stage, names in (("split", _SPLITS), ("curate", ("rows",))):
        entry = workspace.index.latest(stage)
        for name in names if entry else ():
            manifest = _output(workspace, cast("Entry", entry), name)
            position = _position(workspace, manifest, place.row)
            if position is not None:
                return Place(name, manifest, position, place.row, place.path)
    return place


@dataclass(frozen=True)
class Status:
    """The state of a workspace."""

    entries: int
    """Statements in the log."""
    steps: tuple[tuple[str, int, str, str], ...]
    """Latest step per stage: stage, index in the log, signer, recorded at."""
    persons: tuple[tuple[str, str, str], ...]
    """Name, key id, roles."""
    open_questions: tuple[str, ...]
    """Questions of the card without an answer."""
    acts: tuple[tuple[int, str, str, str], ...]
    """Index, act, name, reason."""
    decisions: tuple[Decided, ...]
    """About the last bundle, of each person the last one."""
    identifiers: tuple[tuple[str, str, str], ...] = ()
    """Of Safe Harbor: letter, words, whether the last curation looked for it."""
    affected: tuple[Affected, ...] = ()
    """Models and bundles that learned from rows which were erased since."""


def status(workspace: Workspace) -> Status:
    """Summarise a workspace.

    Args:
        workspace: whose log is read.

    Returns:
        Steps, persons, acts, open questions.
    """
    known = people.persons(workspace)
    latest: dict[str, Entry] = {}
    for entry in workspace.index.entries():
        if entry.stage:
            latest[entry.stage] = entry
    name_of = {key: name for key, (name, _) in known.items()}
    return Status(
        entries=len(workspace.index.entries()),
        steps=tuple(
            (stage, entry.position, name_of.get(entry.key, entry.key[:12]), entry.recorded_at)
            for stage, entry in latest.items()
        ),
        persons=tuple((name, key, ", ".join(roles)) for key, (name, roles) in known.items()),
        open_questions=tuple(one.name for one in questions(workspace) if not one.answered),
        acts=tuple(
            (signed.position, signed.act.act, signed.name, signed.act.reason)
            for signed in people.acts(workspace)
        ),
        decisions=tuple(decisions(workspace)),
        identifiers=_identifiers(workspace),
        affected=tuple(affected(workspace)),
    )


def _identifiers(workspace: Workspace) -> tuple[tuple[str, str, str], ...]:
    entry = workspace.index.latest("curate")
    digest = workspace.index.links(entry.position, "subject").get("claim") if entry else None
    if digest is None:
        return ()
    measures = Claim.from_bytes(workspace.store.get(Digest.from_hex(digest))).measures
    told = ((letter, words, measures.get(f"safe_harbor_{letter}")) for letter, words in _LETTERS)
    return tuple((letter, words, str(answer)) for letter, words, answer in told if answer)


def unread(workspace: Workspace) -> list[tuple[str, str]]:
    """List the files that the latest run could not read.

    Args:
        workspace: whose store is read.

    Returns:
        Path in the source and the reason in words; none before the first ingest.
    """
    entry = latest_steps(workspace).get("ingest")
    if entry is None:
        return []
    listed = json.loads(workspace.store.get(_output(workspace, entry, "unread")))
    return [(one["path"], one["words"]) for one in listed]


def _latest(workspace: Workspace, stage: str) -> Entry:
    entry = workspace.index.latest(stage)
    if entry is None:
        raise InputError("Nothing was read yet.", do=f"Run: warrant run {workspace.root}")
    return entry


def _output(workspace: Workspace, entry: Entry, name: str) -> Digest:
    return Digest.from_hex(workspace.index.links(entry.position, "subject")[name])


def _rows(workspace: Workspace, manifest: Digest) -> Iterator[tuple[int, str | None, str]]:
    """Give position, row id (hex; None when erased) and path of each row."""
    columns = [column.name for column in dataset_record(workspace.store, manifest).columns]
    wanted = ["path"] if "path" in columns else []
    position = 0
    for batch in read_dataset(workspace.store, manifest, wanted):
        ids = batch.column(ROW_ID).to_pylist()
        paths: list[Any] = batch.column("path").to_pylist() if wanted else [""] * len(ids)
        for row, path in zip(ids, paths, strict=True):
            yield position, row.hex() if row else None, path or ""
            position += 1


def _fitting(workspace: Workspace, manifest: Digest, needle: str) -> list[Place]:
    digits = needle.lower()
    by_id = len(digits) >= _LEAST_DIGITS and set(digits) <= set("0123456789abcdef")
    return [
        Place("documents", manifest, position, row, path)
        for position, row, path in _rows(workspace, manifest)
        if row
        and (
            path == needle
            or path.rsplit("/", 1)[-1] == needle
            or (by_id and row.startswith(digits))
        )
    ]


def _matching(workspace: Workspace, manifest: Digest, needle: str) -> list[Place]:
    """Find rows by id, by file, or by the record of a table, such as `claims.csv:228`."""
    found = _fitting(workspace, manifest, needle)
    file, _, number = needle.rpartition(":")
    if found or not file or not number.isascii() or not number.isdigit():
        return found
    rows = _fitting(workspace, manifest, file)
    numbers = record_numbers(workspace, _latest(workspace, "ingest"), rows)
    return [row for row, at in zip(rows, numbers, strict=True) if at == int(number)]


def _near(workspace: Workspace, manifest: Digest, needle: str) -> str:
    """Remind of a file whose name looks alike."""
    paths = (path for _, _, path in islice(_rows(workspace, manifest), NEIGHBOURS))
    names = sorted({path.rsplit("/", 1)[-1] for path in paths})
    near = get_close_matches(needle, names, n=1, cutoff=0.7)
    return f"Did you mean {near[0]!r}?" if near else ""


def _find(workspace: Workspace, manifest: Digest, needle: str) -> Place:
    found = _matching(workspace, manifest, needle)
    exact = [place for place in found if place.path == needle]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        do = _near(workspace, manifest, needle)
        do = do or "Give a file's name as it stands in the source folder, or a row id."
        if passages.has_cases(workspace, manifest):
            count = shlex.join(["warrant", "status", str(workspace.root), "--drops"])
            do += f" A case without an event before its one answer gives no row; counted: {count}"
        raise InputError(f"No file or row {needle!r} was read, or it was erased.", do=do)
    raise InputError(
        f"{len(found)} rows fit {needle!r}.",
        do=f"Give one of the row ids: {', '.join(place.row[:16] for place in found[:_SHOWN])}"
        f"{', …' if len(found) > _SHOWN else ''}. See them all: "
        f"{shlex.join(['warrant', 'why', str(workspace.root), needle, '--list'])}",
    )


def _position(workspace: Workspace, manifest: Digest, row: str) -> int | None:
    return next((at for at, found, _ in _rows(workspace, manifest) if found == row), None)


def _decisions(workspace: Workspace, entry: Entry, position: int) -> list[Told]:
    """Tell what the ledger of a step says of one position of its input."""
    ledger = workspace.index.links(entry.position, "subject").get("ledger")
    if ledger is None:
        return []
    with LedgerFile(workspace.store, Digest.from_hex(ledger)) as file:
        words = {reason.code: reason for reason in file.header.reasons}
        lines = file.at(position)
    told = []
    for decision in lines:
        reason = words[decision.code]
        verb = {"drop": "dropped", "change": "changed", "measure": "noted"}[reason.kind]
        text = f"{entry.stage}: {verb}: {reason.told}"
        if decision.value is not None:
            text += f" Measured: {decision.value:g}."
        if decision.peer is not None:
            text += f" Because of {_path_at(workspace, entry, decision.peer)!r}."
        told.append(Told(text, entry.position))
    return told


def _path_at(workspace: Workspace, entry: Entry, position: int) -> str:
    needed = workspace.index.links(entry.position, "dependency")
    manifest = Digest.from_hex(next(iter(needed.values())))
    rows = _rows(workspace, manifest)
    return next((path for at, _, path in rows if at == position), f"row {position}")


def _uses(workspace: Workspace, split: Entry, row: str) -> Iterator[Told]:
    """Tell in which dataset the row went, which models learned from it or were measured on it."""
    for name in _SPLITS:
        manifest = _output(workspace, split, name)
        position = _position(workspace, manifest, row)
        if position is None:
            continue
        yield Told(f"It is row {position} of the dataset {name!r}.", split.position)
        alike = _alike(workspace, manifest, position) if name == "train" else 1
        if alike > 1:
            together = f"Training counts it and the {alike - 1:,} like it in there as one row."
            yield Told(together, split.position)
        for entry in workspace.index.users(manifest.hex):
            if entry.predicate == STEP and entry.stage in ("train", "evaluate"):
                outputs = workspace.index.links(entry.position, "subject")
                yield Told(_use(workspace, entry, name, outputs), entry.position)


def _alike(workspace: Workspace, manifest: Digest, position: int) -> int:
    """Count the rows of a row's cluster of near duplicates, where those count as one."""
    if NEAR_CLUSTER not in [one.name for one in dataset_record(workspace.store, manifest).columns]:
        return 1
    cells: list[int | None] = [
        one
        for batch in read_dataset(workspace.store, manifest, [NEAR_CLUSTER])
        for one in batch.column(NEAR_CLUSTER).to_pylist()
    ]
    return 1 if cells[position] is None else cells.count(cells[position])


def _use(workspace: Workspace, entry: Entry, name: str, outputs: dict[str, str]) -> str:
    if entry.stage == "evaluate":
        return f"An evaluation was made on it: evaluation {outputs['evaluation'][:12]}."
    claim = Claim.from_bytes(workspace.store.get(Digest.from_hex(outputs["claim"])))
    verb = "learned from it" if name == "train" else "was tuned on it"
    return f"Model {outputs['model'][:12]} ({claim.counts.get('rows', 0)} rows) {verb}."
