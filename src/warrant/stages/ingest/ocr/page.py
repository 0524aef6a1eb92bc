"""From the pixels of a page to its text: which way up it lies, and what its lines say in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.ingest.engine import ENGINES, Line
from warrant.stages.ingest.ocr.columns import rows_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.engine import Engine, Pixels

LONGEST_SIDE = 4000
"""Pixels; a larger page is made smaller: A4 at 340 dots per inch."""

_SURE = 0.9
"""Of a page that lies the right way up; one that reads worse is turned to see whether it helps."""

_PARTS = 1000
"""Boxes are told in thousandths of the page."""


class Recognised(NamedTuple):
    """What stands on one page."""

    text: str
    """Its lines, each ended by a line break but the last."""
    confidence: float | None
    """Mean over characters, 0 to 1, two places; None where no text was found."""
    turned: int
    """Degrees to the left."""
    lines: tuple[tuple[int, int, int, int, int, int], ...]
    """As `Page.lines`, counted from the beginning of this text."""


class Recogniser:
    """Reads pages with one engine, which it loads once.

    Args:
        ocr: the settings.
    """

    def __init__(self, ocr: OcrConfig) -> None:
        self._engine: Engine = ENGINES.load(ocr.engine)()

    def read(self, page: Pixels) -> Recognised:
        """Recognise one page.

        Args:
            page: shape (height, width, 3), uint8, red, green, blue.

        Returns:
            Its text, turned the way that reads best.
        """
        import numpy as np

        lines = self._engine.read(page)
        turned = 0
        if lines and (_confidence(lines) < _SURE or _is_sideways(lines)):
            for turns in (2, 1, 3):
                other = self._engine.read(np.ascontiguousarray(np.rot90(page, turns)))
                if _score(other) > _score(lines):
                    lines, turned = other, turns
        height, width = page.shape[:2]
        return _lay_out(lines, turned, (height, width) if turned % 2 == 0 else (width, height))


def _lay_out(lines: Sequence[Line], turned: int, size: tuple[int, int]) -> Recognised:
    """Join lines to a text; size is that of the page as it was read, height and width."""
    text, places = "", []
    for row in rows_in_order(lines):
        for number, line in enumerate(row):
            text += (" " if number else "\n") if text else ""
            places.append((len(text), len(text) + len(line.text), *_as_it_lies(line, turned, size)))
            text += line.text
    sure = round(_confidence(lines), 2) if text.strip() else None
    return Recognised(text, sure, turned * 90, tuple(places))


def _as_it_lies(line: Line, turned: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Give the box of a line on the page before it was turned, in thousandths."""
    height, width = size
    left, right = line.left / width, line.right / width
    top, bottom = line.top / height, line.bottom / height
    for _ in range(turned):  # a quarter back, to the right
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    a, b, c, d = (round(_PARTS * min(max(one, 0), 1)) for one in (left, top, right, bottom))
    return a, b, c, d


def _confidence(lines: Sequence[Line]) -> float:
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / characters if characters else 0


def _is_sideways(lines: Sequence[Line]) -> bool:
    """Say whether most of what is longer than a few letters runs up or down the page."""
    long = [line for line in lines if len(line.text) > 3]
    up = sum(line.bottom - line.top > line.right - line.left for line in long)
    return 2 * up > len(long)


def _score(lines: Sequence[Line]) -> float:
    """Say how well a page reads: characters, weighed by how much surer than a guess they are."""
    if _is_sideways(lines):
        return 0
    return sum(max(line.confidence - 0.5, 0) * len(line.text) for line in lines)
