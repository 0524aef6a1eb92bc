"""Labels of a given part that no training row has: nobody could learn them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_UNKNOWN = 0.05
"""A larger share of rows with such a label is a mistake in the labels, not a rare one."""


def require_known_labels(
    train: Sequence[Sequence[str]], other: Sequence[Sequence[str]], part: str, column: str
) -> None:
    """Refuse a part whose labels are written otherwise than those of training.

    Args:
        train: labels of each training row.
        other: labels of each row of the part.
        part: its name.
        column: that holds the labels.

    Raises:
        InputError: when more than a twentieth of the rows have a label that no training row has.
    """
    known = {label for row in train for label in row}
    strange = [row for row in other if not known.issuperset(row)]
    if not train or len(strange) <= MOST_UNKNOWN * len(other):
        return
    labels = {label for row in strange for label in row} - known
    which = "a label" if len(labels) == 1 else f"one of {len(labels)} labels"
    raise InputError(
        f"{len(strange)} of the {len(other)} rows given for {part} have {which} in column "
        f"{column!r} that no training row has.",
        do="Write these labels as the training rows do (map: codes: under sources in the recipe), "
        "or add training rows that have them.",
    )
