"""The tier `trees` beside LightGBM by hand: the same table of text cells, rounds and seed.

Both read the same cells: three numbers, three categories and a date. By hand there is no check of a
file, no process apart, no doubt about a cell, no pruning and no calibration. CPU seconds are those
of the work named, child processes included.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

Table: TypeAlias = dict[str, list[str]]
Work: TypeAlias = Callable[[], object]

NUMBERS, CATEGORIES, DATES = ("amount", "days", "age"), ("payer", "site", "kind"), ("seen_on",)
ROUNDS = 100
TRAINING_ROWS = 10_000
A_BATCH = 1000


def train_ours(rows: int) -> dict[str, float]:
    """Train by the tier, from cells to the files of a model."""
    table, answers = _table(rows)
    with tempfile.TemporaryDirectory() as folder:
        return _measured(lambda: _fit_ours(table, answers, Path(folder)), rows)


def train_bare(rows: int) -> dict[str, float]:
    """Train LightGBM by hand, from cells to its own text."""
    table, answers = _table(rows)

    def fit() -> None:
        booster, _ = _fit_bare(table, answers)
        assert booster.model_to_string()

    return _measured(fit, rows)


def predict_ours(rows: int) -> dict[str, float]:
    """Answer rows with a model that was loaded, explanations off."""
    from warrant.models import MODELS

    table, answers = _table(TRAINING_ROWS)
    asked, _ = _table(rows, seed=8)
    with tempfile.TemporaryDirectory() as folder:
        _fit_ours(table, answers, Path(folder))

        def answer() -> None:
            model = MODELS.load("trees")(Path(folder))
            for start in range(0, rows, A_BATCH):
                part = {name: cells[start : start + A_BATCH] for name, cells in asked.items()}
                assert len(model.predict(part).probabilities)

        return _measured(answer, rows)  # the model is gone then, and its process with it


def predict_bare(rows: int) -> dict[str, float]:
    """Answer rows with LightGBM by hand."""
    table, answers = _table(TRAINING_ROWS)
    asked, _ = _table(rows, seed=8)
    booster, places = _fit_bare(table, answers)

    def answer() -> None:
        for start in range(0, rows, A_BATCH):
            part = {name: cells[start : start + A_BATCH] for name, cells in asked.items()}
            assert len(booster.predict(_encode(part, places), num_threads=1))

    return _measured(answer, rows)


def _measured(work: Work, rows: int) -> dict[str, float]:
    import gc

    before = sum(os.times()[:4])
    work()
    gc.collect()
    return {"cpu_s": sum(os.times()[:4]) - before, "n": rows}


def _table(rows: int, seed: int = 7) -> tuple[Table, list[str]]:
    """Invent a table of text, and answers that depend on it."""
    source = random.Random(seed)
    table: Table = {name: [] for name in (*NUMBERS, *CATEGORIES, *DATES)}
    answers = []
    for _ in range(rows):
        amount, days, place = source.lognormvariate(6, 1), source.randrange(120), source.random()
        kind = source.choice("abcdefgh")
        day = date(2023, 1, 1) + timedelta(days=source.randrange(700))
        cells = (
            f"{amount:.2f}", str(days), str(source.randrange(96)), f"payer {int(place * 30)}",
            f"site {source.randrange(12)}", kind, day.isoformat(),
        )  # fmt: skip
        for name, cell in zip(table, cells, strict=True):
            table[name].append(cell)
        score = days / 40 + place + (kind in "ab") + amount / 1000
        answers.append("yes" if source.random() < 1 / (1 + 2.7 ** (3 - score)) else "no")
    return table, answers


def _fit_ours(table: Table, answers: list[str], folder: Path) -> None:
    from warrant.models import InputColumn
    from warrant.models.examples import Examples
    from warrant.stages.train.backend import TRAINERS, Job
    from warrant.stages.train.config import TrainConfig

    reads = (
        *(InputColumn(name, "number") for name in NUMBERS),
        *(InputColumn(name, "category") for name in CATEGORIES),
        *(InputColumn(name, "date") for name in DATES),
    )
    rows = len(answers)
    documents = [number.to_bytes(4, "big") for number in range(rows)]
    labels = [(answer,) for answer in answers]
    train = Examples(dict(table), labels, list(range(rows)), documents)
    nothing = Examples({name: [] for name in table})
    config = TrainConfig("bench", "answer", "binary", reads, tier="trees", class_weights="none")
    TRAINERS.load("trees")().run(Job(train, nothing, config, folder, lambda *_: None))


def _fit_bare(table: Table, answers: list[str]) -> tuple[Any, dict[str, dict[str, int]]]:
    import lightgbm

    places = {
        name: {cell: place for place, cell in enumerate(sorted(set(table[name])))}
        for name in CATEGORIES
    }
    categories = [len(NUMBERS) + place for place in range(len(CATEGORIES))]
    truth = [float(answer == "yes") for answer in answers]
    data = lightgbm.Dataset(_encode(table, places), truth, categorical_feature=categories)
    chosen = {
        "objective": "binary", "verbose": -1, "num_threads": 1, "seed": 7, "deterministic": True,
        "force_row_wise": True,
    }  # fmt: skip
    return lightgbm.train(chosen, data, ROUNDS), places


def _encode(table: Table, places: dict[str, dict[str, int]]) -> Any:  # noqa: ANN401 - an array
    import numpy as np

    columns = [np.array(list(map(float, table[name]))) for name in NUMBERS]
    columns += [np.array([places[name].get(cell, np.nan) for cell in table[name]])
                for name in CATEGORIES]  # fmt: skip
    for name in DATES:
        days = list(map(date.fromisoformat, table[name]))
        columns += [
            np.array([day.year for day in days]), np.array([day.month for day in days]),
            np.array([day.weekday() for day in days]),
            np.array([day.timetuple().tm_yday for day in days]),
            np.array([day.toordinal() for day in days]),
        ]  # fmt: skip
    return np.column_stack(columns).astype(np.float64)
