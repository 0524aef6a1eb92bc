"""What backends share whose whole work is seconds on a processor: no checkpoints, one form."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from warrant.errors import InputError
from warrant.stages.train.builtin.effort import REFERENCE, SPREAD, cells_of
from warrant.stages.train.estimates import Estimate, Machine, Range, Stats, probe_machine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.models.examples import Examples
    from warrant.stages.train.backend import Job, Resumes, Trained
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Sampled

REFERENCE_FLOPS = 60e9
"""Of the machine on which the factors of embeddings were measured, float32, one thread."""

_MOST_FIXED = 0.6
"""Share of the time of a sample that is taken for fixed at most."""

PROGRAM_BYTES = 2.2e8
"""Of memory, before a row is read."""


_BASIS = (
    "rows, characters and labels counted, at a speed fitted to 140 runs elsewhere and scaled by a "
    "probe of this processor, if nothing else runs on it"
)


class Rounds(NamedTuple):
    """How the time of fits grows that end when judging rows say so; see `effort`."""

    power: float
    """Of the number of rows."""
    usual: float
    """Rounds of a fit."""
    drawn: float
    """How far a fit of more or fewer rounds is taken for chance, 0 to 1."""

    def seconds(self, sampled: Sampled, more: float) -> float:
        """Guess the time of the fits of all rows.

        Args:
            sampled: what fits on some of them took.
            more: times the rows.

        Returns:
            Processor seconds.
        """
        usual = math.pow(self.usual / max(sampled.rounds, 1.0), self.drawn)
        return sampled.fits_s * usual * math.pow(more, self.power)


class Growth(NamedTuple):
    """How time grows with rows; see `effort`."""

    fixed_s: float
    """Of a run, whatever its rows."""
    power: float
    """Of the number of rows."""
    fits: Rounds | None = None
    """Of fits that rows end; None: their time grows as all other."""

    def seconds(self, stats: Stats, sampled: Sampled, machine: Machine) -> float:
        """Guess the time of all rows.

        Args:
            stats: of all rows.
            sampled: what some of them took.
            machine: that would run it.

        Returns:
            Processor seconds.
        """
        more, fits = stats.rows / sampled.rows, self.fits if sampled.rounds else None
        rest = sampled.seconds - (sampled.fits_s if fits else 0.0)
        fixed = min(self.fixed_s, _MOST_FIXED * rest)
        seconds = (rest - fixed) * math.pow(more, self.power) + fixed
        seconds += fits.seconds(sampled, more) if fits else 0.0
        here, there = sampled.characters_per_s, machine.characters_per_s
        return seconds * here / there if here and there else seconds


class Brief(ABC):
    """Base of such a backend; see `Trainer` for the methods."""

    resumes: ClassVar[Resumes] = "from the start"
    """Begins again; the same rows and settings give the same bytes."""

    bytes_per_cell: ClassVar[float]
    """Of memory at the peak, for each character of text and six for each other cell."""

    fits: ClassVar[int]
    """Tried when validation rows choose."""

    grows: ClassVar[Growth]
    """From the time of some rows to that of all."""

    @abstractmethod
    def seconds(self, config: TrainConfig, stats: Stats) -> float:
        """Guess the time on the machine to which the guesses were fitted."""

    def probe(self) -> Machine:
        """Look at the processor: no card is used."""
        return probe_machine()

    def measure(self, train: Examples, config: TrainConfig) -> Stats:
        """Count words and cells."""
        texts = [
            str(cell or "")[: config.first_characters]
            for name in config.texts
            for cell in train.columns[name]
        ]
        words = [text.count(" ") + 1 for text in texts]
        others = len(train) * (len(config.names) - len(config.texts))
        labels = {label for row in train.labels for label in row}
        return Stats(
            rows=len(train),
            tokens=sum(words) + others,
            longest=max(words, default=0),
            characters=sum(map(len, texts)),
            labels=0 if config.task == "regression" else len(labels),
        )

    def estimate(self, config: TrainConfig, stats: Stats, machine: Machine) -> Estimate:
        """Take what some rows took here; else scale what was fitted elsewhere by the speed here."""
        speed = (machine.characters_per_s or REFERENCE) / REFERENCE
        seconds, basis = self.seconds(config, stats) / max(speed, 1e-3), _BASIS
        if stats.sampled is not None:
            seconds = self.grows.seconds(stats, stats.sampled, machine)
            basis = (
                f"{stats.sampled.rows:,} of the rows learnt from on this machine, checks included"
            )
            basis += ", if nothing else runs on it"
        peak = PROGRAM_BYTES + cells_of(config, stats) * self.bytes_per_cell
        return Estimate(
            tokens=Range(stats.tokens, stats.tokens, stats.tokens),
            steps=Range(1, self.fits, self.fits),
            peak_bytes=_around(peak),
            seconds=_around(seconds),
            basis=basis,
        )

    def render(self, config: TrainConfig) -> Mapping[str, str]:
        """Give nothing: no other program reads settings of ours."""
        del config
        return {}

    @abstractmethod
    def run(self, job: Job) -> Trained:
        """Train; see the backend itself."""

    def resume(self, job: Job) -> Trained:
        """Begin again: it takes seconds."""
        return self.run(job)

    def export(self, folder: Path, target: Path, form: str) -> Mapping[str, float]:
        """Refuse: the files are text and safetensors as they stand."""
        del folder, target
        raise InputError(
            f"A model of this tier has no form {form!r}: its files are text and safetensors.",
            do="Take the bundle as it is: warrant predict NAME.bundle FILES -o answers.xlsx",
        )


def _around(guess: float) -> Range:
    return Range(guess / SPREAD, guess, guess * SPREAD)
