"""Causes that lie in the cells of columns."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from warrant.flow.investigate.causes.made import cause
from warrant.models.columns.cells import read_number
from warrant.serve.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause
    from warrant.models import Abstention

_FACTORS = (100.0, 1000.0, 60.0, 12.0, 24.0, 7.0, 10.0, 1e6)
_MOST_VALUES = 100
_STRANGE = frozenset({"unseen", "out_of_range", "unreadable", "missing"})


def unseen_value(clues: Clues) -> Cause | None:
    """A cell holds what the model never learnt from."""
    strange = _strange(clues)
    if not strange:
        return None
    evidence = [f"{phrase(one)}." for one in strange]
    turned = [
        column
        for column in dict.fromkeys(one.column for one in strange if one.column)
        if _turns(clues, column)
    ]
    against = []
    if turned:
        evidence.append(
            f"With another value of {turned[0]!r} that training rows have, the answer is another."
        )
    else:
        against.append("No value that training rows have there gives another answer.")
    return cause("unseen_value", 0.87 if turned else 0.75, evidence, against)


def units_differ(clues: Clues) -> Cause | None:
    """In another unit, or with two numbers exchanged, the row is an ordinary one."""
    if not any(one.doubt == "out_of_range" for one in _strange(clues)):
        return None
    asking = clues.scene.asking
    for changed, told in (*_scaled(clues), *_exchanged(clues)):
        found = asking.ask([changed])
        if any(found.abstentions) and any(found.abstentions[0]):
            continue
        if asking.is_reached(found, 0):
            return cause(
                "units_differ",
                0.96,
                [
                    *(f"{phrase(one)}." for one in _strange(clues)),
                    f"{told}, the row lies within what training rows have, and the answer is "
                    f"{_said(clues)}.",
                ],
            )
    return None


def leak_accepted(clues: Clues) -> Cause | None:
    """A column that was accepted though it gives the answer away decides here."""
    scene = clues.scene
    accepted = scene.settings.get("accepted_leaks") or {}
    for column, reason in accepted.items():
        if column not in scene.asking.cells:
            continue
        evidence = [
            f"{column!r} was accepted as an input though it gives the answer away: {reason!r}."
        ]
        if _turns(clues, column):
            evidence.append(f"With another value of {column!r} the answer is another.")
            return cause("leak_accepted", 0.97, evidence)
        return cause("leak_accepted", 0.2, evidence, ["No other value of it turns the answer."])
    return None


def _strange(clues: Clues) -> list[Abstention]:
    found = clues.scene.asking.found.abstentions
    return [one for one in found[0] if one.doubt in _STRANGE] if found else []


def _turns(clues: Clues, column: str) -> bool:
    """Say whether another value of a column, one that training rows have, turns the answer."""
    train, asking = clues.scene.train, clues.scene.asking
    if train is None:
        return asking.reaches({column: None})
    values = list(dict.fromkeys(train.cells[column]))
    step = max(1, len(values) // _MOST_VALUES)
    found = asking.ask([{column: value} for value in values[::step]])
    return any(asking.is_reached(found, row) for row in range(len(found.chosen)))


def _numbers(clues: Clues) -> dict[str, float]:
    asking = clues.scene.asking
    found = {
        one.column: read_number(asking.cells[one.column])
        for one in asking.model.reads
        if one.read_as == "number"
    }
    return {name: value for name, value in found.items() if value is not None}


def _scaled(clues: Clues) -> Iterator[tuple[dict[str, object], str]]:
    far = {one.column for one in _strange(clues) if one.doubt == "out_of_range"}
    for name, value in _numbers(clues).items():
        for factor in _FACTORS if name in far else ():
            yield {name: value / factor}, f"With {name!r} divided by {factor:g}"
            yield {name: value * factor}, f"With {name!r} multiplied by {factor:g}"


def _exchanged(clues: Clues) -> Iterator[tuple[dict[str, object], str]]:
    for (one, first), (other, second) in combinations(_numbers(clues).items(), 2):
        yield {one: second, other: first}, f"With {one!r} and {other!r} exchanged"


def _said(clues: Clues) -> str:
    return "the expected one" if clues.scene.asking.expected is not None else "another"
