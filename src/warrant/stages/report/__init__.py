"""Report: from records to a model card whose every figure names its evidence."""

from warrant.stages.report.config import Answer, Expected, ReportConfig, Section, SourceAnswer
from warrant.stages.report.questions import QUESTIONS
from warrant.stages.report.step import NAME, VERSION, plugins, run

__all__ = [
    "NAME",
    "QUESTIONS",
    "VERSION",
    "Answer",
    "Expected",
    "ReportConfig",
    "Section",
    "SourceAnswer",
    "plugins",
    "run",
]
