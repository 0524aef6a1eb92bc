"""Plots, drawn once or not at all where no test looks at them."""

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


def draw_nothing_new(evaluation: Evaluation, trained: Mapping[str, int]) -> dict[str, Plot]:
    """Give the plots that were drawn of this evaluation, or none."""
    return _drawn.get((evaluation.to_bytes(), tuple(trained.items())), {})


@contextmanager
def drawing_once() -> Iterator[None]:
    """Keep the plots of each evaluation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "draw_all", draw_once)
        yield


@contextmanager
def drawing_nothing() -> Iterator[None]:
    """Leave plots out of pages, but for those of evaluations that were drawn before.

    The same records give the same page, whoever made it first.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "draw_all", draw_nothing_new)
        yield


@pytest.fixture(scope="module", autouse=True)
def nothing_new_is_drawn() -> Iterator[None]:
    """Leave out plots in a room whose tests look at none: they are half of the time of a run."""
    with drawing_nothing():
        yield
