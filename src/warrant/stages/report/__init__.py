"""Report: from records to a model card whose every figure names its evidence."""

from typing import TYPE_CHECKING

from warrant.catalog import loads_on_demand

if TYPE_CHECKING:
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
__getattr__ = loads_on_demand(__name__, __all__, ("config", "questions", "step"))
