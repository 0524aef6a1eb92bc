"""How well the rows of one table hide one another, and what would make them hide better.

Roles of columns are proposed from their names and values, and a person decides. Levels are proposed
by the rule of Datafly: while too many rows stand out, the column with the most different values
gets coarser. No cell is quoted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from warrant.errors import InputError
from warrant.flow.protection_cost import Protected, ProtectionCost, protection_cost
from warrant.metrics.anonymity import Anonymity, Classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from warrant.stages.curate.builtin.coarse import Level

Role = Literal["identifier", "quasi", "sensitive", "other"]

MOST_OUT = 0.05
"""A proposal stops when at most this share of the rows stands out; those would be taken out."""

_BY_NAME: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        "identifier",
        re.compile(
            r"name|mail|phone|fax|ssn|mrn|iban|street|address|account|passport|licen[cs]e|"
            r"patient|member|url|(^|_)(id|ip|key|no)$"
        ),
    ),
    (
        "quasi",
        re.compile(
            r"zip|post(al)?_?code|plz|city|town|county|state|region|country|sex|gender|birth|dob|"
            r"race|ethnic|marital|occupation|job|nationality|admi|discharge|(^|_)(age|date|day)"
        ),
    ),
    (
        "sensitive",
        re.compile(r"diagnos|icd|disease|condition|drug|medic|salary|income|religio|union|denied"),
    ),
)
"""The first that the name of a column has decides. Safe Harbor's items, by habit of sheets."""

_LADDERS: Mapping[str, tuple[Level, ...]] = {
    "code": ("3 digits", "1 digit", "none"),
    "number": (5, 10, 20, 50, "none"),
    "day": ("month", "year", "none"),
    "text": ("none",),
}


@dataclass(frozen=True)
class TableRisk:
    """The result on one table."""

    roles: Mapping[str, Role]
    """Of each column."""
    proposed: bool
    """True where nobody has given the roles."""
    now: Anonymity
    """As the table is."""
    levels: Mapping[str, Level | None]
    """How coarse the quasi-identifiers would have to get; None: as it is."""
    then: Anonymity
    """With these levels."""
    k: int
    """Classes of fewer rows are small."""
    cost: ProtectionCost | None = None
    """What these levels cost in score; None: nobody named the column of the answer."""


def measure_table(
    file: Path,
    quasi: Sequence[str] = (),
    sensitive: Sequence[str] = (),
    k: int = 5,
    label: str | None = None,
) -> TableRisk:
    """Measure a table.

    Args:
        file: csv, tsv, xlsx, xls, ods or parquet.
        quasi: columns that together may tell who a row is about; none: they are proposed.
        sensitive: columns of what nobody shall learn of a person.
        k: so many rows shall share all quasi-identifiers.
        label: column of an answer: a model is trained to give it, before and after.

    Returns:
        Figures, and a proposal.

    Raises:
        InputError: when it is no table, has no such column, or too few answers.
    """
    columns = _columns_of(file)
    for name in (*quasi, *sensitive, *([label] if label else [])):
        if name not in columns:
            raise InputError(
                f"The table {file.name!r} has no column {name!r}; it has: {', '.join(columns)}.",
                do="Name one of these.",
            )
    roles: dict[str, Role] = (
        {name: _given(name, quasi, sensitive) for name in columns}
        if quasi
        else {name: _proposed(name, cells) for name, cells in columns.items()}
    )
    chosen = [name for name, role in roles.items() if role == "quasi"]
    secret = [columns[name] for name, role in roles.items() if role == "sensitive"]
    levels: dict[str, Level | None] = dict.fromkeys(chosen)
    now = then = _told(columns, levels, secret, k)
    while then.in_small_classes > MOST_OUT * then.rows:
        widest = _widest(columns, levels)
        if widest is None:
            break
        levels[widest] = _next(columns[widest], levels[widest])
        then = _told(columns, levels, secret, k)
    cost = _cost(columns, roles, levels, label, k) if label else None
    return TableRisk(roles, not quasi, now, levels, then, k, cost)


def _cost(
    columns: Mapping[str, Sequence[Any]],
    roles: Mapping[str, Role],
    levels: Mapping[str, Level | None],
    label: str,
    k: int,
) -> ProtectionCost:
    read = [name for name, role in roles.items() if role != "identifier" and name != label]
    coarse = {name: _coarse(columns[name], levels.get(name)) for name in read}
    classes = list(zip(*(map(str, coarse[name]) for name in levels if name in coarse), strict=True))
    sizes = Counter(classes)
    return protection_cost(
        Protected(
            {name: columns[name] for name in read},
            coarse,
            [sizes[one] < k for one in classes] or [False] * len(columns[label]),
            label,
            columns[label],
        )
    )


def _columns_of(file: Path) -> dict[str, list[Any]]:
    from warrant.stages.ingest.column import ColumnTyper
    from warrant.stages.ingest.sheet import read_sheet

    sheet = read_sheet(file)
    columns = {}
    for number, name in enumerate(sheet.columns):
        cells = [line.cells[number] for line in sheet.lines]
        typer = ColumnTyper()
        for cell in cells:
            typer.watch(cell)
        columns[name] = [None if cell is None else typer.convert(cell) for cell in cells]
    return columns


def _given(name: str, quasi: Sequence[str], sensitive: Sequence[str]) -> Role:
    return "quasi" if name in quasi else "sensitive" if name in sensitive else "other"


def _proposed(name: str, cells: Sequence[Any]) -> Role:
    lowered = re.sub(r"[^a-z0-9]+", "_", name.lower())
    for role, pattern in _BY_NAME:
        if pattern.search(lowered):
            return role
    present = [cell for cell in cells if cell is not None]
    alone = len({str(cell) for cell in present}) == len(present) >= 20
    return "identifier" if alone and not isinstance(present[0], float) else "other"


def _told(
    columns: Mapping[str, Sequence[Any]],
    levels: Mapping[str, Level | None],
    secret: Sequence[Sequence[Any]],
    k: int,
) -> Anonymity:
    classes = Classes()
    coarse = [_coarse(columns[name], level) for name, level in levels.items()]
    rows = zip(*coarse, strict=True) if coarse else [()] * len(next(iter(columns.values()), ()))
    secrets = [tuple(map(str, row)) for row in zip(*secret, strict=True)] if secret else None
    classes.add([tuple(map(str, row)) for row in rows], secrets)
    return classes.told(k)


def _coarse(cells: Sequence[Any], level: Level | None) -> list[Any]:
    from warrant.stages.curate.builtin.coarse import coarser

    return list(cells) if level is None else [coarser(cell, level) for cell in cells]


def _widest(columns: Mapping[str, Sequence[Any]], levels: Mapping[str, Level | None]) -> str | None:
    """Name the column with the most different values; None where all are taken out."""
    counts = {
        name: len(set(map(str, _coarse(columns[name], level)))) for name, level in levels.items()
    }
    open_ones = {name: count for name, count in counts.items() if levels[name] != "none"}
    return max(open_ones, key=lambda name: open_ones[name], default=None)


def _next(cells: Sequence[Any], level: Level | None) -> Level:
    ladder = _LADDERS[_form(cells)]
    return ladder[0] if level is None else ladder[ladder.index(level) + 1]


def _form(cells: Sequence[Any]) -> str:
    present = [cell for cell in cells if cell is not None]
    first = present[0] if present else ""
    if hasattr(first, "year"):
        return "day"
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        long = {len(str(cell)) for cell in present}
        return "code" if long == {5} and isinstance(first, int) else "number"
    if isinstance(first, str) and all(str(cell)[:5].isdecimal() for cell in present):
        return "code"
    return "text"
