"""Invent card transactions, some to be reviewed by a person.

Run: python generate.py FOLDER

Every account, merchant and narrative is made up. What decides whether a transaction needs a review
is planted here, in `log_odds`, so that what a model finds can be compared with what is there. The
same seed gives the same bytes.
"""

from __future__ import annotations

import csv
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

SEED = 2024
TRANSACTIONS = 8000
HEADER = ("transaction_id", "narrative", "amount_eur", "merchant", "booked_at", "review")

MERCHANTS = {
    "grocer": (38.0, 0.0),
    "fuel": (62.0, -0.3),
    "restaurant": (44.0, 0.0),
    "electronics": (310.0, 0.6),
    "travel": (420.0, 0.2),
    "transfer": (250.0, 0.8),
    "utilities": (95.0, -0.8),
    "gambling": (80.0, 1.3),
}
"""Usual amount in EUR, and the log-odds of a review that each adds."""

OPENINGS = ("payment to", "purchase at", "card payment", "order from", "sent to")
PLACES = (
    "amber arcade", "birch lane", "copper quay", "dovecote", "elm court", "fairmead", "gorse hill",
    "hazel row", "ivy bridge", "juniper end", "kiln yard", "lark street",
)  # fmt: skip
REMARKS = {
    "gift card codes": 2.6,
    "urgent today": 1.7,
    "new beneficiary": 1.4,
    "monthly standing order": -1.6,
    "salary refund": 0.0,
    "thank you": 0.0,
    "invoice settled": -0.6,
    "": 0.0,
}
"""What a narrative may end with, and the log-odds of a review that it adds."""

NIGHT = (0, 1, 2, 3, 4)
"""Hours that add to the log-odds. The day of the week does nothing."""


def log_odds(amount: float, merchant: str, remark: str, booked_at: datetime) -> float:
    """What is planted: the log-odds that a transaction is reviewed."""
    return (
        -2.7
        + MERCHANTS[merchant][1]
        + REMARKS[remark]
        + 0.5 * np.log2(amount / 100.0)
        + (1.3 if booked_at.hour in NIGHT else 0.0)
    )


def invent(seed: int = SEED, count: int = TRANSACTIONS) -> list[dict[str, str]]:
    """Invent transactions.

    Args:
        seed: of all that is random.
        count: how many.

    Returns:
        Lines of the table.
    """
    random = np.random.default_rng(seed)
    lines = []
    for number in range(count):
        merchant = str(random.choice(list(MERCHANTS)))
        amount = round(float(MERCHANTS[merchant][0] * random.lognormal(0.0, 0.8)), 2) + 0.01
        remark = str(random.choice(list(REMARKS)))
        booked_at = datetime(2024, 1, 1) + timedelta(minutes=int(random.integers(0, 366 * 1440)))  # noqa: DTZ001 - of no zone
        chance = 1.0 / (1.0 + np.exp(-log_odds(amount, merchant, remark, booked_at)))
        words = (random.choice(OPENINGS), random.choice(PLACES), remark)
        lines.append(
            {
                "transaction_id": f"t{number:06d}",
                "narrative": " ".join(map(str, words)).strip(),
                "amount_eur": f"{amount:.2f}",
                "merchant": merchant,
                "booked_at": booked_at.isoformat(timespec="minutes"),
                "review": "review" if random.random() < chance else "clear",
            }
        )
    return lines


def write(folder: Path, seed: int = SEED) -> None:
    """Write `transactions.csv`.

    Args:
        folder: is created.
        seed: of all that is random.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "transactions.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, HEADER, lineterminator="\n")
        lines.writeheader()
        lines.writerows(invent(seed))


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
