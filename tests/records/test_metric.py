from __future__ import annotations

import pytest

from warrant.records.metric import METRICS, is_better, leading, metrics_of


def test_every_figure_belongs_to_a_task_and_errors_to_numbers_alone() -> None:
    answers = set(metrics_of("multilabel"))
    numbers = set(metrics_of("regression"))
    assert answers | numbers == set(METRICS)
    assert answers & numbers == {"cost_per_1000"}
    assert metrics_of("binary") == metrics_of("multiclass") == metrics_of("multilabel")


def test_the_figure_that_stands_for_a_model_is_one_of_its_task() -> None:
    assert leading("regression") == "mae"
    assert leading("binary") == "macro_f1"
    assert leading("regression") in metrics_of("regression")
    assert leading("multilabel") in metrics_of("multilabel")


def test_less_error_is_better_and_so_is_more_agreement() -> None:
    assert is_better("mae", 1.0, 2.0)
    assert not is_better("mae", 2.0, 2.0)
    assert is_better("macro_f1", 0.6, 0.5)
    assert not is_better("macro_f1", 0.5, 0.6)
    with pytest.raises(KeyError):
        is_better("charm", 1.0, 0.0)
