"""Archives (.zip): each file in them, with suspicion.

Source: PKWARE, .ZIP File Format Specification 6.3.10.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from warrant.stages.ingest.container import Member, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

ENCRYPTED, DAMAGED, LINK = "archived_encrypted", "archived_damaged", "archived_link"
MACOS, NO_ARCHIVE = "archived_macos_note", "not_archive"
"""Codes of the reasons why a member, or the archive, cannot be had."""

_CHUNK = 1 << 20
_IS_ENCRYPTED = 0x1  # general purpose bit flag 0, section 4.4.4
_UNIX = 3  # section 4.4.2: made on a system whose file modes stand in the upper half
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def members(data: bytes) -> Iterator[Member]:
    """Give the files of an archive in its own order.

    Args:
        data: the archive.

    Yields:
        Every member that is no folder.

    Raises:
        Refused: when it is no archive.
    """
    try:
        file = zipfile.ZipFile(BytesIO(data))
    except (*_BROKEN, NotImplementedError) as error:
        raise Refused(NO_ARCHIVE) from error
    with file:
        for one in file.infolist():
            if not one.is_dir():
                yield Member(one.filename, _chunks(file, one))


def _chunks(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    mode = info.external_attr >> 16
    if info.create_system == _UNIX and stat.S_ISLNK(mode):
        raise Refused(LINK)
    if info.filename.startswith("__MACOSX/"):
        raise Refused(MACOS)
    if info.flag_bits & _IS_ENCRYPTED:
        raise Refused(ENCRYPTED)
    try:
        with file.open(info) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (*_BROKEN, NotImplementedError) as error:
        raise Refused(DAMAGED) from error
