"""Causes that lie in the rule that makes an answer of probabilities, or in what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.investigate.asking import JOINT, labels_of
from warrant.flow.investigate.causes.made import cause

if TYPE_CHECKING:
    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause

_CLOSE = 0.5
"""Log-odds: a probability of 0.62 against 0.38."""


def costs_moved(clues: Clues) -> Cause | None:
    """Without the thresholds that costs chose, the answer is another."""
    asking = clues.scene.asking
    if asking.priced is None:
        return None
    plain = labels_of(asking.plain.predict(asking.columns), 0)
    if plain == asking.answer:
        return None
    wanted = asking.expected
    evidence = [
        f"By probability alone the answer is {JOINT.join(plain) or 'no label'!r}.",
        "Thresholds chosen by what errors cost made it another.",
    ]
    if wanted is None or plain == wanted:
        return cause("costs_moved", 0.99, evidence)
    return cause("costs_moved", 0.3, evidence, ["That would be wrong, too."])


def near_border(clues: Clues) -> Cause | None:
    """Two labels are about equally likely."""
    asking = clues.scene.asking
    if asking.model.task == "regression":
        return None
    margin = abs(float(asking.margins(asking.found)[0]))
    if margin >= _CLOSE:
        return None
    other = repr(asking.against) if asking.against else "its absence"
    told = f"{asking.towards!r} and {other} are {margin:.2f} log-odds apart."
    return cause("near_border", 0.35, [told])


def release_changed(clues: Clues) -> Cause | None:
    """An earlier release gave the expected answer."""
    expected = clues.scene.asking.expected
    if expected is None or set(expected) == set(clues.scene.asking.answer):
        return None
    for one in clues.releases:
        if one.answer and one.answer == JOINT.join(expected):
            evidence = [
                f"The release {one.bundle[:12]} of {one.recorded_at[:10]} answers {one.answer!r}.",
                *(f"It differs: {what}" for what in one.differs),
            ]
            return cause("release_changed", 0.45, evidence)
    return None
