"""The record of an evaluation, put together from what was measured."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from warrant.metrics import (
    cheapest_constant,
    confusion,
    costing,
    counted,
    per_label,
    row_costs,
)
from warrant.metrics.costs import ITEMS
from warrant.records.evaluation import Cost, Evaluation
from warrant.records.reliance import Openings
from warrant.stages.evaluate.figures import (
    Failing,
    Gauge,
    abstained,
    compare,
    expectation,
    label_lines,
    slice_scores,
)
from warrant.stages.evaluate.plots import (
    label_curves,
    label_histogram,
    label_reliability,
    number_histogram,
    number_reliability,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.metrics import Prices
    from warrant.models import Abstention
    from warrant.models.examples import Examples
    from warrant.records.evaluation import Score
    from warrant.records.model import TaskKind
    from warrant.stages.evaluate.config import EvaluateConfig
    from warrant.stages.evaluate.subject import Labels, Numbers, Subject


def evaluate_labels(
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    test: Examples,
    abstentions: Sequence[Sequence[Abstention]],
    subject: Labels,
    failing: Failing,
) -> Evaluation:
    """Measure answers that are labels.

    Args:
        inputs: digests of `model` and `test`.
        config: the settings of the evaluation.
        test: rows with a label.
        abstentions: reasons of each row; empty as a whole when no row has one.
        subject: answers to these rows.
        failing: what came of changed rows.

    Returns:
        The record.
    """
    judged, fewest = subject.judged, config.fewest_rows
    gauge = gauge_of(subject.task, config, test)
    prices = config.costs
    families = subject.families()
    if prices:
        reviewed = _reviewed(abstentions)
        families.append(costing(row_costs(judged, prices, reviewed)))
    found, method = gauge.measure(families)
    scores = gauge.written(found, method, len(subject))
    lines = per_label(counted(judged, config.convention))
    return make_record(
        inputs,
        gauge,
        subject,
        test,
        abstentions,
        scores=scores,
        labels=label_lines(lines, found),
        confusion=tuple(tuple(map(int, row)) for row in confusion(judged)) if judged.single else (),
        cost=_cost(subject, gauge, prices, scores, abstentions) if prices else None,
        curves=label_curves(subject, fewest),
        reliability=label_reliability(subject, fewest),
        histogram=label_histogram(subject, fewest),
        failing=failing,
    )


def evaluate_numbers(
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    test: Examples,
    abstentions: Sequence[Sequence[Abstention]],
    subject: Numbers,
    failing: Failing,
) -> Evaluation:
    """Measure answers that are numbers.

    Args:
        inputs: digests of `model` and `test`.
        config: the settings of the evaluation.
        test: rows with a label.
        abstentions: reasons of each row; empty as a whole when no row has one.
        subject: answers to these rows.
        failing: what came of changed rows.

    Returns:
        The record.
    """
    gauge = gauge_of("regression", config, test)
    return make_record(
        inputs,
        gauge,
        subject,
        test,
        abstentions,
        scores=gauge.scores(subject.families(), len(subject)),
        labels=(),
        confusion=(),
        cost=None,
        curves=(),
        reliability=number_reliability(subject, config.fewest_rows),
        histogram=number_histogram(subject, config.fewest_rows),
        failing=failing,
    )


def make_record(
    inputs: Mapping[str, Digest],
    gauge: Gauge,
    subject: Subject,
    test: Examples,
    abstentions: Sequence[Sequence[Abstention]],
    **own: Any,  # noqa: ANN401 - fields of the record, each with a type of its own
) -> Evaluation:
    """Add what every kind of task has.

    Args:
        inputs: digests of `model` and `test`.
        gauge: how figures are measured.
        subject: answers to these rows.
        test: rows with a label.
        abstentions: reasons of each row; empty as a whole when no row has one.
        **own: fields of the record that only this kind has.

    Returns:
        The record.
    """
    config, scores = gauge.config, own["scores"]
    failing: Failing = own.pop("failing")
    return Evaluation(
        task=gauge.task,
        model=inputs["model"].hex,
        test=inputs["test"].hex,
        plan=config.plan,
        attempt=config.attempt,
        convention=config.convention,
        rows=len(subject),
        without_label=test.without_label,
        resamples=config.resamples,
        seed=config.seed,
        fewest_rows=config.fewest_rows,
        floor=gauge.scores(subject.floors(), len(subject)),
        expected=expectation(scores, config),
        bounds=compare(scores, failing, config),
        slices=slice_scores(subject, gauge, test.columns),
        abstained=abstained(subject, gauge, abstentions),
        failure_tests=failing.tests,
        workflow=failing.rules,
        groups=None if gauge.groups is None else len(set(gauge.groups)),
        openings=Openings(**asdict(config.openings)) if config.openings else None,
        **own,
    )


def gauge_of(task: TaskKind, config: EvaluateConfig, test: Examples) -> Gauge:
    """Say how figures of these rows are measured.

    Args:
        task: what kind of figures there are.
        config: the settings of the evaluation.
        test: rows with a label.

    Returns:
        What measures; rows of one group are drawn together, and rows without one by their document.
    """
    documents = test.documents or range(len(test))
    cells = test.columns[config.group] if config.group else [None] * len(test)
    ties = [
        ("document", document) if cell is None or cell == "" else ("group", cell)
        for cell, document in zip(cells, documents, strict=True)
    ]
    is_tied = config.group is not None or len(set(ties)) < len(ties)
    return Gauge(task, config, ties if is_tied else None)


def _reviewed(
    abstentions: Sequence[Sequence[Abstention]], passed: str | None = None
) -> NDArray[np.bool_] | None:
    """Say which rows a person looks at, a reason to pass over apart; None: no row has one."""
    told = [any(one.doubt != passed for one in row) for row in abstentions]
    return np.array(told, dtype=np.bool_) if told else None


def _cost(
    subject: Labels,
    gauge: Gauge,
    prices: Prices,
    scores: Sequence[Score],
    abstentions: Sequence[Sequence[Abstention]],
) -> Cost:
    """Set what errors cost beside other ways; only thresholds make a model `unsure`."""
    plain = subject.without_thresholds
    reviewed = _reviewed(abstentions, passed="unsure")
    return Cost(
        model=next(score for score in scores if score.metric == "cost_per_1000"),
        without_thresholds=None
        if plain is None
        else gauge.scores([costing(row_costs(plain, prices, reviewed))], len(plain))[0],
        no_model=cheapest_constant(subject.judged, prices),
        all_reviewed=None if prices.review is None else ITEMS * prices.review,
    )
