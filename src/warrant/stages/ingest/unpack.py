"""The files in the files of a source: archives and messages opened before anything is read.

A member becomes a file of the source with the name `outer.zip/inner/lease.docx`, which leads back
to its parents; its bytes lie in a folder of this run that goes when nobody needs it any more. From
there on it is a file like any other: a sheet may name it, a sample may pick it, a table in it has
records. An archive itself is no document and goes; a message stays beside its attachments.

Law: files and decisions depend on the bytes of the outer files and their names alone.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from warrant.kernel.digest import Digest
from warrant.stages.ingest.apart import LARGEST_BYTES
from warrant.stages.ingest.container import CONTAINERS
from warrant.stages.ingest.files import FoundFile, read_file
from warrant.stages.ingest.member import clean_name, is_renamed, unique_name
from warrant.stages.ingest.opening import TOO_LARGE, Budget, Opener
from warrant.stages.ingest.reader import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.stages.ingest.opening import Opened

DEPTH = 3
"""An archive in an archive in an archive is opened, one more is not."""
ALWAYS_BYTES = 64 << 20
"""What every outermost file may unpack to."""
RATIO = 100
"""How many times its own size an outermost file may unpack to, besides."""
MOST_MEMBERS = 100_000
"""Members of one outermost file, those of inner files counted."""

TOO_DEEP, EMPTY = "archived_too_deep", "archive_empty"
"""Codes of the reasons for what is not opened, and for what held nothing."""
RENAMED = "archived_renamed"
"""Code of the reason for a name that was changed."""
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_HOLDS = re.compile(
    rb"(?:^|[\r\n])(?:content-type:\s*(?!text/(?:plain|html))\S|content-disposition:)",
    re.IGNORECASE,
)
"""In the head of a message that has parts, or is nothing but a file."""
REST = "attachments"
"""What the attachments of a message are called together when they cannot be had."""


class Scratch:
    """A folder for the bytes of members; it goes with the last file in it that anybody holds."""

    path: str
    """Where it lies."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="warrant-unpacked-")
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True)
class _Place:
    """Where in a tree of files in files something stands."""

    scratch: Scratch
    opener: Opener
    budget: Budget
    names: set[str]
    """Taken in this tree: an archive may hold `x.zip` with `y`, and a file `x.zip/y`."""
    depth: int


class _Outer(NamedTuple):
    """A file that is being opened."""

    file: FoundFile
    is_message: bool
    digest: Digest
    mtime_ns: int


def unpack(files: Sequence[FoundFile]) -> tuple[FoundFile, ...]:
    """Put the files that lie in other files beside them.

    Args:
        files: of a source, sorted by name.

    Returns:
        All files, sorted by name; those that cannot be had bear a reason (`refused`).

    Raises:
        OutsideError: when there is no room for what is unpacked.
    """
    kinds = CONTAINERS.names()
    if not any(file.suffix in kinds for file in files):
        return tuple(files)
    scratch, found = Scratch(), list[FoundFile]()
    with Opener() as opener:
        for file in files:
            budget = Budget(ALWAYS_BYTES + RATIO * file.size, MOST_MEMBERS)
            found += _expand(file, _Place(scratch, opener, budget, set(), 1))
    return tuple(sorted(found, key=lambda one: one.name))


def _expand(file: FoundFile, place: _Place) -> Iterator[FoundFile]:
    """Give a file, or those in it, or a message and those in it."""
    if file.refused or file.suffix not in CONTAINERS.names():
        yield file
        return
    is_message = file.suffix in READERS.names()
    if is_message:
        yield file
    try:
        data = read_file(file.path, file.size) if file.size <= LARGEST_BYTES else b""
        mtime_ns = os.stat(file.path).st_mtime_ns  # noqa: PTH116 - once for every message
    except OSError:
        if not is_message:
            yield file  # ingest writes the decision when it cannot read it either
        return
    if is_message and not _may_hold(file, data):
        return
    outer = _Outer(file, is_message, file.digest or Digest.of(data), mtime_ns)
    if file.size > LARGEST_BYTES or place.depth > DEPTH:
        yield _refuse(outer, TOO_DEEP if place.depth > DEPTH else TOO_LARGE)
        return
    opened = place.opener.open(file.suffix, data, place.scratch.path, place.budget)
    del data
    yield from _members(outer, opened, place)


def _members(outer: _Outer, opened: Opened, place: _Place) -> Iterator[FoundFile]:
    refused = opened.refused
    if not refused and not opened.members and not outer.is_message:
        refused = EMPTY
    if refused:
        yield _refuse(outer, refused)
        return
    deeper = replace(place, depth=place.depth + 1)
    for one in opened.members:
        start = f"{outer.file.name}/"
        whole = unique_name(start + clean_name(one.name), place.names)
        place.names.add(whole)
        notes = (RENAMED,) if is_renamed(one.name, whole.removeprefix(start)) else ()
        if one.refused:
            yield FoundFile(whole, outer.file.path, 0, outer.digest, refused=one.refused)
            continue
        os.utime(one.path, ns=(outer.mtime_ns, outer.mtime_ns))  # it is as old as its outer file
        member = FoundFile(
            whole, one.path, one.size, one.digest, notes=notes, shelter=place.scratch
        )
        yield from _expand(member, deeper)


def _may_hold(file: FoundFile, data: bytes) -> bool:
    """Say whether a message may hold attachments; most do not, and are not opened for that."""
    if file.suffix != "eml":
        return True
    head_end = _HEAD_END.search(data)
    return _HOLDS.search(data[: head_end.start() if head_end else len(data)]) is not None


def _refuse(outer: _Outer, code: str) -> FoundFile:
    """Give the archive, or the attachments of a message together, with the reason."""
    file = outer.file
    name = f"{file.name}/{REST}" if outer.is_message else file.name
    return FoundFile(name, file.path, 0, outer.digest, refused=code, shelter=file.shelter)
