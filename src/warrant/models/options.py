"""Options of a row of `choice`: a list of texts, each called by a letter.

Kept apart from the models that choose, so that who reads rows loads no library for it.
"""

from __future__ import annotations

import json
from typing import Any, Final

LETTERS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""What options are called, in the order of the row."""

MOST_OPTIONS: Final = len(LETTERS)


def read_options(cell: object) -> list[str] | None:
    """Read the options of a row.

    Args:
        cell: a list of texts, or its JSON.

    Returns:
        Two options or more, at most `MOST_OPTIONS`; None when it holds no such list.
    """
    found: Any = cell
    if isinstance(cell, str):
        try:
            found = json.loads(cell)
        except ValueError:
            return None
    if not isinstance(found, list) or not 2 <= len(found) <= MOST_OPTIONS:
        return None
    return [str(one) for one in found]
