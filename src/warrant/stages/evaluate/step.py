"""The story of evaluation: read test rows, let the model answer, score, compare with the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from warrant.engine import dataset_record
from warrant.errors import InputError
from warrant.metrics import SCORERS
from warrant.models import MODELS, Predictions
from warrant.models.effort import cpu_s
from warrant.models.examples import Examples, LabelColumn, read_examples
from warrant.models.files import open_model
from warrant.models.reliance import ReliedModel, rely
from warrant.models.thresholds import DecidedModel, decide
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model
from warrant.records.task import LABELLED
from warrant.stages.evaluate.answers import write_labels, write_numbers
from warrant.stages.evaluate.failing import Subjects, Tried, answer_at, try_all
from warrant.stages.evaluate.failure_test import FAILURE_TESTS
from warrant.stages.evaluate.figures import Failing
from warrant.stages.evaluate.further import further
from warrant.stages.evaluate.measured import evaluate_labels, evaluate_numbers
from warrant.stages.evaluate.others import MEASURES, without_letters
from warrant.stages.evaluate.subject import Labels, Numbers
from warrant.stages.evaluate.truth import labels_of, numbers_of
from warrant.stages.evaluate.workflow import Steps, cases_of, judge_rules, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.kernel.digest import Digest
    from warrant.models import Abstention, TrainedModel
    from warrant.records.evaluation import Evaluation
    from warrant.stages.evaluate.config import EvaluateConfig

NAME = "evaluate"
VERSION = 8
"""Raised whenever the same inputs and settings may give other bytes."""

INPUTS = ("model", "test")
"""The model record, and the dataset that is measured on."""

_ROWS_AT_A_TIME = 1000


def plugins(config: EvaluateConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings.

    Args:
        config: the settings of the evaluation.

    Returns:
        The libraries that count and draw, failure tests and scorers, with versions; the model's
        format enters with the model itself.
    """
    named = [(one.test, FAILURE_TESTS.place(one.test)) for one in config.failure_tests]
    named += [(name, SCORERS.place(name)) for name in config.scorers]
    return (
        Plugin(name="numpy", version=np.__version__),
        Plugin(name="scipy", version=scipy.__version__),
        *dict.fromkeys(
            Plugin(name=f"{place.distribution}:{name}", version=place.version)
            for name, place in named
        ),
    )


def run(inputs: Mapping[str, Digest], config: EvaluateConfig, desk: Desk) -> StageResult:
    """Measure a model.

    Args:
        inputs: digests of the model record and of the test dataset's manifest.
        config: the settings of the evaluation.
        desk: the store and its like.

    Returns:
        Outputs `evaluation` (the record) and `predictions` (Parquet: positions, label numbers,
        probabilities; no text, and not for the bundle).

    Raises:
        InputError: when no test row has a label, or a column is missing.
        IntegrityError: when the model's files are not what its record says.
    """
    record = Model.from_bytes(desk.store.get(inputs["model"]))
    model = open_model(record, desk.store, desk.scratch / "model")
    config = _with_slices(inputs["test"], config, desk)
    test = _read(inputs["test"], record, config, desk)
    started = cpu_s()
    plain = _answer(_bare(model), test, desk)
    cpu_ms = 1000 * (cpu_s() - started) / len(test)
    evaluation, answers = _measure(inputs, config, record, test, plain, model)
    outputs = {
        "evaluation": desk.store.put(evaluation.to_bytes()),
        "predictions": desk.store.put(answers),
    }
    place = MODELS.place(record.kind)
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=(_link("model", inputs["model"]), _dataset_link("test", inputs["test"], desk)),
        outputs=tuple(_link(name, digest) for name, digest in outputs.items()),
        counts={"rows": len(test), "without_label": test.without_label},
        plugins=plugins(config),
        measures={
            "model_format": f"{place.distribution}:{record.kind} {place.version}",
            "attempt": evaluation.attempt,
            "convention": evaluation.convention,
            "labels_unknown_to_the_model": _unknown(record, test),
            **{score.metric: score.value for score in evaluation.scores},
            "cpu_ms_per_row": round(cpu_ms, 3),
            "bounds_met": all(bound.met for bound in evaluation.bounds)
            if evaluation.bounds
            else None,
        },
    )
    return StageResult(outputs, claim)


def try_failures(inputs: Mapping[str, Digest], config: EvaluateConfig, desk: Desk) -> list[Tried]:
    """Make the cases of the failure tests again, with their texts, to be looked at.

    Args:
        inputs: digests of the model record and of the test dataset's manifest.
        config: the settings of the evaluation.
        desk: the store and its like; nothing is written.

    Returns:
        Tests and cases; they hold text and must not be stored.

    Raises:
        InputError: when no test row has a label, or a column is missing.
        IntegrityError: when the model's files are not what its record says.
    """
    record = Model.from_bytes(desk.store.get(inputs["model"]))
    model = open_model(record, desk.store, desk.scratch / "model")
    test = _read(inputs["test"], record, config, desk)
    return try_all(Subjects(model, test, _answer(model, test, desk)), config)


def _measure(
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    record: Model,
    test: Examples,
    plain: Predictions,
    model: TrainedModel,
) -> tuple[Evaluation, bytes]:
    """Give the record, and the answers as Parquet; thresholds choose among plain answers."""
    reliance = model.reliance if isinstance(model, ReliedModel) else None
    decided = model.plain if isinstance(model, ReliedModel) else model
    thresholds = decided.thresholds if isinstance(decided, DecidedModel) else None
    answered = decide(thresholds, record.task, plain) if thresholds else plain
    answered = rely(reliance, answered) if reliance else answered
    tried = try_all(Subjects(model, test, answered), config)
    rules = judge_rules(config, config.workflow, _cases(test, answered, config))
    failing = Failing(tuple(one.record for one in tried), rules)
    if record.task in MEASURES:
        evaluation, answers = MEASURES[record.task](inputs, config, record, test, answered)
        return failing.added_to(evaluation, config), answers
    if record.task == "regression":
        true = numbers_of(test, config.label)
        if answered.values is None:
            raise TypeError("a regression without values")
        numbers = Numbers(true, answered.values)
        evaluation = evaluate_numbers(inputs, config, test, answered.abstentions, numbers, failing)
        more = further(config, test, model, answered, numbers, evaluation.slices)
        return evaluation.model_copy(update=more), write_numbers(test.positions, true, answered)
    judged, probabilities = labels_of(record, test, answered)
    before = labels_of(record, test, plain)[0] if thresholds else None
    labels = Labels(judged, probabilities, record.task, config.convention, before)
    evaluation = evaluate_labels(inputs, config, test, answered.abstentions, labels, failing)
    more = further(config, test, model, answered, labels, evaluation.slices)
    if record.task == "choice":
        more = {**more, **without_letters(evaluation)}
    return evaluation.model_copy(update=more), write_labels(test.positions, judged, answered)


def _bare(model: TrainedModel) -> TrainedModel:
    """Give the model without promises and thresholds."""
    decided = model.plain if isinstance(model, ReliedModel) else model
    return decided.plain if isinstance(decided, DecidedModel) else decided


def _cases(test: Examples, answered: Predictions, config: EvaluateConfig) -> list[Steps]:
    """Gather the answers of each case, in order; none where no column tells cases apart."""
    if config.case is None:
        return []
    nothing = [None] * len(test)
    order = test.columns[config.case_order] if config.case_order else nothing
    return [
        Steps(
            tuple(test.positions[at] for at in places),
            tuple(written(answer_at(answered, at).labels) for at in places),
            tuple(written(test.labels[at]) for at in places),
        )
        for places in cases_of(test.columns[config.case], order, test.positions)
    ]


def _unknown(record: Model, test: Examples) -> int:
    if record.task not in LABELLED:
        return 0
    return len({label for row in test.labels for label in row} - set(record.labels))


def _with_slices(manifest: Digest, config: EvaluateConfig, desk: Desk) -> EvaluateConfig:
    """Add the slices of a domain that these rows have."""
    there = {column.name for column in dataset_record(desk.store, manifest).columns}
    more = [name for name in config.slices_where_there if name in there]
    return replace(config, slices=tuple(dict.fromkeys((*config.slices, *more))))


def _read(manifest: Digest, record: Model, config: EvaluateConfig, desk: Desk) -> Examples:
    label = LabelColumn(config.label, record.task, config.label_separator)
    named = (config.group, config.case, config.case_order)
    others = [*config.slices, *(one for one in named if one)]
    aside = Path(mkdtemp(dir=desk.scratch))  # the texts of all test rows may be many gigabytes
    test = read_examples(desk.store, manifest, record.inputs, label, others, aside=aside)
    if not len(test):
        raise InputError(
            f"No test row has a label: column {config.label!r} is empty in all "
            f"{test.without_label} of them.",
            do="Fill in the column, or raise `split: test:` in the recipe.",
        )
    return test


def _answer(model: TrainedModel, test: Examples, desk: Desk) -> Predictions:
    """Let the model answer a portion at a time, so that memory stays bounded."""
    portions = []
    for start in range(0, len(test), _ROWS_AT_A_TIME):
        desk.progress(start, len(test), "rows")
        stop = start + _ROWS_AT_A_TIME
        portions.append(
            model.predict({name: test.columns[name][start:stop] for name in model.inputs})
        )
    desk.progress(len(test), len(test), "rows")
    values = [portion.values for portion in portions if portion.values is not None]
    return Predictions(
        model.labels,
        np.vstack([portion.probabilities for portion in portions]),
        np.vstack([portion.chosen for portion in portions]),
        np.concatenate(values) if values else None,
        _joined(portions),
        spans=_all(portions, "spans"),
        texts=_all(portions, "texts"),
    )


def _all(portions: Sequence[Predictions], name: str) -> Any:  # noqa: ANN401 - as the field is
    """Give a field of all rows; None where portions have none."""
    parts = [getattr(portion, name) for portion in portions]
    return None if None in parts else tuple(one for part in parts for one in part)


def _joined(portions: Sequence[Predictions]) -> tuple[tuple[Abstention, ...], ...]:
    """Give the reasons of every row; none as a whole when no row has one."""
    if not any(portion.abstentions for portion in portions):
        return ()
    return tuple(
        reasons
        for portion in portions
        for reasons in portion.abstentions or ((),) * len(portion.chosen)
    )


def _link(name: str, digest: Digest) -> Link:
    return Link(name=name, digest=digest.hex)


def _dataset_link(name: str, manifest: Digest, desk: Desk) -> Link:
    record = dataset_record(desk.store, manifest)
    return Link(name=name, digest=manifest.hex, fingerprint=record.fingerprint, rows=record.rows)
