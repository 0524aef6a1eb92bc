"""From a model record to a model that answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from warrant.errors import IntegrityError
from warrant.kernel.digest import Digest
from warrant.models import MODELS, TrainedModel

if TYPE_CHECKING:
    from warrant.records.model import Model


class Blobs(Protocol):
    """Where bytes are found by digest."""

    def get(self, digest: Digest) -> bytes:
        """Give the bytes of a digest."""
        ...


def open_model(record: Model, blobs: Blobs, folder: Path) -> TrainedModel:
    """Lay a model's files into a folder and load it.

    Args:
        record: the model record; its file names are checked before they become paths.
        blobs: holds the files.
        folder: is created and must not exist.

    Returns:
        The model, ready to answer.

    Raises:
        IntegrityError: when a file is not what the record says.
        InputError: when nobody offers the format, or the files are not sound.
    """
    folder.mkdir(parents=True)
    for file in record.files:
        data = blobs.get(Digest.from_hex(file.sha256))
        if len(data) != file.size or Digest.of(data).hex != file.sha256:
            raise IntegrityError(
                f"The model file {file.name!r} is not the one its record names.",
                do="Restore the store from a backup, or run: warrant run",
            )
        if Path(file.name).name != file.name or file.name in {"", ".", ".."}:
            raise IntegrityError(
                f"The model record names the file {file.name!r}, which is a path.",
                do="Do not use this model: train it again.",
            )
        (folder / file.name).write_bytes(data)
    return MODELS.load(record.kind)(folder)
