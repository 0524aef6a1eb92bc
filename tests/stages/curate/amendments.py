"""Invented agreements and what may be made of them: amendments of one term, and mere copies.

An amendment changes one term of an agreement and nothing else: an amount, a date, a period, a
party, a negation, a duty. It is nearly the same text and another agreement. A mere copy differs in
layout or in a word that means nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_PARTIES = ("Alder Freight", "Birch Analytics", "Cedar Milling", "Dorn Optics", "Elm Catering")
_MONTHS = ("January", "March", "June", "September", "November")
_COUNTS = ("ten", "thirty", "forty-five", "sixty", "ninety")
_PLAIN = (
    "each notice is given in writing and reaches the other side at its seat",
    "the parties keep what they learn about one another to themselves",
    "headings help the reader and change nothing in what is agreed",
    "this agreement holds all that was agreed between the parties on this subject",
    "a change binds the parties once both of them have put it in writing",
    "if one clause falls the others go on and the gap is closed in their spirit",
    "neither side owes the other anything for a delay that nobody could have foreseen",
    "records about the work are kept in good order and shown on request",
    "the work is done with the care that a good tradesman takes in his own affairs",
    "whoever sends goods packs them so that they arrive whole",
    "disputes are first talked over by the people who know the work best",
    "what was lent is given back in the state in which it was received",
)


@dataclass(frozen=True)
class Agreement:
    """The terms of one agreement, and the plain clauses around them."""

    supplier: str
    buyer: str
    price: int
    day: int
    month: str
    period: str
    ends: str
    duty: str
    plain: tuple[str, ...]

    def text(self) -> str:
        """Write it out."""
        clauses = [
            f"Agreement between {self.supplier} and {self.buyer} about the supply of goods",
            f"{self.buyer} pays {self.price:,} dollars by {self.day} {self.month} of each year",
            f"either side may end it with a notice of {self.period} days",
            f"the goods {self.duty} be insured on their way",
            f"this agreement does {self.ends}renew itself at the end of its term",
        ]
        places = sorted(range(1, len(self.plain) + 1), key=lambda at: (at * 7) % len(self.plain))
        for place, clause in zip(places, self.plain, strict=True):
            clauses.insert(min(place, len(clauses)), clause)
        return ".\n".join(clauses) + ".\n"


def agreement(draw: random.Random) -> Agreement:
    """Invent an agreement."""
    supplier, buyer = draw.sample(_PARTIES, 2)
    plain = tuple(
        f"{clause}, as the annex numbered {draw.choice('abcdefghij')}{draw.choice('klmnop')} says"
        for clause in draw.sample(_PLAIN, len(_PLAIN))
    )
    return Agreement(
        supplier,
        buyer,
        draw.randrange(1000, 90_000, 50),
        draw.randrange(1, 29),
        draw.choice(_MONTHS),
        draw.choice(_COUNTS),
        draw.choice(("", "not ")),
        draw.choice(("may", "must")),
        plain,
    )


def amended(one: Agreement, draw: random.Random) -> Agreement:
    """Change one term."""
    term = draw.choice(("price", "day", "month", "period", "ends", "duty", "buyer", "swap"))
    if term == "swap":
        return _with(one, supplier=one.buyer, buyer=one.supplier)
    others: dict[str, list[object]] = {
        "price": [one.price + 50, one.price * 10],
        "day": [one.day % 28 + 1],
        "month": [month for month in _MONTHS if month != one.month],
        "period": [count for count in _COUNTS if count != one.period],
        "ends": ["" if one.ends else "not "],
        "duty": ["may" if one.duty == "must" else "must"],
        "buyer": [name for name in _PARTIES if name not in {one.buyer, one.supplier}],
    }
    return _with(one, **{term: draw.choice(others[term])})


def _with(one: Agreement, **terms: object) -> Agreement:
    return Agreement(**{**vars(one), **terms})


COPIES: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("\n", "\r\n\r\n"),
    lambda text: text.replace(" ", "  "),
    lambda text: text.replace("\n", " "),
    lambda text: text.replace(". ", " \N{EM DASH} "),
    lambda text: text.replace("good tradesman", "careful tradesman"),
    lambda text: text.replace("nothing in what is agreed", "nothing in that which is agreed"),
)
"""What makes a mere copy of a text."""
