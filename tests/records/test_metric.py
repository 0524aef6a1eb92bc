from __future__ import annotations

from typing import get_args

import pytest

from warrant.records.metric import METRICS, is_better, leading, metrics_of
from warrant.records.task import TaskKind

KINDS: tuple[TaskKind, ...] = get_args(TaskKind)
NEW: tuple[TaskKind, ...] = ("spans", "choice", "generation")


def test_every_figure_belongs_to_a_task_and_errors_to_numbers_alone() -> None:
    answers = set(metrics_of("multilabel"))
    numbers = set(metrics_of("regression"))
    assert {name for kind in KINDS for name in metrics_of(kind)} == set(METRICS)
    assert answers & numbers == {"cost_per_1000"}
    assert not numbers & {name for kind in NEW for name in metrics_of(kind)}
    assert metrics_of("binary") == metrics_of("multiclass") == metrics_of("multilabel")


def test_the_figure_that_stands_for_a_model_is_one_of_its_task() -> None:
    assert leading("regression") == "mae"
    assert leading("binary") == "macro_f1"
    assert leading("regression") in metrics_of("regression")
    assert {kind: leading(kind) for kind in NEW} == {
        "spans": "micro_f1",
        "choice": "accuracy",
        "generation": "token_f1",
    }
    assert all(leading(kind) in metrics_of(kind) for kind in KINDS)


def test_less_error_is_better_and_so_is_more_agreement() -> None:
    assert is_better("mae", 1.0, 2.0)
    assert not is_better("mae", 2.0, 2.0)
    assert is_better("macro_f1", 0.6, 0.5)
    assert not is_better("macro_f1", 0.5, 0.6)
    with pytest.raises(KeyError):
        is_better("charm", 1.0, 0.0)
