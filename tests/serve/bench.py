"""A small model that answers, and rows to ask it about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from warrant.models import Abstention, Contribution, Description, InputColumn, Predictions
from warrant.models.linear import Block, LinearModel, TextReader
from warrant.models.model import Columns
from warrant.serve import Answerer, Served
from warrant.serve.answer import read_row
from warrant.serve.sheet import Asked

SERVED = Served(
    name="leases",
    digest="ab" * 32,
    stage_of_use="explore",
    notice="exploration: not for decisions",
    approval="Approval: none.",
    verified="holds, signed by Dana Demo (fictional)",
)
LEASE, LOAN = "The lease of the house.", "A loan at interest, a loan."

AWKWARD: tuple[object, ...] = (
    *(LEASE, LOAN, "", None, " \n", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "lease\x00"),
    *(
        "\ud800 lone",
        3,
        3.0,
        0.1 + 0.2,
        True,
        2**70,
        float("nan"),
        "'quoted",
        "a\r\nb",
        "a\tb",
        "é",
    ),
)
"""Cells as they come, for a column of text."""


def linear(**changes: Any) -> LinearModel:  # noqa: ANN401
    """Make a model that tells leases from loans."""
    words = Block("word", 1, 1, ("interest", "lease", "loan"))
    pieces = Block("characters", 2, 3, (" le", "an "))
    settings: dict[str, Any] = {
        "task": "multiclass",
        "labels": ("Lease", "Loan"),
        "reads": (InputColumn("text"),),
        "link": "softmax",
        "thresholds": (0.5, 0.5),
        "reader": TextReader((words, pieces), np.array([1.5, 1.0, 1.2, 1.0, 1.1]), 1000),
        "coef": np.array([[-1, 2, -1, 0.5, 0], [1, -2, 1, 0, 0.5]], dtype=np.float32),
        "intercept": np.array([0.1, -0.1], dtype=np.float32),
    }
    return LinearModel(**(settings | changes))


class Prices:
    """A model of a price: 2 × size + 1; it abstains above 100 and where nothing can be read."""

    task = "regression"
    labels = ()
    inputs = ("size",)
    reads = (InputColumn("size", "number", "m2"),)

    def predict(self, columns: Columns) -> Predictions:
        sizes = [_number(cell) for cell in columns["size"]]
        return Predictions(
            (),
            np.zeros((len(sizes), 0)),
            np.zeros((len(sizes), 0), np.bool_),
            np.array([2.0 * (size or 0.0) + 1.0 for size in sizes]),
            tuple(_doubts(size) for size in sizes),
        )

    def explain(self, columns: Columns, top: int = 5) -> list[dict[str, list[Contribution]]]:
        told = [Contribution("size", "number", str(cell), 1.0) for cell in columns["size"]]
        return [{"": [one][:top]} for one in told]

    def describe(self) -> Description:
        return Description("prices", 2, "float64", {})


def _number(cell: object) -> float | None:
    try:
        return float(str(cell))
    except ValueError:
        return None


def _doubts(size: float | None) -> tuple[Abstention, ...]:
    if size is None:
        return (Abstention("unreadable", "size"),)
    return (Abstention("out_of_range", "size"),) if size > 100 else ()


def answerer(**settings: Any) -> Answerer:  # noqa: ANN401
    return Answerer(linear(), SERVED, **settings)


def asked(cells: Sequence[object], column: str = "text") -> list[Asked]:
    """Give rows of a sheet with a number and one more column."""
    rows = [read_row({"id": number, column: cell}) for number, cell in enumerate(cells)]
    return [
        Asked("in.csv", f"record {number}", row, row) for number, row in enumerate(rows, start=1)
    ]


def asking(rows: Sequence[Asked]) -> Callable[[int], Iterator[Asked]]:
    def ask(start: int) -> Iterator[Asked]:
        return islice(iter(rows), start, None)

    return ask
