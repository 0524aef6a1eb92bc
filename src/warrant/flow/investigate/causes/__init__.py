"""The closed list of causes, and the detectors that look for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.investigate.causes import cells, data, reading, rows, rule
from warrant.flow.investigate.causes.closed import CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    "release_changed": rule.release_changed,
}


def rank(clues: Clues) -> tuple[Cause, ...]:
    """Look for every cause of the closed list.

    Args:
        clues: what is at hand.

    Returns:
        Those for which something speaks, the weightiest first.
    """
    found = [one for look in _DETECTORS.values() if (one := look(clues)) is not None]
    order = list(CAUSES)
    return tuple(sorted(found, key=lambda one: (-one.weight, order.index(one.code))))
