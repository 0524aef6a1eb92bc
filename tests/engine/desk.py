"""A desk over a real store in a folder, with salts in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from warrant.kernel.store import LocalStore
from warrant.records.interfaces import Desk


class FixedSalts:
    """Salts that a test can repeat; a set of documents that must not come back."""

    def __init__(self, erased: Sequence[bytes] = ()) -> None:
        self.gone = set(erased)
        self.originals: dict[tuple[bytes, str], bytes] = {}

    def salts_for(self, documents: Sequence[bytes]) -> list[bytes]:
        return [sha256(b"salt" + one).digest() for one in documents]

    def keyed(self, digest: bytes) -> bytes:
        return sha256(b"keyed" + digest).digest()

    def keep_originals(self, document: bytes, originals: Mapping[str, bytes]) -> None:
        self.originals |= {(document, name): value for name, value in originals.items()}

    def is_erased(self, documents: Sequence[bytes]) -> list[bool]:
        return [one in self.gone for one in documents]


def make_desk(folder: Path, erased: Sequence[bytes] = ()) -> Desk:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return Desk(
        store=LocalStore(folder / "store"),
        salts=FixedSalts(erased),
        scratch=scratch,
        progress=lambda done, total, unit: None,  # noqa: ARG005
    )
