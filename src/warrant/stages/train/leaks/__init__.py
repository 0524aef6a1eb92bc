"""Looking for answers that stand in what a model reads, before anything is learnt."""

from warrant.stages.train.leaks.check import Looked, check_leaks, leak_findings, leak_measures
from warrant.stages.train.leaks.rules import outcome_findings
from warrant.stages.train.leaks.verdict import Alone

__all__ = [
    "Alone",
    "Looked",
    "check_leaks",
    "leak_findings",
    "leak_measures",
    "outcome_findings",
]
