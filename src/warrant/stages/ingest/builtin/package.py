"""Opening a ZIP of XML parts (docx, odt) with suspicion."""

from __future__ import annotations

import zipfile
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

    def xml(self, name: str) -> Any:  # noqa: ANN401 - lxml has no types
        """Parse one part.

        Args:
            name: of the part.

        Returns:
            Its root element; no entity is resolved and nothing is fetched.

        Raises:
            PackageError: when it is absent, too large, or no XML.
        """
        from lxml import etree

        if name not in self.names:
            raise PackageError
        try:
            with self._file.open(name) as part:
                data = part.read(LARGEST_PART_BYTES + 1)
            if len(data) > LARGEST_PART_BYTES:
                raise PackageError(is_bomb=True)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            return etree.fromstring(data, parser)
        except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, etree.XMLSyntaxError) as error:
            raise PackageError from error
