"""Evaluate: from a model and rows it never saw to scores with intervals."""

from typing import TYPE_CHECKING

from warrant.catalog import loads_on_demand

if TYPE_CHECKING:
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
__getattr__ = loads_on_demand(__name__, __all__, ("config", "step"))
