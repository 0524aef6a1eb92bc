"""Make one table of the twelve exports of `generate.py`.

Run: python harmonise.py FOLDER

This is what somebody who knows the hospitals writes down once: which column is which, how each
writes dates, amounts and outcomes. It guesses nothing: an unknown value stops it.
"""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path

from generate import EXPORTS, Export, cents

HEADER = ("hospital", "claim_id", "payer", "procedure", "diagnosis", "authorised", "billed_usd",
          "service_date", "days_to_file", "age", "outcome")  # fmt: skip


def amount(text: str, export: Export) -> str:
    """Read an amount, USD."""
    number = float(text.replace("$", "").replace(",", ""))
    return f"{number / 100 if export.amount is cents else number:.2f}"


def line(row: dict[str, str], export: Export) -> dict[str, str]:
    """Bring one row of an export into the common form; what is not recorded stays empty."""
    found = {field: row[header] for field, header in export.columns.items()}
    served, filed = (
        datetime.strptime(found[name], export.day).date()  # noqa: DTZ007 - a date, no instant
        for name in ("served_on", "filed_on")
    )
    outcomes = {export.denied: "denied", export.paid: "paid"}
    authorised = {export.yes: "yes", export.no: "no"}
    return {
        "hospital": export.name,
        "claim_id": f"{export.name}-{found['number']}",
        "payer": found["payer"],
        "procedure": found["procedure"],
        "diagnosis": found["diagnosis"],
        "authorised": authorised[found["authorised"]] if "authorised" in found else "",
        "billed_usd": amount(found["billed"], export),
        "service_date": served.isoformat(),
        "days_to_file": str((filed - served).days),
        "age": found.get("age", ""),
        "outcome": outcomes[found["denied"]],
    }


def harmonise(folder: Path) -> None:
    """Write `claims.csv`.

    Args:
        folder: holds `raw`.
    """
    with (folder / "claims.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, HEADER, lineterminator="\n")
        lines.writeheader()
        for export in EXPORTS:
            path = folder / "raw" / f"{export.name}.csv"
            with path.open(newline="", encoding="utf-8") as raw:
                rows = csv.DictReader(raw, delimiter=export.delimiter)
                lines.writerows(line(row, export) for row in rows)


if __name__ == "__main__":
    harmonise(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
