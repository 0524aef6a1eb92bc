"""One of the options that a row brings: each is read beside the question, and they compete."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.models.base import Embedder, one_thread
from warrant.models.base.embed import filled, same_length
from warrant.models.encoder import EncoderChooser, write_encoder_chooser
from warrant.models.encoder.asking import ask
from warrant.models.linear.text import join_texts
from warrant.models.matching.choosing import read_all_options
from warrant.models.options import LETTERS
from warrant.stages.train.builtin.matching import find_slope
from warrant.stages.train.encoder.lesson import Written
from warrant.stages.train.encoder.network import make_head, shrink_words, stretched, write_learnt
from warrant.stages.train.judging import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from warrant.models.base.network import Read
    from warrant.models.examples import Examples
    from warrant.stages.train.backend import Job
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.encoder.checkpoint import Stand
    from warrant.stages.train.encoder.lesson import Start
    from warrant.stages.train.encoder.network import Tuned

_NO_OPTION = -1e4
"""Score in the place of an option that a row does not have."""


@dataclass(frozen=True)
class Asked:
    """Questions with their options; rows whose right option is not among them are left out."""

    questions: list[str]
    options: list[list[str]]
    read: list[Read]
    """Of each option of each row, in order."""
    edges: NDArray[np.int64]
    """Shape (rows + 1,): where the options of each row begin, and where the last ones end."""
    right: NDArray[np.int64]
    """Shape (rows,): place of the right one."""
    vectors: NDArray[np.float32] | None = None
    """Shape (options, width): of a frozen network, computed once; None: at each update."""

    def __len__(self) -> int:
        return len(self.questions)

    def places(self, part: list[int]) -> NDArray[np.int64]:
        """Number the options of some rows among all."""
        return np.concatenate([np.arange(self.edges[one], self.edges[one + 1]) for one in part])


@dataclass(frozen=True)
class ChoiceLesson:
    """See `Lesson` for the methods; an item is a row."""

    job: Job
    start: Start
    tuned: Tuned
    train: Asked
    validation: Asked

    figure = "accuracy"
    sign = 1

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row, its options as long as the longest."""
        read, edges = self.train.read, self.train.edges.tolist()
        return np.array(
            [
                max(len(one.ids) for one in read[begin:end]) * (end - begin)
                for begin, end in pairwise(edges)
            ],
            np.int64,
        )

    @property
    def longest(self) -> int:
        """Tokens of the longest option with its question."""
        return max((len(one.ids) for one in self.train.read), default=0)

    @property
    def has_validation(self) -> bool:
        """Whether there are rows to judge by."""
        return len(self.validation) > 0

    def size(self, part: list[int]) -> tuple[int, int]:
        """Count tokens of rows, the question anew beside each option."""
        lengths = [len(self.train.read[one].ids) for one in self.train.places(part).tolist()]
        real = sum(lengths)
        return real, real if self.tuned.packs else max(lengths) * len(lengths)

    def scores(self, part: list[int]) -> Any:  # noqa: ANN401 - a tensor
        """Score the options of rows, shape (options, 1)."""
        return self._scores(self.train, self.train.places(part), training=True)

    def loss(self, scores: Any, part: list[int]) -> Any:  # noqa: ANN401 - tensors
        """Add up the losses of rows, in each of which the options compete."""
        import torch

        edges = self.train.edges
        counts = [int(edges[one + 1] - edges[one]) for one in part]
        rows = torch.nn.utils.rnn.pad_sequence(
            list(torch.split(scores[:, 0], counts)), batch_first=True, padding_value=_NO_OPTION
        )
        truth = torch.from_numpy(self.train.right[part])
        return torch.nn.functional.cross_entropy(rows, truth, reduction="sum")

    def weight(self, items: list[int]) -> float:
        """Count the rows."""
        return float(len(items))

    def validation_scores(self) -> NDArray[np.float64]:
        """Score all options of the validation rows, shape (options,)."""
        asked = self.validation
        found = np.zeros(len(asked.read))
        for group in same_length([one.ids for one in asked.read]):
            batch = np.array(filled(group, len(asked.read[group[0]].ids)), np.int64)
            scores = self._scores(asked, batch, training=False).float()
            found[group] = scores[: len(group), 0].numpy()
        return found

    def judge(self, scores: NDArray[np.float64]) -> Verdict:
        """Give the share of validation rows whose right option has the largest score."""
        chosen = np.array([int(some.argmax()) for some in self._by_row(scores)])
        return Verdict(float((chosen == self.validation.right).mean()), 0.5)

    def fingerprint(self) -> Iterator[bytes]:
        """Give tokens and right options of all rows."""
        for asked in (self.train, self.validation):
            yield asked.edges.tobytes() + asked.right.tobytes()
            for one in asked.read:
                yield np.array(one.ids, np.int64).tobytes()

    def write(self, stand: Stand) -> Written:
        """Write network and head, its scores stretched so that probabilities say what they mean."""
        del stand
        config, learnt = self.job.config, write_learnt(self.tuned, self.start, self.job.folder)
        model = EncoderChooser(
            reads=config.inputs,
            embedder=learnt.embedder,
            base=self.start.base.record,
            method=self.start.config.method,
            coef=learnt.coef,
            intercept=learnt.intercept,
            first_characters=config.first_characters,
        )
        slope = self._slope(model)
        model = stretched(model, slope)
        for name, data in write_encoder_chooser(model).items():
            (self.job.folder / name).write_bytes(data)
        counts = {"options": len(self.train.read)}
        return Written("encoder-chooser", model, {"slope": slope}, counts)

    def _slope(self, model: EncoderChooser) -> float:
        asked = self.validation
        if not len(asked):
            return 1.0
        with one_thread():
            scores = model.score(asked.questions, asked.options)
        return find_slope(scores, asked.right)

    def _by_row(self, scores: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        return np.split(scores, self.validation.edges[1:-1])

    def _scores(self, asked: Asked, places: NDArray[np.int64], *, training: bool) -> Any:  # noqa: ANN401 - a tensor
        import torch

        none = torch.zeros((len(places), 0))
        if asked.vectors is not None:
            vectors = torch.from_numpy(asked.vectors[places])
            return self.tuned.head_scores(vectors, none, training=training)
        batch = self.tuned.encoder.arguments([asked.read[one] for one in places.tolist()])
        return self.tuned.scores(batch, none, training=training)


def choice_lesson(job: Job, start: Start) -> ChoiceLesson:
    """Read questions and options, and make what is trained on them.

    Args:
        job: of the task `choice`.
        start: base and settings.

    Returns:
        The lesson.
    """
    config = job.config
    train, validation = (_asked(one, config, start) for one in (job.train, job.validation))
    tuned = make_head(start, 0, 1, config.seed)
    if start.is_frozen:
        pooling = start.base.record.pooling
        embedder = Embedder(start.encoder, start.precision, pooling, start.longest, is_unit=False)
        train = replace(train, vectors=embedder.vectors(train.read, job.progress))
        validation = replace(validation, vectors=embedder.vectors(validation.read, job.progress))
    elif start.config.method == "full":
        shrink_words(tuned, (one.ids for one in (*train.read, *validation.read)))
    return ChoiceLesson(job, start, tuned, train, validation)


def questions_of(rows: Examples, config: TrainConfig) -> tuple[list[str], list[list[str]]]:
    """Give questions and options of rows, as far as they are read."""
    most = config.first_characters
    if not len(rows):
        return [], []
    options = read_all_options(rows.columns, config.names[-1])
    questions = [text[:most] for text in join_texts(rows.columns, config.texts)]
    return questions, [[one[:most] for one in some] for some in options]


def _asked(rows: Examples, config: TrainConfig, start: Start) -> Asked:
    questions, options = questions_of(rows, config)
    right = [LETTERS.index(label[0]) if label[0] in LETTERS else -1 for label in rows.labels]
    kept = [row for row, some in enumerate(options) if 0 <= right[row] < len(some)]
    questions, options = [questions[row] for row in kept], [options[row] for row in kept]
    asked = ask(start.encoder, questions, options, start.longest)
    return Asked(
        questions,
        options,
        [one for some in asked for one in some],
        np.cumsum([0, *map(len, options)]).astype(np.int64),
        np.array([right[row] for row in kept], np.int64),
    )
