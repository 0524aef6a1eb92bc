"""Writing a cause down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.investigate.causes.closed import CAUSES
from warrant.flow.investigate.found import Cause

if TYPE_CHECKING:
    from collections.abc import Sequence


def cause(
    code: str,
    weight: float,
    evidence: Sequence[str],
    against: Sequence[str] = (),
    rows: Sequence[int] = (),
) -> Cause:
    """Write a cause; its words are those of the closed list.

    Args:
        code: of the list.
        weight: how much speaks for it, 0 to 1.
        evidence: what speaks for it.
        against: what speaks against it.
        rows: positions of training rows that it names.

    Returns:
        The cause.
    """
    return Cause(code, CAUSES[code], weight, tuple(evidence), tuple(against), tuple(rows))
