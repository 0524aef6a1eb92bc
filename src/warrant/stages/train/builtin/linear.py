"""The `linear` tier: words, characters and columns; logistic or ridge regression; seconds of CPU.

One thread and one seed: the same rows, settings and libraries give the same bytes. Where the recipe
asks for embeddings, a frozen encoder's vector of each text stands beside its words; its arithmetic
is bf16 on machines that gain by it, so that there the same bytes need the same kind of processor.

Source: Salton and Buckley (1988) for the term weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import scipy
import sklearn
from threadpoolctl import threadpool_limits

from warrant.metrics import judge
from warrant.models.base import base_facts
from warrant.models.linear import LinearModel, write_linear
from warrant.models.linear.model import read_rows, score_rows
from warrant.models.matching import MatchingModel, write_matching
from warrant.records.claim import Plugin
from warrant.stages.train.backend import Finding, Job, Trained
from warrant.stages.train.builtin.brief import REFERENCE_FLOPS, Brief, Growth
from warrant.stages.train.builtin.effort import linear_seconds
from warrant.stages.train.builtin.logistic import (
    MOST_JOINT_LABELS,
    Weights,
    fit_logistic,
    link_of,
)
from warrant.stages.train.builtin.matching import read_pairs, run_choice
from warrant.stages.train.builtin.reading import learn_reading
from warrant.stages.train.builtin.ridge import fit_ridge, root_mean_square_error
from warrant.stages.train.builtin.tagging import run_tagging, tag_findings
from warrant.stages.train.builtin.vocabulary import FEWEST_DOCUMENTS
from warrant.stages.train.calibration import FEWEST_ROWS, calibrate
from warrant.stages.train.columns import count_states
from warrant.stages.train.estimates import Range
from warrant.stages.train.judging import judge_scores
from warrant.stages.train.numbers import numbers_of
from warrant.stages.train.truth import truth_of
from warrant.stages.train.weighing import row_weights, weighing_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from warrant.models.examples import Examples
    from warrant.models.linear.embeddings import Embeddings
    from warrant.models.linear.link import Link
    from warrant.records.task import TaskKind
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Estimate, Machine, Stats

DEFAULT_STRENGTH = 3.0
"""C when there are no validation rows."""

SECONDS_PER_EMBEDDED_TOKEN = 3e-4
"""Of a network of six layers of 384, in float32, on the reference machine; bf16 halves it."""

MARGIN_STRENGTH, MANY_ROWS = 0.7, 5_000
"""C of margins between many labels, where so many rows decide that it matters little: seeking a
better one would take most of the time."""


class Choice(NamedTuple):
    """One fit and how it did on validation rows."""

    value: float
    """Of the choosing figure, more is better; not a number without validation rows."""
    strength: float
    threshold: float
    weights: Weights


@dataclass(frozen=True)
class Ending:
    """What is decided once the best fit is known."""

    labels: tuple[str, ...]
    link: Link
    thresholds: tuple[float, ...]
    weights: Weights
    facts: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


class LinearTrainer(Brief):
    """The training backend of linear models; see `Trainer` for the methods."""

    bytes_per_cell: ClassVar[float] = 175.0
    fits: ClassVar[int] = 3
    grows: ClassVar[Growth] = Growth(0.05, 0.97)

    def seconds(self, config: TrainConfig, stats: Stats) -> float:
        """Guess the time on the reference machine."""
        return linear_seconds(config, stats)

    def estimate(self, config: TrainConfig, stats: Stats, machine: Machine) -> Estimate:
        """Scale what was measured elsewhere; embeddings cost far more than all the rest."""
        found = super().estimate(config, stats, machine)
        if "embeddings" not in config.features:
            return found
        seconds = stats.tokens * SECONDS_PER_EMBEDDED_TOKEN * REFERENCE_FLOPS / machine.flops
        return replace(
            found,
            peak_bytes=found.peak_bytes.plus(Range(0.7e9, 0.9e9, 1.3e9)),
            seconds=found.seconds.plus(Range(4 + 0.4 * seconds, 6 + 0.8 * seconds, 8 + seconds)),
        )

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries that decide the bytes."""
        return (
            Plugin(name="numpy", version=np.__version__),
            Plugin(name="scikit-learn", version=sklearn.__version__),
            Plugin(name="scipy", version=scipy.__version__),
        )

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Look at places; labels and columns are looked at before any backend."""
        found = weighing_findings(config, is_able=True)
        return [*found, *tag_findings(train, config)] if config.task == "spans" else found

    def run(self, job: Job) -> Trained:
        """Learn vocabularies, fit a few strengths, keep the best on validation rows."""
        with threadpool_limits(limits=1):
            return _RUNS.get(job.config.task, _run)(job)


def _run(job: Job) -> Trained:
    reading = learn_reading(job)
    job.require_going_on()
    unseen = read_rows(
        job.validation.columns,
        job.config.texts,
        reading.reader,
        reading.encoder,
        reading.embeddings,
    ).terms
    finish = _finish_numbers if job.config.task == "regression" else _finish_labels
    ending, choices = finish(job, reading.train, unseen)
    model = LinearModel(
        task=job.config.task,
        labels=ending.labels,
        reads=job.config.inputs,
        link=ending.link,
        thresholds=ending.thresholds,
        reader=reading.reader,
        coef=ending.weights.coef,
        intercept=ending.weights.intercept,
        encoder=reading.encoder,
        embeddings=reading.embeddings,
    )
    for name, data in write_linear(model).items():
        (job.folder / name).write_bytes(data)
    return _trained(model, ending, choices, job)


def _run_pairs(job: Job) -> Trained:
    pair, train, unseen = read_pairs(job)
    ending, choices = _finish_labels(job, train, unseen)
    model = MatchingModel(
        task="pairs",
        labels=ending.labels,
        reads=job.config.inputs,
        link=ending.link,
        pair=pair,
        coef=ending.weights.coef,
        intercept=ending.weights.intercept,
    )
    for name, data in write_matching(model).items():
        (job.folder / name).write_bytes(data)
    return _trained(model, ending, choices, job)


_RUNS: Mapping[TaskKind, Callable[[Job], Trained]] = {
    "spans": run_tagging,
    "choice": run_choice,
    "pairs": _run_pairs,
}
"""What trains the kinds of tasks that are more than one text and its label."""


def _finish_labels(job: Job, train: Any, unseen: Any) -> tuple[Ending, list[Choice]]:  # noqa: ANN401 - sparse matrices
    config = job.config
    labels = tuple(sorted({label for row in job.train.labels for label in row}))
    truth = judge(job.train.labels, labels)
    known = int(truth_of(job.validation, labels).any(axis=1).sum())
    link = link_of(config, len(labels), is_calibrated=known >= FEWEST_ROWS)

    rows = row_weights(job.train)

    def attempt(strength: float) -> Choice:
        weights = fit_logistic(train, truth, link, strength, config, rows)
        scores = score_rows(unseen, weights.coef, weights.intercept)
        found = judge_scores(scores, link, labels, job.validation, config)
        return Choice(found.value, strength, found.threshold, weights)

    is_dear = link == "softmax" and len(labels) > MOST_JOINT_LABELS and len(job.train) >= MANY_ROWS
    choices = _try_strengths(job, attempt, (MARGIN_STRENGTH,) if is_dear else None)
    best = _best(choices)
    scores = score_rows(unseen, best.weights.coef, best.weights.intercept)
    found = calibrate(scores, truth_of(job.validation, labels), config.task)
    if found.is_none:
        weights = best.weights
    else:
        link = "sigmoid" if link == "sigmoid" else "softmax"
        slopes, offsets = found.slopes.astype(np.float32), found.offsets.astype(np.float32)
        weights = Weights(
            best.weights.coef * slopes[:, np.newaxis],
            best.weights.intercept * slopes + offsets,
            best.weights.converged,
        )
    thresholds = found.thresholds(config.task, best.threshold)
    facts = {"threshold": best.threshold, "class_weights": config.class_weights, **found.facts}
    return Ending(labels, link, thresholds, weights, facts), choices


def _finish_numbers(job: Job, train: Any, unseen: Any) -> tuple[Ending, list[Choice]]:  # noqa: ANN401 - sparse matrices
    values, others = numbers_of(job.train), numbers_of(job.validation)

    def attempt(strength: float) -> Choice:
        weights = fit_ridge(train, values, strength, row_weights(job.train))
        return Choice(-root_mean_square_error(weights, unseen, others), strength, 0.5, weights)

    choices = _try_strengths(job, attempt)
    return Ending((), "identity", (), _best(choices).weights), choices


def _try_strengths(
    job: Job, attempt: Callable[[float], Choice], known: Sequence[float] | None = None
) -> list[Choice]:
    has_judges = len(job.validation) > 0
    strengths = sorted(set(known or job.config.strengths)) if has_judges else [DEFAULT_STRENGTH]
    choices: list[Choice] = []
    for done, strength in enumerate(strengths):
        job.progress(done, len(strengths), "fits")
        choices.append(attempt(strength))
        job.require_going_on()
        if len(choices) > 1 and choices[-1].value < choices[-2].value:
            break  # stronger fits cost the most, and the best strength has been passed
    job.progress(len(strengths), len(strengths), "fits")
    return choices


def _best(choices: Sequence[Choice]) -> Choice:
    return max(choices, key=lambda choice: np.nan_to_num(choice.value, nan=-np.inf))


def _trained(
    model: LinearModel | MatchingModel, ending: Ending, choices: Sequence[Choice], job: Job
) -> Trained:
    config, facts, best = job.config, model.describe(), _best(choices)
    is_number = config.task == "regression"
    embeddings = model.embeddings if isinstance(model, LinearModel) else None
    figure, sign = ("rmse", -1) if is_number else (config.choose_by, 1)
    settings = {
        "strength": best.strength,
        "link": model.link,
        "precision": facts.precision,
        "fewest_documents": max(config.fewest_documents, FEWEST_DOCUMENTS),
        **ending.facts,
        **{f"terms_{kind}": count for kind, count in facts.facts.items()},
        **_base_settings(embeddings),
    }
    base = embeddings.base if embeddings else None
    tried = {
        f"validation_{figure}_at_{choice.strength:g}": _or_none(sign * choice.value)
        for choice in choices
    }
    return Trained(
        kind=facts.kind,
        labels=model.labels,
        parameters=facts.parameters,
        deterministic=True,
        settings=settings,
        measures={
            **tried,
            "chosen_strength": best.strength,
            f"validation_{figure}": _or_none(sign * best.value),
            "converged": best.weights.converged,
            "labels": len(model.labels),
            **(base_facts(base) if base else {}),
        },
        counts=_states(model, job),
    )


def _states(model: LinearModel | MatchingModel, job: Job) -> dict[str, int]:
    """Count what columns that are no text held."""
    if isinstance(model, MatchingModel):
        return {}
    return {
        **count_states(model.encoder, job.train, "train"),
        **count_states(model.encoder, job.validation, "validation"),
    }


def _base_settings(
    embeddings: Embeddings | None,
) -> dict[str, str | int | float | bool | None]:
    """Say which base a model reads with, and how."""
    if embeddings is None:
        return {}
    read = embeddings.settings
    return {
        **base_facts(embeddings.base),
        "embedding_precision": read.precision,
        "embedding_scale": read.scale,
        "embedding_tokens": read.longest,
    }


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
