"""The suite that every failure test passes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from warrant.stages.evaluate.failure_test import Row, Surveying, Writing, require_expectation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from warrant.stages.evaluate.failure_test import Change, FailureTest

_LONGEST = 300
_SEEDS = range(5)
_ODD: tuple[object, ...] = (
    None,
    "",
    " ",
    "\0",
    "\U0001f9fe" * 300,
    0,
    -1.5,
    True,
    [],
    "0",
    "(" * 9,
)


def check_failure_test(make: Callable[[], FailureTest], rows: Sequence[Row]) -> None:
    """Check what `FailureTest` promises, on rows of the author's choice.

    Args:
        make: gives a fresh test, as the catalog does with the settings of a recipe.
        rows: some of which the test changes.

    Raises:
        AssertionError: with the promise that was broken.
    """
    rule = make()
    _require(bool(rule.why_none), "it says why a row gives no case")
    if rule.safe is not None:
        require_expectation(rule.safe, "safe")
    changes = _changes(make, rows)
    found = [one for one in changes if one is not None]
    found += list(rule.cases()) if isinstance(rule, Writing) else []
    _require(bool(found), "it changes at least one of the rows")
    _require(_changes(make, rows) == changes, "the same draws give the same change")
    for row, change in zip(list(rows) * len(_SEEDS), changes, strict=True):
        _check(row, change)
    for odd in _ODD:
        _changes(make, [Row(dict.fromkeys(row.cells, odd), row.labels) for row in rows])


def _changes(make: Callable[[], FailureTest], rows: Sequence[Row]) -> list[Change | None]:
    rule = make()
    if isinstance(rule, Surveying):
        rule.survey(rows)
    return [
        rule.change(row, Random(f"{seed}/{at}"))  # noqa: S311 - reproducible, guards nothing
        for seed in _SEEDS
        for at, row in enumerate(rows)
    ]


def _check(row: Row, change: Change | None) -> None:
    if change is None:
        return
    _require(set(change.cells) <= set(row.cells), "it changes columns that the row has")
    differs = any(row.cells[name] != cell for name, cell in change.cells.items())
    _require(differs or not change.cells, "a changed row differs from the row")
    _require(0 < len(change.told) <= _LONGEST, "it tells a change in at most 300 characters")
    texts = [cell for cell in row.cells.values() if isinstance(cell, str) and len(cell) > _SHORT]
    _require(not any(cell in change.told for cell in texts), "it tells no text of the row")


_SHORT = 20
"""A cell up to this length may be one of the test's own words."""


def _require(holds: bool, promise: str) -> None:  # noqa: FBT001 - reads as the promise
    if not holds:
        raise AssertionError(f"A failure test promises: {promise}.")
