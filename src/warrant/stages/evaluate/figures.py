"""From answers to the scores of the record: intervals, floors, slices, bounds, expectation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics import Figure, Resampling, measure
from warrant.metrics.measure import METHOD
from warrant.records.evaluation import (
    Abstained,
    AbstainedFor,
    Bound,
    Expected,
    LabelScore,
    Score,
    Slice,
)
from warrant.records.failure_test import (
    FailureTest,
    WorkflowRule,
    failure_figure,
    workflow_figure,
)
from warrant.records.metric import METRICS, is_better, leading, metrics_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.metrics import Family, Interval, LabelFigures
    from warrant.models import Abstention
    from warrant.records.evaluation import Evaluation
    from warrant.records.model import TaskKind
    from warrant.stages.evaluate.config import EvaluateConfig
    from warrant.stages.evaluate.subject import Subject


@dataclass(frozen=True)
class Gauge:
    """How figures of one test set are measured."""

    task: TaskKind
    """What kind of figures there are."""

    config: EvaluateConfig
    """How to resample."""

    groups: Sequence[object] | None
    """One value a row, drawn together; None: rows are drawn."""

    def measure(
        self, families: Sequence[Family], rows: NDArray[np.intp] | None = None
    ) -> tuple[dict[Figure, Interval], str]:
        """Measure figures of some rows.

        Args:
            families: of these rows.
            rows: their positions in the test set; None: all.

        Returns:
            Intervals, and how they were made.
        """
        groups = self.groups
        if groups is not None and rows is not None:
            groups = [groups[int(row)] for row in rows]
        if groups is not None and len(set(groups)) < 2:
            groups = None  # one group drawn again and again would show an interval of no width
        config = self.config
        how = Resampling(config.resamples, config.level, config.seed, groups, config.interval)
        return measure(families, how), METHOD if groups is None else f"{METHOD}-by-group"

    def scores(
        self, families: Sequence[Family], count: int, rows: NDArray[np.intp] | None = None
    ) -> tuple[Score, ...]:
        """Measure and write scores.

        Args:
            families: of these rows.
            count: how many rows.
            rows: their positions in the test set; None: all.

        Returns:
            One score a figure, in the order of `metrics_of`; an undefined one is left out.
        """
        found, method = self.measure(families, rows)
        return self.written(found, method, count)

    def written(
        self, found: Mapping[Figure, Interval], method: str, count: int
    ) -> tuple[Score, ...]:
        """Write scores.

        Args:
            found: intervals.
            method: how they were made.
            count: how many rows.

        Returns:
            One score a figure, in the order of `metrics_of`; an undefined one is left out.
        """
        wanted = [(name, found.get(Figure(name))) for name in metrics_of(self.task)]
        return tuple(
            Score(
                metric=name,
                value=interval.value,
                low=interval.low,
                high=interval.high,
                level=self.config.level,
                method=interval.method + method.removeprefix(METHOD),
                rows=count,
            )
            for name, interval in wanted
            if interval is not None and interval.is_defined
        )


def label_lines(
    lines: Sequence[LabelFigures], found: Mapping[Figure, Interval]
) -> tuple[LabelScore, ...]:
    """Write the table of labels.

    Args:
        lines: figures of each label.
        found: intervals of `f1`, values of `roc_auc` and `pr_auc`, by place of the label.

    Returns:
        One line a label.
    """
    written = []
    for place, line in enumerate(lines):
        f1 = found[Figure("f1", place)]
        written.append(
            LabelScore(
                **line._asdict(),
                f1_low=f1.low if f1.is_defined else None,
                f1_high=f1.high if f1.is_defined else None,
                roc_auc=_value(found.get(Figure("roc_auc", place))),
                pr_auc=_value(found.get(Figure("pr_auc", place))),
            )
        )
    return tuple(written)


def _value(interval: Interval | None) -> float | None:
    return None if interval is None or np.isnan(interval.value) else interval.value


def slice_scores(
    subject: Subject, gauge: Gauge, columns: Mapping[str, Sequence[object]]
) -> tuple[Slice, ...]:
    """Score the rows of each value of the slice columns.

    Args:
        subject: what is measured.
        gauge: how; its settings name the columns, and how few rows are too few to show.
        columns: cells by column name, one per row.

    Returns:
        Columns in the order of the settings, larger slices first; the worst one is marked.
    """
    config = gauge.config
    slices: list[Slice] = []
    for name in config.slices:
        cells = np.array([_shown(cell) for cell in columns[name]], dtype=object)
        for value, count in Counter(cells.tolist()).most_common(config.most_slices):
            if count < config.fewest_rows:
                break
            rows = np.flatnonzero(cells == value)
            scores = gauge.scores(subject.take(rows).main_families(), count, rows)
            slices.append(
                Slice(column=name, value=value[:200], rows=count, scores=scores, is_worst=False)
            )
    return _with_worst(slices, leading(gauge.task))


def abstained(
    subject: Subject, gauge: Gauge, abstentions: Sequence[Sequence[Abstention]]
) -> Abstained | None:
    """Say on which rows the model gives no answer to rely on, and how it does on the others.

    Args:
        subject: what is measured.
        gauge: how.
        abstentions: reasons of each row; empty as a whole when no row has one.

    Returns:
        Counts by reason and the scores of all other rows; None when no row has a reason.
    """
    reasons = Counter((one.doubt, one.column) for row in abstentions for one in set(row))
    if not reasons:
        return None
    others = np.flatnonzero([not row for row in abstentions])
    scores: tuple[Score, ...] = ()
    if len(others):
        scores = gauge.scores(subject.take(others).families(), len(others), others)
    return Abstained(
        rows=len(subject) - len(others),
        reasons=tuple(
            AbstainedFor(doubt=doubt, column=column, rows=rows)
            for (doubt, column), rows in sorted(
                reasons.items(), key=lambda one: (-one[1], one[0][0], one[0][1] or "")
            )
        ),
        scores=scores,
    )


class Failing(NamedTuple):
    """What came of changed rows, and of rules over the answers of a case."""

    tests: tuple[FailureTest, ...] = ()
    rules: tuple[WorkflowRule, ...] = ()

    def figures(self) -> dict[str, float]:
        """Give the figures that a plan may bound, by name; one without a case has none."""
        found = {failure_figure(one.name): one.pass_rate for one in self.tests}
        found |= {workflow_figure(one.name): one.kept for one in self.rules}
        return {name: value for name, value in found.items() if value is not None}

    def added_to(self, evaluation: Evaluation, config: EvaluateConfig) -> Evaluation:
        """Give a record with these results, and with bounds that know of them."""
        bounds = compare(evaluation.scores, self, config)
        update = {"failure_tests": self.tests, "workflow": self.rules, "bounds": bounds}
        return evaluation.model_copy(update=update)


def compare(scores: Sequence[Score], failing: Failing, config: EvaluateConfig) -> tuple[Bound, ...]:
    """Hold the scores against the plan's bounds.

    Args:
        scores: of all rows.
        failing: what came of changed rows.
        config: holds the bounds.

    Returns:
        One line per bound; a figure that was not measured does not meet its bound.
    """
    values = {score.metric: score.value for score in scores} | failing.figures()
    lines = []
    for bound in config.bounds:
        value = values.get(bound.metric)
        enough = value is not None and (
            (bound.at_least is None or value >= bound.at_least)
            and (bound.at_most is None or value <= bound.at_most)
        )
        lines.append(
            Bound(
                metric=bound.metric,
                at_least=bound.at_least,
                at_most=bound.at_most,
                value=value,
                met=enough,
            )
        )
    return tuple(lines)


def expectation(scores: Sequence[Score], config: EvaluateConfig) -> Expected | None:
    """Set the author's prediction beside the result.

    Args:
        scores: of all rows.
        config: holds the prediction.

    Returns:
        Both; None when nothing was predicted.
    """
    said = config.expected
    if said is None:
        return None
    found = {score.metric: score.value for score in scores}.get(said.metric)
    known = found is not None and said.metric in METRICS
    return Expected(
        metric=said.metric,
        value=said.value,
        sure=said.sure,
        found=found,
        met=known and not is_better(said.metric, said.value, found or 0.0),
    )


def _with_worst(slices: Sequence[Slice], metric: str) -> tuple[Slice, ...]:
    """Mark the slice with the worst leading figure; none when none is worse than another."""
    values = {
        at: score.value
        for at, part in enumerate(slices)
        for score in part.scores
        if score.metric == metric
    }
    if len(set(values.values())) < 2:
        return tuple(slices)
    pick = min if METRICS[metric].better == "higher" else max
    worst = pick(values, key=lambda at: values[at])
    return tuple(
        part.model_copy(update={"is_worst": at == worst}) for at, part in enumerate(slices)
    )


def _shown(cell: object) -> str:
    return "(empty)" if cell is None or cell == "" else str(cell)
