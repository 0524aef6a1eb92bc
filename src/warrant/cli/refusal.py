"""A refusal as the reader of a command line needs it: his own path, each remedy once."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from warrant.errors import PolicyRefusal

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "WORKSPACE"
"""Stands in the remedies of guardrails for the path of the workspace."""


def placed(refusal: PolicyRefusal, path: Path) -> PolicyRefusal:
    """Put the path that was typed into the commands that a refusal advises.

    Args:
        refusal: of a guardrail.
        path: the workspace, as the reader wrote it.

    Returns:
        The same refusal, with commands that can be copied.
    """
    typed = shlex.quote(str(path))
    reasons = [reason.replace(PLACE, typed) for reason in refusal.reasons]
    return PolicyRefusal(refusal.what, refusal.do.replace(PLACE, typed), reasons)


def told_once(refusal: PolicyRefusal) -> tuple[tuple[str, ...], str]:
    """Say what to do in one place: for one guardrail at the end, for several beside each.

    Args:
        refusal: of one guardrail or several.

    Returns:
        The reasons, and what to do.
    """
    if len(refusal.reasons) > 1:
        return refusal.reasons, "What each line says; then run the same command again."
    told = f" {refusal.do.rstrip('.')}."
    return tuple(one.replace(told, "", 1) for one in refusal.reasons), refusal.do
