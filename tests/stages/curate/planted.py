"""Invented texts with planted personal data, and look-alikes that are none.

Every value is made by a program from a seed: no number, address or name belongs to anybody. The
generator was written before the recogniser that it judges.
"""

# ruff: noqa: E501 - a table of sentences reads better a line each
from __future__ import annotations

import random
import string
from collections.abc import Callable
from typing import NamedTuple

KINDS = ("email", "phone", "card", "iban", "ssn", "ip", "url")


class Planted(NamedTuple):
    """One value of personal data in a text."""

    kind: str
    start: int
    end: int


class Text(NamedTuple):
    """A text and what was planted in it."""

    text: str
    planted: tuple[Planted, ...]


FILLER = (
    "This agreement is made between the parties on the date stated below.",
    "The supplier delivers the goods within thirty days of the order.",
    "Either party may end this agreement with notice in writing.",
    "Die Parteien vereinbaren Stillschweigen über den Inhalt.",
    "Le locataire paie le loyer au début de chaque mois.",
    "The fee is payable quarterly in advance, without set-off.",
    "Claims were reviewed by the desk and settled under the policy — see annex.",
)
LOOK_ALIKES: tuple[Callable[[random.Random], str], ...] = (
    lambda r: (
        f"See Section {r.randint(1, 20)}.{r.randint(1, 9)}.{r.randint(1, 9)}.{r.randint(1, 9)} above."
    ),
    lambda r: f"Order number {r.randint(10**11, 10**12 - 1)} was shipped.",
    lambda r: (
        f"Invoice {r.randint(1000, 9999)}-{r.randint(10, 99)} of {r.randint(1, 28)}.{r.randint(1, 12)}.20{r.randint(10, 30)}."
    ),
    lambda r: (
        f"The term runs from 20{r.randint(10, 29)}-0{r.randint(1, 9)}-1{r.randint(0, 9)} to 2031-12-31."
    ),
    lambda r: (
        f"The price is USD {r.randint(1, 999)},{r.randint(100, 999)}.{r.randint(10, 99)} in total."
    ),
    lambda r: (
        f"Version {r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(0, 20)} of the software applies."
    ),
    lambda r: f"At {r.randint(10, 23)}:{r.randint(10, 59)}:{r.randint(10, 59)} the meeting closed.",
    lambda r: f"Account code {_not_luhn(r)} is internal.",
    lambda r: (
        f"Part no. {r.randint(100, 999)}-{r.randint(10, 99)}-{r.randint(100, 999)}A is out of stock."
    ),
    lambda r: (
        f"The ratio of {r.randint(1, 9)}:{r.randint(1, 9)} @ {r.randint(1, 9)} per cent stands."
    ),
    lambda r: (
        f"Docket {r.choice('ABC')}{r.randint(10, 99)} {r.randint(1000, 9999)} {r.randint(1000, 9999)} is closed."
    ),
    lambda r: (
        f"Between {r.randint(1900, 1999)}-{r.randint(2000, 2029)} and later, {r.randint(1, 99)} per cent."
    ),
)


def make_text(seed: int) -> Text:
    """Make one text.

    Args:
        seed: any number; the same seed gives the same text.
    """
    rng = random.Random(seed)
    parts: list[str] = []
    planted: list[Planted] = []
    length = 0
    for _ in range(rng.randint(4, 14)):
        roll = rng.random()
        if roll < 0.35:
            kind = rng.choice(KINDS)
            before, value, after = _planted_sentence(rng, kind)
            start = length + len(before)
            planted.append(Planted(kind, start, start + len(value)))
            sentence = before + value + after
        elif roll < 0.6:
            sentence = rng.choice(LOOK_ALIKES)(rng)
        else:
            sentence = rng.choice(FILLER)
        sentence += rng.choice((" ", "\n", "\n\n", "  "))
        parts.append(sentence)
        length += len(sentence)
    return Text("".join(parts), tuple(planted))


def _planted_sentence(rng: random.Random, kind: str) -> tuple[str, str, str]:
    value = _VALUES[kind](rng)
    before, after = rng.choice(_FRAMES[kind])
    return before, value, after


_FRAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "email": (("Notices go to ", "."), ("E-mail: ", "\n"), ("(", ")"), ("Write to <", "> first."), ("Ümläut ", ", please.")),
    "phone": (("Call ", "."), ("Tel.: ", "\n"), ("Phone ", " during office hours."), ("Fax: ", ";"), ("Mobile ", ",")),
    "card": (("Card ", "."), ("charged to ", " today."), ("Card number: ", "\n")),
    "iban": (("Pay to ", "."), ("IBAN: ", "\n"), ("account ", ", within ten days.")),
    "ssn": (("SSN ", "."), ("Social Security Number: ", "\n"), ("the employee (", ") signs")),
    "ip": (("from the address ", "."), ("Server ", " answered."), ("logged in from IP ", ",")),
    "url": (("See ", "."), ("published at ", ", as amended."), ("(", ")"), ("Website: ", "\n")),
}  # fmt: skip


def _email(r: random.Random) -> str:
    name = "".join(r.choices(string.ascii_lowercase, k=r.randint(2, 8)))
    more = r.choice(("", ".k", "_x2", "+tax", "-office", "ö"))
    host = "".join(r.choices(string.ascii_lowercase, k=r.randint(3, 9)))
    return f"{name}{more}@{host}{r.choice(('.example', '.example.com', '-law.example', '.co.example'))}"


def _phone(r: random.Random) -> str:
    d = lambda n: "".join(r.choices("23456789", k=n))  # noqa: E731
    return r.choice(
        (
            f"+1 {d(3)} {d(3)} {d(4)}",
            f"+49 30 {d(7)}",
            f"+44 20 {d(4)} {d(4)}",
            f"({d(3)}) {d(3)}-{d(4)}",
            f"{d(3)}-{d(3)}-{d(4)}",
            f"{d(3)}.{d(3)}.{d(4)}",
            f"+1-{d(3)}-{d(3)}-{d(4)}",
            f"+33 {d(1)} {d(2)} {d(2)} {d(2)} {d(2)}",
        )
    )


def _luhn_digit(digits: str) -> str:
    total = 0
    for place, one in enumerate(reversed(digits)):
        number = int(one) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def _card(r: random.Random) -> str:
    prefix, length = r.choice(
        (("4", 16), ("51", 16), ("55", 16), ("34", 15), ("37", 15), ("6011", 16))
    )
    body = prefix + "".join(r.choices(string.digits, k=length - len(prefix) - 1))
    number = body + _luhn_digit(body)
    style = r.choice(("plain", "space", "dash"))
    if style == "plain":
        return number
    sep = " " if style == "space" else "-"
    groups = (4, 6, 5) if length == 15 else (4, 4, 4, 4)
    parts, at = [], 0
    for size in groups:
        parts.append(number[at : at + size])
        at += size
    return sep.join(parts)


def _not_luhn(r: random.Random) -> str:
    body = "4" + "".join(r.choices(string.digits, k=14))
    right = int(_luhn_digit(body))
    return body + str((right + r.randint(1, 9)) % 10)


def _iban(r: random.Random) -> str:
    country = r.choice(("DE", "GB", "ES", "NL", "AT", "CH"))
    d = lambda n: "".join(r.choices(string.digits, k=n))  # noqa: E731
    body = {
        "DE": lambda: d(18),
        "GB": lambda: "WXYZ" + d(14),
        "ES": lambda: d(20),
        "NL": lambda: "WXYZ" + d(10),
        "AT": lambda: d(16),
        "CH": lambda: d(17),
    }[country]()
    rearranged = "".join(str(int(one, 36)) for one in body + country + "00")
    whole = f"{country}{98 - int(rearranged) % 97:02d}{body}"
    if r.random() < 0.5:
        return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
    return whole


def _ssn(r: random.Random) -> str:
    area = r.choice([one for one in range(1, 900) if one != 666])
    return f"{area:03d}-{r.randint(1, 99):02d}-{r.randint(1, 9999):04d}"


def _ip(r: random.Random) -> str:
    if r.random() < 0.3:
        return "2001:db8:" + ":".join(f"{r.randint(1, 65535):x}" for _ in range(6))
    if r.random() < 0.2:
        return f"2001:db8::{r.randint(1, 65535):x}"
    return f"{r.choice((10, 172, 192, 203, 198))}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"


def _url(r: random.Random) -> str:
    host = "".join(r.choices(string.ascii_lowercase, k=6))
    path = r.choice(("", "/", "/terms", "/a/b?id=7&x=1", "/doc_(v2)", "/x#s-1"))
    return r.choice(
        (
            f"https://{host}.example{path}",
            f"http://www.{host}.example.com{path}",
            f"www.{host}.example{path}",
        )
    )


_VALUES: dict[str, Callable[[random.Random], str]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "ssn": _ssn,
    "ip": _ip,
    "url": _url,
}
