"""The `linear` tier: words and character sequences, logistic regression, seconds on a laptop.

One thread and one seed: the same rows, settings and libraries give the same bytes.

Source: Salton and Buckley (1988) for the term weights; Fan et al., LIBLINEAR (2008) for the fits.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import scipy
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from warrant.errors import InputError
from warrant.metrics import Judged, judge, score
from warrant.models.linear import Block, LinearModel, TextReader, write_linear
from warrant.models.linear.model import Link, choose, join_texts, to_probabilities
from warrant.models.linear.text import weigh
from warrant.records.claim import Plugin
from warrant.stages.train.backend import Finding, Job, Trained
from warrant.stages.train.builtin.vocabulary import (
    FEWEST_DOCUMENTS,
    inverse_frequencies,
    learn_vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig

WORDS = Block("word", 1, 2, ())
CHARACTERS = Block("characters", 2, 5, ())

MOST_JOINT_LABELS = 12
"""Up to here labels compete in one fit; that fit's cost grows with their number squared."""

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)
"""What a `multilabel` answer may need; validation rows choose one."""

LOOSE = 0.1
"""LIBLINEAR's own tolerance: a third of the time of scikit-learn's, and the same answers."""

DEFAULT_STRENGTH = 3.0
"""C when there are no validation rows."""


class Weights(NamedTuple):
    """What one fit gives."""

    coef: NDArray[np.float32]
    """Shape (labels, terms)."""
    intercept: NDArray[np.float32]
    """Shape (labels,)."""
    converged: bool


class Choice(NamedTuple):
    """One fit and how it did on validation rows."""

    value: float
    """Of the choosing figure; not a number without validation rows."""
    strength: float
    threshold: float
    weights: Weights


class LinearTrainer:
    """The training backend of linear models; see `Trainer` for the methods."""

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries that decide the bytes."""
        return (
            Plugin(name="numpy", version=np.__version__),
            Plugin(name="scikit-learn", version=sklearn.__version__),
            Plugin(name="scipy", version=scipy.__version__),
        )

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Refuse what a linear model cannot answer."""
        del train  # labels and columns are looked at before any backend
        if len(config.texts) < len(config.inputs):
            return [
                Finding(
                    "error",
                    "The tier 'linear' reads text, and no other columns.",
                    do="Choose another `tier:` under `train:`, or only text under `inputs:`.",
                )
            ]
        if config.task != "regression":
            return []
        return [
            Finding(
                "error",
                "The tier 'linear' answers with labels, not with numbers.",
                do="Choose another `tier:` under `train:`, or another `kind:` under `task:`.",
            )
        ]

    def run(self, job: Job) -> Trained:
        """Learn vocabularies, fit a few strengths, keep the best on validation rows."""
        with threadpool_limits(limits=1):
            return _run(job)


def _run(job: Job) -> Trained:
    config = job.config
    labels = tuple(sorted({label for row in job.train.labels for label in row}))
    reader, numbers = _learn_reader(job)
    truth = judge(job.train.labels, labels)
    link = link_of(config, len(labels))
    strengths = sorted(set(config.strengths)) if len(job.validation) else [DEFAULT_STRENGTH]
    unseen = reader.read(join_texts(job.validation.columns, config.texts))
    choices = []
    for done, strength in enumerate(strengths):
        job.progress(done, len(strengths), "fits")
        weights = fit(numbers, truth, link, strength, config)
        choices.append(_judge_fit(weights, strength, link, unseen, job, labels))
        if len(choices) > 1 and choices[-1].value < choices[-2].value:
            break  # stronger fits cost the most, and the best strength has been passed
    job.progress(len(strengths), len(strengths), "fits")
    best = max(choices, key=lambda choice: np.nan_to_num(choice.value, nan=-1.0))
    model = LinearModel(
        task=config.task,
        labels=labels,
        inputs=config.names,
        link=link,
        threshold=best.threshold,
        reader=reader,
        coef=best.weights.coef,
        intercept=best.weights.intercept,
    )
    for name, data in write_linear(model).items():
        (job.folder / name).write_bytes(data)
    return _trained(model, best, choices, config)


def _trained(
    model: LinearModel, best: Choice, choices: Sequence[Choice], config: TrainConfig
) -> Trained:
    facts = model.describe()
    chosen = {
        "strength": best.strength,
        "threshold": best.threshold,
        "link": model.link,
        "class_weights": config.class_weights,
        "precision": facts.precision,
        "fewest_documents": max(config.fewest_documents, FEWEST_DOCUMENTS),
        **{f"terms_{kind}": count for kind, count in facts.facts.items()},
    }
    tried = {
        f"validation_{config.choose_by}_at_{choice.strength:g}": _or_none(choice.value)
        for choice in choices
    }
    return Trained(
        kind="linear",
        labels=model.labels,
        parameters=facts.parameters,
        deterministic=True,
        settings=chosen,
        measures={
            **tried,
            "chosen_strength": best.strength,
            f"validation_{config.choose_by}": _or_none(best.value),
            "converged": best.weights.converged,
            "labels": len(model.labels),
        },
    )


def link_of(config: TrainConfig, labels: int) -> Link:
    """Choose how scores become probabilities.

    Args:
        config: the settings of the run.
        labels: how many there are.

    Returns:
        The link.
    """
    if config.task == "multilabel":
        return "sigmoid"
    return "softmax" if labels <= MOST_JOINT_LABELS else "one_vs_rest"


def fit(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    truth: NDArray[np.bool_],
    link: Link,
    strength: float,
    config: TrainConfig,
) -> Weights:
    """Fit all labels at one strength.

    Args:
        numbers: sparse matrix, shape (rows, terms).
        truth: shape (rows, labels).
        link: `softmax` fits all labels at once, the others one by one.
        strength: C of scikit-learn: larger follows the rows more closely.
        config: class weights and seed.

    Returns:
        The weights, as float32.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        if link == "softmax":
            coef, intercept = _fit_joint(numbers, truth, strength, config)
        else:
            pairs = [_fit_one(numbers, column, strength, config) for column in truth.T]
            coef = np.vstack([pair[0] for pair in pairs])
            intercept = np.array([pair[1] for pair in pairs])
    converged = not any(issubclass(found.category, ConvergenceWarning) for found in caught)
    return Weights(coef.astype(np.float32), intercept.astype(np.float32), converged)


def _fit_joint(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    truth: NDArray[np.bool_],
    strength: float,
    config: TrainConfig,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    fitted = LogisticRegression(
        C=strength,
        class_weight=_class_weight(config),
        solver="lbfgs",
        max_iter=1000,
        random_state=config.seed,
    ).fit(numbers, truth.argmax(axis=1))
    coef, intercept = fitted.coef_, fitted.intercept_
    if truth.shape[1] == 2:
        # scikit-learn keeps one line for two labels; half for each and half against is the same.
        return np.vstack([-coef / 2, coef / 2]), np.concatenate([-intercept / 2, intercept / 2])
    return coef, intercept


def _fit_one(
    numbers: Any,  # noqa: ANN401 - a sparse matrix
    column: NDArray[np.bool_],
    strength: float,
    config: TrainConfig,
) -> tuple[NDArray[np.float64], float]:
    if column.all():
        # Nothing to tell apart: always yes, as surely as this many rows allow.
        return np.zeros(numbers.shape[1]), float(np.log(len(column) + 1))
    fitted = LogisticRegression(
        C=strength,
        class_weight=_class_weight(config),
        solver="liblinear",
        dual=True,
        tol=LOOSE,
        max_iter=1000,
        random_state=config.seed,
    ).fit(numbers, column)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _class_weight(config: TrainConfig) -> str | None:
    return "balanced" if config.class_weights == "balanced" else None


def _learn_reader(job: Job) -> tuple[TextReader, Any]:
    """Learn the vocabularies, and give the training rows as numbers."""
    config = job.config
    texts = [
        text[: config.first_characters] for text in join_texts(job.train.columns, config.texts)
    ]
    numbers_of: dict[bytes, int] = {}
    documents = np.array(
        [numbers_of.setdefault(found, len(numbers_of)) for found in job.train.documents]
    )
    learnt = []
    blanks = ((WORDS, config.word_terms), (CHARACTERS, config.character_terms))
    for done, (blank, most) in enumerate(blanks):
        job.progress(done, len(blanks), "vocabularies")
        learnt.append(
            learn_vocabulary(blank, texts, documents, fewest=config.fewest_documents, most=most)
        )
    counts = [found.counts for found in learnt]
    if not sum(block.shape[1] for block in counts):
        raise InputError(
            f"No word occurs in {max(config.fewest_documents, FEWEST_DOCUMENTS)} of the "
            f"{len(numbers_of)} training documents.",
            do="Add documents, or name the column that holds the text under `task: text:`.",
        )
    idf = inverse_frequencies(counts)
    blocks = tuple(found.block for found in learnt if found.block.terms)
    return TextReader(blocks, idf, config.first_characters), weigh(counts, idf)


def _judge_fit(
    weights: Weights,
    strength: float,
    link: Link,
    unseen: Any,  # noqa: ANN401 - a sparse matrix
    job: Job,
    labels: tuple[str, ...],
) -> Choice:
    """Give the best threshold of a fit on validation rows, and its value."""
    if not len(job.validation):
        return Choice(float("nan"), strength, 0.5, weights)
    config = job.config
    seen = {label for row in job.validation.labels for label in row}
    everything = (*labels, *sorted(seen - set(labels)))
    truth = judge(job.validation.labels, everything)
    scores = unseen @ weights.coef.T.astype(np.float64) + weights.intercept.astype(np.float64)
    probabilities = to_probabilities(np.asarray(scores), link)
    strangers = np.zeros((len(truth), len(everything) - len(labels)), dtype=np.bool_)
    tried = []
    for threshold in THRESHOLDS if config.task == "multilabel" else (0.5,):
        chosen = choose(probabilities, config.task, threshold)
        judged = Judged(
            everything, truth, np.hstack([chosen, strangers]), config.task != "multilabel"
        )
        tried.append(Choice(score(config.choose_by, judged), strength, threshold, weights))
    return max(
        tried,
        key=lambda choice: (np.nan_to_num(choice.value, nan=-1.0), -abs(choice.threshold - 0.5)),
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
