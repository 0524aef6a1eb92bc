"""Causes of a written answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.investigate.causes.made import cause
from warrant.flow.investigate.kinds import WrittenModel
from warrant.stages.evaluate.expected import invented as strange

if TYPE_CHECKING:
    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause


def invented(clues: Clues) -> Cause | None:
    """The answer holds what the row does not."""
    asking = clues.scene.asking
    if not isinstance(asking.model, WrittenModel):
        return None
    source = "\n".join(str(one) for one in asking.cells.values() if one is not None)
    found = strange(asking.model.text, source)
    if not found:
        return None
    many = "number, date or citation" if len(found) == 1 else "numbers, dates and citations"
    evidence = [f"{len(found)} {many} of the answer stand nowhere in what was read."]
    return cause("invented", 0.9, evidence)
