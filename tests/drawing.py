"""Plots, drawn once: copies of one finished workspace would draw the same ones again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import warrant.stages.report.page as report_page
from warrant.stages.report.plots import draw_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warrant.records.evaluation import Evaluation
    from warrant.stages.report.plots import Plot

_drawn: dict[tuple[bytes, tuple[tuple[str, int], ...]], dict[str, Plot]] = {}


def draw_once(evaluation: Evaluation, trained: Mapping[str, int]) -> dict[str, Plot]:
    key = (evaluation.to_bytes(), tuple(trained.items()))
    if key not in _drawn:
        _drawn[key] = draw_all(evaluation, trained)
    return _drawn[key]


@pytest.fixture(scope="module", autouse=True)
def plots_drawn_once() -> Iterator[None]:
    """Keep plots while the tests of a room run that is not about plots."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "draw_all", draw_once)
        yield
