"""The price file: offers with their dates and sources, and the digest of the file.

Columns: cloud, machine, gpu, gpus, gpu_gib, vcpus, memory_gib, usd_per_hour, spot_usd_per_hour,
region, noted_on, source. Lines that begin with `#` are read by people.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from warrant.backends.prices.offer import Offer
from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.kernel.durable import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = Path(__file__).with_name("prices.csv")
"""The file that travels with the package."""

WARNING = "Prices move: check before you pay."
"""Said wherever prices are shown."""

_NUMBERS = ("gpu_gib", "vcpus", "memory_gib", "usd_per_hour", "spot_usd_per_hour")
_MAY_BE_UNKNOWN = ("usd_per_hour", "spot_usd_per_hour")


@dataclass(frozen=True)
class Book:
    """Offers from one file."""

    offers: tuple[Offer, ...]
    """In the order of the file."""
    noted: tuple[str, str]
    """The first and the last day on which one of the prices was noted, YYYY-MM-DD."""
    digest: str
    """SHA-256 of the file, in hex."""
    place: str
    """What the file is called in messages."""

    def age_days(self, today: date) -> int:
        """Say how old the oldest price is.

        Args:
            today: the day, UTC.

        Returns:
            Days; 0 when it was noted today or later.
        """
        return max((today - date.fromisoformat(self.noted[0])).days, 0)


def read_book(path: Path = OURS) -> Book:
    """Read a price file.

    Args:
        path: the file.

    Returns:
        Its offers.

    Raises:
        InputError: if it is not there or a line cannot be read; the line is named.
    """
    if not path.is_file():
        raise InputError(
            f"There is no price file {str(path)!r}.",
            do="Give another file, or leave it out: one travels with the program.",
        )
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_size)


@cache
def _read(path: Path, changed_ns: int, size: int) -> Book:
    """Read a file once for each state that it is in."""
    del changed_ns, size
    data = path.read_bytes()
    offers = []
    lines = [line for line in data.decode("utf-8").splitlines() if not line.startswith("#")]
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != Offer._fields:
        raise InputError(
            f"The price file {str(path)!r} has other columns than: {', '.join(Offer._fields)}.",
            do="Write it again: warrant plan --refresh",
        )
    for number, row in enumerate(reader, start=1):
        try:
            offers.append(_offer(row))
        except (ValueError, TypeError):
            raise InputError(
                f"Row {number} of the price file {str(path)!r} cannot be read.",
                do="Correct it: numbers with a point, days as YYYY-MM-DD. Or write the file again: "
                "warrant plan --refresh",
            ) from None
    if not offers:
        raise InputError(
            f"The price file {str(path)!r} holds no offer.",
            do="Write it again: warrant plan --refresh",
        )
    days = [one.noted_on for one in offers]
    return Book(tuple(offers), (min(days), max(days)), Digest.of(data).hex, path.name)


def _offer(row: dict[str, str]) -> Offer:
    numbers = {
        name: None if name in _MAY_BE_UNKNOWN and not row[name] else float(row[name] or 0)
        for name in _NUMBERS
    }
    if any(value is not None and not 0 <= value < float("inf") for value in numbers.values()):
        raise ValueError("out of range")
    date.fromisoformat(row["noted_on"])
    plain = {name: row[name] for name in ("cloud", "machine", "gpu", "region", "noted_on")}
    return Offer(**plain, **numbers, gpus=int(row["gpus"] or 0), source=row["source"])  # type: ignore[arg-type]


def write_book(path: Path, offers: Sequence[Offer], head: str) -> Book:
    """Write a price file.

    Args:
        path: the file; its folder is made.
        offers: in the order in which they shall stand.
        head: one line for people.

    Returns:
        What was written.

    Law: what was written is read as it was.
    """
    text = io.StringIO()
    text.write(f"# {head} {WARNING}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Offer._fields)
    for one in offers:
        writer.writerow(["" if cell is None else _cell(cell) for cell in one])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, text.getvalue().encode())
    return read_book(path)


def _cell(value: object) -> str:
    return format(value, ".10g") if isinstance(value, float) else str(value)
