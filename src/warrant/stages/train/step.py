"""The story of training: read rows, look at them, hand them to a backend, write the model down."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from warrant.engine import dataset_record, read_dataset
from warrant.engine.columns import NEAR_CLUSTER
from warrant.errors import InputError
from warrant.models import MODELS
from warrant.models.examples import Examples, LabelColumn, read_examples
from warrant.models.reliance import FILE as RELIANCE
from warrant.models.thresholds import FILE, with_thresholds
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model, ModelFile, format_of
from warrant.records.task import LEAK_CHECKED, LEARNT_LABELS
from warrant.stages.train.backend import TRAINERS, Finding, Job, Trained
from warrant.stages.train.base import libraries_of
from warrant.stages.train.costs import choose_thresholds
from warrant.stages.train.leaks import (
    Looked,
    check_leaks,
    leak_findings,
    leak_measures,
    outcome_findings,
)
from warrant.stages.train.portion import choose_portion
from warrant.stages.train.preflight import (
    check_examples,
    number_findings,
    raise_errors,
    rare_labels,
    warning_measures,
)
from warrant.stages.train.reliance import choose_reliance
from warrant.stages.train.several.launch import train_job
from warrant.stages.train.weighing import weigh_clusters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.kernel.digest import Digest
    from warrant.stages.train.away import Away
    from warrant.stages.train.config import TrainConfig

NAME = "train"
VERSION = 8
"""Raised whenever the same inputs and settings may give other bytes."""

INPUTS = ("train", "validation")
"""Datasets; `validation` may have no rows."""


def plugins(config: TrainConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings.

    Args:
        config: the settings of the run.

    Returns:
        The backend and its libraries, with versions, for content key and claim.
    """
    place = TRAINERS.place(config.backend)
    backend = Plugin(name=f"{place.distribution}:{config.backend}", version=place.version)
    return (backend, *libraries_of(config))


def preflight(inputs: Mapping[str, Digest], config: TrainConfig, desk: Desk) -> list[Finding]:
    """Look before training, at the price of reading the training rows.

    Args:
        inputs: as for `run`.
        config: the settings of the run.
        desk: the store and its like.

    Returns:
        Errors and warnings; `run` stops at an error.

    Raises:
        InputError: when a column is missing.
    """
    return _findings(_read(inputs["train"], config, desk, to_learn=True), config)[0]


def run(inputs: Mapping[str, Digest], config: TrainConfig, desk: Desk) -> StageResult:
    """Train one model.

    Args:
        inputs: manifests of the datasets `train` and `validation`.
        config: the settings of the run.
        desk: the store and its like.

    Returns:
        Output `model`: digest of the model record, whose files lie in the store too.

    Raises:
        InputError: when the rows cannot be trained on; the message names no cell.
    """
    found = _read(inputs["train"], config, desk, to_learn=True)
    known = _labelled(found, inputs["train"], desk)
    findings, looked = _findings(found, config)
    raise_errors(findings)
    _require_known(found, config, sample=dataset_record(desk.store, inputs["train"]).sample)
    rare = rare_labels(found) if config.task in LEARNT_LABELS else []
    train, weighed = found.without_labels(rare), dict[str, int]()
    if config.near_duplicates == "once":
        train, weighed = weigh_clusters(train)
    most = config.most_characters // 4
    validation = _read(inputs["validation"], config, desk, most, config.group)
    if config.task == "regression":
        raise_errors(number_findings(validation, config, "validation"))
    folder = desk.scratch / "model"
    folder.mkdir()
    seen = validation if config.auto else _as_read(validation, train)
    job = Job(train, seen, config, folder, desk.progress, desk.kept, desk.stop)
    away: Away | None = None if desk.elsewhere is None else desk.elsewhere(job)
    trained = _train(job) if away is None else away.trained
    priced = _price(trained, config, validation, folder)
    _promise(trained, config, validation, folder)
    record = _keep(trained, config, folder, desk)
    digest = desk.store.put(record.to_bytes())
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=tuple(_link(name, inputs[name], desk) for name in INPUTS),
        outputs=(Link(name="model", digest=digest.hex),),
        counts={
            "rows": len(train),
            "rows_not_read": known - len(found),
            "without_label": train.without_label,
            "rare_labels": len(rare),
            "rows_of_rare_labels": len(found) - len(train),
            "validation_rows": len(validation),
            "validation_without_label": validation.without_label,
            **weighed,
            **trained.counts,
        },
        plugins=plugins(config),
        measures={
            **trained.measures,
            **priced,
            **(leak_measures(looked) if looked else {}),
            **warning_measures(findings),
            **({"computed": away.declared} if away else {}),
        },
    )
    return StageResult({"model": digest}, claim)


def _as_read(validation: Examples, train: Examples) -> Examples:
    """Leave out the column of groups, which takes no part: no job elsewhere shall carry it."""
    columns = {name: cells for name, cells in validation.columns.items() if name in train.columns}
    return replace(validation, columns=columns)


def _train(job: Job) -> Trained:
    """Train here; go on where an earlier try left something."""
    was_begun = job.checkpoints is not None and any(job.checkpoints.iterdir())
    return train_job(job, resume=was_begun)


def _price(
    trained: Trained, config: TrainConfig, validation: Examples, folder: Path
) -> dict[str, float | None]:
    """Write the thresholds beside the model's files, where errors have prices."""
    if config.costs is None or config.task == "regression":
        return {}
    found = MODELS.load(trained.kind)(folder).predict(validation.columns)
    chosen = choose_thresholds(config.task, found, validation.labels, config.costs)
    (folder / FILE).write_bytes(chosen.thresholds.to_bytes())
    return {
        "validation_cost_per_1000": chosen.with_them,
        "validation_cost_per_1000_without_thresholds": chosen.without,
    }


def _promise(trained: Trained, config: TrainConfig, validation: Examples, folder: Path) -> None:
    """Write what is promised beside the model's files, where the recipe asks for it."""
    if config.coverage is None and config.risk is None:
        return
    thresholds = folder / FILE
    # A format knows its own files alone: thresholds lie beside them, and are laid aside to load.
    data = thresholds.read_bytes() if thresholds.exists() else None
    thresholds.unlink(missing_ok=True)
    model = MODELS.load(trained.kind)(folder)
    if data is not None:
        thresholds.write_bytes(data)
        model = with_thresholds(model, data)
    found = choose_reliance(model.predict(validation.columns), validation, config)
    if found is not None:
        (folder / RELIANCE).write_bytes(found.to_bytes())


def _require_known(train: Examples, config: TrainConfig, *, sample: bool) -> None:
    """Refuse a price of a label that no row has; a sample may lack some.

    Of several labels a row each is answered or not by itself, so one that costs nothing when it
    is missed would never be answered: that must be said.
    """
    known = {label for row in train.labels for label in row}
    prices = config.costs
    if prices and prices.false_alarm and not prices.missed_default and config.task == "multilabel":
        unpriced = sorted(known - prices.missed.keys())
        if unpriced:
            raise InputError(
                f"`costs` gives no price for missing the label {unpriced[0]!r}"
                f"{f' and {len(unpriced) - 1} more' if unpriced[1:] else ''}, so that it would "
                "never be answered.",
                do="Write a price of all other labels under `costs: missed:` in the recipe, for "
                "example default: 10, or a price of each, 0 for one never to be answered.",
            )
    for label in prices.missed if prices and not sample else ():
        if label not in known:
            raise InputError(
                f"`costs` prices the label {label!r}, which no training row has in column "
                f"{config.label!r}.",
                do=f"Write it as it stands in that column{_nearest(label, known)}, or take it out "
                "of `costs: missed:` in the recipe.",
            )


def _nearest(label: str, known: set[str]) -> str:
    plain = {one.lower(): one for one in sorted(known, reverse=True)}
    near = get_close_matches(label.lower(), list(plain), n=1, cutoff=0.5)
    return f", nearest {plain[near[0]]!r}" if near else ""


def _findings(train: Examples, config: TrainConfig) -> tuple[list[Finding], Looked | None]:
    """Look at the rows, and for leaks where all else is well."""
    found = check_examples(train, config)
    found += TRAINERS.load(config.backend)().preflight(train, config)
    found += outcome_findings(train, config.inputs, config.label_at)
    if any(one.severity == "error" for one in found):
        return found, None
    if config.task not in LEAK_CHECKED:
        return found, None
    looked = check_leaks(train, config.inputs, config.task, config.label_at, config.accepted_leaks)
    return [*found, *leak_findings(looked)], looked


def _read(
    manifest: Digest,
    config: TrainConfig,
    desk: Desk,
    most_characters: int | None = None,
    group: str | None = None,
    *,
    to_learn: bool = False,
) -> Examples:
    label = LabelColumn(config.label, config.task, config.label_separator)
    clusters = NEAR_CLUSTER if to_learn and config.near_duplicates == "once" else None
    others = tuple(one for one in (config.label_at, group, clusters) if one)
    wanted = (*config.texts, label.name)
    known = {column.name for column in dataset_record(desk.store, manifest).columns}
    only = None
    if config.texts and known.issuperset(wanted):  # else reading says what is missing
        batches = read_dataset(desk.store, manifest, wanted)
        most = config.most_characters if most_characters is None else most_characters
        only = choose_portion(batches, config.texts, label, most, config.seed)
    return read_examples(desk.store, manifest, config.names, label, others, only)


def _labelled(found: Examples, manifest: Digest, desk: Desk) -> int:
    """Count the rows that have a label, read or not."""
    return dataset_record(desk.store, manifest).rows - found.without_label


def _keep(trained: Trained, config: TrainConfig, folder: Path, desk: Desk) -> Model:
    """Put the files into the store and name them in a record."""
    files = []
    with desk.store.writer() as batch:
        for path in sorted(folder.iterdir(), key=lambda path: path.name):
            digest = batch.put_file(path)
            files.append(ModelFile(name=path.name, sha256=digest.hex, size=path.stat().st_size))
    return Model(
        format=format_of(config.task),
        name=config.name,
        kind=trained.kind,
        task=config.task,
        labels=trained.labels,
        inputs=config.names,
        files=tuple(files),
        seed=config.seed,
        deterministic=trained.deterministic,
        libraries=plugins(config),
        parameters=trained.parameters,
        settings={
            **trained.settings,
            **({"near_duplicates": "once"} if config.near_duplicates == "once" else {}),
        },
    )


def _link(name: str, manifest: Digest, desk: Desk) -> Link:
    record = dataset_record(desk.store, manifest)
    return Link(name=name, digest=manifest.hex, fingerprint=record.fingerprint, rows=record.rows)
