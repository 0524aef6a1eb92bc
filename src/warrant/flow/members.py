"""The members of a bundle that was verified: what is read now is what was verified then."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from warrant.errors import InputError, IntegrityError, meant
from warrant.kernel import bundle as container
from warrant.kernel.bundle import Bundle
from warrant.kernel.digest import Digest
from warrant.records.model import Model

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.models import TrainedModel

_ZIP = b"PK\x03\x04"


def require_bundle(path: Path) -> None:
    """Refuse what cannot be a bundle, before anything is said about its proofs.

    Args:
        path: as the reader gave it.

    Raises:
        InputError: saying what it is instead.
    """
    if path.is_dir():
        found = sorted(path.glob("*.bundle"))
        raise InputError(
            f"{str(path)!r} is a folder; a bundle is a file.",
            do=f"Name the bundle in it: {found[0]}" if found else f"Make one: warrant run {path}",
        )
    if not path.is_file():
        raise InputError(
            f"There is no bundle at {str(path)!r}.",
            do=meant(path, "Name the file that `warrant run` wrote; it ends in .bundle."),
        )
    with path.open("rb") as file:
        if file.read(len(_ZIP)) != _ZIP:
            raise InputError(
                f"{path.name!r} is no bundle.",
                do="Name the file that `warrant run` wrote; it ends in .bundle.",
            )
    version = _other_version(path)
    if version:
        raise InputError(
            f"{path.name!r} is of another version: {version!r}; this Warrant reads "
            f"{container.FORMAT!r}.",
            do="Use the Warrant that wrote it, or write it anew from its workspace, and name the "
            "bundle that this writes: warrant run WORKSPACE",
        )


def _other_version(path: Path) -> str:
    """Give the format of a bundle that is not ours; empty where verification shall judge."""
    try:
        with Bundle.open(path) as found:
            said = json.loads(found.read(container.CONTENT)).get("format", "")
    except (IntegrityError, ValueError, KeyError, AttributeError):
        return ""
    is_other = isinstance(said, str) and said.startswith("warrant/bundle/")
    return said[:40] if is_other and said != container.FORMAT else ""


class Members:
    """The members of a verified bundle, each compared with its digest when it is read.

    Args:
        path: the file.
        digest: the bundle digest that was verified, hex.

    Raises:
        IntegrityError: when the file holds another bundle now.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self._path = path
        with Bundle.open(path) as found:
            data = found.read(container.CONTENT)
        if Digest.of(data).hex != digest:
            raise self._changed()
        self.content = container.parse_content(data)
        self._names = {one.digest: name for name, one in self.content.members.items()}

    def has(self, name: str) -> bool:
        """Say whether the bundle has a member of this name."""
        return name in self.content.members

    def read(self, name: str) -> bytes:
        """Give the bytes of a member."""
        with Bundle.open(self._path) as found:
            data = b"".join(found.chunks(name))
        if Digest.of(data) != self.content.members[name].digest:
            raise self._changed()
        return data

    def open(self, digest: Digest) -> BinaryIO:
        """Open a member by its digest."""
        if digest not in self._names:
            raise self._changed()
        return BytesIO(self.read(self._names[digest]))

    def open_model(self, folder: Path) -> TrainedModel:
        """Load the model.

        Args:
            folder: is made, for its files.

        Returns:
            The model, ready to answer.

        Raises:
            IntegrityError: when files and record disagree.
            InputError: when the files are not sound, or nobody reads this format.
        """
        from warrant.models.files import open_model

        return open_model(Model.from_bytes(self.read("model.json")), self, folder)

    def _changed(self) -> IntegrityError:
        return IntegrityError(
            f"{self._path.name!r} was changed after it was verified.",
            do="Copy the bundle to a place where nobody writes, and run again.",
        )
