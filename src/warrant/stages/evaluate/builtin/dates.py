"""Dates of a text moved, written in another way, or exchanged."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from warrant.errors import InputError
from warrant.stages.evaluate.builtin.spots import replaced, text_of
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from random import Random

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NAMES = "|".join(_MONTHS)
_DATE = re.compile(
    r"(?<![\w/-])(?:(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})"
    rf"|(?P<m2>{_NAMES})\s(?P<d2>\d{{1,2}}),\s?(?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})\s(?P<m3>{_NAMES})\s(?P<y3>\d{{4}}))(?![\w/-])"
)
"""Dates that can mean one day alone: 2024-03-05, March 5, 2024 and 5 March 2024."""


class Found(NamedTuple):
    """A date and the way in which it is written."""

    day: date
    form: int
    """1: 2024-03-05; 2: March 5, 2024; 3: 5 March 2024."""
    spot: re.Match[str]


def find_dates(text: str) -> list[Found]:
    """Find the dates of a text.

    Args:
        text: any text.

    Returns:
        Those that name one day alone, in order; no day outside the calendar.
    """
    found = []
    for spot in _DATE.finditer(text):
        form = next(number for number in (1, 2, 3) if spot[f"y{number}"])
        said = spot[f"m{form}"]
        month = _MONTHS.index(said) + 1 if said in _MONTHS else int(said)
        try:
            day = date(int(spot[f"y{form}"]), month, int(spot[f"d{form}"]))
        except ValueError:
            continue
        found.append(Found(day, form, spot))
    return found


def write_date(day: date, form: int) -> str:
    """Write a date in one of the three ways."""
    if form == 1:
        return day.isoformat()
    month = _MONTHS[day.month - 1]
    return f"{month} {day.day}, {day.year}" if form == 2 else f"{day.day} {month} {day.year}"


class DateShift:
    """All dates of a text move by the same number of days.

    Args:
        column: the text that is changed.
        days: how far, below zero into the past; not 0.
    """

    safe: str | None = None
    why_none = "no row holds a date"

    def __init__(self, column: str, days: float = 364) -> None:
        self.column = column
        if days == 0 or days != int(days):
            raise InputError(
                "The failure test 'date_shift' needs a whole number of days other than 0.",
                do="Write for example: days: 364.",
            )
        self._days = int(days)

    def change(self, row: Row, draw: Random) -> Change | None:
        """Move each date."""
        del draw
        text = text_of(row.cells.get(self.column))
        found = {one.spot.start(): one for one in find_dates(text)}
        try:
            moved = {at: one.day + timedelta(days=self._days) for at, one in found.items()}
        except OverflowError:
            return None
        if not moved:
            return None
        new = replaced(
            text,
            (one.spot for one in found.values()),
            lambda spot: write_date(moved[spot.start()], found[spot.start()].form),
        )
        return Change({self.column: new}, f"all dates moved by {self._days} days")


class DateForm:
    """Dates are written in another way: the same days.

    Args:
        column: the text that is changed.
    """

    safe: str | None = "same"
    why_none = "no row holds a date"

    def __init__(self, column: str) -> None:
        self.column = column

    def change(self, row: Row, draw: Random) -> Change | None:
        """Write each date in one other way."""
        text = text_of(row.cells.get(self.column))
        found = {one.spot.start(): one for one in find_dates(text)}
        if not found:
            return None
        step = draw.choice((1, 2))

        def write(spot: re.Match[str]) -> str:
            one = found[spot.start()]
            return write_date(one.day, (one.form - 1 + step) % 3 + 1)

        new = replaced(text, (one.spot for one in found.values()), write)
        return Change({self.column: new}, "all dates are written in another way")


class DateOrder:
    """The first two different dates of a text change places, so that what was first comes last.

    Args:
        column: the text that is changed.
    """

    safe: str | None = None
    why_none = "no row holds two different dates"

    def __init__(self, column: str) -> None:
        self.column = column

    def change(self, row: Row, draw: Random) -> Change | None:
        """Exchange two dates, each written as it stood."""
        del draw
        text = text_of(row.cells.get(self.column))
        found = find_dates(text)
        later = next((one for one in found if one.day != found[0].day), None)
        if later is None:
            return None
        first = found[0]
        new = replaced(
            text,
            (first.spot, later.spot),
            lambda spot: (
                write_date(later.day, first.form)
                if spot.start() == first.spot.start()
                else write_date(first.day, later.form)
            ),
        )
        return Change({self.column: new}, "two dates changed places")
