"""Invented sentences about contracts."""

from __future__ import annotations

import random

PARTIES = ("Tenant", "Landlord", "Licensee", "Licensor", "Supplier", "Buyer", "Borrower", "Lender")
VERBS = ("pay", "deliver", "repair", "return", "insure", "inspect", "register", "replace")
THINGS = ("the premises", "the goods", "the deposit", "the software", "all fees", "the records")
TIMES = ("within thirty days", "on the first day of each month", "without delay", "before closing")
STATES = ("Delaware", "New York", "Ontario", "Ireland", "Bavaria", "Queensland")


def clause(rng: random.Random) -> str:
    """Give one sentence of a contract."""
    return (
        f"The {rng.choice(PARTIES)} shall {rng.choice(VERBS)} {rng.choice(THINGS)} "
        f"{rng.choice(TIMES)} under section {rng.randint(1, 40)}, "
        f"by the law of {rng.choice(STATES)}."
    )


def long_clause(rng: random.Random, sentences: int) -> str:
    """Give many sentences."""
    return " ".join(clause(rng) for _ in range(sentences))


def question(rng: random.Random) -> str:
    """Give a clause and what is asked about it."""
    return f"{clause(rng)} {rng.choice(('Who must act?', 'What is owed?', 'Explain it.'))}"


def answer_to(rng: random.Random, asked: str) -> str:
    """Give an answer; no two of a seed need differ, but most do."""
    return f"The {asked.split()[1]} must act {rng.choice(TIMES)}, see section {rng.randint(1, 99)}."
