"""The protocol of a training backend, as far as it is used now.

Later members (`probe`, `estimate`, `render`, `resume`, `export`) come with the backends that
need them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from warrant.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.models.examples import Examples
    from warrant.records.claim import Plugin
    from warrant.records.interfaces import Progress
    from warrant.stages.train.config import TrainConfig


@dataclass(frozen=True)
class Job:
    """What a backend works on."""

    train: Examples
    """Rows to learn from."""

    validation: Examples
    """Rows to choose settings with; may be empty. Test rows are never given to a backend."""

    config: TrainConfig
    """The settings of the run."""

    folder: Path
    """An empty folder; what lies in it afterwards is the model."""

    progress: Progress
    """Called at least once a second in long work."""


@dataclass(frozen=True)
class Finding:
    """Something that was seen before training."""

    severity: Literal["error", "warning"]
    """An error stops the run."""

    what: str
    """What is wrong, in plain words; names columns, counts and positions, never a cell."""

    do: str
    """The act that helps."""


@dataclass(frozen=True)
class Trained:
    """What a backend made of a job; the files lie in the job's folder."""

    kind: str
    """Model format in the catalog `warrant.models`."""

    labels: tuple[str, ...]
    """All answers the model can give, in the order of its arrays."""

    parameters: int
    """Numbers that were learnt."""

    deterministic: bool
    """True when the same job and libraries give the same bytes."""

    settings: Mapping[str, str | int | float | bool | None]
    """What was chosen, by name, for the model record."""

    measures: Mapping[str, str | int | float | bool | None]
    """What was measured while training, by name, for the claim."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Rows that were read otherwise than they stand, by reason and column, for the claim."""


class Trainer(Protocol):
    """A training backend."""

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries that decide the bytes, with their versions."""
        ...

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Look at the rows before any work.

        Args:
            train: rows to learn from.
            config: the settings of the run.

        Returns:
            What this backend cannot do with them; empty when all is well.
        """
        ...

    def run(self, job: Job) -> Trained:
        """Train.

        Args:
            job: rows, settings, and the folder to write to.

        Returns:
            What was made.

        Raises:
            InputError: when nothing can be learnt from these rows; no cell is quoted.
        """
        ...


TRAINERS = Catalog[type[Trainer]](
    kind="training backend",
    group="warrant.trainers",
    builtin={
        "linear": "warrant.stages.train.builtin.linear:LinearTrainer",
        "trees": "warrant.stages.train.builtin.trees:TreesTrainer",
    },
)
"""Every training backend on offer; its name is the recipe's `tier`."""
