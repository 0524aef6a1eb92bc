"""A column of categories: the frequent ones by name, all others as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.models.columns.column import MISSING_WORD, Feature, Read, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.models.model import InputColumn

RARE_WORD = "(rare)"
"""Stands in explanations for a category that has no name in the model."""

UNREADABLE_CATEGORY = object()
"""What a cell gives that is no single value."""


@dataclass(frozen=True)
class CategoryColumn:
    """Categories; see `Column`."""

    input: InputColumn
    """The name."""

    terms: tuple[str, ...]
    """Categories with a name, each of at least three training documents."""

    has_rare: bool
    """Whether the rare categories of training rows were learnt as one."""

    is_open: bool
    """Whether new categories were an everyday thing among training rows: then one is no doubt."""

    may_miss: bool
    """Whether training rows had empty cells too."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """One place among the terms; the last is that of the rare ones."""
        return (Feature(self.input.column, "category", "", len(self.terms) + self.has_rare),)

    @property
    def is_doubtful(self) -> frozenset[State]:
        """A category without a name, unless new ones are everyday; no single value; missing."""
        doubts = {State.UNREADABLE}
        if not self.is_open:
            doubts.add(State.UNSEEN)
        if not self.may_miss:
            doubts.add(State.MISSING)
        return frozenset(doubts)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    def read(self, cells: Sequence[object]) -> Read:
        """Read text, numbers, booleans and dates as names."""
        rare = float(len(self.terms)) if self.has_rare else np.nan
        numbers, states = np.full(len(cells), np.nan), np.zeros(len(cells), np.int8)
        for row, cell in enumerate(cells):
            name = category_of(cell)
            if name is None:
                states[row] = State.MISSING
            elif not isinstance(name, str):
                states[row] = State.UNREADABLE
            elif name in self._places:
                numbers[row] = self._places[name]
            else:
                numbers[row], states[row] = rare, State.UNSEEN
        return Read(numbers[:, np.newaxis], states)

    def term(self, place: int, value: float) -> str:
        """Give the name."""
        del place  # there is one
        if np.isnan(value):
            return MISSING_WORD
        return self.terms[int(value)] if value < len(self.terms) else RARE_WORD


def category_of(cell: object) -> str | object | None:
    """Read the name of a category.

    Args:
        cell: text, boolean, number or date: `true` in a sheet is the `TRUE` of another, 1.0 the 1.

    Returns:
        The name; None for an empty cell; `UNREADABLE_CATEGORY` for a list or the like.
    """
    if cell is None:
        return None
    if isinstance(cell, str):
        name = cell.strip()
        return (name.lower() if name.lower() in {"true", "false"} else name) or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number_name(cell)
    return cell.isoformat() if isinstance(cell, date) else UNREADABLE_CATEGORY


def _number_name(number: float) -> str | object | None:
    if number != number:
        return None
    try:
        return canonical(number).decode()
    except InputError:  # infinite, or too large to be written
        return UNREADABLE_CATEGORY
