"""What all programs are told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from warrant.errors import InputError
from warrant.stages.train.causal.config import CausalConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.stages.train.config import TrainConfig

TRAIN: Final = "train.jsonl"
VALIDATION: Final = "validation.jsonl"
"""Rows beside the settings: one conversation a line."""


@dataclass(frozen=True)
class RenderPlan:
    """A run, as far as other programs are told it."""

    name: str
    """Of the model."""

    base: str
    """Folder or name on the hub."""

    revision: str | None
    """Commit of a name on the hub."""

    seed: int
    """Of order and beginning."""

    causal: CausalConfig
    """Settings of the tier."""

    @property
    def micro(self) -> int:
        """Sequences computed at once."""
        return self.causal.micro_batch or 1

    @property
    def accumulation(self) -> int:
        """How often that is done before an update."""
        return max(1, self.causal.batch // self.micro)


def plan_of(config: TrainConfig) -> RenderPlan:
    """Take out of the settings what other programs are told.

    Args:
        config: of the run.

    Returns:
        The plan.

    Raises:
        InputError: where no base model is named.
    """
    if config.base is None:
        raise InputError(
            "Settings for other programs need a base model, and the recipe names none.",
            do="Write under train: base: org/name with its revision, or base: ./FOLDER.",
        )
    causal = config.causal or CausalConfig()
    return RenderPlan(config.name, config.base.name, config.base.revision, config.seed, causal)


def as_yaml(said: Mapping[str, Any], head: str) -> str:
    """Write YAML under a comment.

    Args:
        said: keys in order.
        head: lines of the comment.

    Returns:
        The text.
    """
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + yaml.safe_dump(dict(said), sort_keys=False, allow_unicode=True)


def as_json(said: Mapping[str, Any]) -> str:
    """Write JSON.

    Args:
        said: keys in order.

    Returns:
        The text.
    """
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def plain_name(name: str) -> str:
    """Give a name as services allow it.

    Args:
        name: any.

    Returns:
        Small letters, digits and hyphens, at most 40.
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "model"
