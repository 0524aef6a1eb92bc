"""A bundle made ready to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel.bundle import CONTENT, Bundle
from warrant.kernel.digest import Digest
from warrant.models import MODELS, TrainedModel
from warrant.records.model import Model

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.kernel.bundle import Content

_MODEL = "model/"
_RECORD = "model.json"


@dataclass(frozen=True)
class Opened:
    """What a bundle answers with."""

    name: str
    """The bundle's name."""

    stage_of_use: str
    """How far it may be relied on: `explore`, `pilot` or `production`."""

    digest: Digest
    """The bundle digest, which people approve."""

    record: Model
    """What the model is."""

    model: TrainedModel
    """The model, ready to answer."""


def open_bundle(path: Path, folder: Path) -> Opened:
    """Lay a bundle's model into a folder and load it.

    Args:
        path: the bundle.
        folder: is created and must not exist.

    Returns:
        The model and what stands around it.

    Raises:
        IntegrityError: when a member is not what `content.json` says.
        InputError: when the bundle holds no model, or nobody offers its format.
    """
    with Bundle.open(path) as bundle:
        content = bundle.read_content()
        digest = Digest.of(bundle.read(CONTENT))
        record = _read_record(bundle, content)
        folder.mkdir(parents=True)
        for name in content.members:
            if name.startswith(_MODEL):
                _check(bundle, content, name)
                with (folder / name.removeprefix(_MODEL)).open("wb") as file:
                    for chunk in bundle.chunks(name):
                        file.write(chunk)
    model = MODELS.load(record.kind)(folder)
    return Opened(content.name, content.stage_of_use, digest, record, model)


def _read_record(bundle: Bundle, content: Content) -> Model:
    if _RECORD not in content.members:
        raise InputError(
            f"The bundle {content.name!r} holds no model record.",
            do="Use a bundle as `warrant run` wrote it.",
        )
    _check(bundle, content, _RECORD)
    return Model.from_bytes(bundle.read(_RECORD))


def _check(bundle: Bundle, content: Content, name: str) -> None:
    if bundle.measure(name).digest != content.members[name].digest:
        raise IntegrityError(
            f"{name!r} is not what the bundle's list of content says.",
            do="Do not use this bundle; ask for it again.",
        )
