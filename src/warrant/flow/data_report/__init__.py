"""The data report: one page about what went in and what went out, rendered on demand."""

from warrant.flow.data_report.page import render_report

__all__ = ["render_report"]
