"""Days in a text: names of months, and whether numbers can be a day."""

from __future__ import annotations

import re

_MONTHS = (
    ("january", "jan", "januar", "jänner", "enero", "ene", "janvier", "janv"),
    ("february", "feb", "februar", "febrero", "février", "févr"),
    ("march", "mar", "märz", "marzo", "mars"),
    ("april", "apr", "abril", "abr", "avril", "avr"),
    ("may", "mai", "mayo"),
    ("june", "jun", "juni", "junio", "juin"),
    ("july", "jul", "juli", "julio", "juillet", "juil"),
    ("august", "aug", "agosto", "ago", "août"),
    ("september", "sept", "sep", "septiembre", "septembre"),
    ("october", "oct", "oktober", "okt", "octubre", "octobre"),
    ("november", "nov", "noviembre", "novembre"),
    ("december", "dec", "dezember", "dez", "diciembre", "dic", "décembre", "déc"),
)
"""Names of the months in English, German, Spanish and French, the long one of English first."""

_AMBIGUOUS = ("may", "march", "mar")
"""In small letters they are other words of English."""
_NAMES = sorted({name for names in _MONTHS for name in names}, key=len, reverse=True)
MONTH = "|".join(
    f"{name.capitalize()}|{name.upper()}" + ("" if name in _AMBIGUOUS else f"|{name}")
    for name in _NAMES
)
"""Alternatives of a pattern: names of months, in small letters, with a capital, in capitals."""

_NUMBERS = re.compile(rb"\d+")


def is_day(value: bytes) -> bool:
    """Say whether three numbers can be a day, in whatever order.

    Args:
        value: digits in three groups.

    Returns:
        True when one group can be a year, one a month, one a day.
    """
    groups = [(int(one), len(one)) for one in _NUMBERS.findall(value)]
    if len(groups) != 3:
        return False
    (first, long), (second, _), (third, length) = groups
    if long == 4:
        return 1 <= second <= 12 and 1 <= third <= 31
    in_range = length in (2, 4) and (length == 2 or 1800 <= third <= 2199)
    return in_range and min(first, second) in range(1, 13) and max(first, second, 1) in range(1, 32)


def is_day_of_month(value: bytes) -> bool:
    """Say whether the numbers beside the name of a month can be a day and a year."""
    return all(
        1 <= int(one) <= 31 or (len(one) == 4 and 1800 <= int(one) <= 2199)
        for one in _NUMBERS.findall(value)
    )
