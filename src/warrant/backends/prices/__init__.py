"""What machines cost, and the cheapest one that fits."""

from warrant.backends.prices.accelerators import ACCELERATORS, Accelerator
from warrant.backends.prices.book import OURS, Book, read_book, write_book
from warrant.backends.prices.choose import Needs, cheapest, fitting
from warrant.backends.prices.offer import Offer
from warrant.backends.prices.skypilot import read_catalogue

__all__ = [
    "ACCELERATORS",
    "OURS",
    "Accelerator",
    "Book",
    "Needs",
    "Offer",
    "cheapest",
    "fitting",
    "read_book",
    "read_catalogue",
    "write_book",
]
