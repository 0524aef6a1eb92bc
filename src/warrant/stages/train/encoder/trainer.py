"""The training backend of models on an encoder, from rows to the files of a model."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from warrant.errors import InputError
from warrant.models.base import (
    Embedder,
    base_facts,
    choose_precision,
    copy_base,
    load_encoder,
    measure_bf16_gain,
    one_thread,
)
from warrant.models.base.record import WEIGHTS
from warrant.models.encoder import EncoderModel, write_encoder_model
from warrant.models.encoder.settings import link_of
from warrant.stages.train.backend import Finding, Job, Resumes, Trained
from warrant.stages.train.base import open_base
from warrant.stages.train.calibration import calibrate
from warrant.stages.train.columns import count_states, learn_columns
from warrant.stages.train.encoder import estimating
from warrant.stages.train.encoder.checkpoint import Stand, clear_checkpoints
from warrant.stages.train.encoder.config import EncoderConfig
from warrant.stages.train.encoder.loop import Loop
from warrant.stages.train.encoder.network import (
    Tuned,
    finish,
    make_tuned,
    seeded,
    shrink_words,
)
from warrant.stages.train.encoder.rows import (
    Rows,
    Scale,
    label_weights,
    read_rows,
    texts_of,
    truth_and_scale,
)
from warrant.stages.train.judging import Verdict, judge_scores
from warrant.stages.train.truth import truth_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from warrant.models.base import Base, Precision
    from warrant.models.columns import ColumnEncoder
    from warrant.models.examples import Examples
    from warrant.records.claim import Plugin
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Estimate, Machine, Stats


class Plan(NamedTuple):
    """What is known before the first update."""

    base: Base
    labels: tuple[str, ...]
    columns: ColumnEncoder
    scale: Scale
    precision: Precision
    config: EncoderConfig
    tuned: Tuned
    train: Rows
    validation: Rows


class EncoderTrainer:
    """The training backend of encoders; see `Trainer` for the methods."""

    resumes: ClassVar[Resumes] = "bit-equal"
    """A run that goes on gives the same bytes, with as many threads on the same processor."""

    def probe(self) -> Machine:
        """Look at the processor, and measure what bf16 gains."""
        return estimating.probe()

    def measure(self, train: Examples, config: TrainConfig) -> Stats:
        """Count tokens as the base cuts them."""
        return estimating.measure(train, config)

    def estimate(self, config: TrainConfig, stats: Stats, machine: Machine) -> Estimate:
        """Count multiplications, at the speed of the machine."""
        return estimating.estimate(config, settings_of(config), stats, machine)

    def render(self, config: TrainConfig) -> Mapping[str, str]:
        """Give nothing: the loop is our own."""
        del config
        return {}

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries that decide the bytes beside those of the base."""
        return estimating.libraries()

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Look at base, texts and lengths before any work."""
        return estimating.preflight(train, config)

    def run(self, job: Job) -> Trained:
        """Train from the start."""
        return _run(job, resume=False)

    def resume(self, job: Job) -> Trained:
        """Go on from the newest checkpoint."""
        return _run(job, resume=True)

    def export(self, folder: Path, target: Path, form: str) -> Mapping[str, float]:
        """Refuse: the network is in the form of the transformers library as it stands."""
        del folder, target
        raise InputError(
            f"A model of this tier has no form {form!r}: its network is a safetensors file that "
            "the transformers library reads.",
            do="Take the bundle as it is: warrant predict NAME.bundle FILES -o answers.xlsx",
        )


def settings_of(config: TrainConfig) -> EncoderConfig:
    """Give the settings of this tier; their defaults where the recipe has none."""
    return config.encoder or EncoderConfig()


def _run(job: Job, *, resume: bool) -> Trained:
    plan = _plan(job)
    config = settings_of(job.config)
    loop = Loop(
        tuned=plan.tuned,
        train=plan.train,
        validation=plan.validation,
        job=job,
        config=config,
        precision=plan.precision,
        weights=label_weights(plan.train.truth, job.config),
        judge=_judge(job, plan),
        stand=Stand(_key(job, plan)),
    )
    stand = loop.run(resume=resume)
    model = _calibrated(_write(job, plan), job, stand)
    if job.checkpoints is not None:
        clear_checkpoints(job.checkpoints)
    return _trained(model, plan, stand, job)


def _plan(job: Job) -> Plan:
    config = job.config
    said = config.base
    if said is None:
        raise InputError(
            "The tier 'encoder' starts from a base model, and the recipe names none.",
            do="Write under train: base: minilm",
        )
    base = open_base(said)
    encoder = load_encoder(base.folder)
    own = settings_of(config)
    columns = learn_columns(job.train, config.inputs, config.fewest_documents)
    labels: tuple[str, ...] = ()
    if config.task != "regression":
        labels = tuple(sorted({label for row in job.train.labels for label in row}))
    truth, scale = truth_and_scale(job.train, labels, config)
    train = read_rows(job.train, config, encoder, columns, truth)
    other, _ = truth_and_scale(job.validation, labels, config, scale)
    validation = read_rows(job.validation, config, encoder, columns, other)
    precision = choose_precision(measure_bf16_gain())
    with seeded(config.seed):
        tuned = make_tuned(
            encoder, base.record.pooling, own.method, columns.width, truth.shape[1], own.rank
        )
    if own.method == "frozen":
        precision = "float32"
        embedder = Embedder(
            encoder,
            precision,
            base.record.pooling,
            _longest(config, encoder.longest),
            is_unit=False,
        )
        train = replace(train, vectors=embedder.embed(texts_of(job.train, config), job.progress))
        if len(validation):
            vectors = embedder.embed(texts_of(job.validation, config), job.progress)
            validation = replace(validation, vectors=vectors)
    elif own.method == "full":
        used = [token for rows in (train, validation) for one in rows.read for token in one.ids]
        shrink_words(tuned, np.unique(np.array(used, np.int64)))
    return Plan(base, labels, columns, scale, precision, own, tuned, train, validation)


def _longest(config: TrainConfig, most: int) -> int:
    return min(config.length, most)


def _judge(job: Job, plan: Plan) -> Callable[[NDArray[np.float64]], Verdict]:
    link = link_of(job.config.task)

    def judge(scores: NDArray[np.float64]) -> Verdict:
        if link is None or link == "identity":
            missed = scores[:, 0] - plan.validation.truth[:, 0]
            return Verdict(-float(np.sqrt(np.mean(missed**2))) * plan.scale.spread, 0.5)
        return judge_scores(scores, link, plan.labels, job.validation, job.config)

    return judge


def _key(job: Job, plan: Plan) -> str:
    """Give a digest of rows and settings, so that no checkpoint of others is taken up."""
    portable = json.dumps(asdict(job.config.portable()), default=str, sort_keys=True)
    state = sha256(f"{portable}\0{plan.precision}\0{plan.base.record.digest}".encode())
    for rows in (plan.train, plan.validation):
        state.update(rows.lengths.tobytes() + rows.truth.tobytes())
        for one in rows.read:
            state.update(np.array(one.ids, np.int64).tobytes())
    return state.hexdigest()


def _write(job: Job, plan: Plan) -> EncoderModel:
    """Write the network, and give the model with the head as it was learnt."""
    config, tuned = job.config, plan.tuned
    is_frozen = plan.config.method == "frozen"
    copy_base(plan.base, job.folder, weights=is_frozen)
    network = finish(tuned)
    if not is_frozen:
        _save_network(network, job.folder)
    encoder = replace(tuned.encoder, network=network)
    embedder = Embedder(
        encoder, "float32", tuned.pooling, _longest(config, encoder.longest), is_unit=False
    )
    coef = tuned.head.weight.detach().numpy() * np.float32(plan.scale.spread)
    offset = tuned.head.bias.detach().numpy() * np.float32(plan.scale.spread)
    return EncoderModel(
        task=config.task,
        labels=plan.labels,
        reads=config.inputs,
        thresholds=(0.5,) * len(plan.labels),
        embedder=embedder,
        base=plan.base.record,
        method=plan.config.method,
        coef=coef,
        intercept=offset + np.float32(plan.scale.center),
        encoder=plan.columns,
        first_characters=config.first_characters,
    )


def _save_network(network: object, folder: Path) -> None:
    from safetensors.torch import save_file

    state = network.state_dict()  # type: ignore[attr-defined]
    tensors = {name: one.detach().clone().contiguous() for name, one in sorted(state.items())}
    save_file(tensors, folder / WEIGHTS, {"format": "pt"})


def _calibrated(
    model: EncoderModel, job: Job, stand: Stand
) -> tuple[EncoderModel, Mapping[str, object]]:
    """Fold the calibration into the head, and write it."""
    facts: Mapping[str, object] = {}
    if model.labels:
        scores = np.zeros((0, len(model.labels)))
        if len(job.validation):
            with one_thread():
                scores = model.scores(job.validation.columns)
        found = calibrate(scores, truth_of(job.validation, model.labels), job.config.task)
        slopes, offsets = found.slopes.astype(np.float32), found.offsets.astype(np.float32)
        model = replace(
            model,
            coef=model.coef * slopes[:, np.newaxis],
            intercept=model.intercept * slopes + offsets,
            thresholds=found.thresholds(job.config.task, stand.threshold),
        )
        facts = {"threshold": stand.threshold, **found.facts}
    for name, data in write_encoder_model(model).items():
        (job.folder / name).write_bytes(data)
    return model, facts


def _trained(
    written: tuple[EncoderModel, Mapping[str, object]], plan: Plan, stand: Stand, job: Job
) -> Trained:
    import torch

    model, facts = written
    config, own = job.config, plan.config
    is_number = config.task == "regression"
    figure, sign = ("rmse", -1) if is_number else (config.choose_by, 1)
    passes = {
        f"validation_{figure}_after_pass_{at}": None if one is None else sign * one
        for at, one in enumerate(stand.history, 1)
    }
    return Trained(
        kind="encoder",
        labels=model.labels,
        parameters=model.describe().parameters,
        deterministic=True,
        settings={
            "method": own.method,
            "batch": own.batch,
            "learning_rate": own.largest_rate,
            "most_passes": own.most_epochs,
            "best_pass": stand.best_pass or None,
            "rank": own.rank if own.method == "lora" else None,
            "class_weights": config.class_weights,
            "training_precision": plan.precision,
            "threads": torch.get_num_threads(),
            "tokens": model.embedder.longest,
            **facts,  # type: ignore[dict-item]
            **base_facts(plan.base.record),
        },
        measures={
            **passes,
            f"validation_{figure}": None if stand.best is None else sign * stand.best,
            "passes": stand.number,
            "updates": stand.step,
            "tokens_learnt_from": stand.tokens,
            "tokens_computed": stand.padded,
            "labels": len(model.labels),
            **base_facts(plan.base.record),
        },
        counts={
            **count_states(plan.columns, job.train, "train"),
            **count_states(plan.columns, job.validation, "validation"),
        },
    )
