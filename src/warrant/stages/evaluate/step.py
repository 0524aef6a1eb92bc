"""The story of evaluation: read test rows, let the model answer, score, compare with the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from warrant.engine import dataset_record
from warrant.errors import InputError
from warrant.metrics import Judged, confusion, judge, per_label
from warrant.models import MODELS, Predictions
from warrant.models.examples import Examples, LabelColumn, read_examples
from warrant.models.files import open_model
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.evaluation import Evaluation, LabelScore
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model
from warrant.stages.evaluate.answers import write_answers
from warrant.stages.evaluate.figures import (
    UNDEFINED,
    compare,
    floor_scores,
    slice_scores,
    whole_scores,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from warrant.kernel.digest import Digest
    from warrant.models import TrainedModel
    from warrant.stages.evaluate.config import EvaluateConfig

NAME = "evaluate"
VERSION = 2
"""Raised whenever the same inputs and settings may give other bytes."""

INPUTS = ("model", "test")
"""The model record, and the dataset that is measured on."""

_ROWS_AT_A_TIME = 1000


def plugins(config: EvaluateConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings.

    Args:
        config: the settings of the evaluation.

    Returns:
        The libraries that count and draw, with versions; the model's format enters with the
        model itself.
    """
    del config
    return (
        Plugin(name="numpy", version=np.__version__),
        Plugin(name="scipy", version=scipy.__version__),
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
    test = _read(inputs["test"], record, config, desk)
    answered = _answer(model, test, desk)
    judged = _judged(record, test, answered.chosen)
    evaluation = _evaluation(inputs, config, record, test, judged)
    outputs = {
        "evaluation": desk.store.put(evaluation.to_bytes()),
        "predictions": desk.store.put(write_answers(test.positions, judged, answered)),
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
            "undefined_labels": UNDEFINED,
            "labels_unknown_to_the_model": len(judged.labels) - len(record.labels),
            **{score.metric: score.value for score in evaluation.scores},
            "bounds_met": all(bound.met for bound in evaluation.bounds)
            if evaluation.bounds
            else None,
        },
    )
    return StageResult(outputs, claim)


def _read(manifest: Digest, record: Model, config: EvaluateConfig, desk: Desk) -> Examples:
    label = LabelColumn(config.label, record.task, config.label_separator)
    others = [*config.slices, *([config.group] if config.group else [])]
    test = read_examples(desk.store, manifest, record.inputs, label, others)
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
    return Predictions(
        model.labels,
        np.vstack([portion.probabilities for portion in portions]),
        np.vstack([portion.chosen for portion in portions]),
    )


def _judged(record: Model, test: Examples, chosen: NDArray[np.bool_]) -> Judged:
    """Set true beside predicted; labels that the model never saw count against it."""
    found = {label for row in test.labels for label in row}
    strangers = sorted(found - set(record.labels))
    labels = (*record.labels, *strangers)
    never = np.zeros((len(test), len(strangers)), dtype=np.bool_)
    return Judged(
        labels, judge(test.labels, labels), np.hstack([chosen, never]), record.task != "multilabel"
    )


def _evaluation(
    inputs: Mapping[str, Digest],
    config: EvaluateConfig,
    record: Model,
    test: Examples,
    judged: Judged,
) -> Evaluation:
    groups = test.columns[config.group] if config.group else None
    scores = whole_scores(judged, config, groups)
    return Evaluation(
        task=record.task,
        model=inputs["model"].hex,
        test=inputs["test"].hex,
        plan=config.plan,
        attempt=1,
        convention="plain",
        rows=len(test),
        without_label=test.without_label,
        resamples=config.resamples,
        seed=config.seed,
        fewest_rows=config.fewest_rows,
        scores=scores,
        floor=floor_scores(judged, config, groups),
        expected=None,
        bounds=compare(scores, config),
        labels=tuple(
            LabelScore(**line._asdict(), f1_low=None, f1_high=None, roc_auc=None, pr_auc=None)
            for line in per_label(judged)
        ),
        confusion=tuple(tuple(map(int, row)) for row in confusion(judged)) if judged.single else (),
        slices=slice_scores(judged, config, test.columns, groups),
        abstained=None,
        cost=None,
        curves=(),
        reliability=(),
        histogram=(),
    )


def _link(name: str, digest: Digest) -> Link:
    return Link(name=name, digest=digest.hex)


def _dataset_link(name: str, manifest: Digest, desk: Desk) -> Link:
    record = dataset_record(desk.store, manifest)
    return Link(name=name, digest=manifest.hex, fingerprint=record.fingerprint, rows=record.rows)
