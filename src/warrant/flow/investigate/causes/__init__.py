"""The closed list of causes, and the detectors that look for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.investigate.causes import cells, data, reading, rows, rule, written
from warrant.flow.investigate.causes.closed import CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from warrant.flow.investigate.causes.clues import Clues
    from warrant.flow.investigate.found import Cause

__all__ = ["CAUSES", "rank"]

_DETECTORS: Mapping[str, Callable[[Clues], Cause | None]] = {
    "wrong_label": rows.wrong_label,
    "conflicting_copies": rows.conflicting_copies,
    "sources_disagree": rows.sources_disagree,
    "copies_outweigh": rows.copies_outweigh,
    "rare_label": data.rare_label,
    "rows_dropped": data.rows_dropped,
    "site_drift": data.site_drift,
    "spurious_word": data.spurious_word,
    "unseen_value": cells.unseen_value,
    "units_differ": cells.units_differ,
    "leak_accepted": cells.leak_accepted,
    "text_cut": reading.text_cut,
    "other_language": reading.other_language,
    "unknown_words": reading.unknown_words,
    "masked_word": reading.masked_word,
    "costs_moved": rule.costs_moved,
    "near_border": rule.near_border,
    "invented": written.invented,
    "release_changed": rule.release_changed,
}

OF_OPTIONS = (
    "wrong_label", "site_drift", "unseen_value", "leak_accepted", "other_language",
    "unknown_words", "near_border", "release_changed",
)  # fmt: skip
"""What is looked for where labels are letters: another row's letter says nothing of this one."""
OF_PLACES = (
    "wrong_label", "other_language", "unknown_words", "unseen_value", "near_border",
    "release_changed",
)  # fmt: skip
"""What is looked for of a place in a text."""
OF_TEXTS = ("invented", "other_language", "unknown_words", "unseen_value", "release_changed")
"""What is looked for of a written text."""


def rank(clues: Clues) -> tuple[Cause, ...]:
    """Look for every cause of the closed list.

    Args:
        clues: what is at hand.

    Returns:
        Those for which something speaks, the weightiest first.
    """
    asking = clues.scene.asking
    known: Collection[str] = _DETECTORS
    if asking.place is not None:
        known = OF_PLACES
    elif asking.is_written:
        known = OF_TEXTS
    elif asking.is_letter:
        known = OF_OPTIONS
    looks = [look for code, look in _DETECTORS.items() if code in known]
    found = [one for look in looks if (one := look(clues)) is not None]
    order = list(CAUSES)
    return tuple(sorted(found, key=lambda one: (-one.weight, order.index(one.code))))
