"""Transactions and claims of a table: reversed, refunded, in another currency, below a limit."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from warrant.errors import InputError
from warrant.models.columns.cells import read_number
from warrant.stages.evaluate.builtin.spots import read_words
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from warrant.models.model import ReadAs

CURRENCIES: Final = ("USD", "EUR", "GBP", "CHF", "JPY")
"""Codes of ISO 4217."""


def _amount(cell: object) -> float | None:
    """Read an amount; none where the cell holds no finite number."""
    number = None if isinstance(cell, bool) else read_number(cell)
    return None if number is None or not math.isfinite(number) else number


class _Turned:
    """An amount changes its sign; where a column says the kind of transaction, so does that."""

    about: ReadAs = "number"
    safe: str | None = None
    why_none = "no row holds an amount other than 0"
    _what = ""

    def __init__(self, column: str, kind_column: str = "", kind: str = "") -> None:
        self.column = column
        self._kind_column = kind_column
        self._kind = kind or self._what

    def change(self, row: Row, draw: Random) -> Change | None:
        """Turn the amount."""
        del draw
        value = _amount(row.cells.get(self.column))
        if not value or (self._kind_column and self._kind_column not in row.cells):
            return None
        cells: dict[str, object] = {self.column: -value}
        if self._kind_column:
            cells[self._kind_column] = self._kind
        return Change(cells, f"the amount changed its sign: a {self._what}")


class Reversal(_Turned):
    """A transaction is booked back.

    Args:
        column: the amount.
        kind_column: the column that says what kind of transaction it is; empty: none.
        kind: what is written there; empty: `reversal`.
    """

    _what = "reversal"


class Refund(_Turned):
    """A payment is refunded.

    Args:
        column: the amount.
        kind_column: the column that says what kind of transaction it is; empty: none.
        kind: what is written there; empty: `refund`.
    """

    _what = "refund"


class Currency:
    """The currency becomes another one; the amount stays.

    Args:
        column: the currency's code.
        words: codes; none: five of ISO 4217.
    """

    about: ReadAs = "category"
    safe: str | None = None
    why_none = "no row holds one of the currencies"

    def __init__(self, column: str, words: Sequence[object] = ()) -> None:
        self.column = column
        self._codes = read_words("currency", words or CURRENCIES, least=2)

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose another currency."""
        old = row.cells.get(self.column)
        if old not in self._codes:
            return None
        new = draw.choice([code for code in self._codes if code != old])
        return Change({self.column: new}, f"'{old}' became '{new}', the amount stayed")


class Scaled:
    """A number becomes a multiple of itself: cents for dollars, grams for kilograms.

    Args:
        column: the number.
        times: what it is multiplied by; not 1 and not 0.
    """

    about: ReadAs = "number"
    safe: str | None = None
    why_none = "no row holds a number other than 0"

    def __init__(self, column: str, times: float = 100) -> None:
        self.column = column
        if times in (0, 1):
            raise InputError(
                f"The failure test 'scaled' multiplies by {times:g}, which changes nothing or all.",
                do="Write for example: times: 100.",
            )
        self._times = times

    def change(self, row: Row, draw: Random) -> Change | None:
        """Multiply the number."""
        del draw
        value = _amount(row.cells.get(self.column))
        if not value or not math.isfinite(value * self._times):
            return None
        told = f"the number was multiplied by {self._times:g}"
        return Change({self.column: value * self._times}, told)


class Moved:
    """A date or instant moves: filed later, posted after the cut-off.

    Args:
        column: the date.
        days: how far, below zero into the past.
        hours: as much again; a date without a time of day moves by whole days alone.
    """

    about: ReadAs = "date"
    safe: str | None = None
    why_none = "no row holds a date that moves so far"

    def __init__(self, column: str, days: float = 0, hours: float = 0) -> None:
        self.column = column
        self._by = timedelta(days=days, hours=hours)
        self._told = f"the date moved by {days:g} days" + (f", {hours:g} hours" if hours else "")
        if not self._by:
            raise InputError(
                "The failure test 'moved' moves nothing.", do="Write for example: days: 364."
            )

    def change(self, row: Row, draw: Random) -> Change | None:
        """Move the date."""
        del draw
        cell = row.cells.get(self.column)
        if isinstance(cell, str):
            try:
                read = (
                    datetime.fromisoformat(cell) if len(cell) > _DAY else date.fromisoformat(cell)
                )
            except ValueError:
                return None
        elif isinstance(cell, date):
            read = cell
        else:
            return None
        try:
            moved = read + self._by
        except OverflowError:
            return None
        if moved == read:
            return None
        new = moved.isoformat() if isinstance(cell, str) else moved
        return Change({self.column: new}, self._told)


_DAY = len("2024-03-05")


class BelowLimit:
    """An amount at or above a limit becomes one just below it.

    Args:
        column: the amount.
        limit: the limit, above 0, in the unit of the column.
        by: how far below it, above 0, in the same unit.
    """

    about: ReadAs = "number"
    safe: str | None = None

    def __init__(self, column: str, limit: float, by: float = 1) -> None:
        self.column = column
        if limit <= 0 or not 0 < by < limit:
            raise InputError(
                f"The failure test 'below_limit' has the limit {limit:g} and goes {by:g} below it.",
                do="Write a limit above 0, and by how much below it, for example: by: 1.",
            )
        self._limit, self._by = limit, by
        self.why_none = f"no row holds an amount of {limit:g} or more"

    def change(self, row: Row, draw: Random) -> Change | None:
        """Put the amount just below the limit."""
        del draw
        value = _amount(row.cells.get(self.column))
        if value is None or value < self._limit:
            return None
        new = self._limit - self._by
        told = f"an amount of {self._limit:g} or more became {new:g}"
        return Change({self.column: new}, told)


class SwapValues:
    """A value becomes another one that test rows have: another payer, site, merchant.

    Args:
        column: a category.
        words: the values that may change places; none: all that the test rows have.
    """

    about: ReadAs = "category"
    safe: str | None = None
    why_none = "no row holds one of two or more values"

    def __init__(self, column: str, words: Sequence[object] = ()) -> None:
        self.column = column
        self._values = read_words("swap_values", words, least=2) if words else ()

    def survey(self, rows: Iterable[Row]) -> None:
        """Learn which values there are."""
        if not self._values:
            cells = (row.cells.get(self.column) for row in rows)
            self._values = tuple(sorted({one for one in cells if isinstance(one, str) and one}))

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose another value."""
        old = row.cells.get(self.column)
        others = [value for value in self._values if value != old]
        if old not in self._values or not others:
            return None
        return Change({self.column: draw.choice(others)}, f"another value of '{self.column}'")
