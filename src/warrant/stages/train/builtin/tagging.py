"""The `linear` tier of `spans`: a linear chain over hashed features of words; seconds of CPU.

All tokens are described once; a fit then goes over them some hundred times, as arrays. The same
rows, settings and libraries give the same bytes.

Source: Lafferty, McCallum and Pereira (ICML 2001); Liu and Nocedal, L-BFGS (1989).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from warrant.metrics.spans import count_places, score_places
from warrant.models.linear.text import join_texts
from warrant.models.tagger.chain import FORBIDDEN, Weights, sum_ways
from warrant.models.tagger.features import features_of
from warrant.models.tagger.files import write_tagger
from warrant.models.tagger.model import TaggerModel
from warrant.models.tagger.tags import allowed, cut, tag
from warrant.stages.train.backend import Finding, Job, Trained
from warrant.stages.train.columns import FEWEST_DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.models.places import Span
    from warrant.models.tagger.chain import Chains
    from warrant.models.tagger.tags import Sequences
    from warrant.stages.train.config import TrainConfig

    Numbers = NDArray[np.float64]

STRENGTHS = (1.0, 10.0)
"""Inverse strengths of regularisation, tried from the smallest until one does worse."""

MOST_TOKENS = 1_000_000
"""Rows beyond so many tokens are not learnt from; their number is told."""

ROUNDS = 60
"""Of L-BFGS, at most."""

SLOPES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)
"""Scores are stretched by one of these."""

FEW_ACROSS = 0.01
"""From this share of places over a line's end on, lines do not end a chain."""


class _Taught(NamedTuple):
    seen: Any
    """Features, shape (tokens, columns), sparse."""
    columns: NDArray[np.int32]
    sequences: Sequences
    tags: NDArray[np.int64]
    blurred: int


class _Fit(NamedTuple):
    value: float
    """Micro-F1 on validation rows; not a number without any."""
    strength: float
    model: TaggerModel
    converged: bool


def tag_findings(train: Examples, config: TrainConfig) -> list[Finding]:
    """Look whether places can be found by whole words.

    Args:
        train: rows to learn from.
        config: the settings of the run.

    Returns:
        A warning where many cannot.
    """
    texts = join_texts(train.columns, config.texts)
    labels = sorted({label for row in train.labels for label in row})
    places = sum(map(len, train.spans))
    blurred = tag(cut(texts, by_line=False), train.spans, labels)[1]
    if blurred <= FEW_ACROSS * places:
        return []
    what = (
        f"{blurred} of {places} places in column {config.label!r} begin or end within a word or "
        "number."
    )
    return [
        Finding(
            "warning",
            f"{what} A model of this tier finds whole words.",
            do="Mark whole words, or accept that these count as wrong.",
            code="place-within-a-word",
        )
    ]


def run_tagging(job: Job) -> Trained:
    """Fit a few strengths, keep the best on validation rows.

    Args:
        job: of the task `spans`.

    Returns:
        What was made.
    """
    config = job.config
    rows, left = _within(join_texts(job.train.columns, config.texts))
    texts = join_texts(job.train.columns, config.texts)[:rows]
    spans = job.train.spans[:rows]
    labels = tuple(sorted({one.label for row in spans for one in row}))
    by_line = is_by_line(texts, spans)
    taught = _teach(texts, spans, labels, job, by_line=by_line)
    fits: list[_Fit] = []
    start: Numbers | None = None
    strengths = STRENGTHS if len(job.validation) else STRENGTHS[-1:]
    for done, strength in enumerate(strengths):
        job.progress(done, len(strengths), "fits")
        solved = _solve(taught, len(labels), strength, start)
        start = solved.x
        weights, chain = _shaped(solved.x, len(taught.columns), len(labels))
        model = TaggerModel(
            labels, config.inputs, by_line, taught.columns, weights.astype(np.float32), chain
        )
        fits.append(_Fit(_judge(model, job), strength, model, bool(solved.success)))
        if len(fits) > 1 and fits[-1].value < fits[-2].value:
            break
    job.progress(len(strengths), len(strengths), "fits")
    best = max(fits, key=lambda fit: np.nan_to_num(fit.value, nan=-np.inf))
    model, slope = _calibrated(best.model, job)
    for name, data in write_tagger(model).items():
        (job.folder / name).write_bytes(data)
    facts = model.describe()
    return Trained(
        kind="tagger",
        labels=labels,
        parameters=facts.parameters,
        deterministic=True,
        settings={
            "strength": best.strength,
            "slope": slope,
            "precision": facts.precision,
            "fewest_documents": max(config.fewest_documents, FEWEST_DOCUMENTS),
            "by_line": by_line,
            **facts.facts,
        },
        measures={
            **{f"validation_micro_f1_at_{one.strength:g}": _or_none(one.value) for one in fits},
            "chosen_strength": best.strength,
            "validation_micro_f1": _or_none(best.value),
            "converged": best.converged,
            "labels": len(labels),
        },
        counts={
            "places": sum(map(len, spans)),
            "places_not_of_whole_words": taught.blurred,
            "rows_beyond_the_most_tokens": left,
        },
    )


def _within(texts: Sequence[str]) -> tuple[int, int]:
    """Say how many of the first rows are learnt from, and how many are not."""
    tokens = 0
    for row, text in enumerate(texts):
        tokens += len(text) // 4  # a rough count: a few more or less do not matter
        if tokens > MOST_TOKENS:
            return row, len(texts) - row
    return len(texts), 0


def is_by_line(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> bool:
    """Say whether places end with their line.

    Args:
        texts: any.
        spans: true places of each.

    Returns:
        True where next to none goes on over the end of a line.
    """
    across = sum(
        "\n" in text[one.start : one.end]
        for text, row in zip(texts, spans, strict=True)
        for one in row
    )
    return across <= FEW_ACROSS * sum(map(len, spans))


def _teach(
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
    labels: Sequence[str],
    job: Job,
    *,
    by_line: bool,
) -> _Taught:
    """Describe all tokens; features of too few documents do not enter."""
    sequences = cut(texts, by_line=by_line)
    tags, blurred = tag(sequences, spans, labels)
    seen = features_of(sequences.tokens)
    fewest = max(job.config.fewest_documents, FEWEST_DOCUMENTS)
    columns = _of_several(seen, sequences, job.train.documents[: len(texts)], fewest)
    kept = sparse.csr_array(seen[:, columns], dtype=np.float64)
    return _Taught(kept, columns, sequences, tags, blurred)


def _of_several(
    seen: Any,  # noqa: ANN401 - a sparse matrix
    sequences: Sequences,
    documents: Sequence[bytes],
    fewest: int,
) -> NDArray[np.int32]:
    """Give the columns that so many documents have."""
    numbers: dict[bytes, int] = {}
    of_row = np.array([numbers.setdefault(one, len(numbers)) for one in documents], np.int64)
    rows = np.repeat(of_row[sequences.tokens.texts], np.diff(seen.indptr))
    pairs = np.unique(seen.indices.astype(np.int64) * len(numbers) + rows)
    columns, counts = np.unique(pairs // len(numbers), return_counts=True)
    return np.asarray(columns[counts >= fewest], dtype=np.int32)


def _solve(taught: _Taught, labels: int, strength: float, start: Numbers | None) -> Any:  # noqa: ANN401 - scipy has no types
    """Find the weights under which what is true is likeliest, small weights preferred."""
    tags = 1 + 2 * labels
    width = len(taught.columns)
    chains, truth = taught.sequences.chains, taught.tags
    mask = allowed(labels)
    right = np.zeros((len(truth), tags))
    right[np.arange(len(truth)), truth] = 1.0
    begins = np.zeros(len(truth), np.bool_)
    begins[chains.starts] = True
    later = np.flatnonzero(~begins)
    steps_right = np.zeros((tags, tags))
    np.add.at(steps_right, (truth[later - 1], truth[later]), 1.0)
    start_right = np.bincount(truth[chains.starts], minlength=tags).astype(np.float64)
    transposed = sparse.csr_array(taught.seen.T)

    def loss(vector: Numbers) -> tuple[float, Numbers]:
        weights, chain = _shaped(vector, width, labels)
        scores = np.asarray(taught.seen @ weights)
        sums = sum_ways(scores, chains, chain)
        likely = (scores * right).sum() + (chain.steps * steps_right).sum()
        likely += (chain.start * start_right).sum() - sums.whole.sum()
        whole = np.repeat(sums.whole, chains.lengths)[:, None]
        odds = np.exp(sums.forward + sums.backward - whole)
        expected = _expected_steps(scores, sums.forward, sums.backward, whole, chain, later)
        slope_weights = transposed @ (odds - right)
        slope_steps = np.where(mask.steps < 0, 0.0, expected - steps_right)
        slope_start = np.where(mask.start < 0, 0.0, odds[chains.starts].sum(axis=0) - start_right)
        free = np.concatenate(
            [
                weights.ravel(),
                np.where(mask.start < 0, 0.0, chain.start),
                np.where(mask.steps < 0, 0.0, chain.steps).ravel(),
            ]
        )
        slope = np.concatenate([slope_weights.ravel(), slope_start, slope_steps.ravel()])
        value = (free @ free) / (2 * strength) - float(likely)
        return value, slope + free / strength

    first = np.zeros(width * tags + tags + tags * tags) if start is None else start
    options = {"maxiter": ROUNDS, "maxcor": 6, "ftol": 1e-5, "gtol": 1e-4}
    return minimize(loss, first, jac=True, method="L-BFGS-B", options=options)


def _expected_steps(  # noqa: PLR0913, PLR0917, RUF100 - what one sum is made of
    scores: Numbers,
    forward: Numbers,
    backward: Numbers,
    whole: Numbers,
    chain: Weights,
    later: NDArray[np.intp],
) -> Numbers:
    """Give how often each step is taken, over all ways to tag."""
    before, after = forward[later - 1], scores[later] + backward[later]
    tops = before.max(axis=1, keepdims=True), after.max(axis=1, keepdims=True)
    scale = np.exp(tops[0] + tops[1] - whole[later])
    pairs = (np.exp(before - tops[0]) * scale).T @ np.exp(after - tops[1])
    return np.asarray(np.exp(chain.steps) * pairs)


def _shaped(vector: Numbers, width: int, labels: int) -> tuple[Numbers, Weights]:
    """Read weights out of one vector; what cannot be stays forbidden."""
    tags, mask = 1 + 2 * labels, allowed(labels)
    weights = vector[: width * tags].reshape(width, tags)
    start = vector[width * tags : width * tags + tags]
    steps = vector[width * tags + tags :].reshape(tags, tags)
    chain = Weights(
        np.where(mask.start < 0, FORBIDDEN, start), np.where(mask.steps < 0, FORBIDDEN, steps)
    )
    return weights, chain


def _calibrated(model: TaggerModel, job: Job) -> tuple[TaggerModel, float]:
    """Stretch all scores by one number, so that probabilities mean what they say.

    What is found stays the same. The number is chosen on validation rows by how likely it makes
    what is true of them; 1 without any.

    Source: Guo and others, On Calibration of Modern Neural Networks (2017), temperature.
    """
    texts = join_texts(job.validation.columns, model.inputs)
    texts = texts[: _within(texts)[0]]
    sequences = cut(texts, by_line=model.by_line)
    if not sequences.tokens.words:
        return model, 1.0
    known = [[one for one in row if one.label in model.labels] for row in job.validation.spans]
    tags, _ = tag(sequences, of_one_line(texts, known), model.labels)
    slope = find_slope(model.score(sequences), tags, sequences.chains, model.chain)
    weights = model.weights * np.float32(slope)
    chain = Weights(model.chain.start * slope, model.chain.steps * slope)
    return replace(model, weights=weights, chain=chain), slope


def of_one_line(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Give the places that do not go on over the end of a line.

    Args:
        texts: any.
        spans: places of each, or of more texts than these.

    Returns:
        Those of each text.
    """
    return [
        [one for one in row if "\n" not in text[one.start : one.end]]
        for text, row in zip(texts, spans, strict=False)
    ]


def find_slope(scores: Numbers, tags: NDArray[np.int64], chains: Chains, chain: Weights) -> float:
    """Choose by what number scores are stretched, so that what is true of words is likeliest.

    Args:
        scores: shape (words, tags).
        tags: shape (words,): the true ones.
        chains: of the words.
        chain: weights of steps.

    Returns:
        One of `SLOPES`.
    """
    begins = np.zeros(len(tags), np.bool_)
    begins[chains.starts] = True
    later = np.flatnonzero(~begins)
    path = scores[np.arange(len(tags)), tags].sum() + chain.start[tags[begins]].sum()
    path += chain.steps[tags[later - 1], tags[later]].sum()

    def loss(slope: float) -> float:
        steps = Weights(chain.start * slope, chain.steps * slope)
        return float(sum_ways(scores * slope, chains, steps).whole.sum() - slope * path)

    return min(SLOPES, key=loss)


def _judge(model: TaggerModel, job: Job) -> float:
    if not len(job.validation):
        return float("nan")
    texts = join_texts(job.validation.columns, model.inputs)
    found = [[one[:3] for one in row] for row in model.find(texts)]
    labels = sorted({*model.labels, *(one.label for row in job.validation.spans for one in row)})
    return score_places("micro_f1", count_places(job.validation.spans, found, labels))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
