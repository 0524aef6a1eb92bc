"""Plots of a card: figures of the evaluation record, drawn as SVG that stands inside a page."""

from warrant.stages.report.plots.draw import Plot, draw_all

__all__ = ["Plot", "draw_all"]
