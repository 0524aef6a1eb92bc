"""Train: from rows with answers to a model."""

from warrant.stages.train.backend import TRAINERS, Event, Finding, Job, Resumes, Trained, Trainer
from warrant.stages.train.base import BaseConfig
from warrant.stages.train.causal.config import CausalConfig
from warrant.stages.train.config import TrainConfig
from warrant.stages.train.estimates import Estimate, Machine, Range, Stats
from warrant.stages.train.promotion import AutoConfig
from warrant.stages.train.rehearsal import rehearse
from warrant.stages.train.step import INPUTS, NAME, VERSION, plugins, preflight, run

__all__ = [
    "INPUTS",
    "NAME",
    "TRAINERS",
    "VERSION",
    "AutoConfig",
    "BaseConfig",
    "CausalConfig",
    "Estimate",
    "Event",
    "Finding",
    "Job",
    "Machine",
    "Range",
    "Resumes",
    "Stats",
    "TrainConfig",
    "Trained",
    "Trainer",
    "plugins",
    "preflight",
    "rehearse",
    "run",
]
