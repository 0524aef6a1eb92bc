"""Promises chosen on validation rows: sets that cover the truth, a threshold that keeps a risk.

The same rows chose the settings and the calibration, which flatters both a little: what they are
worth, the evaluation measures on test rows. Both promises count rows as independent: of rows that
share a document, or a group of the split, one alone is drawn, and the number told is theirs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.metrics import abstain_below, fewest_rows, judge, label_nonconformity, quantile
from warrant.models.examples import Examples
from warrant.models.reliance import Coverage, Reliance, Risk
from warrant.stages.train.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models import Predictions
    from warrant.stages.train.config import TrainConfig

SURE = 0.95
"""How sure the choice is that a stated risk is kept."""


def choose_reliance(
    found: Predictions, validation: Examples, config: TrainConfig
) -> Reliance | None:
    """Choose what can be promised.

    Args:
        found: what the model says of the validation rows, thresholds applied.
        validation: rows with answers that no model learnt from.
        config: names the coverage and the risk.

    Returns:
        What goes beside the model's files; None when nothing was asked for.

    Raises:
        InputError: when there are too few validation rows to state the coverage.
    """
    if config.coverage is None and config.risk is None:
        return None
    kept = one_of_each(validation.groups(config.group), config.seed)
    found = replace(
        found,
        probabilities=found.probabilities[kept],
        chosen=found.chosen[kept],
        values=None if found.values is None else found.values[kept],
    )
    validation = Examples(labels=[validation.labels[at] for at in kept.tolist()])
    return Reliance(
        coverage=None if config.coverage is None else _cover(found, validation, config.coverage),
        risk=None if config.risk is None else _risk(found, validation, config.risk),
    )


def one_of_each(groups: Sequence[object], seed: int) -> NDArray[np.intp]:
    """Draw one row of each group.

    Law: no two of the rows are of one group, and each group has one.

    Args:
        groups: of each row, what it shares with others.
        seed: another one, other rows.

    Returns:
        Positions, rising.
    """
    order = np.random.default_rng(seed).permutation(len(groups)).tolist()
    first: dict[object, int] = {}
    for at in order:
        first.setdefault(groups[at], at)
    return np.array(sorted(first.values()), dtype=np.intp)


def _cover(found: Predictions, validation: Examples, stated: float) -> Coverage:
    strange = (
        np.abs(found.values - numbers_of(validation))
        if found.values is not None
        else label_nonconformity(*_truth(found, validation))
    )
    most = quantile(strange, stated)
    if most is None:
        raise InputError(
            f"`conformal: {stated:g}` needs at least {fewest_rows(stated)} validation rows with a "
            f"label, each of another document or group, and there are {len(validation)}.",
            do="Raise `split: validation:` in the recipe, or state a smaller coverage.",
        )
    return Coverage(stated=stated, most=most, rows=len(validation))


def _risk(found: Predictions, validation: Examples, stated: float) -> Risk:
    chosen = None
    if len(validation):
        true, _ = _truth(found, validation)
        answers = np.hstack([found.chosen, np.zeros_like(true[:, len(found.labels) :])])
        sure = np.where(found.chosen, found.probabilities, 0.0).max(axis=1)
        chosen = abstain_below((true == answers).all(axis=1), sure, stated, SURE)
    threshold = None if chosen is None else min(1.0, chosen.threshold)
    return Risk(stated=stated, sure=SURE, threshold=threshold, rows=len(validation))


def _truth(
    found: Predictions, validation: Examples
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Give true labels, those that the model does not know last, and probabilities of the same."""
    true = {label for row in validation.labels for label in row}
    labels = (*found.labels, *sorted(true - set(found.labels)))
    never = np.zeros((len(validation), len(labels) - len(found.labels)))
    return judge(validation.labels, labels), np.hstack([found.probabilities, never])
