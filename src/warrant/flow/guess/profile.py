"""What a column looks like: type, how many values, examples."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from warrant.stages.ingest.column import ColumnTyper, as_text
from warrant.stages.ingest.labels import read_mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.records.dataset import ColumnType
    from warrant.stages.ingest.reader import Raw

Cells: TypeAlias = "Mapping[str, Sequence[Raw]]"
"""Cells by column, one for each row."""

EXAMPLES = 3
"""Shown of each column."""
_EXAMPLE_CHARACTERS = 40
_VALUES_COUNTED = 1000
"""More different values than this are too many to be labels or categories."""


@dataclass(frozen=True)
class Profile:
    """One column, looked at whole."""

    name: str
    """Of the column."""
    kind: ColumnType
    """The type that ingest will give it."""
    rows: int
    """Rows looked at."""
    filled: int
    """Cells that are not empty."""
    values: Mapping[str, int]
    """How often each value occurs, as text, most frequent first; at most a thousand."""
    distinct: int
    """Different values; more than a thousand are counted as a thousand and one."""
    counted: int
    """Filled cells among which the different values were counted: all, or those up to the last."""
    characters: float
    """Mean length of a filled cell."""
    words: float
    """Mean number of words in a filled cell."""
    examples: tuple[str, ...]
    """Three different values, shortened, from the top."""
    symbol: str = ""
    """Currency or `%` of amounts."""
    decimal: Literal[".", ","] | None = None
    """What stands before the decimals of amounts."""
    day_first: bool | None = None
    """Whether the day stands before the month in dates that are written so."""
    marks: Literal["yes", "yes and no", ""] = ""
    """Whether every cell is a yes or empty, or a yes or a no; empty when it is neither."""

    @property
    def share_filled(self) -> float:
        """Filled cells of all, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def share_distinct(self) -> float:
        """Different values by counted cells, 0 to 1: a long column is judged by its beginning."""
        return self.distinct / self.counted if self.counted else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice."""
        return self.distinct == self.counted > 1

    @property
    def tokens(self) -> tuple[str, ...]:
        """Words of its name, in small letters: `paidAt` and `paid_at` give `paid`, `at`."""
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.name)
        return tuple(re.findall(r"[^\W_]+", spaced.lower()))


def profile(name: str, cells: Sequence[Raw]) -> Profile:
    """Look at a column.

    Args:
        name: of the column.
        cells: all of them.

    Returns:
        What it looks like.
    """
    typer = ColumnTyper()
    values: Counter[str] = Counter()
    characters = words = filled = counted = 0
    for cell in cells:
        typer.watch(cell)
        if cell is None:
            continue
        text = as_text(cell).strip()
        filled += 1
        characters += len(text)
        words += len(text.split())
        if len(values) <= _VALUES_COUNTED:
            counted = filled
        if len(values) <= _VALUES_COUNTED or text in values:
            values[text] += 1
    return Profile(
        name=name,
        kind=typer.type,
        rows=len(cells),
        filled=filled,
        values=dict(values.most_common()),
        distinct=len(values),
        counted=counted,
        characters=characters / max(filled, 1),
        words=words / max(filled, 1),
        examples=tuple(map(shortened, list(values)[:EXAMPLES])),
        symbol=typer.symbol,
        decimal=typer.decimal,
        day_first=typer.day_first,
        marks=_marks(values),
    )


def _marks(values: Mapping[str, int]) -> Literal["yes", "yes and no", ""]:
    try:
        found = {read_mark(value) for value in values}
    except ValueError:
        return ""
    if True not in found:
        return ""
    return "yes and no" if False in found else "yes"


def shortened(text: str) -> str:
    """Write a cell in one short line without anything that cannot be printed.

    Args:
        text: of the cell.

    Returns:
        At most 40 characters.
    """
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    line = " ".join("".join(line).split())
    return line if len(line) <= _EXAMPLE_CHARACTERS else line[: _EXAMPLE_CHARACTERS - 1] + "…"
