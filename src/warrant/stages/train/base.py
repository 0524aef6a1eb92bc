"""Which base model training starts from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.errors import InputError, MissingExtra
from warrant.models.base import find_base
from warrant.records.claim import Plugin
from warrant.stages.train.backend import TRAINERS, Finding

if TYPE_CHECKING:
    from warrant.models.base import Base
    from warrant.stages.train.config import TrainConfig

LIBRARIES = ("tokenizers", "torch", "transformers")
"""What decides the numbers of a base model."""


@dataclass(frozen=True)
class BaseConfig:
    """A base model, as the recipe names it and as it was found."""

    name: str
    """A package's (`minilm`), a folder, or a name on the hub."""

    revision: str | None = None
    """Commit of a name on the hub, 40 hex digits."""

    licence: str | None = None
    """SPDX identifier, as the recipe says; None: its own card says."""

    digest: str | None = None
    """Over names and digests of its files, in hex; None for a name on the hub, which its commit
    pins."""

    root: Path = Path()
    """From here a folder is looked for; it belongs to this machine and enters no statement."""


def base_plugins() -> tuple[Plugin, ...]:
    """Name the libraries behind base models.

    Returns:
        Each with its version.

    Raises:
        MissingExtra: when one is not installed.
    """
    try:
        return tuple(Plugin(name=name, version=metadata.version(name)) for name in LIBRARIES)
    except metadata.PackageNotFoundError:
        raise MissingExtra.named("encoder", "A base model") from None


def open_base(said: BaseConfig) -> Base:
    """Find the base model of a run, the very one that its settings pin.

    Args:
        said: name, and digest where it was pinned.

    Returns:
        The base.

    Raises:
        InputError: when there is none, it is not sound, or its files are others now.
    """
    found = find_base(said.name, said.root, revision=said.revision, licence=said.licence)
    require_pinned(said, found.record.digest)
    return found


def require_pinned(said: BaseConfig, digest: str) -> None:
    """Refuse a base whose files are not those that the settings name.

    Args:
        said: name, and digest where it was pinned.
        digest: of the files that are there.

    Raises:
        InputError: when they differ: a model would be said to come from what it does not.
    """
    if said.digest is not None and said.digest != digest:
        raise InputError(
            f"The files of the base model {said.name!r} are not those that were pinned when the "
            f"run began: SHA-256 {digest[:12]}…, expected {said.digest[:12]}….",
            do="Let nothing change the base while a run lasts, and run again.",
        )


def libraries_of(config: TrainConfig) -> tuple[Plugin, ...]:
    """Name the libraries that decide a run: those of its backend, and those behind its base.

    Args:
        config: the settings of the run.

    Returns:
        Each with its version; one that both need stands there twice.

    Raises:
        MissingExtra: when one is not installed.
    """
    base = base_plugins() if config.base else ()
    together = () if config.processes == 1 else (_accelerate(),)
    return (*TRAINERS.load(config.backend)().describe(), *together, *base)


def _accelerate() -> Plugin:
    try:
        return Plugin(name="accelerate", version=metadata.version("accelerate"))
    except metadata.PackageNotFoundError:
        raise MissingExtra.named("llm", "Training under several processes") from None


def base_findings(config: TrainConfig, who: str) -> list[Finding]:
    """Look at the base model, and at what its card says.

    Args:
        config: names the base.
        who: needs it, as the start of a sentence.

    Returns:
        An error when there is none or it is not sound; warnings about licence and limits.
    """
    said = config.base
    if said is None:
        return [
            Finding(
                "error",
                f"{who} starts from a base model, and the recipe names none.",
                do="Write under train: base: minilm",
                code="base-missing",
            )
        ]
    try:
        record = open_base(said).record
    except InputError as error:
        return [Finding("error", error.what, do=error.do, code="base-not-sound")]
    found = []
    if record.licence is None:
        found.append(
            Finding(
                "warning",
                f"Nobody says under which licence the base model {said.name!r} may be used.",
                do="Write it under train: licence:, as its publisher states it.",
                code="base-without-licence",
            )
        )
    return found
