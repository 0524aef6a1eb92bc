"""What a moment of training tells of a whole run: a sample of rows, or the first updates.

Of a network these are real updates of the real base on rows of the real lengths: an estimate by
arithmetic does not know how small products of matrices, threads and libraries slow a machine down.
So the backend itself trains on some of the rows for a moment, into a folder that is thrown away.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import WarrantError
from warrant.models.examples import Examples
from warrant.stages.train.backend import Job
from warrant.stages.train.estimates import Pace
from warrant.stages.train.moment import Moment
from warrant.stages.train.sampling import take_rows, try_sample

if TYPE_CHECKING:
    from warrant.stages.train.backend import Event, Trainer
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Machine, Stats

UPDATES = 11
"""The first begins the count: ten are timed."""

MOST_S = 15.0
"""Of the clock; no further update begins after it."""

LONGEST_UPDATE_S = 3.0
"""Nothing is tried where an update will take longer by arithmetic."""

SHARE_OF_MEMORY = 0.5
"""Nothing is tried that may need more of what the machine has."""


def rehearse(
    trainer: Trainer, train: Examples, config: TrainConfig, stats: Stats, machine: Machine
) -> Stats:
    """Train for a moment, and count the time.

    Args:
        trainer: of the settings' tier.
        train: rows to learn from.
        config: the settings of the run.
        stats: of the training rows.
        machine: this one.

    Returns:
        The same counts, with what was measured where something was tried.
    """
    if config.backend in ("linear", "trees") and "embeddings" not in config.features:
        sampled = try_sample(trainer, train, config, stats, machine)
        return replace(stats, sampled=sampled)
    return replace(stats, pace=time_updates(trainer, train, config, stats, machine))


def time_updates(
    trainer: Trainer, train: Examples, config: TrainConfig, stats: Stats, machine: Machine
) -> Pace | None:
    """Train a network for a moment.

    Args:
        trainer: of the settings' tier.
        train: rows to learn from.
        config: the settings of the run.
        stats: of the training rows.
        machine: this one.

    Returns:
        What was measured; None for tiers that need no such look, where it would take long, and
        where the backend could not train.
    """
    is_frozen = config.encoder is not None and config.encoder.method == "frozen"
    if config.backend not in ("encoder", "causal") or is_frozen or not len(train):
        return None
    guess = trainer.estimate(config, stats, machine)
    room = machine.device_memory_bytes or machine.memory_bytes or 0
    longer = trainer.estimate(config, _times(stats, 2), machine)
    more = longer.steps.expected - guess.steps.expected
    if longer.seconds.expected - guess.seconds.expected > LONGEST_UPDATE_S * max(1.0, more):
        return None
    if guess.peak_bytes.high > SHARE_OF_MEMORY * room:
        return None
    watch = _Watch()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        folder.mkdir()
        job = Job(
            train=_some(train, config),
            validation=Examples({name: [] for name in train.columns}),
            config=_with_passes(config),
            folder=folder,
            progress=lambda *_: None,
            stop=watch.stop,
            event=watch.note,
        )
        try:
            trainer.run(job)
        except WarrantError as error:
            if error is not watch.enough:
                return None
    return watch.pace(machine)


def _times(stats: Stats, factor: int) -> Stats:
    rows, parts = factor * stats.rows, factor * stats.parts
    tokens, padded = factor * stats.tokens, factor * stats.padded
    return replace(stats, rows=rows, tokens=tokens, parts=parts, padded=padded)


class _EnoughError(WarrantError):
    """Enough was seen; nobody is told."""


@dataclass
class _Watch:
    """Notes the time of updates."""

    began: Moment = field(default_factory=Moment.now)
    noted: list[tuple[Moment, int]] = field(default_factory=list)
    """After each update: the moment, and tokens so far."""
    enough: WarrantError = field(default_factory=lambda: _EnoughError("Enough.", do="Go on."))

    def note(self, event: Event) -> None:
        """Note the time."""
        self.noted.append((Moment.now(), event.padded_tokens))

    def stop(self) -> WarrantError | None:
        """Stop once enough updates were seen."""
        is_late = Moment.now().clock - self.began.clock > MOST_S and len(self.noted) > 1
        return self.enough if is_late or len(self.noted) >= UPDATES else None

    def pace(self, machine: Machine) -> Pace | None:
        """Give what was measured; None where too little was seen."""
        if len(self.noted) < 2:
            return None
        (first, tokens), (last, last_tokens) = self.noted[0], self.noted[-1]
        if last_tokens <= tokens:
            return None
        is_own = machine.device == "cpu"
        took = first.until(last) if is_own else last.clock - first.clock
        update = took / (len(self.noted) - 1)
        before = self.began.until(first) if is_own else first.clock - self.began.clock
        return Pace(
            device=machine.device,
            flops=machine.flops,
            seconds_per_token=took / (last_tokens - tokens),
            seconds_before=max(0.1, before - update),
            updates=len(self.noted) - 1,
        )


def _some(train: Examples, config: TrainConfig) -> Examples:
    """Draw rows, as many as the updates take, or all."""
    batch = (config.encoder.batch if config.encoder else 0) or 8
    rows = UPDATES * max(batch, config.causal.batch * 4 if config.causal else 0)
    if len(train) <= rows:
        return train
    random = np.random.default_rng(config.seed)
    chosen = np.sort(random.choice(len(train), rows, replace=False)).tolist()
    return take_rows(train, chosen)


def _with_passes(config: TrainConfig) -> TrainConfig:
    """Go over few rows often enough."""
    if config.causal is not None:
        return replace(config, causal=replace(config.causal, epochs=UPDATES))
    own = config.encoder
    return config if own is None else replace(config, encoder=replace(own, epochs=UPDATES))
