"""What a case is, and how one is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.stages.train.corpus.base import Base, make_base
from tests.stages.train.corpus.words import answer_to, clause, question

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """Rows, settings and a base model, and what is to be said of them."""

    tier: str
    """Which backend shall train: `linear`, `encoder` or `causal`."""

    train: tuple[Row, ...]
    """Rows to learn from: `text` and `label`, `prompt` and `completion`, or `messages`."""

    validation: tuple[Row, ...] = ()
    """Rows to choose with."""

    test: tuple[Row, ...] = ()
    """Rows kept apart."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """As a recipe says them; what stands in no recipe (`memory_bytes`) is the machine's."""

    base: Base | None = None
    """Files of the base model; None for `linear`."""

    codes: frozenset[str] = frozenset()
    """One of these findings is expected; none for a good case."""


Maker = Callable[[random.Random], Case]


def draw(makers: Mapping[str, Maker], seed: int) -> dict[str, Case]:
    """Draw every case once; the same seed gives the same cases."""
    return {name: make(random.Random(f"{seed}/{name}")) for name, make in makers.items()}


def turns(rng: random.Random, pairs: int = 1, *, system: bool = False) -> list[dict[str, str]]:
    """Give a conversation of so many questions and answers."""
    found = [{"role": "system", "content": "You answer about contracts."}] if system else []
    for _ in range(pairs):
        asked = question(rng)
        found.append({"role": "user", "content": asked})
        found.append({"role": "assistant", "content": answer_to(rng, asked)})
    return found


def chat_rows(rng: random.Random, count: int, *, system: bool = False) -> tuple[Row, ...]:
    """Give rows of one to three turns each."""
    return tuple({"messages": turns(rng, rng.randint(1, 3), system=system)} for _ in range(count))


def pair_rows(rng: random.Random, count: int) -> tuple[Row, ...]:
    """Give rows of a prompt and its completion."""
    asked = [question(rng) for _ in range(count)]
    return tuple({"prompt": one, "completion": answer_to(rng, one)} for one in asked)


def labelled_rows(
    rng: random.Random, count: int, labels: Sequence[str] = ("Cap on Liability", "Governing Law")
) -> tuple[Row, ...]:
    """Give rows of a text and its label, every label several times."""
    return tuple(
        {"text": clause(rng), "label": labels[at % len(labels)]} for at in range(max(count, 8))
    )


def causal(rng: random.Random, template: str = "chatml", **settings: object) -> Case:
    """Give a sound case of an instruction model, of conversations."""
    return Case(
        "causal",
        chat_rows(rng, rng.randint(12, 24)),
        chat_rows(rng, 4),
        settings={"length": 256, "licence": "Apache-2.0", "epochs": 1, "batch": 4} | settings,
        base=make_base(rng, template),
    )


def paired(rng: random.Random, template: str = "chatml", **settings: object) -> Case:
    """Give a sound case of an instruction model, of prompts and completions."""
    count = rng.randint(12, 24)
    return replace(
        causal(rng, template, **settings), train=pair_rows(rng, count), validation=pair_rows(rng, 4)
    )


def encoder(rng: random.Random, **settings: object) -> Case:
    """Give a sound case of an encoder."""
    return Case(
        "encoder",
        labelled_rows(rng, rng.randint(12, 24)),
        labelled_rows(rng, 8),
        labelled_rows(rng, 8),
        {"length": 64, "licence": "Apache-2.0", "epochs": 1, "batch": 4} | settings,
        make_base(rng, None, family="bert"),
    )


def linear(rng: random.Random, **settings: object) -> Case:
    """Give a sound case of a linear model."""
    train, test = labelled_rows(rng, rng.randint(12, 24)), labelled_rows(rng, 8)
    return Case("linear", train, labelled_rows(rng, 8), test, settings)


def with_settings(case: Case, **settings: object) -> Case:
    """Give the case with other settings."""
    return replace(case, settings={**case.settings, **settings})


def some(rng: random.Random, rows: Sequence[Row], change: Callable[[Row], Row]) -> tuple[Row, ...]:
    """Give the rows with one to three of them changed."""
    places = set(rng.sample(range(len(rows)), rng.randint(1, 3)))
    return tuple(change(row) if at in places else row for at, row in enumerate(rows))
