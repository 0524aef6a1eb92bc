"""Invent claim logs of twelve hospitals, each exported its own way.

Run: python generate.py FOLDER

Every hospital, payer and claim is made up. What decides whether a claim is denied is planted here,
in `log_odds`, so that what a model finds can be compared with what is there. The same seed gives
the same bytes. `harmonise.py` makes one table of the twelve exports.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 2024

PAYERS = {
    "Beacon Mutual (fictional)": -0.6,
    "Crestline Health (fictional)": 0.0,
    "Dovetail Care (fictional)": 0.9,
    "Evergreen Plans (fictional)": -0.2,
    "Fairweather Assurance (fictional)": 0.4,
    "State Programme (fictional)": -0.4,
}
"""Log-odds of a denial that each payer adds."""

PROCEDURES = {
    "imaging": (900.0, True),
    "surgery": (6200.0, True),
    "infusion": (2400.0, True),
    "laboratory": (140.0, False),
    "consultation": (220.0, False),
    "physiotherapy": (180.0, False),
}
"""Usual amount in USD, and whether the payer must authorise it beforehand."""

DIAGNOSES = ("circulatory", "injury", "metabolic", "neoplasm", "respiratory", "screening")

UNFIT = {
    ("surgery", "screening"),
    ("infusion", "injury"),
    ("physiotherapy", "screening"),
    ("imaging", "metabolic"),
}
"""Pairs of procedure and diagnosis that do not fit one another."""

DAYS_FOR_FILING = 45


@dataclass(frozen=True)
class Claim:
    """One claim, as nobody exports it."""

    number: int
    payer: str
    procedure: str
    diagnosis: str
    authorised: bool
    billed: float
    """USD."""
    served_on: date
    days_to_file: int
    age: int
    denied: bool


@dataclass(frozen=True)
class Export:
    """How one hospital writes its claims down."""

    name: str
    claims: int
    columns: dict[str, str]
    """Header by field; a field that is left out is not recorded there."""
    day: str = "%Y-%m-%d"
    amount: Callable[[float], str] = "{:.2f}".format
    denied: str = "denied"
    paid: str = "paid"
    yes: str = "yes"
    no: str = "no"
    delimiter: str = ","


def headers(*names: str) -> dict[str, str]:
    """Name the fields in their fixed order; an empty name leaves a field out."""
    fields = ("number", "payer", "procedure", "diagnosis", "authorised", "billed", "served_on",
              "filed_on", "age", "denied")  # fmt: skip
    return {field: name for field, name in zip(fields, names, strict=True) if name}


def cents(amount: float) -> str:
    """Write an amount in whole cents."""
    return str(round(amount * 100))


EXPORTS = (
    Export("aldermoor", 2600, headers(
        "claim_id", "payer", "procedure", "diagnosis", "authorised", "billed_usd", "service_date",
        "filing_date", "age", "outcome")),
    Export("brackwater", 2100, headers(
        "ClaimNo", "Insurer", "ProcGroup", "DxGroup", "AuthOnFile", "Charges", "DOS", "Submitted",
        "PatientAge", "Status"), day="%m/%d/%Y", denied="D", paid="P", yes="Y", no="N"),
    Export("cinderford", 1700, headers(
        "id", "plan", "service", "reason", "", "amount_cents", "date", "sent", "years", "rejected"),
        amount=cents, denied="1", paid="0"),
    Export("dunmere", 1500, headers(
        "Claim", "Payer name", "Procedure group", "Diagnosis group", "Prior authorisation",
        "Billed amount", "Date of service", "Date of filing", "Age", "Decision"),
        amount=lambda usd: f"${usd:,.2f}", denied="Denied", paid="Paid", yes="on file", no="none"),
    Export("eastlock", 1300, headers(
        "claim_id", "payer", "procedure", "diagnosis", "authorised", "billed_usd", "service_date",
        "filing_date", "", "outcome"), delimiter=";"),
    Export("fennhollow", 1100, headers(
        "CLM", "PYR", "PRC", "DX", "AUTH", "AMT", "SVC", "FILED", "AGE", "DENIED"),
        day="%d %B %Y", denied="TRUE", paid="FALSE", yes="T", no="F"),
    Export("greystone", 900, headers(
        "claim number", "insurance", "procedure", "diagnosis", "authorisation", "billed",
        "served", "filed", "age of patient", "result"), denied="not paid", paid="paid"),
    Export("harrowgate", 700, headers(
        "ClaimId", "Payer", "Procedure", "Diagnosis", "", "Billed", "ServiceDate", "FilingDate",
        "Age", "Outcome"), day="%Y%m%d"),
    Export("islewick", 600, headers(
        "no", "payer", "proc", "diag", "auth", "usd", "from", "filed", "age", "state"),
        denied="x", paid="", yes="1", no="0"),
    Export("juniper-cross", 500, headers(
        "claim_id", "payer", "procedure", "diagnosis", "authorised", "billed_usd", "service_date",
        "filing_date", "age", "outcome"), delimiter="\t"),
    Export("kestrel-bay", 400, headers(
        "Reference", "Carrier", "Procedure", "Diagnosis", "Authorised", "Total", "Service",
        "Filed", "Age", "Adjudication"), denied="DENIED", paid="PAID", yes="YES", no="NO"),
    Export("larchfield", 300, headers(
        "claim_id", "payer", "procedure", "diagnosis", "authorised", "billed_usd", "service_date",
        "filing_date", "age", "outcome")),
)  # fmt: skip
"""Twelve hospitals, every one of them fictional."""


def log_odds(claim: Claim, hospital_effect: float) -> float:
    """What is planted: the log-odds that a claim is denied. Age and weekday do nothing."""
    must_ask = PROCEDURES[claim.procedure][1]
    return (
        -2.6
        + PAYERS[claim.payer]
        + hospital_effect
        + (2.2 if must_ask and not claim.authorised else 0.0)
        + (1.6 if (claim.procedure, claim.diagnosis) in UNFIT else 0.0)
        + (0.05 * max(0, claim.days_to_file - DAYS_FOR_FILING))
        + 0.35 * np.log2(max(claim.billed, 100.0) / 1000.0)
    )


def invent(export: Export, random: np.random.Generator) -> list[Claim]:
    """Invent the claims of one hospital."""
    effect = float(random.normal(0.0, 0.3))
    claims = []
    for number in range(export.claims):
        procedure = str(random.choice(list(PROCEDURES)))
        usual, must_ask = PROCEDURES[procedure]
        draft = Claim(
            number=100_000 + number,
            payer=str(random.choice(list(PAYERS))),
            procedure=procedure,
            diagnosis=str(random.choice(DIAGNOSES)),
            authorised=bool(must_ask and random.random() < 0.8),
            billed=round(float(usual * random.lognormal(0.0, 0.5)), 2),
            served_on=date(2023, 1, 1) + timedelta(days=int(random.integers(0, 365))),
            days_to_file=int(random.gamma(2.0, 12.0)),
            age=int(random.integers(0, 96)),
            denied=False,
        )
        chance = 1.0 / (1.0 + np.exp(-log_odds(draft, effect)))
        claims.append(Claim(**{**vars(draft), "denied": bool(random.random() < chance)}))
    return claims


def cells(claim: Claim, export: Export) -> dict[str, str]:
    """Write a claim the way one hospital does."""
    filed_on = claim.served_on + timedelta(days=claim.days_to_file)
    found = {
        "number": str(claim.number),
        "payer": claim.payer,
        "procedure": claim.procedure,
        "diagnosis": claim.diagnosis,
        "authorised": export.yes if claim.authorised else export.no,
        "billed": export.amount(claim.billed),
        "served_on": claim.served_on.strftime(export.day),
        "filed_on": filed_on.strftime(export.day),
        "age": str(claim.age),
        "denied": export.denied if claim.denied else export.paid,
    }
    return {header: found[field] for field, header in export.columns.items()}


def write(folder: Path, seed: int = SEED) -> None:
    """Write all twelve exports.

    Args:
        folder: gets a folder `raw`.
        seed: of all that is random.
    """
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for place, export in enumerate(EXPORTS):
        claims = invent(export, np.random.default_rng([seed, place]))
        with (raw / f"{export.name}.csv").open("w", newline="", encoding="utf-8") as file:
            lines = csv.DictWriter(
                file, list(export.columns.values()), delimiter=export.delimiter, lineterminator="\n"
            )
            lines.writeheader()
            lines.writerows(cells(claim, export) for claim in claims)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
