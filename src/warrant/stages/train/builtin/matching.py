"""The `linear` tier of `pairs` and `choice`: terms of two texts, and how alike they are.

A pair has a label, as a text has one. Of options, each is set beside the question, and one model
tells right from wrong; the options of a row then compete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.models.linear import Block, TextReader
from warrant.models.linear.model import score_rows
from warrant.models.linear.text import join_texts
from warrant.models.matching.choosing import read_all_options
from warrant.models.matching.features import PairReader, softmax_of
from warrant.models.matching.files import write_matching
from warrant.models.matching.model import MatchingModel
from warrant.models.options import LETTERS
from warrant.stages.train.backend import Trained
from warrant.stages.train.builtin.logistic import Weights, fit_logistic
from warrant.stages.train.builtin.vocabulary import inverse_frequencies, learn_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.stages.train.backend import Job
    from warrant.stages.train.config import TrainConfig

BLOCKS = (Block("word", 1, 2, ()), Block("characters", 3, 3, ()))

STRENGTHS = (0.1, 1.0, 10.0)
"""Inverse strengths of regularisation, tried from the smallest until one does worse."""

DEFAULT_STRENGTH = 1.0
"""Without validation rows."""

SLOPES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Scores of options are multiplied with one of these, chosen on validation rows."""


class _Asked(NamedTuple):
    """Options beside their questions, row by row."""

    seen: Any
    """Sparse matrix, shape (options, features)."""
    lengths: list[int]
    right: NDArray[np.int64]
    """Of each row, the place of the right option."""


class _Fit(NamedTuple):
    value: float
    strength: float
    weights: Weights


def read_pairs(job: Job) -> tuple[PairReader, Any, Any]:
    """Learn how pairs are read.

    Args:
        job: of the task `pairs`.

    Returns:
        The reader, and the rows of training and validation as numbers.
    """
    one, other = _both(job.train, job.config)
    documents = _numbered([*job.train.documents, *job.train.documents])
    pair = PairReader(_learn([*one, *other], documents, job.config), with_first=True)
    return pair, pair.read(one, other), pair.read(*_both(job.validation, job.config))


def run_choice(job: Job) -> Trained:
    """Fit a few strengths, keep the best on validation rows.

    Args:
        job: of the task `choice`.

    Returns:
        What was made.
    """
    config = job.config
    pair = _pair_of(job)
    train = _ask(pair, job.train, config)
    unseen = _ask(pair, job.validation, config)
    truth = np.concatenate(
        [
            np.arange(length) == right
            for length, right in zip(train.lengths, train.right, strict=True)
        ]
    )[:, None]
    fits = _fit_all(train, truth, unseen, job)
    best = max(fits, key=lambda fit: np.nan_to_num(fit.value, nan=-np.inf))
    slope = find_slope(_scores(best.weights, unseen), unseen.right) if unseen.lengths else 1.0
    model = MatchingModel(
        task="choice",
        labels=LETTERS,
        reads=config.inputs,
        link="softmax",
        pair=pair,
        coef=best.weights.coef * np.float32(slope),
        intercept=best.weights.intercept * np.float32(slope),
    )
    for file, data in write_matching(model).items():
        (job.folder / file).write_bytes(data)
    facts = model.describe()
    return Trained(
        kind="matching",
        labels=LETTERS,
        parameters=facts.parameters,
        deterministic=True,
        settings={
            "strength": best.strength,
            "slope": slope,
            "precision": facts.precision,
            **{f"terms_{kind}": count for kind, count in facts.facts.items()},
        },
        measures={
            **{f"validation_accuracy_at_{one.strength:g}": _or_none(one.value) for one in fits},
            "chosen_strength": best.strength,
            "validation_accuracy": _or_none(best.value),
            "converged": best.weights.converged,
        },
        counts={"options": len(train.seen.indptr) - 1},
    )


def read_choice(job: Job) -> tuple[Any, list[int]]:
    """Learn how options are read beside their questions.

    Args:
        job: of the task `choice`.

    Returns:
        Every option of the training rows as numbers, and how many each row has.
    """
    pair, config = _pair_of(job), job.config
    questions = join_texts(job.train.columns, config.texts)
    options = read_all_options(job.train.columns, config.names[-1])
    first = [text for text, some in zip(questions, options, strict=True) for _ in some]
    return pair.read(first, [one for some in options for one in some]), [*map(len, options)]


def _pair_of(job: Job) -> PairReader:
    """Learn the terms of questions and options."""
    questions = join_texts(job.train.columns, job.config.texts)
    options = read_all_options(job.train.columns, job.config.names[-1])
    texts = [*questions, *(one for some in options for one in some)]
    pairs = zip(job.train.documents, options, strict=True)
    owners = [*job.train.documents, *(document for document, some in pairs for _ in some)]
    return PairReader(_learn(texts, _numbered(owners), job.config), with_first=False)


def _fit_all(train: _Asked, truth: NDArray[np.bool_], unseen: _Asked, job: Job) -> list[_Fit]:
    """Try strengths until one does worse on validation rows."""
    fits: list[_Fit] = []
    strengths = STRENGTHS if unseen.lengths else (DEFAULT_STRENGTH,)
    for done, strength in enumerate(strengths):
        job.progress(done, len(strengths), "fits")
        weights = fit_logistic(train.seen, truth, "sigmoid", strength, job.config)
        fits.append(_Fit(_accuracy(weights, unseen), strength, weights))
        if len(fits) > 1 and fits[-1].value < fits[-2].value:
            break
    job.progress(len(strengths), len(strengths), "fits")
    return fits


def _both(rows: Examples, config: TrainConfig) -> tuple[list[str], list[str]]:
    one, other = (join_texts(rows.columns, [name]) for name in config.texts)
    return one, other


def _numbered(documents: Sequence[bytes]) -> NDArray[np.intp]:
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) for one in documents], dtype=np.intp)


def _learn(texts: Sequence[str], documents: NDArray[np.intp], config: TrainConfig) -> TextReader:
    short = [text[: config.first_characters] for text in texts]
    most = (config.word_terms, config.character_terms)
    learnt = [
        learn_vocabulary(block, short, documents, fewest=config.fewest_documents, most=count)
        for block, count in zip(BLOCKS, most, strict=True)
    ]
    idf = inverse_frequencies([one.portions for one in learnt])
    blocks = tuple(one.block for one in learnt if one.block.terms)
    return TextReader(blocks, idf, config.first_characters)


def _ask(pair: PairReader, rows: Examples, config: TrainConfig) -> _Asked:
    """Set each option beside its question; rows whose right option is not among them are none."""
    questions = join_texts(rows.columns, config.texts)
    options = read_all_options(rows.columns, config.names[-1])
    right = [LETTERS.index(label[0]) if label[0] in LETTERS else -1 for label in rows.labels]
    kept = [row for row, some in enumerate(options) if 0 <= right[row] < len(some)]
    first = [questions[row] for row in kept for _ in options[row]]
    second = [one for row in kept for one in options[row]]
    return _Asked(
        pair.read(first, second),
        [len(options[row]) for row in kept],
        np.array([right[row] for row in kept], np.int64),
    )


def _scores(weights: Weights, asked: _Asked) -> list[NDArray[np.float64]]:
    scores = score_rows(asked.seen, weights.coef, weights.intercept)[:, 0]
    return np.split(scores, np.cumsum(asked.lengths)[:-1])


def _accuracy(weights: Weights, asked: _Asked) -> float:
    if not asked.lengths:
        return float("nan")
    chosen = [int(some.argmax()) for some in _scores(weights, asked)]
    return float((np.array(chosen) == asked.right).mean())


def find_slope(scores: Sequence[NDArray[np.float64]], right: NDArray[np.int64]) -> float:
    """Choose how far scores of options are stretched, so that probabilities mean what they say.

    Args:
        scores: of each row a number an option; one row at least.
        right: of each row, the place of the right option.

    Returns:
        One of `SLOPES`.
    """

    def loss(slope: float) -> float:
        sure = [softmax_of(slope * some)[at] for some, at in zip(scores, right, strict=True)]
        return -float(np.log(np.maximum(sure, 1e-12)).mean())

    return min(SLOPES, key=loss)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
