"""What only a person can say: asked by the card, answered by signed acts."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """One question of the card."""

    name: str
    """Short and stable; an answer names it."""
    words: str
    """As it is asked."""
    why: str
    """Why it is asked, in one sentence."""


QUESTIONS = (
    Question(
        "intended_use",
        "What is the model for, and who uses its answers?",
        "A score says nothing until a reader knows what it is a score for.",
    ),
    Question(
        "not_for",
        "What must it not be used for?",
        "What looks near to the task is tried sooner or later; a written no can be shown.",
    ),
    Question(
        "affected",
        "Who is affected by a wrong answer, and how?",
        "Whoever approves the model weighs its mistakes by those who bear them.",
    ),
    Question(
        "oversight",
        "Who checks its answers, and who can stop it?",
        "A mistake that nobody looks for is found by those whom it harms.",
    ),
    Question(
        "contact",
        "Who answers questions about it?",
        "Somebody who was given a wrong answer must know whom to ask.",
    ),
)
"""In the order of the card. A question without an answer is a visible gap."""
