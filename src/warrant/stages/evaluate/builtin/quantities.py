"""Numbers that become larger, or are written in another way: amounts, doses, units."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from warrant.errors import InputError
from warrant.stages.evaluate.builtin.dates import find_dates
from warrant.stages.evaluate.builtin.spots import read_words, replaced, text_of
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

DOSES: Final = ("mg", "mcg", "µg", "g", "ml", "mL", "units", "IU", "mmol", "mg/kg", "mEq")
"""Units of a dose."""

CONVERSIONS: Final = (
    ("mg", "g", "0.001"),
    ("g", "mg", "1000"),
    ("mcg", "mg", "0.001"),
    ("kg", "g", "1000"),
    ("cm", "mm", "10"),
    ("km", "m", "1000"),
)
"""A unit, another one, and what a number of the first is multiplied by to say the same."""

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_FREE = r"(?<![\w.,/§#-])"
"""Not within a word, a date, a section number."""
_KINDS = {
    "amount": rf"(?<![\w.,])(?P<sign>[$€£¥]|(?:USD|EUR|GBP|CHF|JPY)\s?)\s?(?P<number>{_DIGITS})",
    "percent": rf"{_FREE}(?P<number>{_DIGITS})(?=\s?(?:%|percent\b|per cent\b))",
    "number": rf"{_FREE}(?P<number>{_DIGITS})(?![\w/-]|[.,]\d)",
}


def written(value: Decimal, model: str) -> str:
    """Write a number as another one was written.

    Args:
        value: the number.
        model: digits, with or without commas between thousands.

    Returns:
        Digits, without an exponent and without zeros at the end of decimals.
    """
    text = f"{value:,f}" if "," in model else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Numbers:
    """One number of a text becomes larger or smaller.

    Args:
        column: the text that is changed.
        times: what it is multiplied by; not 1 and not 0.
        kind: `amount` (with a currency), `percent`, or `number` (any).
    """

    safe: str | None = None

    def __init__(self, column: str, times: float = 10, kind: str = "number") -> None:
        self.column = column
        if kind not in _KINDS:
            raise InputError(
                f"The failure test 'numbers' knows no kind {kind!r}.",
                do=f"Write one of: {', '.join(_KINDS)}.",
            )
        self._times = _factor("numbers", times)
        self._kind = kind
        self._pattern = re.compile(_KINDS[kind])
        self.why_none = f"no row holds {'an' if kind == 'amount' else 'a'} {kind}"

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one number."""
        text = text_of(row.cells.get(self.column))
        spots = [one for one in self._pattern.finditer(text) if _is_quantity(text, one)]
        if not spots:
            return None
        new = _times_one(text, draw.choice(spots), self._times)
        return Change({self.column: new}, f"one {self._kind} was multiplied by {self._times:f}")


class NumberForm:
    """Commas between thousands go or come: the same numbers, written in another way.

    Args:
        column: the text that is changed.
    """

    safe: str | None = "same"
    why_none = "no row holds a number of a thousand or more"

    def __init__(self, column: str) -> None:
        self.column = column

    def change(self, row: Row, draw: Random) -> Change | None:
        """Write each large number in the other way."""
        del draw
        text = text_of(row.cells.get(self.column))
        spots = [spot for spot in _NUMBER.finditer(text) if _is_large(spot[0])]
        if not spots:
            return None
        new = replaced(text, spots, lambda spot: _other_form(spot[0]))
        return Change({self.column: new}, "commas between thousands went or came")


class Dose:
    """One dose becomes ten times as large, or another multiple.

    Args:
        column: the text that is changed.
        times: what it is multiplied by; not 1 and not 0.
        words: units of a dose; none: mg, ml and the like.
    """

    safe: str | None = None
    why_none = "no row holds a dose"

    def __init__(self, column: str, times: float = 10, words: Sequence[object] = ()) -> None:
        self.column = column
        self._times = _factor("dose", times)
        self._pattern = _with_units(read_words("dose", words or DOSES))

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one dose."""
        text = text_of(row.cells.get(self.column))
        spots = [one for one in self._pattern.finditer(text) if _value(one["number"])]
        if not spots:
            return None
        spot = draw.choice(spots)
        new = _times_one(text, spot, self._times)
        told = f"a dose in {spot['unit']} was multiplied by {self._times:f}"
        return Change({self.column: new}, told)


class Units:
    """One quantity in another unit: the same, or with the number left as it was, another one.

    Args:
        column: the text that is changed.
        words: a unit, another one, and the factor between them; none: mg, g, kg, cm, km.
        convert: whether the number is converted, so that the text says the same.
    """

    why_none = "no row holds a quantity in one of the units"

    def __init__(
        self,
        column: str,
        words: Sequence[object] = (),
        convert: bool = True,  # noqa: FBT001, FBT002 - a setting by name
    ) -> None:
        self.column = column
        self.safe = "same" if convert else None
        self._convert = convert
        self._to = _conversions(words or CONVERSIONS)
        self._pattern = _with_units(tuple(self._to))

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one quantity."""
        text = text_of(row.cells.get(self.column))
        spots = list(self._pattern.finditer(text))
        if not spots:
            return None
        spot = draw.choice(spots)
        unit, factor = self._to[spot["unit"]]
        number = spot["number"]
        if self._convert:
            number = written(_decimal(number) * factor, number)
        new = f"{text[: spot.start('number')]}{number}{spot['gap']}{unit}{text[spot.end() :]}"
        kept = "its number converted" if self._convert else "its number kept"
        return Change({self.column: new}, f"'{spot['unit']}' became '{unit}', {kept}")


_NUMBER = re.compile(rf"(?<![\w.,/-])(?:{_DIGITS})(?![\w/-]|[.,]\d)")


def _is_large(number: str) -> bool:
    """Say whether it has thousands; four digits without a comma may be a year."""
    whole = number.partition(".")[0]
    return "," in whole or len(whole) > 4


def _other_form(number: str) -> str:
    return number.replace(",", "") if "," in number else f"{_decimal(number):,f}"


def _times_one(text: str, spot: re.Match[str], times: Decimal) -> str:
    number = written(_decimal(spot["number"]) * times, spot["number"])
    return f"{text[: spot.start('number')]}{number}{text[spot.end('number') :]}"


def _with_units(units: Sequence[str]) -> re.Pattern[str]:
    longest = "|".join(re.escape(one) for one in sorted(units, key=len, reverse=True))
    return re.compile(rf"{_FREE}(?P<number>{_DIGITS})(?P<gap>\s?)(?P<unit>{longest})(?![\w/])")


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _value(number: str) -> bool:
    """Say whether multiplying changes it."""
    return _decimal(number) != 0


_HEADING = re.compile(r"(?:section|sec\.|article|art\.|clause|page|no\.|§+)\s*\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


def _is_quantity(text: str, spot: re.Match[str]) -> bool:
    """Say whether a number says how much: it is no date, year, section number or zero."""
    at = spot.start("number")
    in_date = any(one.spot.start() <= at < one.spot.end() for one in find_dates(text))
    is_name = _HEADING.search(text[max(0, at - 10) : at]) or (
        "sign" not in spot.groupdict() and _YEAR.fullmatch(spot["number"])
    )
    return _value(spot["number"]) and not in_date and not is_name


def _factor(name: str, times: float) -> Decimal:
    value = Decimal(str(times))
    if value in (0, 1):
        raise InputError(
            f"The failure test {name!r} multiplies by {times:g}, which changes nothing or all.",
            do="Write for example: times: 10.",
        )
    return value


def _conversions(words: Sequence[object]) -> dict[str, tuple[str, Decimal]]:
    found = {}
    for at, entry in enumerate(words, start=1):
        if not isinstance(entry, (list, tuple)) or len(entry) != 3:
            raise InputError(
                f"The failure test 'units': entry {at} of its words is not two units and a factor.",
                do="Write for example [mg, g, 0.001].",
            )
        unit, other, factor = (str(one).strip() for one in entry)
        try:
            found[unit] = (other, Decimal(factor))
        except ArithmeticError:
            raise InputError(
                f"The failure test 'units': entry {at} of its words has no factor.",
                do="Write a number as its third part, for example 0.001.",
            ) from None
    return found
