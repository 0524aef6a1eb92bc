"""The guardrails in words, for `warrant guardrails`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.policy import describe, load_packs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.policy.pack import Description


def list_rules(
    names: Sequence[str], base: Path | None = None
) -> list[tuple[str, list[Description]]]:
    """Describe every rule of some packs.

    Args:
        names: packs, as a recipe names them.
        base: the recipe's folder, from which paths of packs are read; None: the current one.

    Returns:
        Pack title and its rules.
    """
    return [(pack.title, list(describe(pack))) for pack in load_packs(names, base)]
