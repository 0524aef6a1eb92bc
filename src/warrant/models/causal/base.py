"""Finding the base of a model that writes text: a folder, or a name on the hub."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from warrant.errors import InputError, meant
from warrant.models.base.card import read_card
from warrant.models.base.find import PACKAGES, fetch_base
from warrant.models.causal.adapter import digest_of


@dataclass(frozen=True)
class CausalBase:
    """A base model that was found; nothing of it is loaded."""

    name: str
    """As the recipe names it."""

    folder: Path
    """Its files; only read."""

    revision: str | None = None
    """Commit, of a model from the hub."""

    licence: str | None = None
    """SPDX identifier; None: nobody says."""

    licence_from: Literal["card", "recipe"] | None = None
    """Who says so."""

    use_limits: tuple[str, ...] = ()
    """What its card says it shall not be used for, sentence by sentence."""

    @property
    def facts(self) -> dict[str, str | int | float | bool | None]:
        """Say in a model record and a claim which base was used, as `base_facts` does."""
        on_hub = self.revision is not None
        return {
            "base": self.name,
            "base_source": "hub" if on_hub else "folder",
            "base_origin": self.name if on_hub else Path(self.name).name or "folder",
            "base_revision": self.revision,
            "base_licence": self.licence,
            "base_licence_from": self.licence_from,
            "base_use_limits": " ".join(self.use_limits) or None,
            "base_digest": self.digest,
        }

    @cached_property
    def digest(self) -> str:
        """Give one digest over weights, settings and tokenizer, in hex."""
        return digest_of(self.folder).hex


def find_causal_base(
    name: str, root: Path, *, revision: str | None = None, licence: str | None = None
) -> CausalBase:
    """Find a base model; what is wrong with its files is for the look before training.

    Args:
        name: a folder (`./folder`), or a name on the hub (`org/name`).
        root: from here a folder is looked for.
        revision: of a name on the hub, the commit.
        licence: SPDX identifier, as the recipe says; None: its own card says.

    Returns:
        The base.

    Raises:
        InputError: when there is none.
        OutsideError: when the hub gives nothing.
    """
    folder = root / name
    if folder.is_dir():
        revision = None  # a folder has none, whatever the recipe says
    else:
        if name in PACKAGES:
            raise InputError(
                f"{name!r} reads texts and writes none: the tier causal needs a base that writes.",
                do="Write under train: base: ./FOLDER of a model like Llama, or tier: encoder",
            )
        if name.startswith((".", "/")) or "/" not in name:
            raise InputError(
                f"There is no folder {name!r} with a base model.",
                do=meant(name, "Correct base: under train: in the recipe.", root),
            )
        folder = fetch_base(name, revision)
    card = read_card(folder)
    source: Literal["card", "recipe"] | None = (
        "recipe" if licence else "card" if card.licence else None
    )
    return CausalBase(
        name, folder, revision, licence or card.licence, source, tuple(card.use_limits)
    )
