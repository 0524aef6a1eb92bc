"""Plots, drawn once: workspaces of one kind would draw much the same ones again and again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

import warrant.stages.report.page as report_page
from warrant.stages.report.plots import draw_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warrant.records.evaluation import Evaluation
    from warrant.stages.report.plots import Plot

_drawn: dict[object, dict[str, Plot]] = {}


def draw_once(evaluation: Evaluation, trained: Mapping[str, int]) -> dict[str, Plot]:
    key = (evaluation.to_bytes(), tuple(trained.items()))
    if key not in _drawn:
        _drawn[key] = draw_all(evaluation, trained)
    return _drawn[key]


def draw_each_shape_once(evaluation: Evaluation, trained: Mapping[str, int]) -> dict[str, Plot]:
    """Give the plots of the first evaluation with these labels and these kinds of figures."""
    labels = tuple(one.label for one in evaluation.labels)
    scores = tuple(one.metric for one in evaluation.scores)
    parts = tuple(name for name, value in evaluation if value)
    shape = (evaluation.task, labels, scores, parts)
    key = (evaluation.to_bytes(), tuple(trained.items()))
    if key not in _drawn:  # the same evaluation has the same plots, whoever drew them first
        _drawn[key] = _drawn.get(shape) or draw_all(evaluation, trained)
    _drawn.setdefault(shape, _drawn[key])
    return _drawn[key]


@contextmanager
def drawing_once() -> Iterator[None]:
    """Keep the plots of each evaluation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "draw_all", draw_once)
        yield


@pytest.fixture(scope="module", autouse=True)
def plots_drawn_once() -> Iterator[None]:
    """Keep the plots of each evaluation while the tests of a module run."""
    with drawing_once():
        yield


@pytest.fixture(scope="module", autouse=True)
def shapes_drawn_once() -> Iterator[None]:
    """Keep the plots of each kind of evaluation in a room whose tests look at no plot.

    Drawing is a third of the time of a run over a small workspace.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "draw_all", draw_each_shape_once)
        yield
