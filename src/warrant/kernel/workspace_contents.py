"""What a workspace holds, compared with what its statements say: blobs, layouts, rows.

Rows are decoded by a reader that is handed in: the kernel reads no Parquet.

Source: docs/reference/verification.md, step (9); formats.md, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeAlias

from warrant.errors import IntegrityError
from warrant.kernel import merkle, pack
from warrant.kernel.digest import SIZE, Digest, hash_file
from warrant.kernel.layout import Layout, decode_layout
from warrant.kernel.predicates import ERASURE
from warrant.kernel.rows import RowDigest, RowId, Salt, commit_rows, members_key
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from warrant.kernel.chain import Chain, Manifest
    from warrant.kernel.verdict import Report
    from warrant.kernel.workspace_evidence import WorkspaceEvidence

_BATCH = 1 << 16
_NAMELESS = "named by no statement"


class StoredRow(NamedTuple):
    """A row as it lies in a shard."""

    id: RowId
    """The row's id."""
    members: Sequence[bytes]
    """Digests of its documents, 32 bytes each, the leading one first."""
    digest: RowDigest
    """What its cells say."""


RowReader: TypeAlias = Callable[[bytes, Sequence[BinaryIO]], Iterable[StoredRow | None]]
"""Takes a manifest's bytes and its shards in order; gives each row, None for an erased one."""

SaltReader: TypeAlias = Callable[[Sequence[bytes]], Sequence[bytes | None]]
"""Takes documents' digests, 32 bytes each; gives their salts in order, None for an absent one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How rows are read.

    Args:
        read: decodes shards.
        salt: from the vault; None when the vault is absent.
    """

    read: RowReader
    """Decodes shards."""
    salt: SaltReader | None
    """From the vault; None when the vault is absent."""


def check_workspace(
    evidence: WorkspaceEvidence, rows: Rows | None, report: Report, chain: Chain
) -> None:
    """Check every blob, layout and row.

    Args:
        evidence: the workspace.
        rows: how rows are read; None when nobody can.
        report: gains sentences.
        chain: the statements, with the lineage read.

    Source: docs/reference/verification.md, step (9).
    """
    manifests = chain.lineage.manifests.values()
    layouts: dict[Digest, Layout] = {}
    is_sound = report.add_all(_read_layouts(evidence, chain, layouts))
    names = _names(chain, layouts)
    is_sound &= report.add_all(_check_blobs(evidence, names))
    is_sound &= report.add_all(_check_presence(evidence, chain, layouts, names))
    if not is_sound:
        return
    is_sound = report.add_all(_check_layouts(evidence, chain, layouts))
    if is_sound:
        report.say("contents-sound", count=len(evidence.places), datasets=len(manifests))
        _check_rows(evidence, rows, report, chain, layouts)


def _read_layouts(
    evidence: WorkspaceEvidence, chain: Chain, layouts: dict[Digest, Layout]
) -> Iterator[IntegrityError]:
    for digest, manifest in chain.lineage.manifests.items():
        file = _layout_file(digest)
        if file not in evidence.files:
            yield fault("layout-absent", what=manifest.what)
            continue
        try:
            layout = decode_layout(evidence.read_file(file))
        except IntegrityError:
            layout = None
        if layout is None or layout.dataset != digest:
            yield fault("layout-form", file=quote(file))
        else:
            layouts[digest] = layout


def _names(chain: Chain, layouts: dict[Digest, Layout]) -> dict[Digest, str]:
    names: dict[Digest, str] = {}
    for entry in chain.entries:
        names.setdefault(
            entry.leaf.envelope, f"the statement of {entry.name}, signed by {chain.signer(entry)}"
        )
        for subject in entry.statement.subjects if entry.stage else ():
            what = f"{quote(subject.name)} of {entry.name}, signed by {chain.signer(entry)}"
            names.setdefault(subject.digest, what)
    for digest, layout in layouts.items():
        names.setdefault(layout.commitments, f"the row commitments of {names[digest]}")
        for number, shard in enumerate(layout.shards):
            names.setdefault(shard.sha256, f"shard {number} of {names[digest]}")
    return names


def _check_blobs(evidence: WorkspaceEvidence, names: dict[Digest, str]) -> Iterator[IntegrityError]:
    for index in evidence.indexes:
        yield from _check_pack(evidence, index, names)
    for digest, place in evidence.places.items():
        if place.entry is None and hash_file(evidence.folder / place.file) != digest:
            yield _changed(place.file, digest, names)


def _check_pack(
    evidence: WorkspaceEvidence, index: pack.Index, names: dict[Digest, str]
) -> Iterator[IntegrityError]:
    file = f"store/packs/{index.name}.pack"
    if file not in evidence.files:
        yield fault("pack-absent", file=quote(file))
        return
    with (evidence.folder / file).open("rb") as opened:
        end, is_tight = 0, True
        for entry in index.entries():
            is_tight &= entry.offset == end
            end = entry.offset + entry.stored
            try:
                pack.read_blob(opened, index.name, entry)
            except IntegrityError:
                yield _changed(file, Digest(entry.digest), names)
        if not is_tight or opened.seek(0, 2) != end:
            yield fault("pack-gap", file=quote(file))


def _changed(file: str, digest: Digest, names: dict[Digest, str]) -> IntegrityError:
    what = names.get(digest, _NAMELESS)
    return fault("blob-changed", file=quote(file), digest=digest.hex, what=what)


def _check_presence(
    evidence: WorkspaceEvidence,
    chain: Chain,
    layouts: dict[Digest, Layout],
    names: dict[Digest, str],
) -> Iterator[IntegrityError]:
    needed = {
        subject.digest: None
        for entry in chain.steps
        for subject in entry.statement.subjects
        if (entry.stage, subject.name) != ("deploy", "bundle")
    }
    for layout in layouts.values():
        needed |= dict.fromkeys([layout.commitments, *(one.sha256 for one in layout.shards)])
    for digest in needed:
        if digest not in evidence.places:
            yield fault("blob-absent", digest=digest.hex, what=names[digest])


def _check_layouts(
    evidence: WorkspaceEvidence, chain: Chain, layouts: dict[Digest, Layout]
) -> Iterator[IntegrityError]:
    for digest, layout in layouts.items():
        file, manifest = quote(_layout_file(digest)), chain.lineage.manifests[digest]
        if layout.rows != manifest.rows:
            yield fault(
                "layout-rows", file=file, found=layout.rows, what=manifest.what, rows=manifest.rows
            )
        sizes = [(layout.commitments, SIZE * manifest.rows)]
        sizes += [(shard.sha256, shard.size) for shard in layout.shards]
        for blob, size in sizes:
            found = _size(evidence, blob)
            if found != size:
                yield fault("layout-size", file=file, digest=blob.hex, size=size, found=found)
        commitments = evidence.read_blob(layout.commitments)
        if len(commitments) == SIZE * manifest.rows:
            leaves = merkle.leaf_hashes(merkle.split_hashes(commitments))
            if merkle.tree_root(leaves) != manifest.root:
                yield fault("rows-root", what=manifest.what)


def _size(evidence: WorkspaceEvidence, digest: Digest) -> int:
    place = evidence.places[digest]
    if place.entry is not None:
        return place.entry.length
    return (evidence.folder / place.file).stat().st_size


def _check_rows(
    evidence: WorkspaceEvidence,
    rows: Rows | None,
    report: Report,
    chain: Chain,
    layouts: dict[Digest, Layout],
) -> None:
    if not layouts:
        return
    if rows is None:
        report.say("rows-undecoded")
        return
    if rows.salt is None:
        report.say("rows-unsalted")
        return
    erased = _erased(chain)
    for digest, layout in layouts.items():
        manifest = chain.lineage.manifests[digest]
        gone = erased.get(digest, set())
        commitments = merkle.split_hashes(evidence.read_blob(layout.commitments))
        with ExitStack() as stack:
            shards = [stack.enter_context(_open(evidence, one.sha256)) for one in layout.shards]
            read = rows.read(evidence.read_blob(digest), shards)
            tally = _Tally()
            tally.count_all(iter(read), commitments, gone, rows.salt)
        if report.add_all(tally.faults(manifest)):
            report.say("rows-sound", rows=manifest.rows, what=manifest.what, erased=tally.erased)


def _open(evidence: WorkspaceEvidence, digest: Digest) -> BinaryIO:
    place = evidence.places[digest]
    if place.entry is not None:
        return BytesIO(evidence.read_blob(digest))
    return (evidence.folder / place.file).open("rb")


def _erased(chain: Chain) -> dict[Digest, set[int]]:
    erased: dict[Digest, set[int]] = {}
    for entry in chain.of_kind(ERASURE):
        for dataset in entry.statement.predicate["datasets"]:
            digest = Digest.from_hex(dataset["manifest"])
            erased.setdefault(digest, set()).update(dataset["positions"])
    return erased


def _layout_file(digest: Digest) -> str:
    return f"store/layouts/{digest.hex}.json"


class _Tally:
    """Positions of rows that are not as committed, by what is wrong with them."""

    def __init__(self) -> None:
        self.erased = 0
        self._read = 0
        codes = ("rows-changed", "rows-erased", "rows-kept", "rows-salt")
        self._wrong: dict[str, list[int]] = {code: [] for code in codes}

    def count_all(
        self,
        read: Iterator[StoredRow | None],
        commitments: Sequence[bytes],
        gone: set[int],
        salt: SaltReader,
    ) -> None:
        while batch := list(islice(read, _BATCH)):
            self._count(batch, commitments[self._read :], gone, salt)
            self._read += len(batch)

    def faults(self, manifest: Manifest) -> Iterator[IntegrityError]:
        if self._read != manifest.rows:
            yield fault("rows-count", found=self._read, what=manifest.what, rows=manifest.rows)
        for code, positions in self._wrong.items():
            if positions:
                yield fault(code, position=positions[0], count=len(positions), what=manifest.what)

    def _count(
        self,
        batch: list[StoredRow | None],
        commitments: Sequence[bytes],
        gone: set[int],
        salt: SaltReader,
    ) -> None:
        salts = _salts(batch, salt)
        kept: list[tuple[int, StoredRow, Salt]] = []
        for position, row in enumerate(batch, start=self._read):
            if position in gone and row is not None:
                self._wrong["rows-kept"].append(position)
            elif position in gone:
                self.erased += 1
            elif row is None:
                self._wrong["rows-erased"].append(position)
            else:
                known = [found for one in row.members if (found := salts[one]) is not None]
                if not known or len(known) < len(row.members):
                    self._wrong["rows-salt"].append(position)
                else:
                    kept.append((position, row, members_key(known)))
        made = commit_rows(
            [key for _, _, key in kept],
            [row.id for _, row, _ in kept],
            [row.digest for _, row, _ in kept],
        )
        for (position, _, _), one in zip(kept, made, strict=True):
            if [one] != list(commitments[position - self._read : position - self._read + 1]):
                self._wrong["rows-changed"].append(position)


def _salts(batch: list[StoredRow | None], salt: SaltReader) -> dict[bytes, Salt | None]:
    members = list(dict.fromkeys(one for row in batch if row is not None for one in row.members))
    return {
        member: None if found is None else Salt(found)
        for member, found in zip(members, salt(members), strict=True)
    }
