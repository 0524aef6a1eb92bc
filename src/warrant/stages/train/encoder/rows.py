"""Rows as the loop reads them: tokens, other columns, and what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.linear.text import join_texts
from warrant.stages.train.numbers import numbers_of
from warrant.stages.train.truth import truth_of
from warrant.stages.train.weighing import row_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from warrant.models.base import Encoder
    from warrant.models.base.embed import Texts
    from warrant.models.columns import ColumnEncoder
    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig


@dataclass(frozen=True)
class Rows:
    """Rows of one dataset."""

    read: list[Any]
    """Encodings of the tokenizers library."""
    lengths: NDArray[np.int64]
    """Shape (rows,): tokens of each."""
    columns: Any
    """Sparse matrix, shape (rows, width of the other columns)."""
    truth: NDArray[np.float32]
    """Shape (rows, scores): 1 where a label is true, or the number, scaled."""
    vectors: NDArray[np.float32] | None = None
    """Shape (rows, width): of a frozen network, computed once; None: computed at each update."""
    weights: NDArray[np.float64] | None = None
    """Shape (rows,): how much each counts, above 0; None: one."""

    def __len__(self) -> int:
        return len(self.read)


def texts_of(rows: Examples, config: TrainConfig) -> Texts:
    """Give the texts of rows, as the model will read them.

    Args:
        rows: any.
        config: the columns, and the task: of `pairs` the two texts are two parts.

    Returns:
        One text, or one pair, a row.
    """
    most = config.first_characters
    if config.task == "pairs":
        first, second = (join_texts(rows.columns, [name]) for name in config.texts)
        return [(one[:most], other[:most]) for one, other in zip(first, second, strict=True)]
    return [text[:most] for text in join_texts(rows.columns, config.texts)]


def read_rows(
    rows: Examples,
    config: TrainConfig,
    encoder: Encoder,
    columns: ColumnEncoder,
    truth: NDArray[np.float32],
) -> Rows:
    """Cut texts into tokens and encode the other columns.

    Args:
        rows: any; none is allowed.
        config: the settings of the run.
        encoder: with the tokenizer.
        columns: fitted.
        truth: shape (rows, scores).

    Returns:
        The rows.
    """
    read = encoder.encodings(texts_of(rows, config), config.length) if len(rows) else []
    numbers = columns.encode(rows.columns).numbers
    others = columns.expand(numbers if columns.columns else np.zeros((len(rows), 0)))
    lengths = np.array([len(one.ids) for one in read], np.int64)
    return Rows(read, lengths, others, truth, weights=row_weights(rows))


@dataclass(frozen=True)
class Scale:
    """How numbers of a `regression` are scaled while training."""

    center: float = 0.0
    spread: float = 1.0


def truth_and_scale(
    rows: Examples, labels: Sequence[str], config: TrainConfig, scale: Scale | None = None
) -> tuple[NDArray[np.float32], Scale]:
    """Give what is true of rows.

    Args:
        rows: any.
        labels: that the model knows; none of a `regression`.
        config: the task.
        scale: of the training rows; None: these are the training rows.

    Returns:
        Shape (rows, scores), and the scale of numbers.
    """
    if config.task != "regression":
        return truth_of(rows, labels).astype(np.float32), Scale()
    values = numbers_of(rows)
    scale = scale or Scale(float(values.mean()), float(values.std()) or 1.0)
    return ((values - scale.center) / scale.spread).astype(np.float32)[:, np.newaxis], scale


def label_weights(
    truth: NDArray[np.float32], config: TrainConfig, rows: NDArray[np.float64] | None = None
) -> NDArray[np.float32] | None:
    """Let rare labels weigh more, as often as they are rarer than the mean.

    Args:
        truth: shape (rows, labels).
        config: whether they shall.
        rows: shape (rows,): how much each counts; None: one.

    Returns:
        Shape (labels,): of labels that compete, rows over rows of the label, scaled to a mean of
        1 a row, as scikit-learn's `balanced`; of several a row, how much a true one weighs. None:
        all weigh alike.
    """
    if config.class_weights != "balanced" or config.task == "regression":
        return None
    counts, whole = _counted(truth, rows)
    counts = np.maximum(counts, 1.0)
    if config.task == "multilabel":
        return np.asarray(np.clip((whole - counts) / counts, 1.0, 10.0), np.float32)
    return np.asarray(whole / (truth.shape[1] * counts), np.float32)


def first_scores(
    truth: NDArray[np.float32],
    weights: NDArray[np.float32] | None,
    task: str,
    rows: NDArray[np.float64] | None = None,
) -> NDArray[np.float32]:
    """Give the scores that answer best without reading anything: how frequent each label is.

    A head that began at zero would have to learn that labels are rare. At the rates of fine-tuning
    its offset moves too slowly for that, so the network is bent until all texts look alike.

    Args:
        truth: shape (rows, scores).
        weights: of labels; None: all weigh alike.
        task: of the model.
        rows: shape (rows,): how much each counts; None: one.

    Returns:
        Shape (scores,): log odds of labels that may come together, log shares of those that
        compete, zero for a number, whose mean is taken off.

    Source: T.-Y. Lin et al., Focal Loss for Dense Object Detection, 2017, section 3.3.
    """
    if task == "regression" or not len(truth):
        return np.zeros(truth.shape[1], np.float32)
    true, whole = _counted(truth, rows)
    counts = true.astype(np.float64) + 0.5
    if weights is not None:
        counts = counts * weights
    if task == "multilabel":
        return np.asarray(np.log(counts / (whole + 0.5 - true)), np.float32)
    return log_shares(counts)


def _counted(
    truth: NDArray[np.float32], rows: NDArray[np.float64] | None
) -> tuple[NDArray[Any], float]:
    """Add up what rows count, by label and in all."""
    if rows is None:
        return truth.sum(axis=0), len(truth)
    return rows @ truth.astype(np.float64), float(rows.sum())


def log_shares(counts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Give the scores of answers that compete, from how often each is right.

    Args:
        counts: above 0.

    Returns:
        Their shares' logarithms.
    """
    return np.asarray(np.log(counts / counts.sum()), np.float32)
