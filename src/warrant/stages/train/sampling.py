"""How long a part of the rows takes here, for tiers whose whole work is seconds of a processor.

How often a fit must go on before it is done, how many strengths are tried and when trees stop
growing is seen in no count of rows. So the backend itself learns from some of the rows, into a
folder that is thrown away, and the time of all follows.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import WarrantError
from warrant.models.examples import Examples
from warrant.stages.train.backend import Job
from warrant.stages.train.estimates import Sampled
from warrant.stages.train.leaks import check_leaks
from warrant.stages.train.moment import Moment
from warrant.stages.train.preflight import check_examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.stages.train.backend import Trainer
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Machine, Stats

SHARE, SHARE_OF_SHORT = 0.25, 0.5
"""Of the rows, at most: more of a run so short that a quarter of it would tell little."""

SHORT_S = 1.0
"""By the guess of the counts."""

MOST_S = 5.0
"""Fewer rows are taken where these would take longer by the guess of the counts."""

FEWEST = 60
"""Rows; nothing is tried with fewer."""

_JUDGES = 8
"""One row that judges for so many that are learnt from."""


def try_sample(
    trainer: Trainer, train: Examples, config: TrainConfig, stats: Stats, machine: Machine
) -> Sampled | None:
    """Learn from some rows, checks included, and count the time.

    Args:
        trainer: of the tier `linear` or `trees`.
        train: rows to learn from.
        config: the settings of the run.
        stats: of the training rows.
        machine: this one.

    Returns:
        What was measured; None where there are too few rows, and where nothing could be learnt.
    """
    guess = trainer.estimate(config, stats, machine).seconds.expected
    share = SHARE_OF_SHORT if guess <= SHORT_S else SHARE
    rows = int(len(train) * min(share, MOST_S / max(guess, 1e-9)))
    if rows < FEWEST:
        return None
    drawn = _spread(train, config, rows)
    others = np.random.default_rng(config.seed).permutation(np.setdiff1d(range(len(train)), drawn))
    learnt = take_rows(train, drawn.tolist())
    judges = take_rows(train, np.sort(others[: rows // _JUDGES]).tolist())
    if any(one.severity == "error" for one in check_examples(learnt, config)):
        return None
    try:
        _learn(trainer, take_rows(learnt, range(FEWEST)), judges, config)  # loads libraries
        watch, began = _Watch(), Moment.now()
        _learn(trainer, learnt, judges, config, watch)
    except WarrantError:
        return None
    seconds = began.until(Moment.now())
    fits = stats.labels if config.task == "multilabel" else 1
    return Sampled(
        rows, seconds, machine.characters_per_s, watch.fits_s, watch.rounds / max(fits, 1)
    )


@dataclass
class _Watch:
    """Notes when fits begin and end, and how often it is asked whether to go on: once a round."""

    marks: list[Moment] = field(default_factory=list)
    rounds: int = 0

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Note the time."""
        del done, total
        if unit == "fits":
            self.marks.append(Moment.now())

    def stop(self) -> None:
        """Go on."""
        self.rounds += 1

    @property
    def fits_s(self) -> float:
        """Seconds from the first to the last mark."""
        return self.marks[0].until(self.marks[-1]) if self.marks else 0.0


def _spread(train: Examples, config: TrainConfig, rows: int) -> NDArray[np.int64]:
    """Draw short and long texts as often as all have them: how texts are read hangs on that."""
    drawn = np.random.default_rng(config.seed).permutation(len(train))
    words = [
        sum(str(train.columns[name][at] or "").count(" ") for name in config.texts)
        for at in drawn.tolist()
    ]
    ordered = drawn[np.argsort(words, kind="stable")]
    return np.sort(ordered[np.linspace(0, len(train) - 1, rows).round().astype(np.int64)])


def _learn(
    trainer: Trainer,
    train: Examples,
    judges: Examples,
    config: TrainConfig,
    watch: _Watch | None = None,
) -> None:
    watch = watch or _Watch()
    check_examples(train, config)
    check_leaks(train, config.inputs, config.task, config.label_at, config.accepted_leaks)
    with tempfile.TemporaryDirectory() as scratch:
        trainer.run(Job(train, judges, config, Path(scratch), watch.progress, stop=watch.stop))


def take_rows(rows: Examples, places: list[int] | range) -> Examples:
    """Give some rows as examples of their own.

    Args:
        rows: any.
        places: in `rows`, from 0.

    Returns:
        These rows, in this order.
    """
    return Examples(
        {name: [cells[at] for at in places] for name, cells in rows.columns.items()},
        [rows.labels[at] for at in places],
        [rows.positions[at] for at in places],
        [rows.documents[at] for at in places],
        spans=[rows.spans[at] for at in places] if rows.spans else [],
        weights=[rows.weights[at] for at in places] if rows.weights else [],
    )
