"""What may be chosen about a bundle."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DeployConfig:
    """All settings of one bundle."""

    name: str
    """Name of the bundle."""

    stage_of_use: Literal["explore", "pilot", "production"] = "explore"
    """How far others may rely on it."""
