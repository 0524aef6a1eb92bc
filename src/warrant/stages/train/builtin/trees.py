"""The `trees` tier: columns and a few telling words; boosted trees by LightGBM; seconds of CPU.

One thread and one seed: the same rows, settings and libraries give the same bytes. Validation rows
say when to stop, and calibrate. An empty cell is read as such: trees learn what it means.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from warrant.errors import InputError
from warrant.models.trees import Reader, TextColumn, TreesModel, write_trees_model
from warrant.models.trees.link import shape_of
from warrant.records.claim import Plugin
from warrant.stages.train.backend import Finding, Job, Trained
from warrant.stages.train.builtin.brief import Brief, Growth, Rounds
from warrant.stages.train.builtin.effort import trees_seconds
from warrant.stages.train.builtin.forest import Plan, Rows, grow_forest
from warrant.stages.train.builtin.terms import choose_terms
from warrant.stages.train.builtin.vocabulary import FEWEST_DOCUMENTS
from warrant.stages.train.calibration import Calibration, calibrate
from warrant.stages.train.columns import count_states, learn_columns
from warrant.stages.train.numbers import numbers_of
from warrant.stages.train.truth import truth_of
from warrant.stages.train.weighing import row_weights, weighing_findings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Stats

MOST_WORDS = 300
"""Words and pairs of words of each column of text."""

_SIGNS = {"increasing": 1, "decreasing": -1}


class TreesTrainer(Brief):
    """The training backend of trees; see `Trainer` for the methods."""

    bytes_per_cell: ClassVar[float] = 110.0
    fits: ClassVar[int] = 1
    grows: ClassVar[Growth] = Growth(0.05, 1.0, Rounds(power=0.65, usual=62, drawn=0.6))

    def seconds(self, config: TrainConfig, stats: Stats) -> float:
        """Guess the time on the reference machine."""
        return trees_seconds(config, stats)

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries that decide the bytes."""
        names = ("lightgbm", "numpy", "scipy")
        return tuple(Plugin(name=name, version=version(name)) for name in names)

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Look whether what shall only rise or fall is a number, and of which answer."""
        kinds = {one.column: one.read_as for one in config.inputs}
        labels = sorted({label for row in train.labels for label in row})
        found = weighing_findings(config, is_able=True)
        found += [
            Finding(
                "error",
                f"`monotone` names {name!r}, which is no number among the inputs.",
                do="Name under `monotone` columns that `inputs` reads `as: number`.",
            )
            for name in config.monotone
            if kinds.get(name) != "number"
        ]
        if config.monotone and config.task not in {"binary", "regression"}:
            found.append(
                Finding(
                    "error",
                    f"`monotone` says what one answer rises with, and {config.task!r} has several.",
                    do="Take `monotone` out of `train` in the recipe.",
                )
            )
        if config.monotone and config.task == "binary" and config.towards not in labels:
            found.append(
                Finding(
                    "error",
                    f"`monotone` needs to know which label it speaks of; `towards` is "
                    f"{config.towards!r}, and there are {len(labels)} labels.",
                    do="Write under `train`: towards: and one of the labels.",
                )
            )
        return found

    def run(self, job: Job) -> Trained:
        """Choose words, grow trees, calibrate, write."""
        labels = tuple(sorted({label for row in job.train.labels for label in row}))
        if job.config.task == "regression":
            labels = ()
        reader = _learn_reader(job, labels)
        train, validation = (_rows(part, reader, labels) for part in (job.train, job.validation))
        plan = Plan(
            task=job.config.task,
            shape=shape_of(job.config.task, len(labels), reader.features, reader.categories),
            monotone=_monotone(job.config, reader, labels),
            balanced=job.config.class_weights == "balanced",
            seed=job.config.seed,
            after_round=job.require_going_on,
        )
        forest = grow_forest(
            train,
            validation if len(job.validation) else None,
            plan,
            lambda done, total: job.progress(done, total, "fits"),
        )
        nothing = (1.0,) * len(labels)
        raw = TreesModel(
            job.config.task,
            labels,
            reader,
            forest.trees,
            (0.5,) * len(labels),
            nothing,
            (0.0,) * len(labels),
        )
        found = _calibrated(raw, job, labels)
        model = (
            raw
            if found is None
            else raw.calibrated(found.slopes, found.offsets, _moved(found, job))
        )
        for name, data in write_trees_model(model).items():
            (job.folder / name).write_bytes(data)
        return _trained(
            model, job, found, {"rounds": forest.rounds, "lost_leaves": forest.lost_leaves}
        )


def _learn_reader(job: Job, labels: tuple[str, ...]) -> Reader:
    config, train = job.config, job.train
    encoder = learn_columns(train, config.inputs, config.fewest_documents)
    numbers: dict[bytes, int] = {}
    documents = np.array(
        [numbers.setdefault(one, len(numbers)) for one in train.documents], np.intp
    )
    truth = _truth(train, labels)
    texts = []
    for name in config.texts:
        reader = choose_terms(
            [str(cell or "") for cell in train.columns[name]],
            documents,
            truth,
            most=MOST_WORDS,
            fewest=max(config.fewest_documents, FEWEST_DOCUMENTS),
            first_characters=config.first_characters,
        )
        if reader is not None:
            texts.append(TextColumn(name, reader))
    if not texts and not encoder.columns:
        raise InputError(
            f"No word occurs in {max(config.fewest_documents, FEWEST_DOCUMENTS)} of the "
            f"{len(numbers)} training documents.",
            do="Add documents, or name columns under `inputs` in the recipe.",
        )
    return Reader(config.names, encoder, tuple(texts), config.first_characters)


def _truth(rows: Examples, labels: tuple[str, ...]) -> NDArray[Any]:
    return truth_of(rows, labels) if labels else numbers_of(rows)


def _rows(rows: Examples, reader: Reader, labels: tuple[str, ...]) -> Rows:
    numbers: dict[bytes, int] = {}
    documents = np.array([numbers.setdefault(one, len(numbers)) for one in rows.documents], np.intp)
    return Rows(reader.matrix(rows.columns), _truth(rows, labels), documents, row_weights(rows))


def _monotone(config: TrainConfig, reader: Reader, labels: tuple[str, ...]) -> list[int]:
    """Give for each feature which way it may move the score, which is that of the last label."""
    turned = -1 if config.task == "binary" and config.towards != labels[-1] else 1
    signs = {name: turned * _SIGNS[way] for name, way in config.monotone.items()}
    own = [signs.get(feature.column, 0) for feature in reader.encoder.features]
    return own + [0] * (reader.features - len(own))


def _calibrated(model: TreesModel, job: Job, labels: tuple[str, ...]) -> Calibration | None:
    if not labels:
        return None
    scores = (
        model.scores(job.validation.columns) if len(job.validation) else np.zeros((0, len(labels)))
    )
    return calibrate(scores, truth_of(job.validation, labels), job.config.task)


def _moved(found: Calibration, job: Job) -> tuple[float, ...]:
    return found.thresholds(job.config.task, 0.5)


def _trained(
    model: TreesModel, job: Job, found: Calibration | None, measures: dict[str, int]
) -> Trained:
    config, facts = job.config, model.describe()
    encoder = model.reader.encoder
    shown = config.monotone
    return Trained(
        kind="trees",
        labels=model.labels,
        parameters=facts.parameters,
        deterministic=True,
        settings={
            "precision": facts.precision,
            "fewest_documents": max(config.fewest_documents, FEWEST_DOCUMENTS),
            "class_weights": config.class_weights,
            **(
                {"monotone": ", ".join(f"{name} {way}" for name, way in shown.items())}
                if shown
                else {}
            ),
            **({"towards": config.towards} if config.towards else {}),
            **(found.facts if found else {}),
            **facts.facts,
        },
        measures={**measures, "labels": len(model.labels)},
        counts={
            **count_states(encoder, job.train, "train"),
            **count_states(encoder, job.validation, "validation"),
        },
    )
