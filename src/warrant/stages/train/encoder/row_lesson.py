"""Rows with answers of their own: labels that compete, labels that do not, or a number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.base import Embedder, one_thread
from warrant.models.base.embed import filled, same_length
from warrant.models.encoder import EncoderModel, write_encoder_model
from warrant.models.encoder.settings import link_of
from warrant.stages.train.calibration import calibrate
from warrant.stages.train.columns import count_states, learn_columns
from warrant.stages.train.encoder.lesson import Written
from warrant.stages.train.encoder.network import (
    make_head,
    shrink_words,
    start_at,
    write_learnt,
)
from warrant.stages.train.encoder.rows import (
    Rows,
    Scale,
    first_scores,
    label_weights,
    read_rows,
    texts_of,
    truth_and_scale,
)
from warrant.stages.train.judging import Verdict, judge_scores
from warrant.stages.train.truth import truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from warrant.models.columns import ColumnEncoder
    from warrant.stages.train.backend import Job
    from warrant.stages.train.encoder.checkpoint import Stand
    from warrant.stages.train.encoder.lesson import Start
    from warrant.stages.train.encoder.network import Tuned


@dataclass(frozen=True)
class RowLesson:
    """See `Lesson` for the methods; an item is a row."""

    job: Job
    start: Start
    labels: tuple[str, ...]
    columns: ColumnEncoder
    scale: Scale
    tuned: Tuned
    train: Rows
    validation: Rows
    weights: NDArray[np.float32] | None
    """Of labels; None: all weigh alike."""

    @property
    def figure(self) -> str:
        """What validation rows are judged by."""
        return "rmse" if self.job.config.task == "regression" else self.job.config.choose_by

    @property
    def sign(self) -> int:
        """-1 where less is better."""
        return -1 if self.job.config.task == "regression" else 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row."""
        return self.train.lengths

    @property
    def longest(self) -> int:
        """Tokens of the longest row."""
        return int(self.train.lengths.max(initial=0))

    @property
    def has_validation(self) -> bool:
        """Whether there are rows to judge by."""
        return len(self.validation) > 0

    def size(self, part: list[int]) -> tuple[int, int]:
        """Count tokens of rows."""
        lengths = self.train.lengths[part]
        real = int(lengths.sum())
        return real, real if self.tuned.packs else int(lengths.max()) * len(part)

    def scores(self, part: list[int]) -> Any:  # noqa: ANN401 - a tensor
        """Score rows, shape (rows, scores)."""
        return self._scores(part, self.train, training=True)

    def loss(self, scores: Any, part: list[int]) -> Any:  # noqa: ANN401 - tensors
        """Add up the losses of some rows."""
        import torch

        losses = torch.nn.functional
        truth = torch.from_numpy(self.train.truth[part])
        weights = None if self.weights is None else torch.from_numpy(self.weights)
        task, way = self.job.config.task, "sum" if self.train.weights is None else "none"
        if task == "regression":
            found = losses.mse_loss(scores, truth, reduction=way)
        elif task == "multilabel":
            found = losses.binary_cross_entropy_with_logits(
                scores, truth, pos_weight=weights, reduction=way
            )
        else:
            found = losses.cross_entropy(scores, truth.argmax(dim=1), weights, reduction=way)
        if self.train.weights is None:
            return found
        rows = torch.from_numpy(self.train.weights[part].astype(np.float32))
        return (found.reshape(len(part), -1).sum(dim=1) * rows).sum()

    def weight(self, items: list[int]) -> float:
        """Give what the losses of some rows are divided by."""
        rows = self.train.weights
        if self.weights is None or self.job.config.task == "multilabel":
            return float(len(items) if rows is None else rows[items].sum())
        labels = self.weights[self.train.truth[items].argmax(axis=1)]
        return float((labels if rows is None else labels * rows[items]).sum())

    def validation_scores(self) -> NDArray[np.float64]:
        """Score the validation rows, shape (rows, scores)."""
        rows = self.validation
        found = np.zeros((len(rows), rows.truth.shape[1]))
        for group in same_length([one.ids for one in rows.read]):
            batch = filled(group, int(rows.lengths[group[0]]))
            scores = self._scores(batch, rows, training=False).float()
            found[group] = scores[: len(group)].numpy()
        return found

    def judge(self, scores: NDArray[np.float64]) -> Verdict:
        """Say how good the scores of the validation rows are."""
        link = link_of(self.job.config.task)
        if link is None or link == "identity":
            missed = scores[:, 0] - self.validation.truth[:, 0]
            return Verdict(-float(np.sqrt(np.mean(missed**2))) * self.scale.spread, 0.5)
        return judge_scores(scores, link, self.labels, self.job.validation, self.job.config)

    def fingerprint(self) -> Iterator[bytes]:
        """Give tokens and truth of all rows."""
        for rows in (self.train, self.validation):
            yield rows.lengths.tobytes() + rows.truth.tobytes()
            if rows.weights is not None:
                yield rows.weights.tobytes()
            for one in rows.read:
                yield np.array(one.ids, np.int64).tobytes()

    def write(self, stand: Stand) -> Written:
        """Write network and head, the calibration folded into it."""
        model, facts = self._calibrated(self._model(), stand)
        for name, data in write_encoder_model(model).items():
            (self.job.folder / name).write_bytes(data)
        return Written(
            "encoder",
            model,
            {"class_weights": self.job.config.class_weights, **facts},
            {
                **count_states(self.columns, self.job.train, "train"),
                **count_states(self.columns, self.job.validation, "validation"),
            },
        )

    def _scores(self, part: list[int], rows: Rows, *, training: bool) -> Any:  # noqa: ANN401 - a tensor
        import torch

        columns = torch.from_numpy(rows.columns[part].toarray().astype(np.float32))
        if rows.vectors is not None:
            vectors = torch.from_numpy(rows.vectors[part])
            return self.tuned.head_scores(vectors, columns, training=training)
        batch = self.tuned.encoder.arguments([rows.read[row] for row in part])
        return self.tuned.scores(batch, columns, training=training)

    def _model(self) -> EncoderModel:
        """Write the network, and give the model with the head as it was learnt."""
        config, learnt = self.job.config, write_learnt(self.tuned, self.start, self.job.folder)
        spread = np.float32(self.scale.spread)
        return EncoderModel(
            task=config.task,
            labels=self.labels,
            reads=config.inputs,
            thresholds=(0.5,) * len(self.labels),
            embedder=learnt.embedder,
            base=self.start.base.record,
            method=self.start.config.method,
            coef=learnt.coef * spread,
            intercept=learnt.intercept * spread + np.float32(self.scale.center),
            encoder=self.columns,
            first_characters=config.first_characters,
        )

    def _calibrated(
        self, model: EncoderModel, stand: Stand
    ) -> tuple[EncoderModel, Mapping[str, object]]:
        """Fold the calibration into the head."""
        if not model.labels:
            return model, {}
        job = self.job
        scores = np.zeros((0, len(model.labels)))
        if len(job.validation):
            with one_thread():
                scores = model.scores(job.validation.columns)
        found = calibrate(scores, truth_of(job.validation, model.labels), job.config.task)
        slopes, offsets = found.slopes.astype(np.float32), found.offsets.astype(np.float32)
        model = replace(
            model,
            coef=model.coef * slopes[:, np.newaxis],
            intercept=model.intercept * slopes + offsets,
            thresholds=found.thresholds(job.config.task, stand.threshold),
        )
        return model, {"threshold": stand.threshold, **found.facts}


def row_lesson(job: Job, start: Start) -> RowLesson:
    """Read rows, and make what is trained on them.

    Args:
        job: of a task with an answer a row.
        start: base and settings.

    Returns:
        The lesson.
    """
    config, encoder = job.config, start.encoder
    columns = learn_columns(job.train, config.inputs, config.fewest_documents)
    labels: tuple[str, ...] = ()
    if config.task != "regression":
        labels = tuple(sorted({label for row in job.train.labels for label in row}))
    truth, scale = truth_and_scale(job.train, labels, config)
    train = read_rows(job.train, config, encoder, columns, truth)
    other, _ = truth_and_scale(job.validation, labels, config, scale)
    validation = read_rows(job.validation, config, encoder, columns, other)
    tuned = make_head(start, columns.width, truth.shape[1], config.seed)
    if start.is_frozen:
        embedder = Embedder(encoder, start.precision, tuned.pooling, start.longest, is_unit=False)
        train = replace(train, vectors=embedder.embed(texts_of(job.train, config), job.progress))
        if len(validation):
            vectors = embedder.embed(texts_of(job.validation, config), job.progress)
            validation = replace(validation, vectors=vectors)
    elif start.config.method == "full":
        shrink_words(tuned, (one.ids for rows in (train, validation) for one in rows.read))
    weights = label_weights(truth, config, train.weights)
    start_at(tuned, first_scores(truth, weights, config.task, train.weights))
    return RowLesson(job, start, labels, columns, scale, tuned, train, validation, weights)
