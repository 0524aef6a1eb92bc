"""Erasing a document: its rows go from every dataset, its salts for good; other proofs still hold.

Order: (1) find the rows, and note in the vault what is to go; (2) sign and log the erasure; (3)
delete the salts, and remember, keyed, never to take the document again; (4) delete the originals;
(5) rewrite shards under new layouts, and delete what nothing names any more; (6) remove the note.
Killed in between, the next `erase` or `run` finishes what the log says, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from warrant.engine import dataset_record, erase_documents, read_dataset
from warrant.engine.columns import MEMBERS
from warrant.errors import NEIGHBOURS, InputError
from warrant.flow import held, people
from warrant.flow.clock import instant
from warrant.flow.commit import Committed
from warrant.flow.kept import clear_all_kept
from warrant.flow.scans import are_recognised
from warrant.flow.strays import strays
from warrant.flow.trace import bundles_with
from warrant.kernel.absence_proof import OPENED_TO
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.draft import erasure_statement
from warrant.kernel.durable import write_file
from warrant.kernel.statement import ACT, ERASURE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from warrant.flow.commit import Pen
    from warrant.flow.workspace import Workspace

WARNING = (
    "The fingerprint of a dataset is made without salts: who holds all other rows and this "
    "fingerprint could test a guess of the erased row."
)


@dataclass(frozen=True)
class ErasureReport:
    """What an erasure did."""

    committed: Committed
    """Where its statement stands."""
    rows: int
    """Rows erased, over all datasets."""
    datasets: int
    """Dataset versions that held one."""
    not_reached: tuple[str, ...]
    """What it could not reach."""
    warning: str = WARNING
    """What a holder of all other rows could still do."""


def erase(pen: Pen, name: str, reason: str) -> ErasureReport:
    """Erase one file's document and everything made of it in the datasets.

    Args:
        pen: signs; the workspace's lock is held.
        name: the file's path or name as ingest read it.
        reason: why, without personal data: it stands in the log for ever.

    Returns:
        What was reached and what was not.

    Raises:
        InputError: if no such file was read, or several have this name.
    """
    workspace = pen.workspace
    was_pending = finish_erasure(workspace)
    manifests = list(workspace.store.layouts())
    try:
        documents = _documents(workspace, manifests, name)
    except InputError:
        last = last_erasure(workspace) if was_pending else None
        if last is None:
            raise
        return last
    return erase_all(pen, documents, reason)


def erase_all(pen: Pen, documents: list[bytes], reason: str) -> ErasureReport:
    """Erase documents by their digests, and everything made of them in the datasets.

    Args:
        pen: signs; the workspace's lock is held.
        documents: 32 raw bytes each.
        reason: why, without personal data: it stands in the log for ever.

    Returns:
        What was reached and what was not.
    """
    workspace = pen.workspace
    finish_erasure(workspace)
    manifests = list(workspace.store.layouts())
    positions = {
        manifest: found
        for manifest in manifests
        if (found := _positions(workspace, manifest, documents))
    }
    not_reached = tuple(dict.fromkeys(_not_reached(workspace, documents, positions)))
    statement = erasure_statement(
        positions,
        pen.actor(),
        reason=reason,
        not_reached=not_reached,
        warning=WARNING,
        recorded_at=instant(pen.clock()),
    )
    _take_note(workspace, documents, positions)
    committed = pen.commit(statement)
    finish_erasure(workspace)
    rows = sum(len(found) for found in positions.values())
    return ErasureReport(committed, rows, len(positions), not_reached)


def finish_erasure(workspace: Workspace) -> bool:
    """Delete what is left of documents whose erasure is logged, if that was begun and not ended.

    Args:
        workspace: its lock is held.

    Returns:
        True when there was something to finish.
    """
    note = _note(workspace)
    if not note.exists():
        return False
    begun: Any = parse_canonical(note.read_bytes())
    logged = people.erased_positions(workspace)
    if not all(
        logged.get(manifest, set()).issuperset(positions)
        for manifest, positions in begun["positions"].items()
    ):
        note.unlink()  # killed before the erasure was logged: nothing was promised, nothing done
        return False
    workspace.vault.erase([bytes.fromhex(document) for document in begun["documents"]])
    _delete_erased(workspace)
    workspace.vault.drop_absence_keys(bytes.fromhex(one) for one in begun["positions"])
    held.forget(workspace, begun["positions"])
    note.unlink()
    return True


def _take_note(
    workspace: Workspace, documents: list[bytes], positions: dict[Digest, list[int]]
) -> None:
    begun = {
        "documents": [document.hex() for document in documents],
        "positions": {manifest.hex: found for manifest, found in positions.items()},
    }
    write_file(_note(workspace), canonical(begun), private=True)


def _note(workspace: Workspace) -> Path:
    return workspace.state / "vault" / "erasing"


def _delete_erased(workspace: Workspace) -> None:
    """Delete originals, rows and strays of every document that the vault remembers as erased.

    Unfinished work goes too: it was computed from rows that may be gone.
    """
    clear_all_kept(workspace)
    store, vault = workspace.store, workspace.vault
    manifests = list(store.layouts())
    documents = sorted(_all_documents(workspace, manifests))
    erased = vault.is_erased(documents)
    gone = [document for document, is_gone in zip(documents, erased, strict=True) if is_gone]
    blobs = list(store.iterate())
    originals = [
        digest
        for digest, is_gone in zip(blobs, vault.is_erased([one.raw for one in blobs]), strict=True)
        if is_gone
    ]
    workspace.index.forget_files([*gone, *(digest.raw for digest in originals)])
    store.delete(*originals)
    erase_documents(store, manifests, gone)
    store.delete(*strays(workspace, set(documents)))


def _all_documents(workspace: Workspace, manifests: list[Digest]) -> set[bytes]:
    """Give the documents that stand in a dataset."""
    found: set[bytes] = set()
    for manifest in manifests:
        for _, members in _members(workspace, manifest, None):
            found.update(members)
    return found


def last_erasure(workspace: Workspace, reason: str | None = None) -> ErasureReport | None:
    """Report the erasure that was logged last.

    Args:
        workspace: whose log is read.
        reason: only one that was made for it; None: any.

    Returns:
        What its statement says; None when there is none.
    """
    found = [
        entry
        for entry in workspace.index.entries()
        if entry.predicate == ERASURE
        and (reason is None or people.statement_of(workspace, entry).predicate["reason"] == reason)
    ]
    if not found:
        return None
    entry = found[-1]
    predicate = people.statement_of(workspace, entry).predicate
    committed = Committed(entry.position, Digest.from_hex(entry.envelope))
    rows = sum(len(dataset["positions"]) for dataset in predicate["datasets"])
    not_reached = tuple(predicate["not_reached"])
    return ErasureReport(committed, rows, len(predicate["datasets"]), not_reached)


def _documents(workspace: Workspace, manifests: list[Digest], name: str) -> list[bytes]:
    """Give the digests of all documents of a file: itself, its line of the sheet, what it held."""
    listed = [one for one in manifests if dataset_record(workspace.store, one).name == "documents"]
    found: dict[str, set[bytes]] = {}
    seen: set[str] = set()
    for path, members in _paths(workspace, listed):
        if len(seen) < NEIGHBOURS:
            seen.add(path)
        if path == name or path.rsplit("/", 1)[-1] == name:
            found.setdefault(path, set()).update(members)
    meant = name if name in found else next(iter(found), "")
    if len(found) > 1 and name not in found:
        raise InputError(
            f"{len(found)} files are called {name!r}.", do=f"Give a path: {', '.join(found)}"
        )
    if not found:
        near = get_close_matches(name, sorted(seen), n=3)
        raise InputError(
            f"No file {name!r} was read, or it was erased already.",
            do=f"Take one of these, if it is meant: {', '.join(near)}"
            if near
            else "Give the path as it stands under the source folder.",
        )
    for path, members in _paths(workspace, listed):
        if path.startswith(f"{meant}/"):  # attached to it, and lies in the original that goes
            found[meant].update(members)
    return sorted(found[meant])


def _paths(
    workspace: Workspace, manifests: Iterable[Digest]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Give path and members of every document that lies in a file."""
    for manifest in manifests:
        for path, members in _members(workspace, manifest, "path"):
            if path:
                yield path, members


def _positions(workspace: Workspace, manifest: Digest, documents: list[bytes]) -> list[int]:
    gone = set(documents)
    return [
        at
        for at, (_, members) in enumerate(_members(workspace, manifest, None))
        if gone & set(members)
    ]


def _members(
    workspace: Workspace, manifest: Digest, column: str | None
) -> Iterator[tuple[Any, list[bytes]]]:
    """Give one column's value and the members of each row; an erased row has none."""
    for batch in read_dataset(workspace.store, manifest, [column] if column else []):
        members = batch.column(MEMBERS).to_pylist()
        values = batch.column(column).to_pylist() if column else [None] * len(members)
        for value, listed in zip(values, members, strict=True):
            yield value, listed or []


def _not_reached(
    workspace: Workspace, documents: Collection[bytes], positions: dict[Digest, list[int]]
) -> Iterator[str]:
    """List what erasing does not change: files outside, models that learned from it, copies."""
    yield "the file in the source folder: remove it there"
    for manifest in sorted(positions):
        for entry in workspace.index.users(manifest.hex):
            if entry.stage == "train":
                model = workspace.index.links(entry.position, "subject")["model"]
                yield f"model {model[:12]}, which learned from it: train again"
                for bundle in bundles_with(workspace, model):
                    yield f"bundle {bundle.digest[:12]} with that model: refused from now on"
            if entry.stage == "evaluate":
                answers = workspace.index.links(entry.position, "subject")["predictions"]
                yield f"predictions {answers[:12]}, which keep the model's answer, not the text"
        for entry in workspace.index.makers(manifest.hex):
            if entry.stage == "ingest" and are_recognised(
                workspace, entry, manifest, positions[manifest]
            ):
                yield (
                    f"what log entry {entry.position} says of its scanned pages: where each line "
                    "stood, how long it was and how surely it was read, and no word of it"
                )
    for position in _openings(workspace, positions):
        yield f"the absence key opened in log entry {position}: whoever has that proof keeps it"
    if _is_attached(workspace, documents):
        yield "the message that it was attached to, whose original holds it: erase the message too"
    yield "bundles, backups, branches and proofs already handed out"


def _openings(workspace: Workspace, positions: dict[Digest, list[int]]) -> list[int]:
    """Give the entries that opened a key of these versions; revoking one takes no key back."""
    entries = [one for manifest in positions for one in workspace.index.makers(manifest.hex)]
    return sorted(
        one.position
        for one in entries
        if one.predicate == ACT
        and people.statement_of(workspace, one).predicate["detail"].get("question") == OPENED_TO
    )


def _is_attached(workspace: Workspace, documents: Collection[bytes]) -> bool:
    """Say whether one came out of a message that stays."""
    erased, gone, stays = set(documents), set[str](), set[str]()
    for manifest in workspace.store.layouts():
        if dataset_record(workspace.store, manifest).name == "documents":
            for path, members in _members(workspace, manifest, "path"):
                (stays if erased.isdisjoint(members) else gone).add(path or "")
    above = {path[:at] for path in gone for at, one in enumerate(path) if one == "/"}
    return not above.isdisjoint(stays)
