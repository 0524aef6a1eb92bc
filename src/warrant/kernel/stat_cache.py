"""Digests of files that have not changed, by what the file system says about them.

Trusting it is a choice (`--trust-stat`): whoever can set a file's times and inode, or write
the cache, can make an old digest pass for a new file. So whoever uses it says which files
were hashed now and which were not.

An entry is *racily clean* when the file was written so shortly before it was hashed that a
later write could leave the same times: such a file is hashed again, as git does with its index.

Law: `StatCache.parse(cache.to_bytes()).to_bytes() == cache.to_bytes()`.
Law: after any write that changes size, times or inode, `digest` is that of the new bytes.

Source: git, Documentation/technical/racy-git.txt.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from warrant.errors import InputError
from warrant.kernel import shape
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest, hash_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import stat_result
    from pathlib import Path

FORMAT: Final = "warrant/stat-cache/1"
RACE_NS: Final = 2_000_000_000
"""The coarsest clock of a file system in use (FAT: 2 s), in nanoseconds."""

_FIELDS = ("size", "mtime_ns", "ctime_ns", "inode")
_ENTRY = dict.fromkeys((*_FIELDS, "hashed_at_ns"), shape.decimal)
_SHAPE = shape.exact(
    {
        "format": shape.one_of(FORMAT),
        "files": shape.mapping(shape.exact({**_ENTRY, "sha256": shape.hexdigest})),
    }
)


class Stamp(NamedTuple):
    """What the file system says about a file."""

    size: int
    """Bytes."""
    mtime_ns: int
    """Last change of the bytes, nanoseconds since 1970."""
    ctime_ns: int
    """Last change of the entry; cannot be set by a program on POSIX systems."""
    inode: int
    """Changes when the file is replaced."""

    @classmethod
    def of(cls, status: stat_result) -> Stamp:
        """Take what counts from a `stat`."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class Known(NamedTuple):
    """What was found when a file was last hashed."""

    stamp: Stamp
    """Before and after hashing."""
    hashed_at_ns: int
    """When hashing began."""
    digest: Digest
    """Of the bytes."""

    @property
    def is_racy(self) -> bool:
        """True when a later write could have left the same stamp."""
        return max(self.stamp.mtime_ns, self.stamp.ctime_ns) > self.hashed_at_ns - RACE_NS


class Found(NamedTuple):
    """A digest, and where it comes from."""

    digest: Digest
    """Of the file's bytes, now or when last hashed."""
    is_hashed_now: bool
    """False when the cache was trusted."""


@dataclass(slots=True)
class StatCache:
    """Digests by path.

    Args:
        known: what was found before, by absolute path.
        now_ns: gives the time, nanoseconds since 1970.
    """

    known: dict[str, Known] = field(default_factory=dict)
    """What was found before, by absolute path."""
    now_ns: Callable[[], int] = time.time_ns
    """Gives the time."""

    def digest(self, path: Path) -> Found:
        """Give a file's digest, hashing it unless it is known and unchanged.

        Args:
            path: a readable file.

        Returns:
            The digest, and whether the file was hashed now.

        Raises:
            InputError: when the file changes while it is hashed.
            OSError: when it cannot be read.
        """
        name = str(path.absolute())
        stamp = Stamp.of(path.stat())
        known = self.known.get(name)
        if known and known.stamp == stamp and not known.is_racy:
            return Found(known.digest, is_hashed_now=False)
        begun = self.now_ns()
        digest = hash_file(path)
        if Stamp.of(path.stat()) != stamp:
            raise InputError(
                f"File '{path}' was changed while it was read.",
                do="Let the program that writes it finish, then run again.",
            )
        self.known[name] = Known(stamp, begun, digest)
        return Found(digest, is_hashed_now=True)

    def to_bytes(self) -> bytes:
        """Write the cache as canonical JSON; numbers as text, since inodes pass 2^53."""
        files = {
            name: {
                **{key: str(value) for key, value in zip(_FIELDS, known.stamp, strict=True)},
                "hashed_at_ns": str(known.hashed_at_ns),
                "sha256": known.digest.hex,
            }
            for name, known in self.known.items()
        }
        return canonical({"format": FORMAT, "files": files})

    @classmethod
    def parse(cls, data: bytes) -> StatCache:
        """Read a cache.

        Args:
            data: as `to_bytes` writes it.

        Returns:
            The cache.

        Raises:
            InputError: for anything else. A cache can always be thrown away.
        """
        value: Any = parse_canonical(data)
        _SHAPE(value, "stat cache")
        return cls(
            {
                name: Known(
                    Stamp(*(int(entry[key]) for key in _FIELDS)),
                    int(entry["hashed_at_ns"]),
                    Digest.from_hex(entry["sha256"]),
                )
                for name, entry in value["files"].items()
            }
        )
