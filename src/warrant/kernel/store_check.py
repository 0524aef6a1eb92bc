"""Checking a local store: every byte of every file, one fault per thing that is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warrant.errors import IntegrityError
from warrant.kernel.digest import SIZE, Digest, hash_file
from warrant.kernel.durable import TEMPORARY
from warrant.kernel.fault import Fault, leftover
from warrant.kernel.layout import Layout, decode_layout
from warrant.kernel.pack import Entry, Index, load_index, read_stored, restore

if TYPE_CHECKING:
    from collections.abc import Iterator

_RESTORE = "Restore it from a backup."
_PACK = re.compile(r"packs/([0-9a-f]{32})\.(pack|idx)")
_BLOB = re.compile(r"blobs/([0-9a-f]{2})/([0-9a-f]{62})")
_LAYOUT = re.compile(r"layouts/([0-9a-f]{64})\.json")


def check_store(root: Path) -> Iterator[Fault]:
    """Recompute every byte of every pack, index, blob and layout.

    Args:
        root: the store's folder.

    Yields:
        one fault per file or blob that is not as promised, with the digest that should be
        there; leftovers are marked so.
    """
    wanted: dict[bytes, int | None] = {}
    layouts = []
    for file in filter(_LAYOUT.fullmatch, _files(root, "layouts")):
        try:
            layout = _read_layout(root, file)
        except (IntegrityError, OSError) as error:
            yield _fault(file, error)
            continue
        layouts.append((file, layout))
        wanted |= dict.fromkeys([layout.commitments.raw, *(s.sha256.raw for s in layout.shards)])
    for file in _files(root, ""):
        yield from _check_file(root, file, wanted)
    for file, layout in layouts:
        yield from _check_layout(file, layout, wanted)


def uncommitted(root: Path) -> list[Path]:
    """List packs without an index: their writer did not finish, or their remover.

    Args:
        root: the store's folder.

    Returns:
        paths, sorted.
    """
    packs = sorted((root / "packs").glob("*.pack"))
    return [pack for pack in packs if not pack.with_suffix(".idx").exists()]


def _files(root: Path, below: str) -> list[str]:
    found = (path for path in (root / below).rglob("*") if not path.is_dir())
    return sorted(path.relative_to(root).as_posix() for path in found)


def _check_file(root: Path, file: str, wanted: dict[bytes, int | None]) -> Iterator[Fault]:
    try:
        if Path(file).name.startswith(TEMPORARY):
            yield leftover(file)
        elif match := _PACK.fullmatch(file):
            if match[2] == "idx":
                yield from _check_pack(root, match[1], wanted)
            elif not (root / "packs" / f"{match[1]}.idx").exists():
                yield leftover(file)
        elif match := _BLOB.fullmatch(file):
            yield from _check_blob(root, file, Digest.from_hex(match[1] + match[2]), wanted)
        elif not _LAYOUT.fullmatch(file):
            yield Fault(file, f"'{file}' belongs to nothing in the store.", "Move it elsewhere.")
    except (IntegrityError, OSError) as error:
        yield _fault(file, error)


def _check_blob(
    root: Path, file: str, digest: Digest, wanted: dict[bytes, int | None]
) -> Iterator[Fault]:
    found = hash_file(root / file)
    if digest.raw in wanted:
        wanted[digest.raw] = (root / file).stat().st_size
    if found != digest:
        yield Fault(file, f"'{file}' should be {digest}, its bytes hash to {found}.", _RESTORE)


def _check_pack(root: Path, name: str, wanted: dict[bytes, int | None]) -> Iterator[Fault]:
    index = load_index(root / "packs" / f"{name}.idx")
    file = f"packs/{name}.pack"
    path = root / file
    if not path.exists():
        what = f"'{file}' is missing, and with it {len(index)} blobs."
        yield Fault(file, what, _RESTORE)
        return
    with path.open("rb") as pack:
        yield from _check_blobs(pack, file, index, wanted)


def _check_blobs(
    pack: BinaryIO, file: str, index: Index, wanted: dict[bytes, int | None]
) -> Iterator[Fault]:
    end = 0
    for entry in index.entries():
        if entry.offset != end:
            what = f"'{file}' has bytes at {min(end, entry.offset)} that belong to no or two blobs."
            yield Fault(file, what, _RESTORE)
        end = entry.offset + entry.stored
        yield from _check_entry(pack, file, index.name, entry)
        if entry.digest in wanted:
            wanted[entry.digest] = entry.length
    size = pack.seek(0, 2)
    if size != end:
        yield Fault(file, f"'{file}' has {size} bytes, its index says {end}.", _RESTORE)


def _check_entry(pack: BinaryIO, file: str, name: str, entry: Entry) -> Iterator[Fault]:
    try:
        restore(read_stored(pack, name, entry), name, entry)
    except IntegrityError as error:
        yield _fault(file, error)


def _read_layout(root: Path, file: str) -> Layout:
    layout = decode_layout((root / file).read_bytes())
    if file != f"layouts/{layout.dataset.hex}.json":
        raise IntegrityError(f"It is the layout of {layout.dataset}.", do=_RESTORE)
    return layout


def _check_layout(file: str, layout: Layout, sizes: dict[bytes, int | None]) -> Iterator[Fault]:
    promised = [(layout.commitments, SIZE * layout.rows)]
    promised += [(shard.sha256, shard.size) for shard in layout.shards]
    for digest, size in promised:
        found = sizes[digest.raw]
        if found is None:
            yield Fault(file, f"'{file}' names {digest}, which is not in the store.", _RESTORE)
        elif found != size:
            what = f"'{file}' says that {digest} has {size} bytes, it has {found}."
            yield Fault(file, what, _RESTORE)


def _fault(file: str, error: IntegrityError | OSError) -> Fault:
    if isinstance(error, IntegrityError):
        return Fault(file, error.what, error.do)
    return Fault(file, f"'{file}' cannot be read: {error.strerror}.", "Check the disk.")
