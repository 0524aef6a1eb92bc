"""Named conventions of counting F1.

`plain` is scikit-learn's `zero_division=numpy.nan`: a label that no row has and no answer names is
left out of the mean. `lexglue` is what the LexGLUE tables of ECtHR and UNFAIR-ToS show: a row
without any label counts as one of an extra label, true and predicted alike, and a label that
occurs nowhere counts 0. It lifts micro-F1 where most rows have no label, so figures of the two
conventions must never be compared.

Source: Chalkidis et al., LexGLUE (ACL 2022); github.com/coastalcph/lex-glue, `add_zero_class` in
models/tfidf_svm.py and `compute_metrics` in experiments/unfair_tos.py at commit 56fb71a. (At
commit 094257b the latter copies the extra column from the true answers: a fault that was mended.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from warrant.errors import InputError
from warrant.metrics.judged import Judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.metrics.scores import Undefined
    from warrant.records.evaluation import Convention

NO_LABEL: Final = "(no label)"
"""How the extra label of `lexglue` is called in tables."""

UNDEFINED: Final[Mapping[Convention, Undefined]] = {"plain": "skip", "lexglue": "zero"}
"""What a label that occurs nowhere counts, by convention."""


def counted(judged: Judged, convention: Convention) -> Judged:
    """Give the answers that a convention counts.

    Args:
        judged: answers.
        convention: its name.

    Returns:
        The same answers; with `lexglue`, one more label, that of rows without any.

    Raises:
        InputError: when `lexglue` is asked of a task with one answer a row.
    """
    if convention == "plain":
        return judged
    if judged.single:
        raise InputError(
            "The convention 'lexglue' counts rows without a label, and every row has one here.",
            do="Take `convention: lexglue` out of `evaluate`: it is for `kind: multilabel`.",
        )
    return Judged(
        (*judged.labels, NO_LABEL),
        _with_none(judged.true),
        _with_none(judged.predicted),
        single=False,
    )


def _with_none(answers: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.hstack([answers, ~answers.any(axis=1, keepdims=True)])
