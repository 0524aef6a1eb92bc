"""What was done to the rows, in order, in words that need no recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.engine import read_ledger
from warrant.flow.people import statement_of
from warrant.stages.curate.filter import FILTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest

_LONGEST = 160
"""Characters of a filter's settings that are shown."""

_UNTOLD = frozenset({"digest", "cost"})
"""Settings that the recipe does not hold."""


class Applied(NamedTuple):
    """A filter of the list."""

    name: str
    """As the recipe names it."""
    words: str
    """What it does."""
    settings: str
    """As the recipe gives them; empty: its defaults."""
    left_out: int
    """Rows that it left out."""
    touched: int
    """Rows that it changed or noted, and that stayed."""


def read_rules(workspace: Workspace, curate: Entry, ledger: Digest) -> list[Applied]:
    """List the filters in their order, with what each did.

    Args:
        workspace: in which it was done.
        curate: the step.
        ledger: its decisions.

    Returns:
        One line a filter.
    """
    definition = statement_of(workspace, curate).predicate["buildDefinition"]
    filters = definition["externalParameters"]["configuration"]["filters"]
    counts = _counts(workspace, ledger)
    return [
        Applied(
            one["name"],
            _words(one["name"]),
            _settings(one["settings"]),
            counts.get((one["name"], True), 0),
            counts.get((one["name"], False), 0),
        )
        for one in filters
    ]


def _counts(workspace: Workspace, ledger: Digest) -> Mapping[tuple[str, bool], int]:
    """Count rows by the rule that decided, and whether they went out."""
    lines = read_ledger(workspace.store, ledger)
    rules = {one.code: (one.rule, one.kind == "drop") for one in lines.header.reasons}
    last: dict[tuple[str, bool], int] = {}
    counts: dict[tuple[str, bool], int] = {}
    for one in lines.decisions():  # sorted by position: a row's lines follow one another
        rule = rules[one.code]
        if last.get(rule) != one.position:
            last[rule] = one.position
            counts[rule] = counts.get(rule, 0) + 1
    return counts


def _words(name: str) -> str:
    """Say what a filter does, as its author says it in one line."""
    told = (FILTERS.load(name).__doc__ or "").strip().splitlines()[:1] if name in _known() else []
    first = told[0].partition(";")[0] if told else "a filter that is not installed here"
    return first if first.endswith(".") else f"{first}."


def _known() -> frozenset[str]:
    return frozenset(FILTERS.names())


def _settings(settings: Mapping[str, Any]) -> str:
    told = "; ".join(
        f"{name.replace('_', ' ')}: {_plain(value)}"
        for name, value in settings.items()
        if name not in _UNTOLD
    )
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        listed = (f"{name} {_plain(one)}" for name, one in value.items() if name not in _UNTOLD)
        return ", ".join(listed)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "as it is" if value is None else str(value)
