"""Evaluate: from a model and rows it never saw to scores with intervals."""

from warrant.stages.evaluate.config import (
    Earlier,
    EvaluateConfig,
    FailureTestConfig,
    PlannedBound,
    Prediction,
    WorkflowConfig,
)
from warrant.stages.evaluate.step import INPUTS, NAME, VERSION, plugins, run

__all__ = [
    "INPUTS",
    "NAME",
    "VERSION",
    "Earlier",
    "EvaluateConfig",
    "FailureTestConfig",
    "PlannedBound",
    "Prediction",
    "WorkflowConfig",
    "plugins",
    "run",
]
