"""From a recipe to the settings of text recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.ingest.config import OcrConfig

if TYPE_CHECKING:
    from warrant.flow.recipe import Recipe


def ocr_of(recipe: Recipe) -> OcrConfig | None:
    """Give the settings of text recognition; None where a recipe asks for none."""
    told = recipe.ocr
    return OcrConfig(told.engine, told.dpi, float(told.least_confidence)) if told else None
