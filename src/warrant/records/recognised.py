"""Which pages had their text recognised on pictures (`warrant/recognised/1`), and how surely.

It holds no text: where lines stand, how sure the engine is, and what it was.
"""

from typing import Annotated, Literal

from pydantic import Field

from warrant.records.base import Count, Name, Rate, Record
from warrant.records.claim import Plugin

Thousandth = Annotated[int, Field(ge=0, le=1000)]
"""Of the width or height of a page."""


class RecognisedPage(Record):
    """A page whose text was recognised."""

    page: Count
    """From 1, in its file."""
    confidence: Rate | None
    """How sure the engine is, mean over characters; None where it found no text."""
    kept: bool
    """False where it was left out because the engine is not sure enough."""
    turned: Literal[0, 90, 180, 270]
    """Degrees to the left by which it was turned to be read."""
    lines: tuple[tuple[Count, Count, Thousandth, Thousandth, Thousandth, Thousandth], ...]
    """Of a page that was kept, each line: first character and the one after the last in the
    document's text; left, top, right and bottom on the page as it lies."""


class RecognisedFile(Record):
    """A file with such pages."""

    position: Count
    """Among all that ingest found, as in its ledger."""
    pages: tuple[RecognisedPage, ...]


class Recognised(Record):
    """What one ingest recognised."""

    format: Literal["warrant/recognised/1"] = "warrant/recognised/1"
    engine: Name
    """As the recipe names it."""
    plugins: tuple[Plugin, ...]
    """Packages of the engine with versions, model files with digests."""
    least_confidence: Rate
    """A page of which the engine is less sure was left out."""
    files: tuple[RecognisedFile, ...]
    """In the order of their positions."""
