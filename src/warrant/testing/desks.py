"""A desk over a real store in a folder, with salts in memory, for trying stages and engines."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from warrant.kernel.store import LocalStore
from warrant.records.interfaces import Desk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class FixedSalts:
    """Salts that can be repeated; see `Salts` for the methods.

    Args:
        erased: digests of documents that must not come back.
    """

    def __init__(self, erased: Sequence[bytes] = ()) -> None:
        self.gone = set(erased)
        self.originals: dict[tuple[bytes, str], bytes] = {}

    def salts_for(self, documents: Sequence[bytes]) -> list[bytes]:
        """Give the salt of each document."""
        return [sha256(b"salt" + one).digest() for one in documents]

    def keyed(self, digest: bytes) -> bytes:
        """Give a digest under the key."""
        return sha256(b"keyed" + digest).digest()

    def keep_originals(self, document: bytes, originals: Mapping[str, bytes]) -> None:
        """Keep what was taken out of a document."""
        self.originals |= {(document, name): value for name, value in originals.items()}

    def is_erased(self, documents: Sequence[bytes]) -> list[bool]:
        """Say of each document whether it must not come back."""
        return [one in self.gone for one in documents]


def make_desk(folder: Path, erased: Sequence[bytes] = ()) -> Desk:
    """Make a desk.

    Args:
        folder: for store and scratch.
        erased: digests of documents that must not come back.

    Returns:
        The desk; it reports to nobody.
    """
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Desk(
        store=LocalStore(folder / "store"),
        salts=FixedSalts(erased),
        scratch=scratch,
        progress=lambda done, total, unit: None,  # noqa: ARG005
    )
