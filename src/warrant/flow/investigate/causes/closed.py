"""The closed list of causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CAUSES: Mapping[str, str] = {
    "wrong_label": "Training rows like this one carry a wrong label.",
    "conflicting_copies": "Near copies among the training rows carry different labels.",
    "sources_disagree": "Two sources or people label the same matter differently.",
    "rare_label": "Too few training rows have the expected label.",
    "unseen_value": "A column holds what no training row has.",
    "units_differ": "A number is in another unit, or two columns are exchanged.",
    "text_cut": "What decides stands behind the part of the text that is read.",
    "other_language": "The text is in a language that the training rows are not in.",
    "unknown_words": "Most of its words stand in no training row.",
    "masked_word": "Curation masked what would have decided.",
    "spurious_word": "A word that means nothing here goes with one label in training.",
    "site_drift": "It comes from a group of which the training rows hold none or few.",
    "copies_outweigh": "Many copies of one text outweigh everything else.",
    "leak_accepted": "A column that gives the answer away was accepted, and says otherwise here.",
    "rows_dropped": "Curation dropped the training rows that this one needs.",
    "costs_moved": "Prices of errors moved the threshold away from the likeliest answer.",
    "release_changed": "An earlier release answered otherwise: data or settings have changed.",
    "invented": "The answer says numbers, dates or citations that stand nowhere in the row.",
    "near_border": "The answer lies close to the border between two labels.",
}
"""By code, in plain words. Nothing else is ever named as a cause."""
