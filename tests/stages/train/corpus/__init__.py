"""Planted cases for the look before training: 40 that must be stopped, 40 that must not.

Written before the detector, and drawn anew by a seed: what a case says is random, what is wrong
with it is not. Each broken case stands for a line of the table of failures that users of other
tools met. Nothing here imports the package: a case is rows, settings and the bytes of a base model.
"""

from tests.stages.train.corpus.broken import BROKEN
from tests.stages.train.corpus.case import Case, draw
from tests.stages.train.corpus.good import GOOD

__all__ = ["BROKEN", "GOOD", "Case", "draw"]
