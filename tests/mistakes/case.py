"""What a mistake is: how the desk comes to be wrong, and the command that then fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.mistakes.desk import Desk

Change: TypeAlias = Callable[[Desk], None]


@dataclass(frozen=True)
class Case:
    """One mistake."""

    name: str
    """What was done wrong."""
    change: Change
    """Makes the mistake on a sound desk."""
    typed: str
    """The command that fails."""
    knows: dict[str, str] = field(default_factory=dict)
    """What its maker knows and no message can: the answer to what a message leaves open."""


CASES: dict[str, Case] = {}
"""All mistakes by name, in the order of the road that a beginner walks."""


def mistake(typed: str, **knows: str) -> Callable[[Change], Change]:
    """Add a mistake to the corpus; the function's name says what it is.

    Args:
        typed: the command that fails.
        **knows: what its maker knows.

    Returns:
        A decorator.
    """

    def add(change: Change) -> Change:
        name = change.__name__.replace("_", " ")
        assert name not in CASES, name
        CASES[name] = Case(name, change, typed, knows)
        return change

    return add
