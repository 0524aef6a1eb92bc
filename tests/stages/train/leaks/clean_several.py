"""Honest tables where there are many labels, or a number to answer."""

from __future__ import annotations

import numpy as np

from tests.stages.train.leaks.case import Maker, Rng, Table, with_column
from tests.stages.train.leaks.planted_several import DESKS, invoices, requests


def department_right_for_93_of_100(rng: Rng) -> Table:
    table = requests(rng)
    cells = [
        row[0].upper() if rng.random() < 0.93 else str(rng.choice(DESKS)).upper()
        for row in table.labels
    ]
    return with_column(table, "department", "category", cells, is_leak=False)


def three_kinds_in_40_rows(rng: Rng) -> Table:
    kind = rng.permutation(np.arange(40) % 3)
    return Table(
        "multiclass",
        [(("small", "middle", "big")[one],) for one in kind],
        {"length": "number", "width": "number"},
        {
            "length": np.round(kind * 2.0 + rng.normal(0, 0.6, 40), 2).tolist(),
            "width": np.round(kind * 1.0 + rng.normal(0, 0.7, 40), 2).tolist(),
        },
    )


def number_that_tells_94_of_the_variance(rng: Rng) -> Table:
    table = invoices(rng)
    cost = np.array([float(row[0]) for row in table.labels])
    estimate = cost + rng.normal(0, 0.25 * cost.std(), len(cost))
    return with_column(table, "estimate", "number", np.round(estimate, 2).tolist(), is_leak=False)


def estimate_in_40_rows(rng: Rng) -> Table:
    value = rng.uniform(100, 900, 40)
    guessed = value + rng.normal(0, 0.3 * value.std(), 40)
    return Table(
        "regression",
        [(f"{one:.1f}",) for one in value],
        {"guess": "number"},
        {"guess": np.round(guessed, 1).tolist()},
    )


CLEAN_SEVERAL: tuple[Maker, ...] = (
    department_right_for_93_of_100,
    three_kinds_in_40_rows,
    number_that_tells_94_of_the_variance,
    estimate_in_40_rows,
)
