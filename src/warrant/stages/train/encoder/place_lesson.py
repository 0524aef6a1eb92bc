"""Labelled places: each word of a text gets a tag, from the vector of its first piece.

An item is a window of a text, and each word is learnt in the one window where most stands around
it. Tags that cannot follow each other are never answered, in judging too.

Source: Ramshaw and Marcus, "Text chunking using transformation-based learning" (1995), for tags.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from warrant.metrics.spans import count_places, score_places
from warrant.models.base import Embedder
from warrant.models.base.embed import filled, same_length
from warrant.models.encoder import EncoderTagger, write_encoder_tagger
from warrant.models.encoder.windows import windows_of
from warrant.models.linear.text import join_texts
from warrant.models.tagger.finding import Finder
from warrant.models.tagger.tags import allowed, cut, tag
from warrant.stages.train.builtin.tagging import find_slope, is_by_line, of_one_line
from warrant.stages.train.encoder.lesson import Written
from warrant.stages.train.encoder.network import (
    make_head,
    shrink_words,
    start_at,
    stretched,
    write_learnt,
)
from warrant.stages.train.encoder.rows import log_shares
from warrant.stages.train.judging import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.encoder.windows import Window
    from warrant.models.examples import Examples
    from warrant.models.places import Span
    from warrant.models.tagger.tags import Sequences
    from warrant.stages.train.backend import Job
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.encoder.checkpoint import Stand
    from warrant.stages.train.encoder.lesson import Start
    from warrant.stages.train.encoder.network import Tuned


class Marked(NamedTuple):
    """Texts with their true places."""

    texts: list[str]
    spans: Sequence[Sequence[Span]]
    sequences: Sequences
    tags: NDArray[np.int64]
    """Shape (words,): true tag of each; of a label that the model does not know, none."""
    windows: list[Window]
    blurred: int
    """Places that do not begin and end where words do."""
    vectors: NDArray[np.float32] | None = None
    """Shape (words, width): of a frozen network, computed once; None: at each update."""


@dataclass(frozen=True)
class PlaceLesson:
    """See `Lesson` for the methods; an item is a window."""

    job: Job
    start: Start
    labels: tuple[str, ...]
    by_line: bool
    tuned: Tuned
    train: Marked
    validation: Marked

    figure = "micro_f1"
    sign = 1

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each window."""
        return np.array([len(one.read.ids) for one in self.train.windows], np.int64)

    @property
    def longest(self) -> int:
        """Tokens of the longest window."""
        return int(self.lengths.max(initial=0))

    @property
    def has_validation(self) -> bool:
        """Whether there are rows to judge by."""
        return len(self.validation.texts) > 0

    def size(self, part: list[int]) -> tuple[int, int]:
        """Count tokens of windows."""
        lengths = self.lengths[part]
        real = int(lengths.sum())
        return real, real if self.tuned.packs else int(lengths.max()) * len(part)

    def scores(self, part: list[int]) -> Any:  # noqa: ANN401 - a tensor
        """Score words of windows, shape (words, tags)."""
        return self._scores(self.train, part, training=True)

    def loss(self, scores: Any, part: list[int]) -> Any:  # noqa: ANN401 - tensors
        """Add up the losses of the words."""
        import torch

        truth = torch.from_numpy(self.train.tags[_words(self.train, part)])
        return torch.nn.functional.cross_entropy(scores, truth, reduction="sum")

    def weight(self, items: list[int]) -> float:
        """Count the words."""
        return float(sum(len(self.train.windows[one].words) for one in items))

    def validation_scores(self) -> NDArray[np.float64]:
        """Score all words of the validation rows, shape (words, tags)."""
        marked = self.validation
        found = np.zeros((len(marked.tags), 1 + 2 * len(self.labels)))
        for group in same_length([one.read.ids for one in marked.windows]):
            batch = filled(group, len(marked.windows[group[0]].read.ids))
            words = _words(marked, group)
            scores = self._scores(marked, batch, training=False).float()
            found[words] = scores[: len(words)].numpy()
        return found

    def judge(self, scores: NDArray[np.float64]) -> Verdict:
        """Give micro-F1 of places on validation rows."""
        marked = self.validation
        finder = Finder(
            self.labels, "", self.by_line, allowed(len(self.labels)), lambda _, __: scores
        )
        read = finder.places(marked.texts, marked.sequences, scores)
        found = [[one[:3] for one in row] for row in read]
        labels = sorted({*self.labels, *(one.label for row in marked.spans for one in row)})
        counts = count_places(marked.spans, found, labels)
        return Verdict(score_places("micro_f1", counts), 0.5)

    def fingerprint(self) -> Iterator[bytes]:
        """Give tokens and tags of all windows."""
        for marked in (self.train, self.validation):
            yield marked.tags.tobytes()
            for one in marked.windows:
                yield np.array(one.read.ids, np.int64).tobytes() + one.words.tobytes()

    def write(self, stand: Stand) -> Written:
        """Write network and head, its scores stretched so that probabilities say what they mean."""
        del stand
        config, learnt = self.job.config, write_learnt(self.tuned, self.start, self.job.folder)
        model = EncoderTagger(
            labels=self.labels,
            reads=config.inputs,
            by_line=self.by_line,
            embedder=learnt.embedder,
            base=self.start.base.record,
            method=self.start.config.method,
            coef=learnt.coef,
            intercept=learnt.intercept,
            first_characters=config.first_characters,
        )
        slope = self._slope(model)
        model = stretched(model, slope)
        for name, data in write_encoder_tagger(model).items():
            (self.job.folder / name).write_bytes(data)
        return Written(
            "encoder-tagger",
            model,
            {"slope": slope, "by_line": self.by_line},
            {
                "places": sum(map(len, self.train.spans)),
                "places_not_of_whole_words": self.train.blurred,
                "windows": len(self.train.windows),
            },
        )

    def _slope(self, model: EncoderTagger) -> float:
        marked = self.validation
        if not len(marked.tags):
            return 1.0
        scores = model.score(marked.texts, marked.sequences)
        return find_slope(scores, marked.tags, marked.sequences.chains, allowed(len(self.labels)))

    def _scores(self, marked: Marked, part: list[int], *, training: bool) -> Any:  # noqa: ANN401 - a tensor
        import torch

        if marked.vectors is not None:
            return self.tuned.word_scores(
                torch.from_numpy(marked.vectors[_words(marked, part)]), training=training
            )
        windows = [marked.windows[one] for one in part]
        states = self.tuned.states(self.tuned.encoder.arguments([one.read for one in windows]))
        width = states.shape[1]
        places = np.concatenate([at * width + one.words for at, one in enumerate(windows)])
        scores = self.tuned.word_scores(states.float(), training=training)
        return scores.flatten(0, 1).index_select(0, torch.from_numpy(places))


def place_lesson(job: Job, start: Start) -> PlaceLesson:
    """Read texts, and make what is trained on them.

    Args:
        job: of the task `spans`.
        start: base and settings.

    Returns:
        The lesson.
    """
    config = job.config
    labels = tuple(sorted({label for row in job.train.labels for label in row}))
    by_line = is_by_line(texts_to_mark(job.train, config), job.train.spans)
    train = _mark(job.train, labels, config, start, by_line=by_line)
    validation = _mark(job.validation, labels, config, start, by_line=by_line)
    tuned = make_head(start, 0, 1 + 2 * len(labels), config.seed)
    found = np.bincount(train.tags, minlength=1 + 2 * len(labels))  # most words are outside
    start_at(tuned, log_shares(found + np.float64(0.5)))
    if start.is_frozen:
        train, validation = (_seen(one, start, job) for one in (train, validation))
    elif start.config.method == "full":
        both = (*train.windows, *validation.windows)
        shrink_words(tuned, (one.read.ids for one in both))
    return PlaceLesson(job, start, labels, by_line, tuned, train, validation)


def texts_to_mark(rows: Examples, config: TrainConfig) -> list[str]:
    """Give the texts of rows, as far as they are read."""
    return [text[: config.first_characters] for text in join_texts(rows.columns, config.texts)]


def _mark(
    rows: Examples, labels: tuple[str, ...], config: TrainConfig, start: Start, *, by_line: bool
) -> Marked:
    texts = texts_to_mark(rows, config) if len(rows) else []
    sequences = cut(texts, by_line=by_line)
    known = [[one for one in row if one.label in labels] for row in rows.spans]
    whole = of_one_line(texts, known) if by_line else known
    tags, blurred = tag(sequences, whole, labels)
    windows = windows_of(start.encoder, texts, sequences, start.longest)
    return Marked(texts, rows.spans, sequences, tags, windows, blurred)


def _seen(marked: Marked, start: Start, job: Job) -> Marked:
    """Compute the vectors of all words once; they lie on the disk, however many there are."""
    shape = (len(marked.tags), start.encoder.width)
    if not shape[0]:
        return marked._replace(vectors=np.zeros(shape, np.float32))
    with tempfile.TemporaryFile() as file:
        vectors = np.memmap(file, np.float32, "w+", shape=shape)
    pooling = start.base.record.pooling
    embedder = Embedder(start.encoder, start.precision, pooling, start.longest, is_unit=False)
    for group, states in embedder.states([one.read for one in marked.windows], job.progress):
        for at, window in enumerate(marked.windows[one] for one in group):
            rows = slice(window.first, window.first + len(window.words))
            vectors[rows] = states[at].numpy()[window.words]
    return marked._replace(vectors=vectors)


def _words(marked: Marked, part: Sequence[int]) -> NDArray[np.int64]:
    """Number the words of windows, among those of all texts."""
    windows = [marked.windows[one] for one in part]
    return np.concatenate([one.first + np.arange(len(one.words)) for one in windows])
