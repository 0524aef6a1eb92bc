"""What a planted table is, and the table that the binary ones start from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from warrant.models import InputColumn
from warrant.models.examples import Examples
from warrant.models.model import ReadAs
from warrant.records.model import TaskKind

Rng: TypeAlias = np.random.Generator
START = date(2023, 1, 2)


@dataclass(frozen=True)
class Table:
    """Rows to train on, and what is known of them."""

    task: TaskKind
    labels: list[tuple[str, ...]]
    inputs: dict[str, ReadAs]
    columns: dict[str, list[Any]]
    leaks: frozenset[str] = frozenset()
    """Columns that give the answer away."""
    partners: frozenset[str] = frozenset()
    """Columns that may be named beside them."""
    label_at: str | None = None
    """Column of when the answer became known."""

    @property
    def read(self) -> tuple[InputColumn, ...]:
        """The columns that the model reads."""
        return tuple(InputColumn(name, read_as) for name, read_as in self.inputs.items())

    def examples(self) -> Examples:
        """Give the rows as training sees them, each of its own document."""
        count = len(self.labels)
        return Examples(
            self.columns,
            self.labels,
            list(range(count)),
            [at.to_bytes(32, "big") for at in range(count)],
        )


Maker: TypeAlias = Callable[[Rng], Table]


def sigmoid(value: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-value)), np.float64)


def days_after(rng: Rng, count: int, span: int = 700, start: date = START) -> list[date]:
    return [start + timedelta(int(day)) for day in rng.integers(0, span, count)]


def plus(days: Sequence[date], lags: NDArray[Any]) -> list[date]:
    return [day + timedelta(int(lag)) for day, lag in zip(days, lags, strict=True)]


def claims(rng: Rng, count: int | None = None, share: float | None = None) -> Table:
    """Invent claims that are denied or paid, predictable to an AUC of about 0.8.

    Args:
        rng: decides everything.
        count: rows; None: 200 to 1500.
        share: of denied ones; None: 0.15 to 0.5.
    """
    count = count or int(rng.integers(200, 1500))
    share = share or float(rng.uniform(0.15, 0.5))
    payer = rng.choice(["Amber", "Birch", "Cedar", "Delta"], count)
    billed = np.round(rng.lognormal(6, 0.8, count), 2)
    late = rng.integers(0, 120, count)
    score = (payer == "Cedar") * 1.2 + (late > 60) * 1.5 + np.log(billed) * 0.3
    score = score + rng.logistic(0, 0.6, count)
    denied = score >= np.quantile(score, 1 - share)
    return Table(
        "binary",
        [("denied",) if one else ("paid",) for one in denied],
        {"payer": "category", "billed_usd": "number", "days_to_file": "number", "served": "date"},
        {
            "payer": payer.tolist(),
            "billed_usd": billed.tolist(),
            "days_to_file": late.tolist(),
            "served": days_after(rng, count),
        },
    )


def denied_in(table: Table) -> NDArray[np.bool_]:
    return np.array([row == ("denied",) for row in table.labels])


def flipped(rng: Rng, marks: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """Turn a share of marks round: registers have mistakes."""
    return np.asarray(marks ^ (rng.random(len(marks)) < share), np.bool_)


def with_column(
    table: Table, name: str, read_as: ReadAs, cells: list[Any], *, is_leak: bool = True
) -> Table:
    """Add a column that the model reads."""
    return Table(
        table.task,
        table.labels,
        {**table.inputs, name: read_as},
        {**table.columns, name: cells},
        table.leaks | {name} if is_leak else table.leaks,
        table.partners,
        table.label_at,
    )


def in_order(table: Table, order: NDArray[np.intp]) -> Table:
    """Put the rows into another order."""
    return Table(
        table.task,
        [table.labels[at] for at in order],
        table.inputs,
        {name: [cells[at] for at in order] for name, cells in table.columns.items()},
        table.leaks,
        table.partners,
        table.label_at,
    )
