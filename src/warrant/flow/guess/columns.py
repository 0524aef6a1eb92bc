"""What each column is for: answer, input, group, id, or nothing; each with its reason.

Names weigh more than looks, and every choice is shown: a guess that nobody sees is a mistake that
nobody finds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warrant.flow.guess.profile import Profile, profile
from warrant.flow.guess.separator import find_separator, split_labels
from warrant.flow.guess.words import (
    AFTER_WORDS,
    ANSWER_WORDS,
    GROUP_WORDS,
    ID_WORDS,
    KIND_WORDS,
    TEXT_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.flow.guess.profile import Cells
    from warrant.stages.ingest.reader import Raw

Role = Literal["answer", "text", "number", "category", "date", "group", "file", "left out"]
TaskKind = Literal["binary", "multiclass", "multilabel", "regression", "spans", "choice"]

_MOST_LABELS = 100
_MOST_CATEGORIES = 200
_FEWEST_GROUPS = 5
_LEAST_LABELLED = 0.2
"""Share of filled cells below which a column answers too little, 0 to 1."""
_FEWEST_CELLS = 10
"""Filled cells, or rows of the most frequent category, without which a column teaches nothing."""
_FEWEST_NUMBERS = 20
"""A named column of more different numbers is answered with a number, not with labels."""
_TEXT_WORDS_MEAN = 5
_DECIDES = 0.98
"""A column that alone gives the answer of so many rows leaks it, 0 to 1."""
_MOST_DISTINCT = 0.25
"""Of a column with more different values by row, each value says little about the answer."""
_FEWEST_A_GROUP = 100
"""Rows a value, on average, that make merchants or suppliers kinds of rows rather than groups."""
_FEW_GROUPS = 30
"""So many different values are groups all the same."""
_MARKED_COLUMNS = 3
"""So many columns of yes and no are one answer with several labels."""


@dataclass(frozen=True)
class Column:
    """What one column was taken for."""

    profile: Profile
    """What it looks like."""
    role: Role
    """What it is for."""
    why: str
    """A few words."""


@dataclass(frozen=True)
class Guess:
    """What the columns were taken for."""

    columns: tuple[Column, ...]
    """All of them, in their order."""
    kind: TaskKind
    """How many answers a row has."""
    label: str | None
    """The column of answers; None when there are several, or none."""
    labels: tuple[str, ...] = ()
    """Columns with a yes or a no each."""
    separator: str | None = None
    """Between several labels in one cell."""
    runner_up: Profile | None = None
    """The next best column of answers."""
    settings: tuple[tuple[str, str], ...] = ()
    """Further settings of the task, such as the column of the options."""

    def having(self, role: Role) -> list[Column]:
        """Give the columns of one role."""
        return [one for one in self.columns if one.role == role]


def guess_columns(cells: Cells, files: Iterable[str] = (), label: str | None = None) -> Guess:
    """Guess what columns are for.

    Args:
        cells: by column, of the rows that will be read.
        files: columns that name the files.
        label: the column of answers, when somebody said so.

    Returns:
        The guess.
    """
    looked = [profile(name, column) for name, column in cells.items()]
    named = set(files)
    free = [one for one in looked if one.name not in named]
    named_so = _groups(free)
    groups = [one for one in named_so if not _is_kind(one)]
    answer = _choose_answer(free, {one.name for one in named_so}, label)
    columns = tuple(Column(one, *_role(one, named, groups, answer, cells)) for one in looked)
    return Guess(columns, answer.kind, answer.label, answer.labels, answer.separator, answer.next)


@dataclass(frozen=True)
class _Answer:
    kind: TaskKind = "multiclass"
    label: str | None = None
    labels: tuple[str, ...] = ()
    separator: str | None = None
    next: Profile | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label,) if self.label else self.labels


def _choose_answer(looked: Sequence[Profile], groups: set[str], label: str | None) -> _Answer:
    if label is not None:
        (chosen,) = (one for one in looked if one.name == label)
        return _answer(chosen, None)
    ranked = sorted(
        ((score, one) for one in looked if one.name not in groups and (score := _score(one)) > 0),
        key=lambda pair: -pair[0],
    )
    marked = tuple(one.name for one in looked if one.marks and not _weight(one))
    best = ranked[0][1] if ranked else None
    if len(marked) >= _MARKED_COLUMNS and (best is None or not _weight(best)):
        rest = [one for _, one in ranked if one.name not in marked]
        return _Answer("multilabel", labels=marked, next=rest[0] if rest else None)
    if best is None:
        return _Answer()
    return _answer(best, ranked[1][1] if len(ranked) > 1 else None)


def _answer(chosen: Profile, runner_up: Profile | None) -> _Answer:
    separator = find_separator(chosen)
    if separator or chosen.kind == "list":
        return _Answer("multilabel", chosen.name, separator=separator, next=runner_up)
    is_number = chosen.kind == "number" or (
        chosen.kind == "integer" and chosen.distinct > _FEWEST_NUMBERS
    )
    kind: TaskKind = "binary" if chosen.distinct == 2 else "multiclass"
    if is_number and chosen.distinct > 2:
        return _Answer("regression", chosen.name, next=runner_up)
    return _Answer(kind, chosen.name, next=runner_up)


def _weight(column: Profile) -> int:
    tokens = column.tokens
    if not tokens or _ends_as_id(column):
        return 0
    best = max((ANSWER_WORDS.get(token, 0) for token in tokens), default=0)
    return best + (2 if best and ANSWER_WORDS.get(tokens[-1], 0) == best else 0)


def _score(column: Profile) -> float:
    """Say how much a column looks like answers; 0 when it cannot be."""
    separator = find_separator(column)
    if separator:
        parts = {part for text in column.values for part in split_labels(text, separator)}
        distinct = len(parts)
    else:
        distinct = column.distinct
    if column.kind not in ("text", "boolean", "integer", "list"):
        return 0
    if not (column.kind == "list" or 2 <= distinct <= _MOST_LABELS):
        return 0
    if column.share_filled < _LEAST_LABELLED or column.is_unique:
        return 0
    if separator is None and column.kind != "list" and column.filled < 2 * distinct:
        return 0
    weight = _weight(column)
    if column.kind == "integer" and distinct > 2 and not weight:
        return 0  # a number with few values is an input before it is an answer
    few = 3 if distinct <= 20 else 1
    return 3 * weight + few + 2 * column.share_filled + bool(column.marks) + bool(separator)


def _groups(looked: Sequence[Profile]) -> list[Profile]:
    """Find columns whose equal values belong together, the best first."""
    found = [
        one
        for one in looked
        if set(one.tokens) & GROUP_WORDS
        and (_ends_as_id(one) or (one.tokens[-1] in GROUP_WORDS and not one.is_unique))
        and one.distinct >= _FEWEST_GROUPS
        and one.share_filled > 0.5
        and not _is_prose(one)
    ]
    return sorted(found, key=lambda one: (one.is_unique, -one.share_filled))


def _is_kind(one: Profile) -> bool:
    """Say whether a column sorts rows into a few kinds: eight merchants are no groups to divide."""
    is_few = one.distinct < _FEW_GROUPS and one.filled >= _FEWEST_A_GROUP * one.distinct
    return is_few and one.tokens[-1] in KIND_WORDS and not _ends_as_id(one)


def _role(
    one: Profile,
    files: set[str],
    groups: list[Profile],
    answer: _Answer,
    cells: Mapping[str, Sequence[Raw]],
) -> tuple[Role, str]:
    if one.name in answer.names:
        return "answer", "a yes or a no for one label" if answer.labels else _values(one)
    if one.name in files:
        return "file", "names the files"
    if not one.filled:
        return "left out", "empty"
    if groups and one is groups[0]:
        return "group", "never on both sides of the split"
    if one.distinct == 1 and one.share_filled == 1:
        return "left out", "the same in every row"
    if _is_id(one) or one in groups:
        return "left out", "an id"
    if (leak := _leak(one, answer, cells)) is not None:
        return "left out", leak
    return _input(one)


def _input(one: Profile) -> tuple[Role, str]:
    if AFTER_WORDS & set(one.tokens):
        return "left out", "named like something recorded after the outcome"
    if one.filled < _FEWEST_CELLS:
        return "left out", f"filled in {one.filled} rows"
    if one.kind in ("date", "instant") or _is_moment(one):
        return "date", "a day in every filled cell"
    if one.kind in ("number", "integer"):
        return "number", f"amounts in {one.symbol}" if one.symbol else "numbers"
    if one.kind == "list":
        return "left out", "lists"
    if _is_prose(one):
        return "text", f"{one.words:.0f} words in a cell on average"
    is_frequent = max(one.values.values()) >= _FEWEST_CELLS
    if one.kind == "boolean" or (one.distinct <= _MOST_CATEGORIES and not _is_sparse(one)):
        return ("category", _values(one)) if is_frequent else ("left out", "no value is frequent")
    return "left out", "many different short values"


def _is_sparse(one: Profile) -> bool:
    return one.share_distinct > 1 / 2


def _is_prose(one: Profile) -> bool:
    if one.kind != "text" or (one.share_distinct < 1 / 3 and one.distinct <= _MOST_CATEGORIES):
        return False
    return one.words >= _TEXT_WORDS_MEAN or (bool(TEXT_WORDS & set(one.tokens)) and one.words > 1)


def _is_moment(one: Profile) -> bool:
    """Say whether every value is a day with a time that names no zone: text to ingest."""
    if one.kind != "text" or not any(map(str.isdigit, next(iter(one.values), ""))):
        return False
    from warrant.models.columns.cells import read_date

    days = map(read_date, one.values)
    return all(day is not None and math.isfinite(day) for day in days)


def _is_id(one: Profile) -> bool:
    if _is_prose(one):
        return False
    if one.kind in ("text", "integer") and _ends_as_id(one) and one.share_distinct > 1 / 2:
        return True
    if one.kind == "text":
        return one.is_unique and one.words < 2 and not _is_moment(one)
    return one.kind == "integer" and one.is_unique and _is_counting(one)


def _ends_as_id(one: Profile) -> bool:
    """Say whether a name ends like that of an id; `Renewal (yes/no)` does not."""
    return bool(one.tokens) and one.tokens[-1] in ID_WORDS and "yes" not in one.tokens


def _is_counting(one: Profile) -> bool:
    """Say whether whole numbers lie close together, as running numbers do."""
    numbers = [int(value) for value in one.values]
    return max(numbers) - min(numbers) < 2 * len(numbers)


def _values(one: Profile) -> str:
    return f"{one.distinct:,} different values" + (
        f", {one.share_filled:.0%} filled" if one.filled < one.rows else ""
    )


def _leak(one: Profile, answer: _Answer, cells: Mapping[str, Sequence[Raw]]) -> str | None:
    """Say whether a column gives the answer away."""
    if answer.label is None or one.share_distinct > _MOST_DISTINCT:
        return None
    pairs: dict[str, dict[str, int]] = {}
    back: dict[str, set[str]] = {}
    rows = 0
    for mine, theirs in zip(cells[one.name], cells[answer.label], strict=True):
        if mine is None or theirs is None:
            continue
        counts = pairs.setdefault(str(mine), {})
        counts[str(theirs)] = counts.get(str(theirs), 0) + 1
        back.setdefault(str(theirs), set()).add(str(mine))
        rows += 1
    if rows < 10 or len(back) < 2 or len(pairs) > _MOST_DISTINCT * rows:
        return None
    right = sum(max(counts.values()) for counts in pairs.values())
    if right == rows and all(len(mine) == 1 for mine in back.values()):
        return f"says the same as {answer.label!r}"
    largest = max(sum(counts.get(label, 0) for counts in pairs.values()) for label in back)
    if right >= _DECIDES * rows and largest < _DECIDES * rows:
        return f"alone gives {answer.label!r} in {right / rows:.0%} of the rows"
    return None
