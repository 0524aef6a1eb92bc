"""Tables that say the same by other names: which column of one is which of another.

Names weigh first (`Claim No.` and `claim_number`), then values: two columns that share most of
theirs are one. Each is proposed in the recipe under `map:`, for the author to read.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from warrant.flow.guess.profile import profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.guess.profile import Cells, Profile

_LEAST_LIKE = 0.72
"""Names at least so alike are one, 0 to 1."""
_LEAST_SHARED = 0.5
"""Columns that share so much of their values are one, 0 to 1."""
_FEWEST_VALUES = 2
_SHORT = {
    "no": "number",
    "nr": "number",
    "num": "number",
    "amt": "amount",
    "qty": "quantity",
    "dt": "date",
    "desc": "description",
    "dept": "department",
    "cat": "category",
    "ref": "reference",
    "id": "number",
}
"""What is written short in heads of columns."""


def propose_maps(tables: Mapping[str, Cells]) -> tuple[str, dict[str, dict[str, str]]]:
    """Propose how tables come to have the same columns.

    Args:
        tables: by name, the cells of each column.

    Returns:
        The table whose names all others take: that of most rows, of those the first; and for each
        other one whose names differ, its columns with the names they would have. Nothing of tables
        without a column that could be meant.
    """
    looked = {
        name: [profile(column, cells) for column, cells in table.items()]
        for name, table in tables.items()
    }
    model = max(looked, key=lambda name: max((one.rows for one in looked[name]), default=0))
    proposed = {
        name: found
        for name, theirs in looked.items()
        if name != model and (found := _matched(theirs, looked[model]))
    }
    return model, proposed


def _matched(theirs: Sequence[Profile], ours: Sequence[Profile]) -> dict[str, str]:
    """Pair columns that only one of two tables has, the most alike first."""
    known, there = {one.name for one in ours}, {one.name for one in theirs}
    pairs = sorted(
        (
            (-alike, one.name, other.name)
            for one in theirs
            if one.name not in known
            for other in ours
            if other.name not in there and (alike := _alike(one, other)) > 0
        ),
    )
    found: dict[str, str] = {}
    for _, mine, theirs_to_ours in pairs:
        if mine not in found and theirs_to_ours not in found.values():
            found[mine] = theirs_to_ours
    return {one.name: found[one.name] for one in theirs if one.name in found}


def _alike(one: Profile, other: Profile) -> float:
    """Say how likely two columns are the same, 0 to 2; 0: they are not."""
    if not _is_one_kind(one, other):
        return 0.0
    names = SequenceMatcher(None, _plain(one), _plain(other)).ratio()
    if set(_plain(one).split()) == set(_plain(other).split()):
        names = 1.0
    shared = _shared(one, other)
    if names >= _LEAST_LIKE:
        return 1.0 + names
    return shared if shared >= _LEAST_SHARED else 0.0


def _is_one_kind(one: Profile, other: Profile) -> bool:
    numbers = {"integer", "number"}
    return one.kind == other.kind or {one.kind, other.kind} <= numbers


def _plain(one: Profile) -> str:
    words = (_SHORT.get(word, word) for word in one.tokens)
    return " ".join(re.sub(r"s$", "", word) for word in words)


def _shared(one: Profile, other: Profile) -> float:
    """Say how much of their values two columns of words share; nothing of numbers and days."""
    if one.kind not in ("text", "boolean") or min(one.distinct, other.distinct) < _FEWEST_VALUES:
        return 0.0
    mine, theirs = set(one.values), set(other.values)
    return len(mine & theirs) / len(mine | theirs)
