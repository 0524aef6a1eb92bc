"""Train: from rows with answers to a model."""

from warrant.stages.train.backend import TRAINERS, Finding, Job, Trained, Trainer
from warrant.stages.train.config import TrainConfig
from warrant.stages.train.step import INPUTS, NAME, VERSION, plugins, preflight, run

__all__ = [
    "INPUTS",
    "NAME",
    "TRAINERS",
    "VERSION",
    "Finding",
    "Job",
    "TrainConfig",
    "Trained",
    "Trainer",
    "plugins",
    "preflight",
    "run",
]
