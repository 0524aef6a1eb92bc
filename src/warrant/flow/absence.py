"""Planting the trees by which absence is proved, and proving it to a named auditor.

The step that divides rows signs one tree for each of the datasets that a model may learn from or
be measured on. The tokens, sorted, and the upper part of the tree lie in `.warrant/held/`, so that
a proof reads one subtree; they can be made again from the rows and the key in the vault.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.engine import dataset_record, read_dataset
from warrant.errors import InputError, IntegrityError
from warrant.flow.datasets import find_version
from warrant.flow.held import TREE, Thing, Tokens, file_of, things_in
from warrant.kernel.absence import PLANTED, Crown, commit_key, tokens_of
from warrant.kernel.absence_proof import FORMAT, OPENED_TO, SUBJECT
from warrant.kernel.canon import canonical
from warrant.kernel.digest import SIZE, Digest
from warrant.kernel.draft import Act
from warrant.kernel.durable import write_file
from warrant.kernel.statement import Subject
from warrant.records.absence import Absence, AbsenceTree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.flow.commit import Committed, Pen
    from warrant.flow.datasets import Version
    from warrant.flow.workspace import Workspace
    from warrant.kernel.absence import Path as Way
    from warrant.kernel.store import LocalStore

PARTS = ("train", "validation", "test")
"""Datasets that get a tree."""

_NOTHING = Thing("text", sha256(b"").digest())

_TOKENS_EACH = 1024
"""About so many tokens hang below each end of the crown."""
_HEAD = struct.Struct(">B")


class Proved(NamedTuple):
    """An absence proof, and the act that stands in the log for it."""

    data: bytes
    """The file."""
    version: Version
    """Of which dataset."""
    committed: Committed
    """Where the opening stands."""


def plant(workspace: Workspace, outputs: Mapping[str, Digest]) -> Digest | None:
    """Plant the trees of what a step made.

    Args:
        workspace: its lock is held; its vault draws the keys.
        outputs: of the step, by name.

    Returns:
        Digest of the record to sign; None when the step made no such dataset.
    """
    manifests = [outputs[name] for name in PARTS if name in outputs]
    if not manifests:
        return None
    trees = tuple(_plant(workspace, manifest) for manifest in manifests)
    return workspace.store.put(Absence(trees=trees).to_bytes())


def prove_absence(pen: Pen, thing: Thing, dataset: str, auditor: str, reason: str) -> Proved:
    """Prove that a thing is in no row of a dataset version, and open that version's key for it.

    Args:
        pen: signs the opening; the workspace's lock is held.
        thing: a document or a text.
        dataset: as `find_version` takes it.
        auditor: to whom the key is opened; it stands in the log for ever.
        reason: why, without personal data.

    Returns:
        The proof.

    Raises:
        InputError: if the thing is in the dataset or is the empty text, or the dataset has no
            tree.
        IntegrityError: if the key was deleted with an erasure, or the rows are not those signed.
    """
    if thing == _NOTHING:
        raise InputError(
            "The text is empty, and empty cells hang in no tree.", do="Give the text of a cell."
        )
    workspace = pen.workspace
    version = find_version(workspace, dataset)
    manifest = Digest.from_hex(version.manifest)
    record, tree = _tree_of(workspace, version)
    key = _signed_key(workspace, tree, version)
    token = tokens_of(key, thing.kind, [thing.digest])[0]
    way = _way(workspace, manifest, tree, token)
    if way.end == token:
        raise InputError(
            f"{version.reference} holds this {thing.kind}, so its absence cannot be proved.",
            do="See where it stands: warrant trace; to prove that it is there: warrant prove",
        )
    opening = Act(
        "answer", Subject("dataset", manifest), reason, {"question": OPENED_TO, "answer": auditor}
    )
    committed = pen.act(opening)
    proof = {
        "absence": record.model_dump(mode="json"),
        "dataset": manifest.hex,
        "end": None if way.end is None else b64encode(way.end).decode(),
        "format": FORMAT,
        "key": key.hex(),
        "kind": thing.kind,
        "made": _signed(workspace, version.entry),
        "opened": _signed(workspace, committed.position),
        "path": b64encode(b"".join(way.siblings)).decode() or None,
        "sha256": thing.digest.hex(),
    }
    return Proved(canonical(proof), version, committed)


def _signed(workspace: Workspace, position: int) -> dict[str, str]:
    entry = workspace.index.entries()[position]
    envelope = workspace.store.get(Digest.from_hex(entry.envelope))
    return {
        "log_proof": workspace.log.tlog_proof(position).to_text(),
        "statement": envelope.decode(),
    }


def _tree_of(workspace: Workspace, version: Version) -> tuple[Absence, AbsenceTree]:
    made = workspace.index.links(version.entry, "subject").get(SUBJECT)
    record = Absence.from_bytes(workspace.store.get(Digest.from_hex(made))) if made else None
    for tree in record.trees if record else ():
        if record and tree.dataset == version.manifest:
            return record, tree
    raise InputError(
        f"No tree was signed for {version.reference}, so nothing can be proved absent from it.",
        do=f"Ask about one of {', '.join(PARTS)}, made by this release: "
        f"warrant dataset list {workspace.root}",
    )


def _signed_key(workspace: Workspace, tree: AbsenceTree, version: Version) -> bytes:
    key = workspace.vault.known_absence_key(bytes.fromhex(tree.dataset))
    if key is None or commit_key(key).hex() != tree.key:
        raise IntegrityError(
            f"The absence key of {version.reference} is not in the vault: it goes with every "
            "erasure from that version.",
            do="Nothing can bring it back; the next version has its own: warrant run "
            f"{workspace.root}",
        )
    return key


def _way(workspace: Workspace, manifest: Digest, tree: AbsenceTree, token: bytes) -> Way:
    """Find the way to a token; the tree is planted again where its file is lost."""
    file = _file(workspace, manifest)
    if not file.exists() and _plant(workspace, manifest) != tree:
        raise IntegrityError(
            f"The rows of {manifest.short} give another tree than the one that was signed.",
            do=f"See what is wrong: warrant verify {workspace.root}",
        )
    with file.open("rb") as opened:
        data = memoryview(mmap(opened.fileno(), 0, access=ACCESS_READ))
    (depth,) = _HEAD.unpack_from(data)
    count = 1 << depth
    counts = np.frombuffer(data, ">u8", count, _HEAD.size).tolist()
    start = _HEAD.size + 8 * count
    roots = tuple(bytes(data[at : at + SIZE]) for at in range(start, start + SIZE * count, SIZE))
    reach = Crown(depth, tuple(counts), roots).reach(token)
    tokens = Tokens(data[start + SIZE * count :])
    return reach.path(token, tokens[reach.low : reach.high])


def _file(workspace: Workspace, manifest: Digest) -> Path:
    return file_of(workspace, manifest.hex).with_suffix(TREE)


def _plant(workspace: Workspace, manifest: Digest) -> AbsenceTree:
    key = workspace.vault.absence_key(manifest.raw)
    tokens = Tokens(_all_tokens(workspace.store, manifest, key))
    depth = max((len(tokens) // _TOKENS_EACH).bit_length(), 1)
    crown = Crown.over(tokens, depth)
    data = _HEAD.pack(depth) + np.array(crown.counts, ">u8").tobytes() + b"".join(crown.roots)
    write_file(_file(workspace, manifest), data + bytes(tokens.data), private=True)
    return AbsenceTree(
        dataset=manifest.hex,
        key=commit_key(key).hex(),
        tokens=len(tokens),
        root=crown.root().hex(),
    )


def _all_tokens(store: LocalStore, manifest: Digest, key: bytes) -> memoryview:
    """Give the tokens of all that a tree holds, sorted, each once."""
    columns = [one.name for one in dataset_record(store, manifest).columns]
    found = [
        b"".join(tokens_of(key, kind, digests))
        for batch in read_dataset(store, manifest, columns)
        for kind, digests, _ in things_in(batch)
        if kind in PLANTED
    ]
    halves = np.frombuffer(b"".join(found), ">u8").reshape(-1, 2)
    halves = halves[np.lexsort((halves[:, 1], halves[:, 0]))]
    is_new = np.ones(len(halves), bool)
    is_new[1:] = (halves[1:] != halves[:-1]).any(axis=1)
    return memoryview(halves[is_new].tobytes())
