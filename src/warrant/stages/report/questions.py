"""What only a person can say: asked by the card, answered by signed acts."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """One question of the card."""

    name: str
    """Short and stable; an answer names it."""
    words: str
    """As it is asked."""


QUESTIONS = (
    Question("intended_use", "What is the model for, and who uses its answers?"),
    Question("not_for", "What must it not be used for?"),
    Question("affected", "Who is affected by a wrong answer, and how?"),
    Question("oversight", "Who checks its answers, and who can stop it?"),
    Question("contact", "Who answers questions about it?"),
)
"""In the order of the card. A question without an answer is a visible gap."""
