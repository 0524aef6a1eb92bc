"""Planted faults for advice about data: wrong labels, and rows that come later.

Written before the code that has to find them. `SEEN` seeds are for building it; `HELD_BACK` ones
are looked at by the tests that hold the goals, and no setting is chosen on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from tests.outside import shared_path
from warrant.models import InputColumn
from warrant.models.examples import Examples
from warrant.stages.train import TrainConfig

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.random import Generator

    from warrant.records.model import TaskKind

SEEN = (0, 1, 2)
"""Seeds that may be looked at while building."""
HELD_BACK = (101, 102, 103, 104, 105)
"""Seeds of the tests that hold the goals."""
FLIPPED = 0.05
"""Share of rows that get a wrong label."""
FOUND, PRECISION = 0.8, 0.5
"""Goals: the share of planted rows that is listed, and the share of the list that was planted."""
COVERED = 18 / 20
"""Goal: trials in which the gain that more rows brought lies inside its predicted interval."""


@dataclass(frozen=True)
class Corpus:
    """Rows with labels, some of them planted wrong."""

    name: str
    """Of the data."""
    examples: Examples
    """Rows as training reads them."""
    config: TrainConfig
    """What is read and answered."""
    planted: frozenset[int]
    """Rows, from 0, whose label was made wrong."""


def recall_and_precision(listed: Collection[int], planted: Collection[int]) -> tuple[float, float]:
    """Give the share of planted rows that is listed, and the share of the list that is planted."""
    hits = len(set(listed) & set(planted))
    return hits / len(planted), hits / len(listed) if listed else 1.0


def banking77(seed: int) -> Corpus:
    """Give the published training part of Banking77 with flipped labels."""
    table = pq.read_table(shared_path("data/banking77/train.parquet")).to_pydict()
    config = TrainConfig(name="banking77", label="label")
    return _flipped("banking77", {"text": table["text"]}, table["label"], config, seed)


def letters(seed: int) -> Corpus:
    """Give generated letters to an office, of eight kinds that share most of their words."""
    draw = np.random.default_rng([seed, 8])
    kinds = draw.integers(0, 8, 1600)
    texts = [_letter(kind, draw) for kind in kinds]
    config = TrainConfig(name="letters", label="label")
    return _flipped("letters", {"text": texts}, [f"kind {kind}" for kind in kinds], config, seed)


def claims(seed: int) -> Corpus:
    """Give generated claims without a text: an amount, days, a payer; paid or denied."""
    draw = np.random.default_rng([seed, 2])
    amounts, days = draw.lognormal(6, 1, 3000).round(2), draw.integers(0, 120, 3000)
    payers = draw.choice(["North", "South", "East"], 3000)
    risk = 0.9 * (np.log(amounts) - 6) + 0.05 * (days - 60) + 1.5 * (payers == "East")
    labels = np.where(risk + draw.normal(0, 0.5, 3000) > 0.3, "denied", "paid")
    columns: dict[str, list[object]] = {
        "amount": amounts.tolist(), "days": days.astype(float).tolist(), "payer": payers.tolist()
    }  # fmt: skip
    inputs = (
        InputColumn("amount", "number"), InputColumn("days", "number"),
        InputColumn("payer", "category"),
    )  # fmt: skip
    config = TrainConfig(name="claims", label="label", task="binary", inputs=inputs, tier="trees")
    return _flipped("claims", columns, labels.tolist(), config, seed)


def clauses(seed: int) -> Corpus:
    """Give generated clauses with any of five labels; of planted rows one answer is turned."""
    draw = np.random.default_rng([seed, 5])
    held = draw.random((2000, 5)) < 0.2
    texts = [
        " ".join(draw.permutation([
            *(word for at in np.flatnonzero(row) for word in draw.choice(_OWN[at], 3)),
            *draw.choice(_SHARED, 12),
        ]))
        for row in held
    ]  # fmt: skip
    planted = _chosen(len(held), draw)
    held[planted, draw.integers(0, 5, len(planted))] ^= True
    labels = [tuple(f"label {at}" for at in np.flatnonzero(row)) for row in held]
    config = TrainConfig(name="clauses", label="labels", task="multilabel")
    examples = _examples({"text": list(texts)}, labels)
    return Corpus("clauses", examples, config, frozenset(planted.tolist()))


def grown(seed: int) -> tuple[Corpus, Corpus, Corpus]:
    """Give letters without wrong labels: at hand, with 400 more rows, and new ones to measure on.

    The labels are unclear in one row of ten, so that no number of rows teaches everything.
    """
    draw = np.random.default_rng([seed, 9])
    kinds = draw.integers(0, 8, 4800)
    texts = [_letter(kind, draw) for kind in kinds]
    unclear = draw.random(len(kinds)) < 0.1
    kinds = np.where(unclear, draw.integers(0, 8, len(kinds)), kinds)
    labels = [(f"kind {kind}",) for kind in kinds]

    def part(start: int, stop: int) -> Corpus:
        examples = _examples({"text": list(texts[start:stop])}, labels[start:stop], start)
        config = TrainConfig(name="letters", label="label")
        return Corpus("letters", examples, config, frozenset())

    return part(0, 800), part(0, 1200), part(1200, 4800)


_OWN = [
    [f"{word}{at}" for word in ("rent", "fee", "term", "party", "notice", "duty")]
    for at in range(8)
]
_STARTS = ("in", "un", "over", "re", "out", "pre", "sub", "co")
_ENDS = ("form", "take", "pay", "hold", "mark", "sign", "date", "file", "view")
_SHARED = [f"{start}{end}" for start in _STARTS for end in _ENDS]


def _letter(kind: int, draw: Generator) -> str:
    """Write a letter: two words of its own kind, now and then one of the next, and many shared."""
    own = list(draw.choice(_OWN[kind], 2))
    own += list(draw.choice(_OWN[(kind + 1) % 8], 1)) if draw.random() < 0.4 else []
    return " ".join(draw.permutation([*own, *draw.choice(_SHARED, 10)]))


def _chosen(rows: int, draw: Generator) -> np.ndarray:
    return draw.choice(rows, round(FLIPPED * rows), replace=False)


def _flipped(
    name: str, columns: dict[str, list[object]], labels: list[str], config: TrainConfig, seed: int
) -> Corpus:
    """Give each planted row another label, every other one as often as the next."""
    draw = np.random.default_rng([seed, 1])
    known = sorted(set(labels))
    planted = _chosen(len(labels), draw)
    wrong = list(labels)
    for row in planted.tolist():
        wrong[row] = str(draw.choice([one for one in known if one != labels[row]]))
    examples = _examples(columns, [(label,) for label in wrong])
    return Corpus(name, examples, replace(config, seed=seed), frozenset(planted.tolist()))


def _examples(
    columns: dict[str, list[object]], labels: list[tuple[str, ...]], start: int = 0
) -> Examples:
    places = range(start, start + len(labels))
    documents = [place.to_bytes(32, "big") for place in places]
    return Examples(columns, labels, list(range(len(labels))), documents)


def kinds_of_task() -> dict[str, TaskKind]:
    """Name the generated data and what they ask."""
    return {"letters": "multiclass", "claims": "binary", "clauses": "multilabel"}


GENERATED = {"letters": letters, "claims": claims, "clauses": clauses}
"""By name, each made from a seed."""
