"""Checking a log: every byte of every file, one fault per file that is not as promised.

The entries can be hashed again, the tiles hold those hashes, the checkpoint holds the root: two
of the three that agree say which file is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError, WarrantError
from warrant.kernel.digest import SIZE
from warrant.kernel.durable import TEMPORARY
from warrant.kernel.fault import Fault, leftover
from warrant.kernel.log_files import DAMAGED, read_checkpoint
from warrant.kernel.merkle import leaf_hashes, split_hashes, tree_root
from warrant.kernel.note import open_note
from warrant.kernel.tiles import (
    HEIGHT,
    WIDTH,
    Bundle,
    Tile,
    bundles_between,
    decode_bundle,
    grow_tiles,
    parse_path,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from warrant.kernel.checkpoint import Checkpoint
    from warrant.kernel.note import VerifierKey

_MANY_GAPS = 1000


def check_log(root: Path, note: bytes | None, keys: Sequence[VerifierKey]) -> list[Fault]:
    """Check every byte of every file against the entries and the checkpoint.

    Args:
        root: the log's folder.
        note: its checkpoint.
        keys: of the log and of witnesses; without them no signature is checked.

    Returns:
        faults in the order of their files; empty when everything holds.
    """
    files = _files(root)
    if note is None:
        return _without_head(files)
    try:
        checkpoint = read_checkpoint(note)
    except IntegrityError as error:
        return [Fault("checkpoint", error.what, error.do)]
    unsigned = list(_check_signature(note, keys))
    if unsigned:
        return unsigned  # a size and a root that nobody signed say nothing about other files
    faults = list(_check_names(files, checkpoint.size))
    missing = _check_length(files, checkpoint.size)
    if missing:
        return sorted([*faults, missing])
    return sorted([*faults, *_Survey(root, checkpoint).faults()])


def uncovered(root: Path, checkpoint: Checkpoint | None) -> list[str]:
    """List files that the checkpoint does not cover: beyond it, replaced, or unfinished.

    Args:
        root: the log's folder.
        checkpoint: its head.

    Returns:
        paths below the folder, sorted; never a file that is not a log's.

    Raises:
        IntegrityError: when there are tiles but no checkpoint: that is a lost head.
    """
    found = []
    for file in _files(root):
        if _is_temporary(file):
            found.append(file)
        elif (tile := _tile(file)) is not None:
            if checkpoint is None:
                raise IntegrityError(
                    f"'checkpoint' of the log is missing, '{file}' is there.", do=DAMAGED
                )
            if not _is_covered(tile, checkpoint.size):
                found.append(file)
    return found


class _Survey:
    """The hashes that a log's entries give, beside those that its tiles hold."""

    def __init__(self, root: Path, checkpoint: Checkpoint) -> None:
        self._root = root
        self._promised = checkpoint.root
        self._bundles = bundles_between(0, checkpoint.size)
        self._found: dict[tuple[str, str], Fault] = {}

    def faults(self) -> Iterable[Fault]:
        tiles = [self._tile_hashes(one) for one in self._bundles]
        entries = [self._entry_hashes(one) for one in self._bundles]
        from_entries = [mine or other for mine, other in zip(entries, tiles, strict=True)]
        from_tiles = [mine or other for mine, other in zip(tiles, entries, strict=True)]
        if self._is_promised(from_entries):
            self._compare_tiles(from_entries)
        else:
            self._compare_entries(entries, from_tiles)
            is_promised = self._is_promised(from_tiles)
            self._compare_tiles(from_tiles if is_promised else from_entries)
        if not self._found and not self._is_promised(from_entries):
            self._add("checkpoint", "promises another root than entries and tiles give")
        return self._found.values()

    def _is_promised(self, hashes: Sequence[bytes | None]) -> bool:
        whole = [one for one in hashes if one is not None]
        return len(whole) == len(hashes) and tree_root(b"".join(whole)) == self._promised

    def _compare_entries(
        self, entries: Sequence[bytes | None], tiles: Sequence[bytes | None]
    ) -> None:
        for bundle, mine, other in zip(self._bundles, entries, tiles, strict=True):
            if mine is not None and mine != other:
                self._add(bundle.path, "does not hold the entries that its tile was made from")

    def _compare_tiles(self, hashes: Sequence[bytes | None]) -> None:
        whole = [one for one in hashes if one is not None]
        if len(whole) < len(hashes):
            return  # the gap has been named, and nothing can be computed across it
        for tile, data in grow_tiles(0, split_hashes(b"".join(whole)), lambda _: b""):
            found = self._read(tile)
            if found is not None and found != data:
                self._add(tile.path, "does not hold the hashes of what lies beneath it")

    def _tile_hashes(self, bundle: Bundle) -> bytes | None:
        found = self._read(Tile(0, bundle.number, bundle.width))
        return found if found is not None and len(found) == bundle.width * SIZE else None

    def _entry_hashes(self, bundle: Bundle) -> bytes | None:
        data = self._read(bundle)
        if data is None:
            return None
        try:
            entries = decode_bundle(data)
        except IntegrityError:
            entries = []
        if len(entries) != bundle.width:
            self._add(bundle.path, f"does not hold {bundle.width} whole entries")
            return None
        return b"".join(leaf_hashes(entries))

    def _read(self, wanted: Tile | Bundle) -> bytes | None:
        try:
            return (self._root / wanted.path).read_bytes()
        except FileNotFoundError:
            self._add(wanted.path, "is missing")
        except OSError as error:
            self._add(wanted.path, f"cannot be read: {error.strerror}")
        return None

    def _add(self, file: str, what: str) -> None:
        self._found[file, what] = Fault(file, f"'{file}' of the log {what}.", DAMAGED)


def _check_signature(note: bytes, keys: Sequence[VerifierKey]) -> Iterator[Fault]:
    if not keys:
        return
    try:
        opened = open_note(note.decode(), keys)
    except WarrantError as error:
        yield Fault("checkpoint", f"'checkpoint' of the log: {error.what}", DAMAGED)
        return
    if not opened.signed:
        what = "'checkpoint' of the log is cosigned, but not signed by the log's key."
        yield Fault("checkpoint", what, DAMAGED)


def _check_names(files: Sequence[str], size: int) -> Iterator[Fault]:
    for file in files:
        tile = _tile(file)
        if _is_temporary(file) or (tile is not None and not _is_covered(tile, size)):
            yield leftover(file)
        elif tile is None:
            yield Fault(file, f"'{file}' belongs to nothing in the log.", "Move it elsewhere.")


def _check_length(files: Sequence[str], size: int) -> Fault | None:
    """Find a log that ends early, without counting up to whatever its checkpoint says."""
    expected = -(-size // WIDTH)
    tiles = map(_tile, files)
    covered = [one for one in tiles if isinstance(one, Bundle) and _is_covered(one, size)]
    last = max((one.number for one in covered), default=-1)
    if last + 1 == expected and expected - len(covered) <= _MANY_GAPS:
        return None
    what = (
        f"Log is truncated: its checkpoint covers {size} entries in {expected} files, "
        f"{len(covered)} are there, the last one is number {last + 1}."
    )
    return Fault("checkpoint", what, DAMAGED)


def _without_head(files: Sequence[str]) -> list[Fault]:
    if not any(_tile(file) for file in files):
        return [leftover(file) for file in files if _is_temporary(file)]
    return [Fault("checkpoint", "'checkpoint' of the log is missing.", DAMAGED)]


def _files(root: Path) -> list[str]:
    found = (path for path in root.rglob("*") if not path.is_dir())
    names = sorted(path.relative_to(root).as_posix() for path in found)
    return [name for name in names if name != "checkpoint"]


def _tile(file: str) -> Tile | Bundle | None:
    try:
        return parse_path(file)
    except InputError:
        return None


def _is_temporary(file: str) -> bool:
    return file.rpartition("/")[2].startswith(TEMPORARY)


def _is_covered(tile: Tile | Bundle, size: int) -> bool:
    level = tile.level if isinstance(tile, Tile) else 0
    full, rest = divmod(size >> level * HEIGHT, WIDTH)
    if tile.width == WIDTH:
        return tile.number < full
    return tile.number == full and tile.width == rest
