"""What divides several labels in one cell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warrant.flow.guess.profile import Profile

SEPARATORS = (";", "|", "\n", ",")
"""In order of preference."""

_LEAST_SHARE = 0.1
"""At least so many cells hold several labels, 0 to 1."""
_LONGEST_LABEL = 60  # characters
_MOST_LABELS = 200
_LEAST_TIMES = 3
"""A label occurs so often on average."""


def find_separator(column: Profile) -> str | None:
    """Find what divides several labels in one cell.

    Args:
        column: of text.

    Returns:
        The separator under which few short labels recur in ever other company; None when there
        is none, as in `New York, NY`, where each part always comes with the same other.
    """
    if column.kind != "text" or not column.values:
        return None
    return next((mark for mark in SEPARATORS if _divides(column, mark)), None)


def split_labels(text: str, separator: str) -> list[str]:
    """Divide a cell into its labels, without spaces around and without blanks."""
    return [part for one in text.split(separator) if (part := one.strip())]


def _divides(column: Profile, mark: str) -> bool:
    cells = {text: times for text, times in column.values.items() if mark in text}
    if sum(cells.values()) < _LEAST_SHARE * column.filled:
        return False
    labels: Counter[str] = Counter()
    company: dict[str, set[str]] = {}
    for text, times in column.values.items():
        parts = split_labels(text, mark)
        for part in parts:
            labels[part] += times
            company.setdefault(part, set()).add(text)
    if max(map(len, labels), default=0) > _LONGEST_LABEL or len(labels) > _MOST_LABELS:
        return False
    recurs = sum(labels.values()) >= _LEAST_TIMES * len(labels)
    mixed = sum(len(texts) > 1 for texts in company.values())
    return recurs and 2 * mixed >= len(company)
