"""Deploy: from model, evaluation and card to the content of a bundle."""

from warrant.stages.deploy.config import DeployConfig
from warrant.stages.deploy.step import INPUTS, NAME, VERSION, plugins, run

__all__ = ["INPUTS", "NAME", "VERSION", "DeployConfig", "plugins", "run"]
