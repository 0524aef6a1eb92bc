"""The protocol of what recognises text on a picture of a page.

An engine computes here and fetches nothing: its models come with its package, and their digests
stand in content key and claim.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from warrant.catalog import Catalog

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from warrant.records.claim import Plugin
    from warrant.stages.ingest.config import OcrConfig

    Pixels = NDArray[np.uint8]
else:
    Pixels = Any


class Line(NamedTuple):
    """A line of text, or a part of one, as an engine found it."""

    text: str
    """What it reads."""
    confidence: float
    """How sure the engine is, 0 to 1."""
    left: float
    """In pixels from the left, as are `top`, `right` and `bottom` of the box around it."""
    top: float
    right: float
    bottom: float


class Engine(Protocol):
    """Recognises text.

    It gives the same lines for the same pixels, whatever it read before.
    """

    def is_installed(self) -> bool:
        """Say whether all that it needs is there; imports nothing heavy."""
        ...

    def describe(self) -> tuple[Plugin, ...]:
        """Name what decides its result: package, runtime and each model file by its digest."""
        ...

    def read(self, page: Pixels) -> list[Line]:
        """Find the text on one page.

        Args:
            page: shape (height, width, 3), uint8, red, green, blue.

        Returns:
            Lines in any order; none on a page without text.
        """
        ...


ENGINES = Catalog[Callable[[], Engine]](
    kind="engine of text recognition",
    group="warrant.ocr_engines",
    builtin={"rapidocr": "warrant.stages.ingest.ocr.rapid:RapidEngine"},
)
"""Every engine on offer."""


def is_installed(ocr: OcrConfig) -> bool:
    """Say whether the engine of the settings can work.

    Args:
        ocr: names it.

    Returns:
        False where its extra is not installed.

    Raises:
        InputError: if nobody offers an engine of that name.
    """
    return ENGINES.load(ocr.engine)().is_installed()


def engine_plugins(ocr: OcrConfig) -> tuple[Plugin, ...]:
    """Name what decides what is recognised.

    Args:
        ocr: names the engine.

    Returns:
        Names and versions; of model files the digest stands for the version.
    """
    return ENGINES.load(ocr.engine)().describe()
