"""From a model record to a model that answers."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, BinaryIO, Protocol

from warrant.errors import IntegrityError
from warrant.kernel.digest import Digest
from warrant.models import MODELS, TrainedModel
from warrant.models.reliance import Reliance, ReliedModel, take_reliance
from warrant.models.thresholds import take_thresholds, with_thresholds

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.records.model import Model

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


class Blobs(Protocol):
    """What has the files of a model: a store, or a bundle."""

    def open(self, digest: Digest) -> BinaryIO:
        """Open the bytes of a digest; missing or altered ones are an IntegrityError."""
        ...


def open_model(record: Model, store: Blobs, folder: Path) -> TrainedModel:
    """Lay a model's files into a folder and load it.

    Args:
        record: the model record; its file names are checked before they become paths.
        store: holds the files.
        folder: is created and must not exist.

    Returns:
        The model, ready to answer.

    Raises:
        IntegrityError: when a file is missing or altered, its name is a path, or files and record
            disagree.
        InputError: when nobody offers the format, or the files are not sound.
    """
    folder.mkdir(parents=True)
    for file in record.files:
        if not _PLAIN_NAME.fullmatch(file.name):
            raise IntegrityError(
                f"The model record names the file {file.name!r}, which is a path.",
                do="Do not use this model: train it again.",
            )
        with (
            store.open(Digest.from_hex(file.sha256)) as blob,
            (folder / file.name).open("wb") as copy,
        ):
            shutil.copyfileobj(blob, copy)
    thresholds, promised = take_thresholds(folder), take_reliance(folder)
    model = MODELS.load(record.kind)(folder)
    said = (record.task, record.labels, record.inputs)
    if (model.task, model.labels, model.inputs) != said:
        raise IntegrityError(
            "The model's files answer another task, with other labels or inputs, than its record.",
            do="Do not use this model: train it again.",
        )
    decided = model if thresholds is None else with_thresholds(model, thresholds)
    return decided if promised is None else ReliedModel(decided, Reliance.from_bytes(promised))
