"""Evidence from a folder: a workspace, all of it.

Source: docs/reference/verification.md, steps (1), (3) and (9); formats.md, sections 5 and 6.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError, IntegrityError
from warrant.kernel import pack
from warrant.kernel.digest import SIZE, Digest
from warrant.kernel.durable import TEMPORARY
from warrant.kernel.evidence import File
from warrant.kernel.log_view import parse_checkpoint, split_entries
from warrant.kernel.tiles import (
    WIDTH,
    Bundle,
    Tile,
    bundles_between,
    encode_bundle,
    grow_tiles,
    parse_path,
    tiles_between,
)
from warrant.kernel.wording import fault, quote
from warrant.kernel.workspace_contents import Rows, check_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.kernel.chain import Chain
    from warrant.kernel.log_view import LogView
    from warrant.kernel.verdict import Report

_PACK = re.compile(r"store/packs/([0-9a-f]{32})\.(pack|idx)")
_BLOB = re.compile(r"store/blobs/([0-9a-f]{2})/([0-9a-f]{62})")
_LAYOUT = re.compile(r"store/layouts/[0-9a-f]{64}\.json")
_CHECKPOINT = "log/checkpoint"


class Place(NamedTuple):
    """Where a blob lies."""

    file: str
    """Path below `.warrant`."""
    entry: pack.Entry | None
    """Its place in a pack; None for a file of its own."""


class WorkspaceEvidence:
    """A workspace as evidence.

    Args:
        folder: the workspace's `.warrant` folder.
        rows: reads rows and salts; None when nobody can.
    """

    is_whole = True

    folder: Path
    """The workspace's `.warrant` folder."""
    files: dict[str, None]
    """Paths of log and store below it, sorted; of writers that did not finish none."""
    places: dict[Digest, Place]
    """Where each blob lies."""
    indexes: list[pack.Index]
    """Indexes of all packs."""

    def __init__(self, folder: Path, rows: Rows | None = None) -> None:
        self.folder = folder
        self.files = {}
        self.places = {}
        self.indexes = []
        self._rows = rows

    def check_container(self, report: Report) -> None:
        """Check that each file of log and store has a place, and read the indexes of packs.

        Args:
            report: gains a sentence, or a fault for each file that belongs nowhere.
        """
        if report.add_all(self._scan()):
            report.say("workspace-sound", count=len(self.files))

    def read_checkpoint(self) -> bytes | None:
        """Give the checkpoint; None when it is absent."""
        return self.read_file(_CHECKPOINT) if _CHECKPOINT in self.files else None

    def read_entries(self) -> list[bytes]:
        """Give the leaves up to the checkpoint's size.

        Returns:
            The leaves in order.

        Raises:
            IntegrityError: when the checkpoint or a file is absent, or an entry cut short.
        """
        data = self.read_checkpoint()
        if data is None:
            raise fault("checkpoint-absent")
        size = parse_checkpoint(data)[1].size
        entries: list[bytes] = []
        for number in range(-(-size // WIDTH)):
            name = f"log/{Bundle(number, min(WIDTH, size - number * WIDTH)).path}"
            if name not in self.files:
                raise fault("log-file-absent", file=quote(name))
            entries += split_entries(self.read_file(name), quote(name))
        return entries

    def check_log(self, view: LogView) -> Iterator[IntegrityError]:
        """Make each tile and each bundle of entries again and compare.

        Args:
            view: the log.

        Yields:
            A fault for each file that is absent, or does not follow from the leaves.
        """
        size = len(view.leaves)
        for tile in tiles_between(0, size) + bundles_between(0, size):
            if f"log/{tile.path}" not in self.files:
                yield fault("log-file-absent", file=quote(f"log/{tile.path}"))
        levels = _levels(view)
        for file in self.files:
            if file.startswith("log/tile/"):
                tile = parse_path(file.removeprefix("log/"))
                expected = _expected(tile, view, levels)
                if expected is not None and self.read_file(file) != expected:
                    yield fault("log-file", file=quote(file))

    def find_statement(self, digest: Digest) -> File | None:
        """Give an envelope by its digest; None when absent."""
        return self.find_record(digest)

    def find_record(self, digest: Digest) -> File | None:
        """Give a small blob by its digest; None when absent."""
        place = self.places.get(digest)
        if place is None:
            return None
        return File(quote(place.file), self.read_blob(digest))

    def check_names(self, chain: Chain) -> Iterator[IntegrityError]:  # noqa: ARG002
        """Find nothing: a store may hold blobs that no statement names yet."""
        yield from ()

    def check_contents(self, report: Report, chain: Chain) -> None:
        """Check every blob, layout and row.

        Args:
            report: gains sentences.
            chain: the statements.
        """
        check_workspace(self, self._rows, report, chain)

    def check_model(self, report: Report, chain: Chain) -> None:  # noqa: ARG002
        """Say that bundles have model signatures, workspaces none."""
        report.say("model-none")

    def read_outsides(self) -> Iterator[File]:
        """Give none: they lie in bundles."""
        return iter(())

    def release(self, chain: Chain) -> None:
        """Give none: what people approve is a bundle."""

    def close(self) -> None:
        """Close nothing: files are closed as they are read."""

    def read_file(self, file: str) -> bytes:
        """Read a file below `.warrant`."""
        return (self.folder / file).read_bytes()

    def read_blob(self, digest: Digest) -> bytes:
        """Read a blob that is in the store.

        Args:
            digest: of the blob.

        Returns:
            Its bytes, unchecked; empty when its pack has none for it.
        """
        place = self.places[digest]
        if place.entry is None:
            return self.read_file(place.file)
        try:
            with (self.folder / place.file).open("rb") as file:
                return pack.read_blob(file, place.file, place.entry)
        except (IntegrityError, FileNotFoundError):
            return b""

    def _scan(self) -> Iterator[IntegrityError]:
        for file in _walk(self.folder):
            name = file.rpartition("/")[2]
            if name.startswith(TEMPORARY):
                continue
            if not _is_listed(file) or not S_ISREG((self.folder / file).lstat().st_mode):
                yield fault("file-unlisted", file=quote(file))
                continue
            self.files[file] = None
            if found := _BLOB.fullmatch(file):
                self.places[Digest.from_hex(found[1] + found[2])] = Place(file, None)
            elif file.endswith(".idx"):
                yield from self._read_index(file)

    def _read_index(self, file: str) -> Iterator[IntegrityError]:
        try:
            index = pack.load_index(self.folder / file)
        except IntegrityError:
            yield fault("index-damaged", file=quote(file))
            return
        self.indexes.append(index)
        for entry in index.entries():
            place = Place(f"store/packs/{index.name}.pack", entry)
            self.places.setdefault(Digest(entry.digest), place)


def _walk(folder: Path) -> list[str]:
    found = []
    for room in ("log", "store"):
        for place, folders, names in os.walk(folder / room):
            links = [name for name in folders if (Path(place) / name).is_symlink()]
            below = os.path.relpath(place, folder).replace(os.sep, "/")
            found += [f"{below}/{name}" for name in (*names, *links)]
    return sorted(found)


def _is_listed(file: str) -> bool:
    if file == _CHECKPOINT or _PACK.fullmatch(file) or _BLOB.fullmatch(file):
        return True
    if _LAYOUT.fullmatch(file):
        return True
    try:
        parse_path(file.removeprefix("log/"))
    except InputError:
        return False
    return file.startswith("log/")


def _levels(view: LogView) -> dict[tuple[int, int], bytes]:
    tiles = grow_tiles(0, view.hashes, lambda _: b"")
    return {(tile.level, tile.number): data for tile, data in tiles}


def _expected(
    tile: Tile | Bundle, view: LogView, levels: dict[tuple[int, int], bytes]
) -> bytes | None:
    """Give the bytes of a tile; None when the checkpoint does not cover it."""
    if isinstance(tile, Bundle):
        first = tile.number * WIDTH
        if first + tile.width > len(view.entries):
            return None
        return encode_bundle(view.entries[first : first + tile.width])
    data = levels.get((tile.level, tile.number), b"")
    return data[: tile.width * SIZE] if len(data) >= tile.width * SIZE else None
