"""The answers of rows from outside, brought into the form that ingest gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from warrant.stages.ingest.answers.read import make_answers
from warrant.stages.ingest.config import AnswersConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.flow.released import Released
    from warrant.stages.ingest.reader import Raw


def in_one_form(released: Released, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Read the answer of a row as ingest of the bundle does.

    Args:
        released: whose ingest says how answers stand in rows.
        cells: of one row, by column.

    Returns:
        The same cells; of `choice` the right option as a letter, of `spans` a list of places, of
        `generation` the text. Other kinds, and answers that cannot be read, stay as they are.
    """
    settings = released.reading.get("answers")
    answers = make_answers(AnswersConfig(**settings)) if settings else None
    if answers is None or settings is None or settings["column"] not in cells:
        return dict(cells)
    text = cells.get("text")
    found = answers.read(text if isinstance(text, str) else None, cast("Mapping[str, Raw]", cells))
    return dict(found.cells)
