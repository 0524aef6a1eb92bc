"""Which prices are in force: the reader's own file, or the one that travels with the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.backends.prices import Book, read_book, read_catalogue, write_book

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.session import Desk

FILE = "prices.csv"
"""Beside keys and trust."""


@dataclass(frozen=True)
class Refreshed:
    """What was taken over from a catalogue."""

    offers: int
    """Machines and regions with a price."""
    clouds: tuple[str, ...]
    """That rent them out, sorted."""
    passed_over: int
    """Lines that are no whole machine."""
    place: Path
    """Where the prices lie now."""
    digest: str
    """SHA-256 of that file, in hex."""


def current_book(desk: Desk) -> Book:
    """Give the prices in force.

    Args:
        desk: whose folder may hold refreshed prices.

    Returns:
        The reader's own, where she has refreshed them; else ours.

    Raises:
        InputError: if her file cannot be read.
    """
    own = desk.folder / FILE
    return read_book(own) if own.is_file() else read_book()


def refresh_prices(desk: Desk, catalogue: Path | None = None) -> Refreshed:
    """Take over SkyPilot's catalogue from this disk; no connection is opened.

    Args:
        desk: whose folder keeps them.
        catalogue: its folder; None is the one of SkyPilot itself.

    Returns:
        What was taken over.

    Raises:
        InputError: if there is no catalogue.
    """
    found = read_catalogue(catalogue)
    place = desk.folder / FILE
    book = write_book(place, found.offers, "Taken over from SkyPilot's catalogue.")
    clouds = tuple(sorted({one.cloud for one in found.offers}))
    return Refreshed(len(book.offers), clouds, found.passed_over, place, book.digest)
