"""The one form of ZIP that bundles have: stored members, every header byte fixed by the rest.

A reader rebuilds each header from name, size, checksum and place, and compares. Whatever differs is
refused: compression (bombs), overlapping members, lying sizes, symbolic links, comments, bytes
between members. The `zipfile` module repairs or ignores most of these.

Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from warrant.errors import InputError
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE_LIMIT = 0xFFFFFFFF
"""Bytes of the largest file: ZIP without its 64-bit extension."""

MEMBERS_LIMIT = 0xFFFF
"""Of one file."""

_NAME_LIMIT = 255

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_LOCAL_SIGNATURE, _CENTRAL_SIGNATURE, _END_SIGNATURE = 0x04034B50, 0x02014B50, 0x06054B50
_SHARED = (20, 0x0800, 0, 0, 0x0021)  # version needed, flags (UTF-8), method, time, date
_CENTRAL_FIELDS = (
    *("signature", "version made by", "version needed", "flags", "method", "time", "date"),
    *("checksum", "compressed size", "size", "name length", "extra length", "comment length"),
    *("disk", "internal attributes", "external attributes", "offset"),
)
_END_FIELDS = (
    *("signature", "disk", "directory disk", "members on disk", "members"),
    *("directory size", "directory offset", "comment length"),
)


class Entry(NamedTuple):
    """Where the bytes of a member lie in the file."""

    name: str
    """Safe relative name."""
    size: int
    """Number of bytes."""
    crc: int
    """CRC-32 that the ZIP states."""
    start: int
    """Offset of the member's header."""

    @property
    def data_start(self) -> int:
        """Offset of the first byte of the member."""
        return self.start + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        """Offset behind the last byte of the member."""
        return self.data_start + self.size


def header(entry: Entry) -> bytes:
    """Write what stands before a member's bytes.

    Args:
        entry: the member.

    Returns:
        The header with the name.
    """
    name = entry.name.encode("latin-1")
    sizes = (entry.crc, entry.size, entry.size, len(name), 0)
    return _LOCAL.pack(_LOCAL_SIGNATURE, *_SHARED, *sizes) + name


def directory(entries: Sequence[Entry]) -> bytes:
    """Write what stands behind all members.

    Args:
        entries: at least one, in the order of the file.

    Returns:
        The directory and the record that ends it.

    Raises:
        InputError: when all that is larger than 4 GiB.
    """
    listed = b"".join(_central_header(entry) for entry in entries)
    end = entries[-1].end
    check_offset(end + len(listed) + _END.size)
    return listed + _END.pack(*_end_fields(len(entries), len(listed), end))


def check_offset(offset: int) -> None:
    """Refuse a place that no header can name.

    Args:
        offset: in bytes from the start of the file.

    Raises:
        InputError: beyond 4 GiB.
    """
    if offset > FILE_LIMIT:
        raise InputError(
            "The members do not fit into a bundle of 4 GiB.",
            do="Quantise the model, or leave out what prediction does not need.",
        )


def read_directory(file: BinaryIO) -> list[Entry]:
    """Read which members a file has; their names and headers are not checked yet.

    Args:
        file: a stream that can seek.

    Returns:
        The members in the order of the file, none overlapping another.

    Raises:
        IntegrityError: when the directory is not what `directory` writes for them.
    """
    size = file.seek(0, 2)
    if not _END.size <= size <= FILE_LIMIT:
        raise fault("file-size", size=size)
    file.seek(size - _END.size)
    found = _END.unpack(file.read(_END.size))
    count, length, offset = found[4:7]
    expected = _end_fields(count, length, size - _END.size - length)
    _compare("end-record", _END_FIELDS, found, expected)
    if length > count * (_CENTRAL.size + _NAME_LIMIT):
        raise fault("end-record", field="directory size", got=length, expected="less")
    file.seek(offset)
    entries = _parse_directory(file.read(length), count)
    end = entries[-1].end if entries else 0
    if end != offset:
        raise fault("end-record", field="directory offset", got=offset, expected=end)
    return entries


def check_headers(file: BinaryIO, entries: Sequence[Entry]) -> None:
    """Compare the header before each member with what `header` writes.

    Args:
        file: a stream that can seek.
        entries: its members.

    Raises:
        IntegrityError: naming the first member with another.
    """
    for entry in entries:
        file.seek(entry.start)
        expected = header(entry)
        if file.read(len(expected)) != expected:
            raise fault("member-header", name=quote(entry.name))


def _central_fields(entry: Entry) -> tuple[int, ...]:
    sizes = (entry.crc, entry.size, entry.size, len(entry.name))
    return (_CENTRAL_SIGNATURE, 20, *_SHARED, *sizes, 0, 0, 0, 0, 0, entry.start)


def _central_header(entry: Entry) -> bytes:
    return _CENTRAL.pack(*_central_fields(entry)) + entry.name.encode("latin-1")


def _end_fields(count: int, size: int, offset: int) -> tuple[int, ...]:
    return (_END_SIGNATURE, 0, 0, count, count, size, offset, 0)


def _parse_directory(data: bytes, count: int) -> list[Entry]:
    entries: list[Entry] = []
    at = start = 0
    for number in range(1, count + 1):
        if len(data) < at + _CENTRAL.size:
            raise fault("directory-cut", number=number)
        found = _CENTRAL.unpack_from(data, at)
        at += _CENTRAL.size
        name = data[at : at + found[10]].decode("latin-1")
        at += found[10]
        entry = Entry(name, found[9], found[7], start)
        _compare("directory-entry", _CENTRAL_FIELDS, found, _central_fields(entry), name)
        start = entry.end
        entries.append(entry)
    if at != len(data):
        raise fault("end-record", field="directory size", got=len(data), expected=at)
    return entries


def _compare(
    code: str,
    fields: tuple[str, ...],
    found: tuple[int, ...],
    expected: tuple[int, ...],
    name: str = "",
) -> None:
    for field, got, wanted in zip(fields, found, expected, strict=True):
        if got != wanted:
            raise fault(code, name=quote(name), field=field, got=got, expected=wanted)
