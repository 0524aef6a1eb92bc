"""Agreements under which sources are held: `agreements/NAME.yaml` beside the recipe.

A source names one as its licence. What the agreement forbids, no recipe allows; each term names the
clause that says so. The digest of the terms stands in the signed settings of ingest.

Law: rights under an agreement are never wider than the recipe's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warrant.errors import InputError
from warrant.flow.recipe_fault import located
from warrant.flow.recipe_source import SourceRights
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.records.source import Terms, earlier, narrowest
from warrant.records.yaml12 import load_yaml

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "agreements"
"""Beside the recipe."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2}|never)$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="agreement")


class Term(_Part):
    """One thing that the agreement says, and where."""

    what: Text
    """In a few words: `name the source`."""
    clause: Text
    """Where it says so: `5.2`."""


class Permits(_Part):
    """What the agreement allows; what is left out it does not speak of."""

    train: bool | None = None
    """May a model be trained on it?"""
    commercial: bool | None = None
    """May the model be used commercially?"""
    expires: Day | None = None
    """Last day of the right, or `never`."""
    keep_until: Day | None = None
    """Last day on which it may be kept, or `never`."""
    residency: tuple[Text, ...] | None = None
    """Where it may be processed, such as [EU, CH]."""


class Agreement(_Part):
    """An agreement, as a person wrote it down from the paper."""

    title: Text
    """Of the paper."""
    party: Text
    """Who grants the right."""
    permits: Permits
    """What it allows."""
    clauses: dict[Text, Text] = {}
    """By what it allows (`train`, `commercial`, `expires`, `keep_until`, `residency`): the clause
    that says so."""
    obligations: tuple[Term, ...] = ()
    """What is owed."""
    ended: Day | None = None
    """The day on which it ended; `warrant end` writes it."""

    @property
    def digest(self) -> str:
        """SHA-256 of its terms, hex."""
        plain = self.model_dump(mode="json")
        for name in ("keep_until", "residency"):  # papers that are silent keep their digest
            if plain["permits"][name] is None:
                del plain["permits"][name]
        return Digest.of(canonical(plain)).hex


def agreements_in(root: Path) -> dict[str, Agreement]:
    """Read all agreements of a workspace.

    Args:
        root: the folder with the recipe.

    Returns:
        By name, that of the file without its ending, sorted.

    Raises:
        InputError: with file, line and column of what does not fit; or when a file is called
            `.yml`, so that its terms would bind nothing.
    """
    for path in sorted((root / FOLDER).glob("*.yml")):
        raise InputError(
            f"The agreement {path.name!r} binds nothing: its name has to end in '.yaml'.",
            do=f"Call it {path.stem}.yaml",
        )
    return {path.stem: _read(path) for path in sorted((root / FOLDER).glob("*.yaml"))}


def terms_of(licence: str | None, known: dict[str, Agreement]) -> Agreement | None:
    """Find the agreement that a source names as its licence.

    Args:
        licence: as the source says.
        known: all agreements by name.

    Returns:
        The agreement; None when the licence is none of them.

    Raises:
        InputError: when only small and capital letters differ, so that its terms bound nothing.
    """
    if licence is None or licence in known:
        return known.get(licence or "")
    for name in known:
        if licence.casefold() == name.casefold():
            raise InputError(
                f"A source has the licence {licence!r}, and the agreement is called {name!r}.",
                do=f"Write licence: {name}",
            )
    return None


def strictest(rights: SourceRights, agreement: Agreement) -> SourceRights:
    """Lay an agreement's terms over what a recipe states.

    Args:
        rights: of a source, as the recipe states them.
        agreement: under which it is held.

    Returns:
        Of each right the narrower answer; what only one of them answers is taken from it.
    """
    permits = agreement.permits
    train = False if agreement.ended else _narrower(rights.train, permits.train)
    both = narrowest((terms_in(rights), terms_in(permits)))
    return SourceRights(
        train=train,
        commercial=_narrower(rights.commercial, permits.commercial),
        expires=earlier(rights.expires, permits.expires),
        consent=rights.consent,
        keep_until=both.keep_until,
        residency=both.residency,
    )


def terms_in(said: SourceRights | Permits) -> Terms:
    """Give the terms under which documents are held, as they are signed.

    Args:
        said: in a recipe, or in an agreement.

    Returns:
        The terms; empty where none is stated.
    """
    consent = said.consent if isinstance(said, SourceRights) else None
    return Terms(consent=consent, keep_until=said.keep_until, residency=said.residency)


def _narrower(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - answers
    return one if other is None else other if one is None else one and other


def _read(path: Path) -> Agreement:
    try:
        value, marks = load_yaml(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise InputError(f"{path.name!r} is not UTF-8 text.", do="Save it as UTF-8.") from None
    if not isinstance(value, dict):
        raise InputError(f"{path.name!r} is empty or not a mapping.", do="Start it with: title:")
    try:
        return Agreement.model_validate(_tuples(cast("dict[str, Any]", value)))
    except ValidationError as error:
        raise located(error, Agreement, marks) from None


def _tuples(value: object) -> object:
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
