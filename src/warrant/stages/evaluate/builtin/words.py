"""Words that take the place of others: negations, roles, sides, places, names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from warrant.stages.evaluate.builtin.spots import (
    Pair,
    in_case_of,
    plain,
    read_pairs,
    read_words,
    replaced,
    text_of,
    whole_words,
)
from warrant.stages.evaluate.failure_test import Change, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

NEGATIONS: Final = (
    ("shall", "shall not"),
    ("must", "must not"),
    ("may", "may not"),
    ("will", "will not"),
    ("should", "should not"),
    ("can", "cannot"),
    ("is", "is not"),
    ("are", "are not"),
    ("was", "was not"),
    ("were", "were not"),
)
"""English verbs that a `not` follows, and what they become."""

ROLES: Final = (
    ("licensor", "licensee"),
    ("buyer", "seller"),
    ("lender", "borrower"),
    ("landlord", "tenant"),
    ("employer", "employee"),
    ("plaintiff", "defendant"),
)
"""Parties that stand against each other."""

SIDES: Final = (("left", "right"), ("left-sided", "right-sided"), ("upper", "lower"))
"""Sides of a body."""

PLACES: Final = (
    "Delaware", "New York", "California", "Texas", "Florida", "Illinois", "Nevada",
    "England and Wales", "Scotland", "Ireland", "Germany", "France", "Switzerland", "Ontario",
)  # fmt: skip
"""Places whose law may govern."""

COMPANIES: Final = ("Aldermoor", "Brightwater", "Coldharbour", "Dunmere", "Eastleigh Park")
"""Invented first words of company names."""

_COMPANY = re.compile(
    r"(?<!\w)(?P<name>(?:(?:[A-Z][\w.'-]*|&)[ ,]{1,2}){1,4}?)"
    r"(?P<form>Inc\.?|LLC|L\.L\.C\.|Ltd\.?|Limited|Corp\.?|Corporation|GmbH|AG|PLC|plc|N\.A\.)(?!\w)"
)

_BEHIND = 20
"""Characters beside a wording that say what is meant."""
_IN_A_DATE = re.compile(r"\s+(?:\d|of\s+\d)")
_NOT = re.compile(r"['’]t\b", re.IGNORECASE)
_A_SIDE = re.compile(
    r"\b(?:the|a|on|in|to|of|from|and|or|his|her|my|their|upper|lower)\s+\Z", re.IGNORECASE
)
_WENT = re.compile(
    r"\s+(?:the|a|an|his|her|their|at|for|to|on|in|without|against|AMA|home|early|before|after|as"
    r"|work|school|hospital|clinic|by)\b",
    re.IGNORECASE,
)


class _Pairs:
    """Wordings that become one another."""

    safe: str | None = None
    _name = ""
    _usual: Sequence[Sequence[str]] = ()
    _everywhere = True

    def __init__(self, column: str, words: Sequence[object] = ()) -> None:
        self.column = column
        self._pairs = read_pairs(self._name, words or self._usual)
        self._other = self._others(self._pairs)
        self._pattern = whole_words(self._other)
        self.why_none = f"no row holds one of the {len(self._other)} wordings"

    @staticmethod
    def _others(pairs: Sequence[Pair]) -> dict[str, str]:
        there = {plain(first): second for first, second in pairs}
        return {plain(second): first for first, second in reversed(pairs)} | there

    def change(self, row: Row, draw: Random) -> Change | None:
        """Put the other wording in place of one, or of each."""
        text = text_of(row.cells.get(self.column))
        spots = [spot for spot in self._pattern.finditer(text) if self._is_meant(text, spot)]
        if not spots:
            return None
        chosen = draw.choice(spots)
        taken = spots if self._everywhere else [chosen]
        new = replaced(text, taken, lambda spot: in_case_of(spot[0], self._other[plain(spot[0])]))
        return Change({self.column: new}, self._told(plain(chosen[0])))

    @staticmethod
    def _is_meant(text: str, spot: re.Match[str]) -> bool:
        """Say whether a wording stands for what the test is about."""
        del text, spot
        return True

    def _told(self, found: str) -> str:
        return f"'{found}' became '{plain(self._other[found])}'"


class Negation(_Pairs):
    """One negation put in or taken out.

    Args:
        column: the text that is changed.
        words: pairs of a wording and its negation; none: English verbs that a `not` follows.
    """

    _name = "negation"
    _usual = NEGATIONS
    _everywhere = False

    @staticmethod
    def _is_meant(text: str, spot: re.Match[str]) -> bool:
        """Pass over the month of May, and what `n't` follows: `can't`."""
        behind = text[spot.end() : spot.end() + _BEHIND]
        is_month = spot[0] == "May" and _IN_A_DATE.match(behind)
        return not is_month and not _NOT.match(behind)


class Roles(_Pairs):
    """Two parties change places throughout the text.

    Args:
        column: the text that is changed.
        words: pairs of roles; none: parties of contracts and trials.
    """

    _name = "roles"
    _usual = ROLES

    def change(self, row: Row, draw: Random) -> Change | None:
        """Let the two roles of one pair change places."""
        text = text_of(row.cells.get(self.column))
        there = {plain(spot[0]) for spot in self._pattern.finditer(text)}
        pairs = [pair for pair in self._pairs if there & {plain(one) for one in pair}]
        if not pairs:
            return None
        pair = draw.choice(pairs)
        other = self._others([pair])
        spots = list(whole_words(pair).finditer(text))
        new = replaced(text, spots, lambda spot: in_case_of(spot[0], other[plain(spot[0])]))
        return Change({self.column: new}, f"'{pair.first}' and '{pair.second}' changed places")


class Side(_Pairs):
    """Left becomes right and right left, throughout the text.

    Args:
        column: the text that is changed.
        words: pairs of sides; none: left and right, upper and lower.
    """

    _name = "side"
    _usual = SIDES

    @staticmethod
    def _is_meant(text: str, spot: re.Match[str]) -> bool:
        """Pass over `left` where it says that somebody went away."""
        if plain(spot[0]) != "left" or _A_SIDE.search(text[: spot.start()][-_BEHIND:]):
            return True
        return _WENT.match(text[spot.end() : spot.end() + _BEHIND]) is None


class SwapWords:
    """A word or phrase of a list becomes another one of it, throughout the text.

    Args:
        column: the text that is changed.
        words: words or phrases of one kind, for example names of drugs; two or more.
    """

    safe: str | None = None
    why_none = "no row holds one of the words"
    _name = "swap_words"

    def __init__(self, column: str, words: Sequence[object]) -> None:
        self.column = column
        self._words = read_words(self._name, words, least=2)
        self._pattern = whole_words(self._words)

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one word that the text holds, and another one that it does not."""
        text = text_of(row.cells.get(self.column))
        known = {plain(one): one for one in self._words}
        there = sorted({plain(spot[0]) for spot in self._pattern.finditer(text)})
        if not there:
            return None
        old = known[draw.choice(there)]
        free = [one for one in self._words if plain(one) not in there]
        if not free:
            return None
        new = draw.choice(free)
        spots = [spot for spot in self._pattern.finditer(text) if plain(spot[0]) == plain(old)]
        changed = replaced(text, spots, lambda spot: in_case_of(spot[0], new))
        return Change({self.column: changed}, f"'{old}' became '{new}'")


class Jurisdiction(SwapWords):
    """A place whose law may govern becomes another one, throughout the text.

    Args:
        column: the text that is changed.
        words: names of places; none: some states and countries.
    """

    why_none = "no row names one of the places"
    _name = "jurisdiction"

    def __init__(self, column: str, words: Sequence[object] = ()) -> None:
        super().__init__(column, words or PLACES)


class Names:
    """A company's name becomes an invented one, throughout the text; its legal form stays.

    Args:
        column: the text that is changed.
        words: first words of the names that are put in; none: five invented ones.
    """

    safe: str | None = "same"
    why_none = "no row holds a company's name with its legal form"

    def __init__(self, column: str, words: Sequence[object] = ()) -> None:
        self.column = column
        self._new = read_words("names", words or COMPANIES)

    def change(self, row: Row, draw: Random) -> Change | None:
        """Choose one name of the text, and an invented one."""
        text = text_of(row.cells.get(self.column))
        names = sorted({spot["name"].rstrip(" ,") for spot in _COMPANY.finditer(text)})
        if not names:
            return None
        old, new = draw.choice(names), draw.choice(self._new)
        if plain(old) == plain(new):
            return None
        spots = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)").finditer(text)
        changed = replaced(text, spots, lambda spot: in_case_of(spot[0], new))
        return Change({self.column: changed}, "a company's name became an invented one")
