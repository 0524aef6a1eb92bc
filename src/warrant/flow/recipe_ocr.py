"""How text is recognised on pictures of pages, as a recipe says it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from warrant.flow.recipe_rows import Part, Text


class Ocr(Part):
    """How text is recognised on scanned pages and pictures."""

    engine: Text = "rapidocr"
    """What recognises it; `rapidocr` comes with the extra `ocr`."""
    dpi: Annotated[int, Field(ge=72, le=600)] = 200
    """Dots per inch at which a page of a PDF without text is drawn."""
    least_confidence: Annotated[float, Field(ge=0, le=1)] = 0.8
    """A page of which the engine is less sure is left out and counted, 0 to 1."""
