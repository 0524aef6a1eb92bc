"""The protocol of a training backend: look, estimate, check, train, go on, hand over.

Before a run: `probe` the machine, `measure` the rows, `estimate` what it takes, `preflight` what
would fail. A run that was stopped or killed goes on with `resume` from `Job.checkpoints`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from warrant.catalog import Catalog
from warrant.stages.train.group import ALONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from warrant.errors import WarrantError
    from warrant.models.examples import Examples
    from warrant.records.claim import Plugin
    from warrant.records.interfaces import Progress
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Estimate, Machine, Stats
    from warrant.stages.train.group import Group

Resumes = Literal["bit-equal", "approximate", "from the start"]
"""What a run that was stopped and goes on gives: the same bytes as one that was not; about the
same; or it begins again, which gives the same bytes where the backend is deterministic."""


def _go_on() -> None:
    """Never stop."""


def _tell_nobody(event: Event) -> None:
    del event


@dataclass(frozen=True)
class Event:
    """How a run stands after a step."""

    step: int
    """Steps done, from 1."""

    steps: int
    """Steps in all, as far as is known."""

    loss: float | None
    """Of the step; None where there is none."""

    supervised_tokens: int
    """Tokens that were learnt from, since the beginning."""

    padded_tokens: int
    """Tokens that were computed, padding among them, since the beginning."""

    seconds: float
    """Since the run began or went on."""

    memory_bytes: int | None = None
    """Most memory so far; None: not known."""


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

    checkpoints: Path | None = None
    """A folder that outlives a stop or a kill, of this job alone; None: nothing is kept."""

    stop: Callable[[], WarrantError | None] = _go_on
    """Asked after every step of work. When it gives an error, the backend writes a checkpoint and
    raises that error."""

    event: Callable[[Event], None] = _tell_nobody
    """Told after every step."""

    group: Group = ALONE
    """The processes that train together; all but the first write nothing and are told nothing."""

    def tell(self, done: int, total: int | None, unit: str) -> None:
        """Tell how far a piece of work is that is not kept, and stop there where that is asked.

        Args:
            done: so far.
            total: in all, where it is known.
            unit: of both.

        Raises:
            WarrantError: what `stop` gave.
        """
        self.progress(done, total, unit)
        self.require_going_on()

    def require_going_on(self) -> None:
        """Stop where that is asked, in a backend that keeps no checkpoint.

        Raises:
            WarrantError: what `stop` gave.
        """
        if (error := self.stop()) is not None:
            raise error


@dataclass(frozen=True)
class Finding:
    """Something that was seen before training."""

    severity: Literal["error", "warning"]
    """An error stops the run."""

    what: str
    """What is wrong, in plain words; names columns, counts and positions, never a cell."""

    do: str
    """The act that helps."""

    code: str = ""
    """A word for the kind of finding, the same in every release, such as `no-label`."""


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

    resumes: Resumes
    """What going on after a stop gives."""

    def probe(self) -> Machine:
        """Look at this machine, within a second.

        Returns:
            What it can do for this backend.
        """
        ...

    def measure(self, train: Examples, config: TrainConfig) -> Stats:
        """Count what there is to learn from.

        Args:
            train: rows to learn from.
            config: the settings of the run.

        Returns:
            Rows and tokens as this backend reads them.
        """
        ...

    def estimate(self, config: TrainConfig, stats: Stats, machine: Machine) -> Estimate:
        """Say what a run will take; money is not this backend's.

        Args:
            config: the settings of the run.
            stats: of the training rows.
            machine: that would run it.

        Returns:
            Tokens, steps, memory and time; the same arguments give the same figures.
        """
        ...

    def render(self, config: TrainConfig) -> Mapping[str, str]:
        """Write the settings as native files of the libraries behind this backend.

        Args:
            config: the settings of the run.

        Returns:
            Text by file name; none where no library has such files. The same settings give the
            same text.
        """
        ...

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

    def resume(self, job: Job) -> Trained:
        """Go on from the newest checkpoint, or begin where there is none.

        Args:
            job: as for `run`; its checkpoints are of the same rows and settings.

        Returns:
            What was made.

        Raises:
            InputError: as `run` does.
        """
        ...

    def export(self, folder: Path, target: Path, form: str) -> Mapping[str, float]:
        """Write a trained model in another form.

        Args:
            folder: the model's files.
            target: an empty folder.
            form: name of the form.

        Returns:
            How far the answers of both lie apart, by name of the figure.

        Raises:
            InputError: when this backend has no such form; it names those it has.
        """
        ...


TRAINERS = Catalog[type[Trainer]](
    kind="training backend",
    group="warrant.trainers",
    builtin={
        "auto": "warrant.stages.train.builtin.auto:AutoTrainer",
        "causal": "warrant.stages.train.causal.trainer:CausalTrainer",
        "causal-trl": "warrant.stages.train.causal.trl:TrlTrainer",
        "encoder": "warrant.stages.train.encoder.trainer:EncoderTrainer",
        "linear": "warrant.stages.train.builtin.linear:LinearTrainer",
        "trees": "warrant.stages.train.builtin.trees:TreesTrainer",
    },
)
"""Every training backend on offer; its name is the recipe's `tier`."""
