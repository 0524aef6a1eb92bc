"""What a step's settings take from log and machine, and what a model and its card are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from warrant.flow.recipe import Recipe
    from warrant.flow.source_answers import SourceAnswer


class Opening(NamedTuple):
    """What was looked at before an evaluation."""

    same: int = 0
    """Earlier evaluations of exactly these rows."""
    others: int = 0
    """Earlier evaluations of other test sets that share documents with this one."""
    rows: int = 0
    """Rows of this test set of which a document stood in one of those."""
    unknown: int = 0
    """Earlier evaluations of test sets that are no longer there to compare."""


NEVER = Opening()
"""Nobody looked before."""


@dataclass(frozen=True)
class Addition:
    """What a step's settings take from the log and the machine instead of the recipe."""

    root: Path
    """The recipe's folder."""
    files: Any = None
    """Files of each source, hashed; for ingest."""
    sample: int | None = None
    """So many documents are read; then the model's name says that it is made from a sample."""
    plan: str | None = None
    """Envelope digest of the evaluation plan."""
    bounds: tuple[tuple[str, float | None, float | None], ...] = ()
    """The plan's bounds, as signed: metric, least value, largest value; one of the two is None."""
    expected: tuple[str, float, float] | None = None
    """The plan's prediction, as signed: metric, value, how sure."""
    opening: Opening = NEVER
    """What was looked at before this evaluation."""
    keyed: Callable[[bytes], bytes] | None = None
    """Gives 32 bytes for a digest that nobody without the vault can guess; for curation, where a
    filter learns from a file."""
    today: str | None = None
    """Day of the run, YYYY-MM-DD, UTC; for curation, where rights may have ended."""
    answers: tuple[Mapping[str, str], ...] = ()
    """Signed answers to the card's questions."""
    said: tuple[SourceAnswer, ...] = ()
    """Signed answers about sources, which the recipe left open."""


def model_name(recipe: Recipe, sample: int | None) -> str:
    """Name a model; one made from a sample says so wherever its name stands."""
    return f"{recipe.name}-sample" if sample else recipe.name


def card_name(sample: int | None) -> str:
    """Name the files of a card, without their ending."""
    return "card-sample" if sample else "card"
