"""Following a record forward: which dataset versions hold it, what learned from them, what ships.

The answer names every dataset version of the log up to its last checkpoint: those that hold the
record with their rows, all others as not holding it. It compares exactly: a copy with another
space in it is another text.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS, ROW_ID
from warrant.flow.datasets import versions
from warrant.flow.held import PREFIX_BYTES, Thing, file_meant, places
from warrant.kernel.digest import SIZE, Digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warrant.flow.datasets import Version
    from warrant.flow.held import Found
    from warrant.flow.workspace import Workspace
    from warrant.kernel.absence import Kind

NOT_SHOWN = (
    "This compares exactly: a changed copy, a paraphrase or a scan of it is another thing.",
    "What a model learned from is what its statement says; nobody can read that from its weights.",
)
"""What no answer of this kind shows."""

_HOW = {
    "document": "the file itself",
    "name": "by its file's name",
    "row": "by its row id",
    "text": "a cell with exactly this text",
}
_NAMED = 1000
"""Rows of a version whose ids are told."""


@dataclass(frozen=True)
class Use:
    """What was made with a dataset version that holds the record."""

    what: str
    """`model`, `evaluation` or `bundle`."""
    digest: str
    """Hex."""
    entry: int
    """Index in the log of the statement."""


@dataclass(frozen=True)
class Holding:
    """A dataset version that holds the record."""

    version: str
    """For example `train@4`."""
    manifest: str
    """Digest of its manifest, hex."""
    root: str
    """Root of its row tree, hex, as it was signed."""
    entry: int
    """Index in the log of the statement that made it first."""
    rows: tuple[int, ...]
    """Positions, from 0."""
    row_ids: tuple[str, ...]
    """Ids of the first of them, hex."""
    how: tuple[str, ...]
    """In which way it was recognised."""
    uses: tuple[Use, ...]
    """Models, evaluations and bundles, in log order."""


@dataclass(frozen=True)
class Traced:
    """The answer, as of one checkpoint."""

    size: int
    """Entries of the log."""
    checkpoint: str
    """Root of the log, hex."""
    held: tuple[Holding, ...]
    """Versions that hold it, in the order in which they were made."""
    absent: tuple[tuple[str, str], ...]
    """Every other version and the root of its row tree."""
    not_shown: tuple[str, ...] = NOT_SHOWN
    """What this does not show."""


def trace(workspace: Workspace, record: str, *, as_text: bool = False) -> Traced:
    """Say where a record went.

    Args:
        workspace: whose log is read.
        record: a file on this machine; else a file's name, a row's id or its first sixteen
            digits, or the whole text of a cell, such as the number of a person.
        as_text: take it as the text of a cell, whatever it looks like.

    Returns:
        The versions that hold it, and all others.
    """
    known = versions(workspace)
    things = things_meant(record, as_text=as_text)
    first = {
        one.manifest: places(workspace, Digest.from_hex(one.manifest), things) for one in known
    }
    followed = _documents(workspace, known, first)
    held, absent = [], []
    for version in known:
        manifest = Digest.from_hex(version.manifest)
        found = [*first[version.manifest], *places(workspace, manifest, followed)]
        if found:
            rows = sorted({one.position for one in found})
            kinds = {one.thing.kind for one in found if one.thing in things}
            held.append(_holding(workspace, version, rows, _how(kinds)))
        else:
            absent.append((version.reference, _root(workspace, version)))
    size, root = workspace.log.head()
    return Traced(size, root.hex(), tuple(held), tuple(absent))


def things_meant(record: str, *, as_text: bool = False) -> list[Thing]:
    """List what a word may mean.

    Args:
        record: as in `trace`.
        as_text: as in `trace`.

    Returns:
        What is looked for; none of them is a near match.

    Raises:
        InputError: if it is a file that is no document but holds some.
    """
    text = Thing("text", sha256(record.encode()).digest())
    if as_text:
        return [text]
    if Path(record).is_file():
        document = file_meant(record)
        return [document, Thing("text", document.digest)]
    things = [text, Thing("name", sha256(record.encode()).digest())]
    digits = record.lower()
    if len(digits) in (2 * PREFIX_BYTES, 2 * SIZE) and set(digits) <= set("0123456789abcdef"):
        things.append(Thing("row", bytes.fromhex(digits)))
    return things


def _how(kinds: set[Kind]) -> tuple[str, ...]:
    """Say how it was recognised; a name stands in a cell of its own, which says nothing more."""
    told = kinds - {"text"} if kinds & {"name", "document"} else kinds
    return tuple(words for kind, words in _HOW.items() if kind in told) or ("of the same file",)


def _documents(
    workspace: Workspace, known: Sequence[Version], first: dict[str, list[Found]]
) -> list[Thing]:
    """Give the documents of the rows found by id or name: other versions name rows otherwise."""
    for version in known:
        rows = sorted({one.position for one in first[version.manifest] if one.thing.kind != "text"})
        if rows:
            members = _column(workspace, version.manifest, rows, MEMBERS)
            documents = {document for listed in members for document in listed}
            return [Thing("document", document) for document in sorted(documents)]
    return []


def _holding(
    workspace: Workspace, version: Version, rows: list[int], how: tuple[str, ...]
) -> Holding:
    ids = _column(workspace, version.manifest, rows[:_NAMED], ROW_ID)
    return Holding(
        version=version.reference,
        manifest=version.manifest,
        root=_root(workspace, version),
        entry=version.entry,
        rows=tuple(rows),
        row_ids=tuple(one.hex() for one in ids),
        how=how,
        uses=tuple(_uses(workspace, version.manifest)),
    )


def _uses(workspace: Workspace, manifest: str) -> Iterator[Use]:
    """Follow statements from a dataset to models and evaluations, and from models to bundles."""
    for entry in workspace.index.users(manifest):
        made = workspace.index.links(entry.position, "subject")
        if entry.stage == "evaluate":
            yield Use("evaluation", made["evaluation"], entry.position)
        if entry.stage == "train":
            yield Use("model", made["model"], entry.position)
            yield from bundles_with(workspace, made["model"])


def bundles_with(workspace: Workspace, model: str) -> Iterator[Use]:
    """Give the bundles that hold a model.

    Args:
        workspace: whose log is read.
        model: digest of the model's record, hex.

    Yields:
        Each, with the step that deployed it.
    """
    for entry in workspace.index.users(model):
        if entry.stage == "deploy":
            made = workspace.index.links(entry.position, "subject")
            yield Use("bundle", made["bundle"], entry.position)


def _root(workspace: Workspace, version: Version) -> str:
    return dataset_record(workspace.store, Digest.from_hex(version.manifest)).root


def _column(workspace: Workspace, manifest: str, rows: Iterable[int], name: str) -> list[Any]:
    """Give a column's values at some positions, which are in order."""
    wanted, start, values = np.array(list(rows), np.int64), 0, []
    for batch in read_dataset(workspace.store, Digest.from_hex(manifest), []):
        first, last = np.searchsorted(wanted, [start, start + batch.num_rows])
        values += batch.column(name).take(pa.array(wanted[first:last] - start)).to_pylist()
        start += batch.num_rows
    return values
