"""Answers that are more than a label, measured: places in texts, texts, options."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from warrant.metrics.curves import histogram, reliability
from warrant.metrics.spans import PlaceCounts, count_places, place_lines, placing
from warrant.metrics.texts import TextScores, score_texts, writing
from warrant.records.evaluation import Bin, HistogramBin, Reliability
from warrant.stages.evaluate.answers import write_places, write_texts
from warrant.stages.evaluate.figures import Failing, label_lines
from warrant.stages.evaluate.measured import gauge_of, make_record
from warrant.stages.evaluate.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.metrics import Family
    from warrant.metrics.scores import LabelFigures
    from warrant.models import Predictions
    from warrant.models.examples import Examples
    from warrant.records.evaluation import Evaluation
    from warrant.records.model import Model
    from warrant.stages.evaluate.config import EvaluateConfig


class Other(Subject, Protocol):
    """Answers to some rows that are more than a label."""

    def lines(self) -> list[LabelFigures]:
        """Give a line for each label; none where there are none."""

    def certainty(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Give how sure the model was of each thing it said, and whether that is right."""


@dataclass(frozen=True)
class Places:
    """Answers that are places in texts."""

    counts: PlaceCounts
    """What was found and missed."""

    sure: tuple[tuple[float, ...], ...]
    """Of each row, the probability of each place found."""

    right: tuple[tuple[bool, ...], ...]
    """Of each row, whether each place found is one."""

    def __len__(self) -> int:
        return len(self.counts)

    def take(self, rows: NDArray[np.intp]) -> Places:
        """Give some of the rows."""
        kept = rows.tolist()
        return Places(
            self.counts.take(rows),
            tuple(self.sure[at] for at in kept),
            tuple(self.right[at] for at in kept),
        )

    def families(self) -> list[Family]:
        """Give precision, recall and F1."""
        return [placing(self.counts)]

    def main_families(self) -> list[Family]:
        """Give all: there are few."""
        return self.families()

    def floors(self) -> list[Family]:
        """Give what the one answer reaches that needs no model: no place anywhere."""
        counts = self.counts
        nothing = np.zeros_like(counts.hits)
        missed = PlaceCounts(counts.labels, nothing, nothing, counts.hits + counts.misses)
        return [placing(missed)]

    def lines(self) -> list[LabelFigures]:
        """Give the figures of each label."""
        return place_lines(self.counts)

    def certainty(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Give how sure the model was of each place, and whether it is one."""
        sure = [one for row in self.sure for one in row]
        right = [one for row in self.right for one in row]
        return np.array(sure, np.float64), np.array(right, np.bool_)


@dataclass(frozen=True)
class Texts:
    """Answers that are texts."""

    scores: TextScores
    """Of each row."""

    constant: TextScores
    """Of each row, if the most frequent text were the answer."""

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, rows: NDArray[np.intp]) -> Texts:
        """Give some of the rows."""
        return Texts(self.scores.take(rows), self.constant.take(rows))

    def families(self) -> list[Family]:
        """Give the means."""
        return [writing(self.scores)]

    def main_families(self) -> list[Family]:
        """Give all: there are few."""
        return self.families()

    def floors(self) -> list[Family]:
        """Give what the most frequent text reaches."""
        return [writing(self.constant)]

    def lines(self) -> list[LabelFigures]:
        """Give none: a text is no label."""
        return []

    def certainty(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Give nothing: a text has no probability that says it is right."""
        return np.zeros(0), np.zeros(0, np.bool_)


def measure_places(
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    record: Model,
    test: Examples,
    answered: Predictions,
) -> tuple[Evaluation, bytes]:
    """Measure places in texts.

    Args:
        inputs: digests of `model` and `test`.
        config: the settings of the evaluation.
        record: of the model.
        test: rows with an answer.
        answered: what the model says of them.

    Returns:
        The record, and the answers as Parquet.
    """
    if answered.spans is None:
        raise TypeError("places without places")
    strangers = {one.label for row in test.spans for one in row} - set(record.labels)
    labels = (*record.labels, *sorted(strangers))
    found = [tuple((one.start, one.end, one.label) for one in row) for row in answered.spans]
    known = [set(row) for row in test.spans]
    subject = Places(
        count_places(test.spans, found, labels),
        tuple(tuple(one.probability for one in row) for row in answered.spans),
        tuple(tuple(one in right for one in row) for row, right in zip(found, known, strict=True)),
    )
    evaluation = _evaluate(inputs, config, record, test, answered, subject)
    return evaluation, write_places(test.positions, test.spans, answered, labels)


def measure_texts(
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    record: Model,
    test: Examples,
    answered: Predictions,
) -> tuple[Evaluation, bytes]:
    """Measure texts.

    Args:
        inputs: digests of `model` and `test`.
        config: the settings of the evaluation.
        record: of the model.
        test: rows with an answer.
        answered: what the model writes for them.

    Returns:
        The record, and the scores of each row as Parquet: no text.
    """
    if answered.texts is None:
        raise TypeError("texts without texts")
    true = [row[0] for row in test.labels]
    frequent = min(Counter(true).items(), key=lambda one: (-one[1], one[0]))[0]
    subject = Texts(score_texts(true, answered.texts), score_texts(true, [frequent] * len(true)))
    evaluation = _evaluate(inputs, config, record, test, answered, subject)
    return evaluation, write_texts(test.positions, subject.scores, answered)


def _evaluate(  # noqa: PLR0913, PLR0917, RUF100 - what one evaluation is made of
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    record: Model,
    test: Examples,
    answered: Predictions,
    subject: Other,
) -> Evaluation:
    """Put the record together."""
    gauge = gauge_of(record.task, config, test)
    found, method = gauge.measure(subject.families())
    sure, right = subject.certainty()
    return make_record(
        inputs,
        gauge,
        subject,
        test,
        answered.abstentions,
        failing=Failing(),
        scores=gauge.written(found, method, len(subject)),
        labels=label_lines(subject.lines(), found),
        confusion=(),
        cost=None,
        curves=(),
        reliability=_reliability(sure, right, config.fewest_rows),
        histogram=_histogram(sure, right, config.fewest_rows),
    )


def _reliability(
    sure: NDArray[np.float64], right: NDArray[np.bool_], fewest: int
) -> tuple[Reliability, ...]:
    if len(sure) < fewest:
        return ()
    bins = reliability(right.astype(np.float64), sure, fewest)
    return (Reliability(label=None, bins=tuple(Bin(**one._asdict()) for one in bins)),)


def _histogram(
    sure: NDArray[np.float64], right: NDArray[np.bool_], fewest: int
) -> tuple[HistogramBin, ...]:
    if len(sure) < fewest:
        return ()
    return tuple(HistogramBin(**one._asdict()) for one in histogram(sure, right, fewest))


def without_letters(evaluation: Evaluation) -> dict[str, Any]:
    """Take figures of single letters out: an option's place says nothing of what it is.

    Args:
        evaluation: of a `choice`.

    Returns:
        Fields of the record to be replaced.
    """
    covered = tuple(one for one in evaluation.curves if one.kind == "coverage")
    pooled = tuple(one for one in evaluation.reliability if one.label is None)
    return {"labels": (), "confusion": (), "curves": covered, "reliability": pooled}


MEASURES = {"spans": measure_places, "generation": measure_texts}
"""By kind of task, what measures it; all others are labels or numbers."""
