"""The protocol of a failure test: change a row in one way, and say what should come of it.

A test sees one row at a time and draws from a generator of its own, so that its case of a row
depends on nothing but the row, its place and the seed. What it tells of a change is made of its own
words (`'shall' became 'shall not'`), never of the row's text.

Source: Ribeiro and others, Beyond accuracy: behavioral testing of NLP models with CheckList (2020).
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from warrant.catalog import Catalog
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

    from warrant.models.model import ReadAs
    from warrant.models.places import Span

_BUILTIN = "warrant.stages.evaluate.builtin"


class Row(NamedTuple):
    """One row of the test set."""

    cells: Mapping[str, object]
    """What the model reads, by column."""
    labels: tuple[str, ...]
    """The true answers."""
    spans: tuple[Span, ...] = ()
    """Of `spans`, the true places."""


class Change(NamedTuple):
    """What a test makes of a row."""

    cells: Mapping[str, object]
    """The columns that are changed, each with its new cell; none: the row is tried as it is."""
    told: str
    """What was changed, without any text of the row; at most 300 characters."""
    before: Mapping[str, object] = {}
    """Cells to compare with in place of the row's own, of a case that a domain wrote itself."""


class FailureTest(Protocol):
    """Changes rows in one way.

    Law: the same row and the same draws give the same change.
    """

    safe: str | None
    """What may be expected of any task, for example `same`; None: a recipe or domain must say."""

    why_none: str
    """Why a row gives no case, as one part of a sentence: `no row holds a date`."""

    def change(self, row: Row, draw: Random) -> Change | None:
        """Change one row.

        Args:
            row: the row.
            draw: random numbers for this row alone.

        Returns:
            The change; None when the row cannot be changed in this way.
        """
        ...


@runtime_checkable
class Surveying(Protocol):
    """A test that must have seen all rows before it changes the first."""

    def survey(self, rows: Iterable[Row]) -> None:
        """Look at all rows.

        Args:
            rows: of the test set, in order.
        """
        ...


@runtime_checkable
class Writing(Protocol):
    """A test that brings its own cases and needs no row."""

    def cases(self) -> Iterable[Change]:
        """Give its cases, each with `before`."""
        ...


FAILURE_TESTS: Catalog[Callable[..., FailureTest]] = Catalog(
    kind="failure test",
    group="warrant.failure_tests",
    builtin={
        "below_limit": f"{_BUILTIN}.transactions:BelowLimit",
        "boilerplate": f"{_BUILTIN}.added:Boilerplate",
        "case": f"{_BUILTIN}.typed:Case",
        "currency": f"{_BUILTIN}.transactions:Currency",
        "date_form": f"{_BUILTIN}.dates:DateForm",
        "date_order": f"{_BUILTIN}.dates:DateOrder",
        "date_shift": f"{_BUILTIN}.dates:DateShift",
        "distractor": f"{_BUILTIN}.options:Distractor",
        "dose": f"{_BUILTIN}.quantities:Dose",
        "grounded": f"{_BUILTIN}.grounded:Grounded",
        "invented_citation": f"{_BUILTIN}.added:InventedCitation",
        "jurisdiction": f"{_BUILTIN}.words:Jurisdiction",
        "missed_terms": f"{_BUILTIN}.removed:MissedTerms",
        "moved": f"{_BUILTIN}.transactions:Moved",
        "names": f"{_BUILTIN}.words:Names",
        "negation": f"{_BUILTIN}.words:Negation",
        "number_form": f"{_BUILTIN}.quantities:NumberForm",
        "numbers": f"{_BUILTIN}.quantities:Numbers",
        "other_partner": f"{_BUILTIN}.sides:OtherPartner",
        "refund": f"{_BUILTIN}.transactions:Refund",
        "reorder_options": f"{_BUILTIN}.options:ReorderOptions",
        "reversal": f"{_BUILTIN}.transactions:Reversal",
        "roles": f"{_BUILTIN}.words:Roles",
        "scaled": f"{_BUILTIN}.transactions:Scaled",
        "side": f"{_BUILTIN}.words:Side",
        "swap_entities": f"{_BUILTIN}.entities:SwapEntities",
        "swap_sides": f"{_BUILTIN}.sides:SwapSides",
        "swap_values": f"{_BUILTIN}.transactions:SwapValues",
        "swap_words": f"{_BUILTIN}.words:SwapWords",
        "templates": f"{_BUILTIN}.templates:Templates",
        "typos": f"{_BUILTIN}.typed:Typos",
        "units": f"{_BUILTIN}.quantities:Units",
    },
)
"""Every failure test on offer; a factory takes `column` and the settings of the recipe by name."""


def is_about(name: str) -> ReadAs:
    """Say which kind of column a failure test changes.

    Args:
        name: as in the catalog.

    Returns:
        `text` unless the factory has an attribute `about` that says otherwise.
    """
    about: ReadAs = getattr(FAILURE_TESTS.load(name), "about", "text")
    return about


def make_test(name: str, column: str, settings: Mapping[str, object]) -> FailureTest:
    """Make a failure test with the settings of a recipe or domain.

    Args:
        name: as in the catalog.
        column: the column that it changes.
        settings: by name.

    Returns:
        The test.

    Raises:
        InputError: nobody offers it, it has no such setting, or a setting is wrong.
    """
    factory = FAILURE_TESTS.load(name)
    known = list(inspect.signature(factory).parameters)
    for setting in settings:
        if setting not in known:
            raise InputError(
                f"The failure test {name!r} has no setting {setting!r}.",
                do=f"It has: {', '.join(one for one in known if one != 'column') or 'none'}.",
            )
    try:
        return factory(column, **settings)
    except TypeError as error:
        missing = str(error).partition("argument")[2].strip(" s:") or "a setting"
        raise InputError(
            f"The failure test {name!r} needs {missing}.", do="Write it below the test's name."
        ) from None


CITES_ONLY_KNOWN = "cites only known"
"""The answer to the changed row cites nothing that the row as it was does not have."""

INVENTS_NOTHING = "invents nothing"
"""Every number, date and citation of the answer to the changed row stands in that row."""

FOLLOWS = "follows"
"""What the answer took from the row and was changed there is changed in the answer too."""

WRITTEN = (CITES_ONLY_KNOWN, INVENTS_NOTHING, FOLLOWS)
"""Expectations of models that write texts."""

SIMPLE = ("same", "changes", *WRITTEN)
"""Expectations that name no label."""

TOWARDS = ("becomes", "rises", "falls")
"""Expectations that name one: the answer becomes it, its probability rises or falls."""


def require_expectation(said: str, place: str) -> str:
    """Refuse what is no expectation.

    Args:
        said: as a recipe or domain writes it, `same` or `becomes LABEL`.
        place: where it stands, for the message.

    Returns:
        The same.

    Raises:
        InputError: it is none.
    """
    verb, _, label = said.partition(" ")
    if said in SIMPLE or (verb in TOWARDS and label.strip()):
        return said
    raise InputError(
        f"{place}: {said!r} is nothing that can be expected.",
        do="Write same, changes, becomes LABEL, rises LABEL, falls LABEL or, of a model that "
        f"writes texts, {', '.join(WRITTEN)}.",
    )
