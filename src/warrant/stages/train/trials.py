"""Trials on rows at hand: read once, fitted many times, each row answered by fits without it.

Vocabularies and ranges are learnt from all rows, since they know no label; what knows labels is
fitted anew in each trial. Always linear: a trial costs seconds, and what helps or harms a linear
model most often does the same to others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from warrant.metrics import judge
from warrant.models.linear.link import to_probabilities
from warrant.models.linear.model import score_rows
from warrant.models.linear.text import join_texts
from warrant.models.options import LETTERS
from warrant.models.tagger.features import features_of
from warrant.models.tagger.tags import OUTSIDE, cut, tag
from warrant.stages.train.backend import Job
from warrant.stages.train.builtin.linear import DEFAULT_STRENGTH, MARGIN_STRENGTH
from warrant.stages.train.builtin.logistic import MOST_JOINT_LABELS, fit_logistic
from warrant.stages.train.builtin.matching import read_choice, read_pairs
from warrant.stages.train.builtin.reading import learn_reading
from warrant.stages.train.calibration import calibrate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.models.linear.link import Link
    from warrant.stages.train.config import TrainConfig

    Rows = NDArray[np.intp]
    Scores = NDArray[np.float64]

FOLDS = 5
"""Parts of the rows; each is answered by a fit on the others."""

EVEN = 0.5
"""Probability from which a label of several holds."""

MOST_WORDS = 20_000
"""So many words of texts with places are tried: each of them is a row of its own."""

FEWEST_WORDS = 2
"""A feature of fewer words is left out."""

NO_PLACE = "(no place)"
"""In place of the label of a word that belongs to no place."""

_NEVER = -30.0  # the score of a label that a fit has not seen


@dataclass(frozen=True)
class Trials:
    """Rows as numbers, and what they answer."""

    numbers: Any
    """Sparse matrix, shape (rows, terms)."""
    labels: tuple[str, ...]
    """Names of the columns of `truth`, sorted."""
    truth: NDArray[np.bool_]
    """Shape (rows, labels): the labels that rows have."""
    config: TrainConfig
    """Task, class weights and seed."""
    strength: float
    """C of every fit."""
    of: NDArray[np.intp] | None = None
    """Shape (rows,): of words, the row of the examples that each stands in; None: they are rows."""
    places: NDArray[np.int64] | None = None
    """Shape (rows, 2): of words, first character and after the last one."""
    told: int | None = None
    """So many of the first labels are told; None: all. Behind them stands what is no place."""
    is_one: bool = False
    """Whether labels are letters of options: only all of them together say something."""

    def __len__(self) -> int:
        return len(self.truth)

    def score(self, learnt: Rows, asked: Rows) -> Scores:
        """Fit on some rows and score others.

        Args:
            learnt: positions of rows to learn from.
            asked: positions of rows to answer.

        Returns:
            Shape (asked, labels), log-odds; very low for a label that no learnt row has.
        """
        present = np.flatnonzero(self.truth[learnt].any(axis=0))
        scores = np.full((len(asked), len(self.labels)), _NEVER)
        if len(present) < 2 and self.config.task != "multilabel":
            scores[:, present] = 0.0
            return scores
        with threadpool_limits(limits=1):
            found = fit_logistic(
                self.numbers[learnt],
                self.truth[np.ix_(learnt, present)],
                self._link,
                self.strength,
                self.config,
            )
        scores[:, present] = score_rows(self.numbers[asked], found.coef, found.intercept)
        return scores

    def probabilities(self, scores: Scores) -> NDArray[np.float64]:
        """Turn scores of all rows, each by fits without it, into probabilities.

        Args:
            scores: shape (rows, labels).

        Returns:
            Shape (rows, labels), 0 to 1, calibrated on these rows where they suffice.
        """
        found = calibrate(scores, self.truth, self.config.task)
        if not found.is_none:
            scores = scores * found.slopes + found.offsets
        return to_probabilities(scores, self._link)

    def choose(self, scores: Scores) -> NDArray[np.bool_]:
        """Turn scores of all rows into answers.

        Args:
            scores: shape (rows, labels).

        Returns:
            Shape (rows, labels): of labels that compete the first of the highest, else each that
            is more probable than not.
        """
        if self.config.task == "multilabel":
            return self.probabilities(scores) >= EVEN
        chosen = np.zeros(scores.shape, dtype=np.bool_)
        chosen[np.arange(len(scores)), scores.argmax(axis=1)] = True
        return chosen

    @property
    def _link(self) -> Link:
        return "sigmoid" if self.config.task == "multilabel" else "softmax"


@dataclass(frozen=True)
class ChoiceTrials(Trials):
    """Questions with options; each option beside its question is scored, and they compete."""

    lengths: tuple[int, ...] = ()
    """Options of each row; `numbers` has a line for each of them."""

    def score(self, learnt: Rows, asked: Rows) -> Scores:
        """Fit on the options of some rows, and score those of others; see `Trials.score`."""
        ends = np.cumsum(self.lengths)
        starts = ends - self.lengths
        lines = np.concatenate([np.arange(starts[at], ends[at]) for at in learnt])
        right = np.concatenate([self.truth[at, : self.lengths[at]] for at in learnt])
        scores = np.full((len(asked), len(self.labels)), _NEVER)
        if right.all() or not right.any():
            return scores
        with threadpool_limits(limits=1):
            found = fit_logistic(
                self.numbers[lines], right[:, None], "sigmoid", self.strength, self.config
            )
        for row, at in enumerate(asked):
            own = score_rows(self.numbers[starts[at] : ends[at]], found.coef, found.intercept)
            scores[row, : self.lengths[at]] = own[:, 0]
        return scores


def read_trials(examples: Examples, config: TrainConfig, strength: float | None = None) -> Trials:
    """Read rows for trials.

    Args:
        examples: rows with labels, none of them of a test.
        config: what is read and answered; the tier makes no difference.
        strength: C of every fit; None: the middle one of the tier `linear`.

    Returns:
        The rows as numbers.

    Raises:
        InputError: when there is text alone, and no word in it is frequent enough.
    """
    labels = tuple(sorted({label for row in examples.labels for label in row}))
    linear = replace(config, tier="linear")
    job = Job(examples, examples, linear, Path(), _quiet)
    one = replace(linear, task="multiclass")
    if config.task == "spans":
        return _words(examples, labels, one, strength or DEFAULT_STRENGTH)
    if config.task == "choice":
        terms, lengths = read_choice(job)
        known = LETTERS[: max(lengths, default=0)]
        truth = judge(examples.labels, known)
        return ChoiceTrials(
            terms.tocsr(),
            known,
            truth,
            one,
            strength or DEFAULT_STRENGTH,
            is_one=True,
            lengths=tuple(lengths),
        )
    if config.task == "pairs":
        numbers = read_pairs(job)[1].tocsr()
        truth = judge(examples.labels, labels)
        return Trials(numbers, labels, truth, one, strength or DEFAULT_STRENGTH)
    is_dear = config.task != "multilabel" and len(labels) > MOST_JOINT_LABELS
    usual = MARGIN_STRENGTH if is_dear else DEFAULT_STRENGTH
    reading = learn_reading(job)
    truth = judge(examples.labels, labels)
    return Trials(reading.train.tocsr(), labels, truth, linear, strength or usual)


def _words(
    examples: Examples, labels: tuple[str, ...], config: TrainConfig, strength: float
) -> Trials:
    """Read each word of texts as a row: its label, or none. Only so many of the rows are read."""
    texts = join_texts(examples.columns, config.texts)
    ends = np.cumsum([len(cut([text], by_line=False).tokens.words) for text in texts])
    kept = max(int((ends <= MOST_WORDS).sum()), 1)
    sequences = cut(texts[:kept], by_line=False)
    tags, _ = tag(sequences, examples.spans[:kept], labels)
    truth = np.zeros((len(tags), len(labels) + 1), np.bool_)
    truth[np.arange(len(tags)), np.where(tags == OUTSIDE, len(labels), (tags - 1) // 2)] = True
    seen = features_of(sequences.tokens).tocsr()
    used = np.flatnonzero(np.bincount(seen.indices, minlength=seen.shape[1]) >= FEWEST_WORDS)
    tokens = sequences.tokens
    return Trials(
        seen[:, used],
        (*labels, NO_PLACE),
        truth,
        config,
        strength,
        of=np.asarray(tokens.texts, np.intp),
        places=np.stack([tokens.starts, tokens.ends], axis=1).astype(np.int64),
        told=len(labels),
    )


def deal_folds(examples: Examples, groups: Sequence[object], seed: int) -> NDArray[np.intp]:
    """Deal rows into folds: groups stay whole, labels are spread.

    Args:
        examples: rows with labels.
        groups: of each row, what keeps it with others, for example its document.
        seed: another one, another deal.

    Returns:
        Shape (rows,): the fold of each row, from 0.
    """
    first: dict[object, str] = {}
    for group, labels in zip(groups, examples.labels, strict=True):
        first.setdefault(group, labels[0] if labels else "")
    drawn = dict(zip(first, np.random.default_rng(seed).random(len(first)), strict=True))
    order = sorted(first, key=lambda group: (first[group], drawn[group]))
    fold_of = {group: place % FOLDS for place, group in enumerate(order)}
    return np.array([fold_of[group] for group in groups], dtype=np.intp)


def out_of_fold(trials: Trials, folds: NDArray[np.intp]) -> Scores:
    """Score every row by a fit on the other folds.

    Args:
        trials: the rows.
        folds: shape (rows,).

    Returns:
        Shape (rows, labels), log-odds.
    """
    scores = np.full(trials.truth.shape, _NEVER)
    for fold in range(FOLDS):
        asked = np.flatnonzero(folds == fold)
        if len(asked):
            scores[asked] = trials.score(np.flatnonzero(folds != fold), asked)
    return scores


def _quiet(done: int, total: int | None, unit: str) -> None:
    del done, total, unit
