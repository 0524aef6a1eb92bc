"""From judged answers to the scores of the record."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from warrant.metrics import METRICS, Judged, Resampling, Undefined, best_constant, bootstrap
from warrant.metrics.intervals import METHOD
from warrant.records.evaluation import Bound, Score, Slice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.metrics import Interval
    from warrant.stages.evaluate.config import EvaluateConfig

UNDEFINED: Undefined = "skip"
"""A label that no row has and no answer names is left out of macro-F1, as in scikit-learn."""


def whole_scores(
    judged: Judged, config: EvaluateConfig, groups: Sequence[object] | None
) -> tuple[Score, ...]:
    """Score all rows.

    Args:
        judged: answers.
        config: how to resample.
        groups: one value a row, drawn together; None: rows are drawn.

    Returns:
        One score per metric; a metric that is undefined on these rows is left out.
    """
    return _scores(judged, config, groups, tuple(METRICS))


def floor_scores(
    judged: Judged, config: EvaluateConfig, groups: Sequence[object] | None
) -> tuple[Score, ...]:
    """Score the best constant answer, chosen for each metric by itself.

    Args:
        judged: answers; the predicted ones are not looked at.
        config: how to resample.
        groups: as for `whole_scores`.

    Returns:
        The floor of each metric.
    """
    return tuple(
        score
        for name in METRICS
        for score in _scores(best_constant(judged, name, UNDEFINED), config, groups, (name,))
    )


def slice_scores(
    judged: Judged,
    config: EvaluateConfig,
    columns: Mapping[str, Sequence[object]],
    groups: Sequence[object] | None,
) -> tuple[Slice, ...]:
    """Score the rows of each value of the slice columns.

    Args:
        judged: answers.
        config: names the columns, and how few rows are too few to show.
        columns: cells by column name, one per row.
        groups: as for `whole_scores`.

    Returns:
        Columns in the order of the settings, larger slices first; the worst one is marked.
    """
    slices: list[Slice] = []
    for name in config.slices:
        cells = [_shown(cell) for cell in columns[name]]
        for value, rows in Counter(cells).most_common(config.most_slices):
            if rows < config.fewest_rows:
                break
            places = np.flatnonzero([cell == value for cell in cells])
            part = None if groups is None else [groups[int(place)] for place in places]
            scores = _scores(judged.take(places), config, part, tuple(METRICS))
            slices.append(
                Slice(column=name, value=value[:200], rows=rows, scores=scores, is_worst=False)
            )
    return _with_worst(slices)


def compare(scores: Sequence[Score], config: EvaluateConfig) -> tuple[Bound, ...]:
    """Hold the scores against the plan's bounds.

    Args:
        scores: of all rows.
        config: holds the bounds.

    Returns:
        One line per bound; a figure that was not measured does not meet its bound.
    """
    values = {score.metric: score.value for score in scores}
    return tuple(
        Bound(
            metric=bound.metric,
            at_least=bound.at_least,
            at_most=None,
            value=values.get(bound.metric),
            met=values.get(bound.metric, float("-inf")) >= bound.at_least,
        )
        for bound in config.bounds
    )


def _scores(
    judged: Judged,
    config: EvaluateConfig,
    groups: Sequence[object] | None,
    names: Sequence[str],
) -> tuple[Score, ...]:
    if groups is not None and len(set(groups)) < 2:
        groups = None  # one group drawn again and again would show an interval of no width
    resampling = Resampling(config.resamples, config.level, config.seed, groups)
    intervals = bootstrap(judged, names, resampling, UNDEFINED)
    return tuple(
        Score(
            metric=name,
            value=found.value,
            low=found.low,
            high=found.high,
            level=config.level,
            method=METHOD if groups is None else f"{METHOD}-by-group",
            rows=len(judged),
        )
        for name, found in intervals.items()
        if _is_defined(found)
    )


def _with_worst(slices: Sequence[Slice]) -> tuple[Slice, ...]:
    """Mark the slice with the worst macro-F1; none when there is only one."""
    values = [
        next((score.value for score in part.scores if score.metric == "macro_f1"), None)
        for part in slices
    ]
    known = [(value, at) for at, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return tuple(slices)
    worst = min(known)[1]
    return tuple(
        part.model_copy(update={"is_worst": at == worst}) for at, part in enumerate(slices)
    )


def _is_defined(interval: Interval) -> bool:
    return not np.isnan(interval).any()


def _shown(cell: object) -> str:
    return "(empty)" if cell is None or cell == "" else str(cell)
