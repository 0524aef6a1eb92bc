"""Invented contracts for the demo: a folder of texts and a sheet, the same for the same seed.

Six types of contract share most of their clauses; some contracts borrow clauses of another type,
and a few labels in the sheet are wrong, so that a model scores well but not perfectly. Exact
copies, empty files and files that are not text are planted. All names are made up.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from warrant.errors import InputError
from warrant.flow.demo_documents import as_xlsx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADER = ("file", "contract_id", "contract_type", "governing_law", "agreement_date")
"""Columns of the sheet."""

DUPLICATES = 12
"""Files that repeat another one byte by byte, under their own name and number."""

EMPTY = 3
"""Files without a byte."""

UNREADABLE = 2
"""Files that end in `.txt` and are not text."""

FEWEST = 60
"""Fewer contracts would leave a type without enough examples."""

_BORROWED = 0.30
"""Share of contracts whose distinctive clauses are partly those of another type."""

_MISLABELLED = 0.04
"""Share of lines in the sheet that name a wrong type."""

_STATES = ("Veldoria", "Northmark", "Lower Quill", "Saint Ambry", "Tarn Island")

_FIRST = (
    "Amberfield", "Brindle", "Cobalt Harbour", "Dunwick", "Elderpine", "Foxglove", "Gablestone",
    "Hollowmere", "Ironquay", "Juniper Vale", "Kestrel Row", "Larkspur", "Mossgate", "Nettlebrook",
    "Oxbow", "Pennywhistle", "Quarrydale", "Rookery", "Silverfen", "Thistledown",
)  # fmt: skip
_SECOND = ("Trading", "Systems", "Foods", "Logistics", "Holdings", "Instruments", "Textiles")
_FORM = ("Ltd (fictional)", "LLC (fictional)", "plc (fictional)")

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_OPENING = (
    'This {title} (the "Agreement") is made on {day} between {first} and {second}.',
    'This {title} is entered into as of {day} by {first} ("{one}") and {second} ("{two}").',
    'By this {title}, dated {day}, {first} (the "{one}") and {second} (the "{two}") agree:',
)

_SHARED = (
    "This Agreement is governed by the laws of {law}, and its courts have sole jurisdiction.",
    "Each party shall keep confidential all information received from the other.",
    "Neither party is liable for a delay caused by events beyond its reasonable control.",
    "Notices shall be in writing and take effect {days} days after they are sent.",
    "Either party may terminate this Agreement on {days} days' written notice.",
    "If a provision is held invalid, the remaining provisions stay in force.",
    "This Agreement may be amended only by a document signed by both parties.",
    "Neither party may assign this Agreement without the consent of the other.",
    "The liability of either party is limited to {money} in any calendar year.",
    "This Agreement states all that the parties agreed and replaces earlier understandings.",
    "Disputes shall first be discussed by senior officers of both parties for {days} days.",
    "A failure to enforce a right is not a waiver of that right.",
)


@dataclass(frozen=True)
class _Type:
    """One type of contract."""

    label: str
    titles: tuple[str, ...]
    roles: tuple[str, str]
    clauses: tuple[str, ...]


_TYPES = (
    _Type(
        "Lease",
        ("Lease Agreement", "Tenancy Agreement", "Agreement"),
        ("Landlord", "Tenant"),
        (
            "The {one} lets the premises at {place} to the {two} for {months} months.",
            "The {two} shall pay a monthly rent of {money}, in advance.",
            "A security deposit of {money} is returned when the premises are left in good repair.",
            "The {two} shall not sublet any part of the premises.",
            "The {one} may enter the premises to inspect them on {days} days' notice.",
            "The {two} shall keep the equipment and fixtures in good working order.",
        ),
    ),
    _Type(
        "Supply",
        ("Supply Agreement", "Framework Supply Agreement", "Agreement"),
        ("Supplier", "Buyer"),
        (
            "The {one} shall deliver the goods to the warehouse of the {two} at {place}.",
            "Prices are fixed for {months} months and invoices are due within {days} days.",
            "The {two} may reject goods that fail inspection within {days} days of delivery.",
            "Title and risk pass when the goods are unloaded.",
            "The {two} shall order goods for at least {money} in each quarter.",
            "The {one} shall keep a safety stock for {months} months of forecast demand.",
        ),
    ),
    _Type(
        "Services",
        ("Services Agreement", "Master Services Agreement", "Agreement"),
        ("Provider", "Client"),
        (
            "The {one} shall perform the services described in each statement of work.",
            "Fees of {money} are invoiced monthly and payable within {days} days.",
            "The {one} shall meet the service levels, or grant service credits.",
            "Work results belong to the {two} once they are paid for.",
            "The {one} shall assign qualified staff, who remain its employees.",
            "Acceptance is given when the deliverables pass the agreed tests within {days} days.",
        ),
    ),
    _Type(
        "Licence",
        ("Software Licence Agreement", "Licence Agreement", "Agreement"),
        ("Licensor", "Licensee"),
        (
            "The {one} grants the {two} a non-exclusive licence to use the software.",
            "The {two} shall not decompile, copy or sublicense the software.",
            "A royalty of {money} is due at the end of each quarter.",
            "Support and updates are provided for {months} months.",
            "The {one} warrants that the software does not infringe the rights of others.",
            "On termination the {two} shall delete all copies and certify so within {days} days.",
        ),
    ),
    _Type(
        "Loan",
        ("Loan Agreement", "Facility Agreement", "Agreement"),
        ("Lender", "Borrower"),
        (
            "The {one} makes available to the {two} a loan of {money}.",
            "Interest accrues daily at {rate} per cent a year and is paid quarterly.",
            "The {two} shall repay the principal in instalments over {months} months.",
            "All sums fall due at once upon an event of default.",
            "The {two} charges its assets at {place} as security for the loan.",
            "A late payment bears a further {rate} per cent from the due date.",
        ),
    ),
    _Type(
        "Distribution",
        ("Distribution Agreement", "Exclusive Distribution Agreement", "Agreement"),
        ("Principal", "Distributor"),
        (
            "The {one} appoints the {two} to resell the products in the territory of {law}.",
            "The {two} shall buy products for at least {money} in each year.",
            "The {two} shall promote the products and keep a sales force in the territory.",
            "The {two} may use the trade marks only to market the products.",
            "Prices follow the price list, changed on {days} days' notice.",
            "The {two} shall deliver goods to customers from its warehouse at {place}.",
        ),
    ),
)

LABELS = tuple(kind.label for kind in _TYPES)
"""The six types of contract."""


class Contracts(NamedTuple):
    """What was written."""

    folder: Path
    """Holds the texts."""
    sheet: Path
    """One line per text, also for copies and unreadable files."""
    files: int
    """Texts, with copies and unreadable ones."""
    duplicates: int
    """Files that repeat another one."""
    unreadable: int
    """Files without text."""


class Drawn(NamedTuple):
    """One invented contract."""

    text: str
    """All of it."""
    line: tuple[str, str, str]
    """What the sheet says: type, governing law, day."""


def draw(rng: random.Random) -> Drawn:
    """Invent one contract.

    Args:
        rng: the same state gives the same contract.

    Returns:
        Its text and its line of the sheet; a few lines name a wrong type.
    """
    kind, law, day = rng.choice(_TYPES), rng.choice(_STATES), _day(rng)
    text = _contract(kind, law, day, rng)
    shown = rng.choice(_TYPES) if rng.random() < _MISLABELLED else kind
    return Drawn(text, (shown.label, law, day.isoformat()))


def make_contracts(
    folder: Path, count: int = 300, seed: int = 7, sheet: Literal["csv", "xlsx"] = "csv"
) -> Contracts:
    """Write contracts and their sheet.

    Args:
        folder: is created; gets `*.txt` and `index.csv` or `index.xlsx`.
        count: files in all, planted ones among them; at least `FEWEST`.
        seed: the same seed gives the same bytes.
        sheet: its format.

    Returns:
        Where everything lies.

    Raises:
        InputError: when `count` is too small for what is planted.
    """
    if count < FEWEST:
        raise InputError(
            f"{count} contracts are too few to learn from.", do=f"Ask for at least {FEWEST}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)  # noqa: S311 - invented texts, no secret
    whole = count - DUPLICATES - EMPTY - UNREADABLE
    texts: list[bytes] = []
    lines: list[tuple[str, ...]] = []
    for _ in range(whole):
        drawn = draw(rng)
        texts.append(drawn.text.encode())
        lines.append(drawn.line)
    for original in rng.sample(range(whole), DUPLICATES):
        texts.append(texts[original])
        lines.append(lines[original])
    for data in [b""] * EMPTY + [b"\xff\xfe\x00\xd8\x00" * 40] * UNREADABLE:
        texts.append(data)
        lines.append((rng.choice(_TYPES).label, rng.choice(_STATES), _day(rng).isoformat()))
    order = list(range(count))
    rng.shuffle(order)
    table = []
    for number, place in enumerate(order, start=1):
        name = f"contract-{number:04}.txt"
        (folder / name).write_bytes(texts[place])
        table.append((name, f"C-{number:04}", *lines[place]))
    path = folder / f"index.{sheet}"
    (_write_xlsx if sheet == "xlsx" else _write_csv)(path, table)
    return Contracts(folder, path, count, DUPLICATES, EMPTY + UNREADABLE)


def _contract(kind: _Type, law: str, day: date, rng: random.Random) -> str:
    first, second = rng.sample(_FIRST, 2)
    own = list(kind.clauses)
    rng.shuffle(own)
    clauses = own[: rng.randint(2, 4)]
    titles = kind.titles
    if rng.random() < _BORROWED:
        other = rng.choice([one for one in _TYPES if one is not kind])
        clauses = [*own[:1], *rng.sample(other.clauses, 2)]
        titles = kind.titles[-1:]
    clauses += rng.sample(_SHARED, rng.randint(5, 8))
    rng.shuffle(clauses)
    generic = rng.random() < _BORROWED
    facts = {
        "title": rng.choice(titles),
        "first": f"{first} {rng.choice(_SECOND)} {rng.choice(_FORM)}",
        "second": f"{second} {rng.choice(_SECOND)} {rng.choice(_FORM)}",
        "one": "First Party" if generic else kind.roles[0],
        "two": "Second Party" if generic else kind.roles[1],
        "day": f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        "law": law,
    }
    opening = rng.choice(_OPENING).format(**facts)
    numbered = (
        f"{number}. {clause.format(**facts, **_figures(rng))}"
        for number, clause in enumerate(clauses, start=1)
    )
    return "\n\n".join([str(facts["title"]).upper(), opening, *numbered]) + "\n"


def _figures(rng: random.Random) -> dict[str, str]:
    return {
        "days": str(rng.choice((10, 14, 30, 45, 60, 90))),
        "months": str(rng.choice((6, 12, 18, 24, 36, 60))),
        "money": f"{rng.randint(2, 900) * 500:,} crowns",
        "rate": f"{rng.randint(8, 48) / 4:g}",
        "place": f"{rng.randint(1, 99)} {rng.choice(('Heron', 'Mill', 'Chapel', 'Quay'))} Street",
    }


def _day(rng: random.Random) -> date:
    return date(2019, 1, 1) + timedelta(days=rng.randrange(2000))


def _write_csv(path: Path, table: Sequence[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *table])


def _write_xlsx(path: Path, table: Sequence[tuple[str, ...]]) -> None:
    path.write_bytes(as_xlsx([HEADER, *table]))
