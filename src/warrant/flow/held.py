"""What each dataset version holds, as sorted tokens: one look says whether a thing is in it.

A file for each version lies in `.warrant/held/`, made when it is first asked for, out of the rows:
a cache that can be made again. It holds no digest that could be tested without the vault.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import pyarrow as pa

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import MEMBERS, ROW_ID
from warrant.errors import InputError, OutsideError
from warrant.kernel.absence import TOKEN_BYTES, tokens_of
from warrant.kernel.durable import write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from warrant.engine import Batch
    from warrant.flow.workspace import Workspace
    from warrant.kernel.absence import Kind
    from warrant.kernel.digest import Digest

PREFIX_BYTES = 8
"""So many first bytes of a row id find it too: what tables and messages show of one."""

TREE = ".tree"
"""How the file of a version's tree ends."""

_PLACE_BYTES = 8


class Thing(NamedTuple):
    """Something that a dataset may hold."""

    kind: Kind
    """What it is."""
    digest: bytes
    """SHA-256 of a document, text or name; of a row its id, or the id's first eight bytes."""


class Found(NamedTuple):
    """A thing and where a row holds it."""

    thing: Thing
    """What."""
    position: int
    """The row, from 0."""


def places(workspace: Workspace, manifest: Digest, things: Iterable[Thing]) -> list[Found]:
    """Look for things in a dataset version.

    Args:
        workspace: in which it lies.
        manifest: of the version.
        things: what is sought.

    Returns:
        Each thing with each row that holds it, in the order asked, then by position.
    """
    key = _key(workspace, manifest)
    tokens, positions = _read(workspace, manifest)
    found = []
    for thing in things:
        token = tokens_of(key, thing.kind, [thing.digest])[0]
        at = bisect_left(tokens, token)
        hits = []
        while at < len(tokens) and tokens[at] == token:
            hits.append(int.from_bytes(positions[at * _PLACE_BYTES :][:_PLACE_BYTES], "big"))
            at += 1
        found += [Found(thing, position) for position in sorted(set(hits))]
    return found


def file_meant(word: str) -> Thing:
    """Take a file on this machine as one document.

    Args:
        word: its path.

    Returns:
        What is looked for.

    Raises:
        InputError: if it is a table or an archive: no row names such a file, only what is in it.
    """
    from warrant.stages.ingest.container import CONTAINERS
    from warrant.stages.ingest.reader import READERS

    path = Path(word)
    kind = path.suffix.lower().removeprefix(".")
    if kind in READERS.names():
        if READERS.load(kind)().has_records:
            raise InputError(
                f"{path.name!r} is a table: each of its records is a document, the file is none.",
                do="Ask about the whole text of a cell in it: add --text",
            )
    elif kind in CONTAINERS.names():
        raise InputError(
            f"{path.name!r} is an archive: each file in it is a document, the archive is none.",
            do="Unpack it, and ask about each file.",
        )
    return Thing("document", sha256(path.read_bytes()).digest())


def things_in(batch: Batch) -> Iterator[tuple[Kind, list[bytes], list[int]]]:
    """Give what the rows of a batch hold; erased rows hold nothing.

    Args:
        batch: of a dataset.

    Yields:
        Kind, digests, and the row in the batch of each.
    """
    ids, members = batch.column(ROW_ID), batch.column(MEMBERS)
    rows = np.flatnonzero(ids.is_valid().to_numpy(zero_copy_only=False)).tolist()
    known: list[bytes] = ids.drop_null().to_pylist()
    yield "row", known, rows
    yield "row", [one[:PREFIX_BYTES] for one in known], rows
    parents = members.value_parent_indices().to_pylist()
    yield "document", members.flatten().to_pylist(), parents
    for field in batch.schema:
        if pa.types.is_large_string(field.type):
            texts, at = _texts(batch.column(field.name))
            yield "text", [sha256(text).digest() for text in texts], at
            if field.name == "path":
                names = [PurePosixPath(text.decode()).name.encode() for text in texts]
                yield "name", [sha256(name).digest() for name in names], at
        elif pa.types.is_list(field.type) and pa.types.is_large_string(field.type.value_type):
            column = batch.column(field.name)
            texts, at = _texts(column.flatten())
            rows = column.value_parent_indices().take(pa.array(at, pa.int64())).to_pylist()
            yield "text", [sha256(text).digest() for text in texts], rows


def forget(workspace: Workspace, manifests: Iterable[str]) -> None:
    """Delete the look-ups of versions from which rows were erased.

    Args:
        workspace: its lock is held.
        manifests: digests, hex.
    """
    for manifest in manifests:
        file = file_of(workspace, manifest)
        for one in (file, file.with_suffix(TREE)):
            one.unlink(missing_ok=True)


def _texts(column: Any) -> tuple[list[bytes], list[int]]:  # noqa: ANN401 (an Arrow array)
    """Give the texts of a column that are not empty, as UTF-8, and their rows."""
    encoded: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    at = [row for row, text in enumerate(encoded) if text]
    return [text for text in encoded if text], at


class Tokens(Sequence[bytes]):
    """Sorted tokens of 16 bytes each, read where they lie.

    Args:
        data: one after another.
    """

    def __init__(self, data: memoryview) -> None:
        self.data = data

    def __len__(self) -> int:
        return len(self.data) // TOKEN_BYTES

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> Tokens: ...
    def __getitem__(self, at: int | slice) -> bytes | Tokens:
        if isinstance(at, slice):
            low, high, _ = at.indices(len(self))
            return Tokens(self.data[low * TOKEN_BYTES : high * TOKEN_BYTES])
        if not 0 <= at < len(self):
            raise IndexError(at)
        return bytes(self.data[at * TOKEN_BYTES : (at + 1) * TOKEN_BYTES])


def _key(workspace: Workspace, manifest: Digest) -> bytes:
    """Give the key of a version's look-ups; it needs no place in the vault."""
    return workspace.vault.keyed(sha256(b"warrant/held/1\0" + manifest.raw).digest())


def file_of(workspace: Workspace, manifest: str) -> Path:
    """Name the file of a version's look-ups.

    Args:
        workspace: in which it lies.
        manifest: digest, hex.

    Returns:
        The file; it may not be there yet.
    """
    return workspace.state / "held" / manifest


def _read(workspace: Workspace, manifest: Digest) -> tuple[Tokens, memoryview]:
    file = file_of(workspace, manifest.hex)
    if file.exists():
        with file.open("rb") as opened:
            view = memoryview(mmap(opened.fileno(), 0, access=ACCESS_READ))
    else:
        data = _make(workspace, manifest)
        view = memoryview(data)
        if data:  # an empty file cannot be mapped, and is made again at once
            # Who may only read keeps it in memory; so does one whose draft a writer swept away.
            with suppress(InputError, OutsideError):
                write_file(file, data, private=True)
    border = len(view) // (TOKEN_BYTES + _PLACE_BYTES) * TOKEN_BYTES
    return Tokens(view[:border]), view[border:]


def _make(workspace: Workspace, manifest: Digest) -> bytes:
    """Read all rows once: tokens in order, then the position of each, 8 bytes."""
    key = _key(workspace, manifest)
    columns = [one.name for one in dataset_record(workspace.store, manifest).columns]
    tokens: list[bytes] = []
    positions: list[NDArray[np.uint64]] = []
    start = 0
    for batch in read_dataset(workspace.store, manifest, columns):
        for kind, digests, rows in things_in(batch):
            tokens.append(b"".join(tokens_of(key, kind, digests)))
            positions.append(np.array(rows, ">u8") + start)
        start += batch.num_rows
    if not tokens:
        return b""
    halves = np.frombuffer(b"".join(tokens), ">u8").reshape(-1, 2)
    where = np.concatenate(positions).astype(">u8")
    order = np.lexsort((where, halves[:, 1], halves[:, 0]))
    return halves[order].tobytes() + where[order].tobytes()
