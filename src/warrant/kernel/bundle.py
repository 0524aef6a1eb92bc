"""The bundle: one file with model, card, statements and proofs, spelt in one way.

A ZIP of stored members whose every header byte follows from names and contents (`zip_form`).
Whatever differs is refused before a byte of content is used, and so are names that are not safe,
come twice or stand out of order.

Law: `read(write(members)) == members`, for members with safe names, `content.json` first.
Law: `read` refuses every file that differs from a written one in a single byte.

Source: formats.md, section 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from zlib import crc32

from warrant.errors import InputError
from warrant.kernel import zip_form
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.wording import fault, quote
from warrant.kernel.zip_form import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

FORMAT = "warrant/bundle/1"
"""The `format` of `content.json`."""

CONTENT = "content.json"
"""The first member; its SHA-256 is the bundle digest."""

EVIDENCE = "evidence/"
"""What names of members outside the bundle digest start with."""

STAGES_OF_USE = frozenset({"explore", "pilot", "production"})
"""What `stage_of_use` may say."""

READ_LIMIT = 1 << 24
"""Bytes of the largest member that is read into memory, `evidence/leaves` apart."""

LEAVES_LIMIT = 1 << 29
"""Bytes of the largest `evidence/leaves`: a million leaves of 512 bytes."""

_NAME_LIMIT = 255
_CHUNK = 1 << 20

_PRINTABLE = re.compile(r"[ -9;-\[\]-~]+")
_EVIDENCE_NAME = re.compile(
    r"evidence/(?:checkpoint|leaves|model\.sig|(?:statements|records)/[0-9a-f]{64}\.json"
    r"|proofs/(?:0|[1-9][0-9]{0,18})\.tlog-proof|outside/[0-9a-f]{64}\.json)"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be put into a bundle.

    Args:
        name: safe relative name with `/` between its parts.
        source: the bytes, or the file that holds them.
    """

    name: str
    """Safe relative name with `/` between its parts."""
    source: bytes | Path
    """The bytes, or the file that holds them."""

    def open(self) -> BinaryIO:
        """Open the bytes for reading.

        Returns:
            A stream at its start.
        """
        return BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")


class Measure(NamedTuple):
    """What a member's bytes are."""

    size: int
    """Number of bytes."""
    digest: Digest
    """SHA-256."""
    crc: int
    """CRC-32."""


class Listed(NamedTuple):
    """What `content.json` says of a member."""

    size: int
    """Number of bytes."""
    digest: Digest
    """SHA-256."""


@dataclass(frozen=True, slots=True)
class Content:
    """What `content.json` says.

    Args:
        name: the bundle's name.
        stage_of_use: "explore", "pilot" or "production".
        members: content members by name, in order.
    """

    name: str
    """The bundle's name."""
    stage_of_use: str
    """One of `STAGES_OF_USE`."""
    members: Mapping[str, Listed]
    """Content members by name, in order."""


def is_safe_name(name: str) -> bool:
    """Say whether a member may have a name.

    Args:
        name: any text.

    Returns:
        True for a relative path of printable ASCII that stays where it is put.
    """
    return not _fault_of_name(name)


def write_content(name: str, stage_of_use: str, members: Iterable[Member]) -> bytes:
    """Write `content.json`.

    Args:
        name: the bundle's name.
        stage_of_use: "explore", "pilot" or "production".
        members: the content members, in any order.

    Returns:
        Canonical JSON; its SHA-256 is the bundle digest.

    Raises:
        InputError: when the stage of use or a name is not allowed, or a name comes twice.

    Source: formats.md, section 7.
    """
    if stage_of_use not in STAGES_OF_USE:
        raise InputError(
            f"Stage of use {stage_of_use!r} is unknown: expected explore, pilot or production.",
            do="Correct `use: {stage: …}` in the recipe.",
        )
    listed = []
    for member in _in_order(members):
        if member.name == CONTENT or member.name.startswith(EVIDENCE):
            raise InputError(
                f"{quote(member.name)} is not a name for content.",
                do="Give it a name that does not start with 'evidence/'.",
            )
        with member.open() as stream:
            measure = _measure(_chunks(stream))
        listed.append({"name": member.name, "sha256": measure.digest.hex, "size": measure.size})
    return canonical(
        {"format": FORMAT, "members": listed, "name": name, "stage_of_use": stage_of_use}
    )


def write(out: BinaryIO, members: Iterable[Member]) -> None:
    """Write a bundle.

    Args:
        out: an empty stream open for writing that can seek.
        members: `content.json`, the content and the evidence, in any order.

    Raises:
        InputError: when a name is not allowed or comes twice, `content.json` is absent, or
            the members do not fit into 4 GiB.

    Source: formats.md, section 7.
    """
    ordered = _in_order(members)
    if not ordered or ordered[0].name != CONTENT:
        raise InputError("A bundle needs 'content.json'.", do="Add what write_content gives.")
    if len(ordered) > zip_form.MEMBERS_LIMIT:
        raise InputError(
            f"A bundle holds at most {zip_form.MEMBERS_LIMIT} members, got {len(ordered)}.",
            do="Put the small files of the model into fewer, larger ones.",
        )
    entries: list[Entry] = []
    for member in ordered:
        entries.append(_write_member(out, member, entries[-1].end if entries else 0))
    out.write(zip_form.directory(entries))


def read(file: BinaryIO) -> dict[str, bytes]:
    """Read a small bundle into memory.

    Args:
        file: a stream that can seek.

    Returns:
        The bytes of each member by name, in order.

    Raises:
        IntegrityError: when the file is not what `write` writes for its members.
    """
    bundle = Bundle(file)
    return {name: bundle.read(name) for name in bundle.entries}


class Bundle:
    """An open bundle whose directory, headers and names are sound.

    What it holds is not checked yet: `verify` does that.

    Args:
        file: a stream that can seek; the bundle closes it.

    Raises:
        IntegrityError: when the directory or a header is not what `write` writes, or a name
            is not safe, comes twice or stands out of order.

    Source: formats.md, section 7.
    """

    entries: dict[str, Entry]
    """Members by name, in order."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        entries = zip_form.read_directory(file)
        _check_names([entry.name for entry in entries])
        zip_form.check_headers(file, entries)
        self.entries = {entry.name: entry for entry in entries}

    @classmethod
    def open(cls, path: Path) -> Bundle:
        """Open a bundle.

        Args:
            path: the file.

        Returns:
            The bundle, to be closed or used in a `with` statement.

        Raises:
            IntegrityError: as the constructor.
            OSError: when the file cannot be read.
        """
        file = path.open("rb")
        try:
            return cls(file)
        except BaseException:
            file.close()
            raise

    def __enter__(self) -> Bundle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def read(self, name: str, limit: int = READ_LIMIT) -> bytes:
        """Read a member into memory.

        Args:
            name: a member.
            limit: the most bytes to read.

        Returns:
            Its bytes.

        Raises:
            IntegrityError: when it is larger than the limit or its checksum is wrong.
        """
        entry = self.entries[name]
        if entry.size > limit:
            raise fault("member-large", name=quote(name), size=entry.size, limit=limit)
        data = b"".join(self.chunks(name))
        if crc32(data) != entry.crc:
            raise fault("member-sum", name=quote(name))
        return data

    def measure(self, name: str) -> Measure:
        """Hash a member without holding it in memory.

        Args:
            name: a member.

        Returns:
            Its size, digest and checksum; the checksum is not compared.
        """
        return _measure(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Read a member piece by piece, its checksum unchecked.

        Args:
            name: a member.

        Yields:
            At most 1 MiB each.
        """
        entry = self.entries[name]
        self._file.seek(entry.data_start)
        left = entry.size
        while chunk := self._file.read(min(left, _CHUNK)):
            left -= len(chunk)
            yield chunk

    def read_content(self) -> Content:
        """Read `content.json` and compare the names it lists with the members.

        Returns:
            What it says.

        Raises:
            IntegrityError: when it is not canonical, not of its form, or a content member is
                unlisted or absent, or an evidence member of no known kind.
        """
        content = parse_content(self.read(CONTENT))
        for name in self.entries:
            if name.startswith(EVIDENCE):
                if not _EVIDENCE_NAME.fullmatch(name):
                    raise fault("evidence-name", name=quote(name))
            elif name != CONTENT and name not in content.members:
                raise fault("member-unlisted", name=quote(name))
        for name in content.members:
            if name not in self.entries:
                raise fault("member-absent", name=quote(name))
        return content


def parse_content(data: bytes) -> Content:
    """Read the bytes of `content.json`.

    Args:
        data: canonical JSON.

    Returns:
        What it says.

    Raises:
        IntegrityError: when it is not canonical or not of its form.

    Source: formats.md, section 7.
    """
    try:
        value = parse_canonical(data)
    except InputError:
        raise fault("content-form", reason="it is not canonical JSON") from None
    if not isinstance(value, dict) or set(value) != {"format", "members", "name", "stage_of_use"}:
        raise fault("content-form", reason="its fields are not those of warrant/bundle/1")
    name, stage_of_use, members = value["name"], value["stage_of_use"], value["members"]
    if value["format"] != FORMAT:
        raise fault("content-form", reason="its format is not warrant/bundle/1")
    if not isinstance(name, str) or not isinstance(members, list):
        raise fault("content-form", reason="name or members have the wrong type")
    if not isinstance(stage_of_use, str) or stage_of_use not in STAGES_OF_USE:
        raise fault("content-form", reason="the stage of use is unknown")
    listed = [_parse_listed(member) for member in members]
    names = [member for member, _ in listed]
    if any(left >= right for left, right in pairwise(names)):
        raise fault("content-form", reason="its members are not sorted by name")
    return Content(name, stage_of_use, dict(listed))


def _parse_listed(value: object) -> tuple[str, Listed]:
    if isinstance(value, dict) and set(value) == {"name", "sha256", "size"}:
        name, digest, size = value["name"], value["sha256"], value["size"]
        if isinstance(name, str) and isinstance(digest, str) and type(size) is int and size >= 0:
            try:
                return name, Listed(size, Digest.from_hex(digest))
            except InputError:
                pass
    raise fault("content-form", reason="a member is not {name, sha256, size}")


def _fault_of_name(name: str) -> str:
    if len(name) > _NAME_LIMIT:
        return "it is longer than 255 bytes"
    if not _PRINTABLE.fullmatch(name):
        return "it is empty or holds more than printable ASCII without backslash and colon"
    if name.startswith("/"):
        return "it is absolute"
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return "a part of it is empty, '.' or '..'"
    if any(part[-1] in ". " for part in name.split("/")):
        return "a part of it ends in a dot or a space"
    return ""


def _sort_key(name: str) -> tuple[int, str]:
    return (0 if name == CONTENT else 2 if name.startswith(EVIDENCE) else 1), name


def _in_order(members: Iterable[Member]) -> list[Member]:
    ordered = sorted(members, key=lambda member: _sort_key(member.name))
    for member in ordered:
        if reason := _fault_of_name(member.name):
            raise InputError(
                f"A bundle cannot hold {quote(member.name)}: {reason}.", do="Rename the file."
            )
    for left, right in pairwise(ordered):
        if left.name == right.name:
            raise InputError(f"Two members are named {left.name!r}.", do="Rename one of them.")
    return ordered


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _measure(chunks: Iterable[bytes]) -> Measure:
    size, state, crc = 0, sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        state.update(chunk)
        crc = crc32(chunk, crc)
    return Measure(size, Digest(state.digest()), crc)


def _write_member(out: BinaryIO, member: Member, start: int) -> Entry:
    entry = Entry(member.name, 0, 0, start)
    out.seek(entry.data_start)
    size = crc = 0
    with member.open() as stream:
        for chunk in _chunks(stream):
            size += len(chunk)
            zip_form.check_offset(entry.data_start + size)
            crc = crc32(chunk, crc)
            out.write(chunk)
    entry = Entry(member.name, size, crc, start)
    out.seek(start)
    out.write(zip_form.header(entry))
    out.seek(entry.end)
    return entry


def _check_names(names: list[str]) -> None:
    for name in names:
        if reason := _fault_of_name(name):
            raise fault("member-name", name=quote(name), reason=reason)
    if not names or names[0] != CONTENT:
        raise fault("content-absent")
    for left, right in pairwise(names):
        if left == right:
            raise fault("member-twice", name=quote(left))
        if _sort_key(left) > _sort_key(right):
            raise fault("member-order", name=quote(right))
