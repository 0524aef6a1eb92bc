"""The training backend of models on an encoder, from rows to the files of a model."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, cast

from warrant.errors import InputError
from warrant.models.base import base_facts, choose_precision, load_encoder, measure_bf16_gain
from warrant.stages.train.backend import Finding, Job, Resumes, Trained
from warrant.stages.train.base import open_base
from warrant.stages.train.encoder import estimating
from warrant.stages.train.encoder.checkpoint import Stand, clear_checkpoints, kept_precision
from warrant.stages.train.encoder.choice_lesson import choice_lesson
from warrant.stages.train.encoder.config import EncoderConfig
from warrant.stages.train.encoder.lesson import Lesson, Start, Written
from warrant.stages.train.encoder.loop import Loop
from warrant.stages.train.encoder.place_lesson import place_lesson
from warrant.stages.train.encoder.row_lesson import row_lesson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from warrant.models.base import Precision
    from warrant.models.examples import Examples
    from warrant.records.claim import Plugin
    from warrant.stages.train.config import TrainConfig
    from warrant.stages.train.estimates import Estimate, Machine, Stats

LESSONS: Mapping[str, Callable[[Job, Start], Lesson]] = {
    "spans": place_lesson,
    "choice": choice_lesson,
}
"""Of kinds of task that are no answer a row."""


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
    start = _start(job, resume=resume)
    lesson = LESSONS.get(job.config.task, row_lesson)(job, start)
    stand = Stand(_key(job, start, lesson), precision=start.precision)
    stand = Loop(lesson, job, start.config, start.precision, stand).run(resume=resume)
    if not job.group.is_first:
        return Trained("encoder", (), 0, deterministic=True, settings={}, measures={})
    written = lesson.write(stand)
    if job.checkpoints is not None:
        clear_checkpoints(job.checkpoints)
    trained = _trained(written, start, stand, lesson)
    return replace(trained, settings={**trained.settings, **job.group.facts})


def _start(job: Job, *, resume: bool) -> Start:
    said = job.config.base
    if said is None:
        raise InputError(
            "The tier 'encoder' starts from a base model, and the recipe names none.",
            do="Write under train: base: minilm",
        )
    base = open_base(said)
    own, encoder = settings_of(job.config), load_encoder(base.folder)
    precision = job.group.share(_precision(job, resume=resume))
    if own.method == "frozen":
        precision = "float32"
    return Start(base, encoder, precision, own, min(job.config.length, encoder.longest))


def _precision(job: Job, *, resume: bool) -> Precision:
    """Choose the precision by a measured speed; a run that goes on keeps the one it had."""
    kept = kept_precision(job.checkpoints) if resume and job.checkpoints is not None else None
    if kept in ("float32", "bfloat16"):
        return cast("Precision", kept)
    return choose_precision(measure_bf16_gain())


def _key(job: Job, start: Start, lesson: Lesson) -> str:
    """Give a digest of rows and settings, so that no checkpoint of others is taken up."""
    portable = json.dumps(asdict(job.config.portable()), default=str, sort_keys=True)
    state = sha256(f"{portable}\0{start.precision}\0{start.base.record.digest}".encode())
    for part in lesson.fingerprint():
        state.update(part)
    return state.hexdigest()


def _trained(written: Written, start: Start, stand: Stand, lesson: Lesson) -> Trained:
    import torch

    own, figure, sign = start.config, lesson.figure, lesson.sign
    passes = {
        f"validation_{figure}_after_pass_{at}": None if one is None else sign * one
        for at, one in enumerate(stand.history, 1)
    }
    return Trained(
        kind=written.kind,
        labels=written.model.labels,
        parameters=written.model.describe().parameters,
        deterministic=True,
        settings={
            "method": own.method,
            "batch": own.batch,
            "learning_rate": own.largest_rate,
            "most_passes": own.most_epochs,
            "best_pass": stand.best_pass or None,
            "rank": own.rank if own.method == "lora" else None,
            "training_precision": start.precision,
            "threads": torch.get_num_threads(),
            "tokens": start.longest,
            **written.settings,  # type: ignore[dict-item]
            **base_facts(start.base.record),
        },
        measures={
            **passes,
            f"validation_{figure}": None if stand.best is None else sign * stand.best,
            "passes": stand.number,
            "updates": stand.step,
            "tokens_learnt_from": stand.tokens,
            "tokens_computed": stand.padded,
            "labels": len(written.model.labels),
            **base_facts(start.base.record),
        },
        counts=dict(written.counts),
    )
