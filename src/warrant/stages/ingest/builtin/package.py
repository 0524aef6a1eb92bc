"""Opening a ZIP of XML parts (docx, odt) with suspicion."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import Any

LARGEST_PART_BYTES = 64 << 20
"""A part that unpacks to more is not read: a contract of 10,000 pages has less."""


class PackageError(Exception):
    """The package cannot be read.

    Args:
        is_bomb: whether a part unpacks to more than `LARGEST_PART_BYTES`.
    """

    def __init__(self, *, is_bomb: bool = False) -> None:
        super().__init__()
        self.is_bomb = is_bomb


class Package:
    """An open package.

    Args:
        data: the file.

    Raises:
        PackageError: when it is no ZIP.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise PackageError from error
        self.names = frozenset(self._file.namelist())

    def read(self, name: str) -> bytes:
        """Unpack one part.

        Args:
            name: of the part.

        Returns:
            Its bytes.

        Raises:
            PackageError: when it is absent, too large, or damaged.
        """
        if name not in self.names:
            raise PackageError
        try:
            with self._file.open(name) as part:
                data = part.read(LARGEST_PART_BYTES + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error) as error:
            raise PackageError from error
        if len(data) > LARGEST_PART_BYTES:
            raise PackageError(is_bomb=True)
        return data

    def xml(self, name: str) -> Any:  # noqa: ANN401 - lxml has no types
        """Parse one part.

        Args:
            name: of the part.

        Returns:
            Its root element; no entity is resolved and nothing is fetched.

        Raises:
            PackageError: when it is absent, too large, or no XML.
        """
        return parse_xml(self.read(name))


def parse_xml(data: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    """Parse a part.

    Args:
        data: the part.

    Returns:
        Its root element; no entity is resolved and nothing is fetched.

    Raises:
        PackageError: when it is no XML.
    """
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise PackageError from error
