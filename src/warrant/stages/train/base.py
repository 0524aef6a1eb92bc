"""Which base model training starts from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from warrant.errors import MissingExtra
from warrant.records.claim import Plugin

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
