"""Split: from labelled rows to training, validation and test."""

from warrant.stages.split.config import SplitConfig
from warrant.stages.split.step import INPUTS, NAME, VERSION, plugins, run

__all__ = ["INPUTS", "NAME", "VERSION", "SplitConfig", "plugins", "run"]
