"""What backends share whose whole work is seconds on a processor: no checkpoints, one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from warrant.errors import InputError
from warrant.stages.train.estimates import Estimate, Machine, Range, Stats, probe_machine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.models.examples import Examples
    from warrant.stages.train.backend import Job, Resumes, Trained
    from warrant.stages.train.config import TrainConfig

REFERENCE_FLOPS = 60e9
"""Of the machine on which the factors of backends were measured, float32, one thread."""


class Brief:
    """Base of such a backend; see `Trainer` for the methods."""

    resumes: ClassVar[Resumes] = "from the start"
    """Begins again; the same rows and settings give the same bytes."""

    seconds_per_token: ClassVar[float]
    """On the reference machine, per token and fit."""

    bytes_per_character: ClassVar[float]
    """Of memory at the peak, beside the program itself."""

    fits: ClassVar[int]
    """Tried when validation rows choose."""

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
        """Scale what was measured elsewhere by words, labels and the speed of the processor."""
        del config
        speed = machine.flops / REFERENCE_FLOPS
        work = stats.tokens * self.fits * max(1.0, stats.labels**0.5)
        seconds = 0.5 + work * self.seconds_per_token / max(speed, 1e-3)
        peak = 250e6 + stats.characters * self.bytes_per_character
        return Estimate(
            tokens=Range(stats.tokens, stats.tokens, stats.tokens),
            steps=Range(1, self.fits, self.fits),
            peak_bytes=Range(peak * 0.6, peak, peak * 1.5),
            seconds=Range(seconds * 0.6, seconds, seconds * 1.5),
            basis="words and labels counted, at a speed measured on another machine and scaled by "
            "this processor's",
        )

    def render(self, config: TrainConfig) -> Mapping[str, str]:
        """Give nothing: no other program reads settings of ours."""
        del config
        return {}

    def run(self, job: Job) -> Trained:
        """Train; see the backend itself."""
        raise NotImplementedError

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
