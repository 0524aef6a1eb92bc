"""What somebody who knows LightGBM does by hand: categories as such, dates as numbers.

Run: warrant dataset export . -o rows && python by_hand.py rows

Prints the ROC-AUC on the same test rows as the recipe's model.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pyarrow.parquet as pq
from sklearn.metrics import roc_auc_score

PARTS = ("train", "validation", "test")
CATEGORIES = ("hospital", "payer", "procedure", "diagnosis", "authorised")
NUMBERS = ("billed_usd", "days_to_file", "age")


def roc_auc(folder: Path) -> float:
    """Fit a booster on the training rows, stop it on validation rows, measure it on test rows.

    Args:
        folder: exported rows, one Parquet file a part.

    Returns:
        ROC-AUC of `denied`.
    """
    parts = {part: pq.read_table(folder / f"{part}.parquet").to_pydict() for part in PARTS}
    codes = {
        name: {value: at for at, value in enumerate(sorted(set(parts["train"][name]) - {None}))}
        for name in CATEGORIES
    }
    sets = {}
    for part in ("train", "validation"):
        sets[part] = lightgbm.Dataset(
            numbers(parts[part], codes),
            truth(parts[part]),
            categorical_feature=list(range(len(CATEGORIES))),
        )
    booster = lightgbm.train(
        {"objective": "binary", "num_threads": 1, "verbose": -1, "seed": 7},
        sets["train"],
        1000,
        valid_sets=[sets["validation"]],
        callbacks=[lightgbm.early_stopping(50, verbose=False)],
    )
    answers = booster.predict(numbers(parts["test"], codes))
    return float(roc_auc_score(truth(parts["test"]), answers))


def numbers(part: dict[str, list[Any]], codes: dict[str, dict[Any, int]]) -> Any:  # noqa: ANN401 - an array
    """Write cells as numbers."""
    days = part["service_date"]
    columns: list[list[Any]] = [[codes[one].get(cell) for cell in part[one]] for one in CATEGORIES]
    columns += [part[one] for one in NUMBERS]
    columns += [[one.toordinal() for one in days], [one.month for one in days]]
    columns += [[one.weekday() for one in days]]
    return np.array(columns, dtype=np.float64).T


def truth(part: dict[str, list[Any]]) -> Any:  # noqa: ANN401 - an array
    """Say which claims were denied."""
    return np.array(part["outcome"]) == "denied"


if __name__ == "__main__":
    print(roc_auc(Path(sys.argv[1])))
