"""What every training backend must do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import CeilingReached, InputError, WarrantError
from warrant.models import MODELS
from warrant.stages.train import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from warrant.models.examples import Examples
    from warrant.stages.train import TrainConfig, Trained, Trainer
    from warrant.stages.train.backend import Event
    from warrant.stages.train.estimates import Range

MOST_APART = 2.5
"""The high value of an estimate of time is at most so many times the low one."""

LONG = 25
"""Characters of a cell that must stand in no setting, measure or rendered file."""


@dataclass(frozen=True)
class TrainerCase:
    """A backend and a small job for it, of seconds."""

    make: Callable[[], Trainer]
    """Makes the backend."""

    config: TrainConfig
    """Settings of a run without findings."""

    train: Examples
    """Rows that can be learnt from."""

    validation: Examples
    """Rows kept apart; at least one."""

    scratch: Path
    """An empty folder."""

    alike: Sequence[TrainConfig] = ()
    """Settings that share out the same work otherwise: a batch in parts, rows packed or not.
    They must learn the same."""

    tolerance: float = 1e-4
    """How far the probabilities, or the loss, of these may lie apart."""

    supervised: int | None = None
    """Tokens that are learnt from in one pass, as counted by hand; None: the backend counts
    none."""


def check_trainer(case: TrainerCase) -> None:
    """Check a training backend by a small job.

    Args:
        case: the backend and the job.

    Raises:
        AssertionError: naming the first promise that does not hold.
    """
    _check_before(case)
    _check_estimate(case)
    _check_render(case)
    whole = _run(case, "whole")
    _check_card(case, whole)
    _check_again(case, whole)
    _check_stop(case, whole)
    _check_alike(case, whole)
    _check_weights(case, whole)
    _check_export(case, whole)


@dataclass(frozen=True)
class _Done:
    """A run that is over."""

    trained: Trained
    folder: Path
    events: list[Event]
    progress: list[tuple[int, int | None]]


def _job(case: TrainerCase, name: str, config: TrainConfig | None = None) -> Job:
    home = case.scratch / name
    folder, kept = home / "model", home / "kept"
    for place in (folder, kept):
        place.mkdir(parents=True, exist_ok=True)
    asked = config or case.config
    return Job(case.train, case.validation, asked, folder, lambda *_: None, kept)


def _run(case: TrainerCase, name: str, config: TrainConfig | None = None) -> _Done:
    events: list[Event] = []
    progress: list[tuple[int, int | None]] = []
    job = replace(
        _job(case, name, config),
        event=events.append,
        progress=lambda done, total, _unit: progress.append((done, total)),
    )
    return _Done(case.make().run(job), job.folder, events, progress)


def _check_before(case: TrainerCase) -> None:
    trainer = case.make()
    _promise(
        trainer.resumes in {"bit-equal", "approximate", "from the start"}, "`resumes` is declared"
    )
    named = trainer.describe()
    _promise(bool(named) and all(one.version for one in named), "libraries have versions")
    _promise(named == case.make().describe(), "libraries are named the same way each time")
    machine = trainer.probe()
    _promise(machine.cores >= 1 and machine.flops > 0, "the machine computes")
    stats = trainer.measure(case.train, case.config)
    _promise(stats.rows == len(case.train), "all rows are counted")
    _promise(stats.tokens >= stats.longest > 0, "a row is no longer than all rows")
    _promise(stats == trainer.measure(case.train, case.config), "counting gives the same twice")
    found = trainer.preflight(case.train, case.config)
    _promise(not [one for one in found if one.severity == "error"], "a sound job has no errors")
    _promise(
        all(one.code and one.what.endswith(".") and one.do for one in found),
        "findings have a code, a sentence and an act",
    )


def _check_estimate(case: TrainerCase) -> None:
    trainer = case.make()
    stats, machine = trainer.measure(case.train, case.config), trainer.probe()
    found = trainer.estimate(case.config, stats, machine)
    again = case.make().estimate(case.config, stats, machine)
    _promise(found == again, "an estimate depends on its arguments alone")
    figures: dict[str, Range] = {
        "tokens": found.tokens,
        "steps": found.steps,
        "peak_bytes": found.peak_bytes,
        "seconds": found.seconds,
    }
    for name, figure in figures.items():
        _promise(figure.low > 0, f"{name} is more than nothing")
    apart = found.seconds.high / found.seconds.low
    _promise(apart <= MOST_APART, f"high time is at most {MOST_APART} times low ({apart:.2f})")
    _promise(bool(found.basis), "an estimate says what it rests on")
    more = replace(
        stats, rows=stats.rows * 1000, tokens=stats.tokens * 1000, parts=stats.parts * 1000
    )
    longer = trainer.estimate(case.config, more, machine)
    _promise(longer.seconds.expected > found.seconds.expected, "more tokens take longer")


def _check_render(case: TrainerCase) -> None:
    files = dict(case.make().render(case.config))
    _promise(files == dict(case.make().render(case.config)), "rendering gives the same files twice")
    for name, text in files.items():
        _promise(not name.startswith("/") and ".." not in name, "files have plain names")
        _promise(bool(text.strip()), f"the file {name!r} is not empty")
        _promise(not _quotes(case, text), f"no row stands in {name!r}")


def _check_card(case: TrainerCase, done: _Done) -> None:
    trained = done.trained
    model = MODELS.load(trained.kind)(done.folder)
    _promise(
        (model.task, model.labels, model.inputs)
        == (case.config.task, trained.labels, case.config.names),
        "files and answer of the backend speak of the same model",
    )
    _promise(trained.parameters > 0, "something was learnt")
    facts = {**trained.settings, **trained.measures}
    _promise(
        all(isinstance(one, str | int | float | bool | None) for one in facts.values()),
        "facts for the card are plain",
    )
    _promise(not _quotes(case, *map(str, facts.values())), "no row stands in a fact for the card")
    _promise(all(one >= 0 for one in trained.counts.values()), "counts are 0 or more")
    steps = [one.step for one in done.events]
    _promise(steps == sorted(set(steps)), "events count steps upwards")
    for one in done.events:
        _promise(one.supervised_tokens <= one.padded_tokens, "tokens learnt from are computed")
        _promise(one.step <= one.steps and one.seconds >= 0, "steps and time are in range")
    if case.supervised is not None:
        passes = done.events[-1].supervised_tokens / case.supervised
        _promise(
            passes == int(passes) >= 1,
            "exactly the tokens of the answers and stops are learnt from",
        )
    answers = model.predict(case.validation.columns)
    rows = len(answers.texts) if answers.texts is not None else len(answers.probabilities)
    _promise(rows == len(case.validation), "the model answers every row")


def _check_again(case: TrainerCase, whole: _Done) -> None:
    _promise(
        whole.trained.deterministic == _run(case, "again").trained.deterministic,
        "a backend knows whether it is deterministic",
    )
    if whole.trained.deterministic:
        same = _files(whole.folder) == _files(case.scratch / "again" / "model")
        _promise(same, "a deterministic backend gives the same bytes twice")


def _check_stop(case: TrainerCase, whole: _Done) -> None:
    enough = CeilingReached("The ceiling is reached.", do="Raise it.")
    asks: list[int] = []

    def stop() -> WarrantError | None:
        asks.append(1)
        return enough if len(asks) == 1 else None

    job = replace(_job(case, "stopped"), stop=stop)
    try:
        case.make().run(job)
    except CeilingReached as error:
        _promise(error is enough, "a stop raises the very error that it was given")
    else:
        _promise(not asks, "a backend that asks whether to stop also stops")
        return
    kept = job.checkpoints
    resumes = case.make().resumes
    left = kept is not None and any(one.is_dir() or one.stat().st_size for one in kept.iterdir())
    _promise(resumes == "from the start" or left, "a stop leaves a checkpoint to go on from")
    for path in kept.rglob("*") if kept is not None else ():
        _promise(path.suffix not in {".pt", ".pth", ".bin", ".pkl"}, "no checkpoint is a pickle")
    clean = _job(case, "stopped")
    for path in clean.folder.iterdir():
        path.unlink()
    case.make().resume(clean)
    if resumes == "bit-equal" or whole.trained.deterministic:
        _promise(
            _files(clean.folder) == _files(whole.folder),
            "what was stopped and goes on gives the same bytes",
        )


def _check_alike(case: TrainerCase, whole: _Done) -> None:
    for place, config in enumerate(case.alike):
        other = _run(case, f"alike-{place}", config)
        one, two = (
            float(done.trained.measures.get("validation_loss") or 0.0) for done in (whole, other)
        )
        apart = abs(one - two)
        models = [MODELS.load(done.trained.kind)(done.folder) for done in (whole, other)]
        if models[0].labels:
            found = [model.predict(case.validation.columns).probabilities for model in models]
            apart = max(apart, float(np.abs(found[0] - found[1]).max()))
        _promise(
            apart <= case.tolerance,
            f"the same work shared out otherwise learns the same ({apart:.2g} apart)",
        )


def _check_weights(case: TrainerCase, whole: _Done) -> None:
    """Rows that count less must teach less, or preflight must say that they cannot."""
    asked = replace(case.config, near_duplicates="once")
    if any(one.code == "cannot-weigh" for one in case.make().preflight(case.train, asked)):
        return
    weights = [1.0 if at % 2 else 0.05 for at in range(len(case.train))]
    job = replace(_job(case, "weighed"), train=replace(case.train, weights=weights))
    case.make().run(job)
    _promise(
        _files(job.folder) != _files(whole.folder) or not whole.trained.deterministic,
        "rows that weigh less teach less, or preflight finds `cannot-weigh`",
    )


def _check_export(case: TrainerCase, whole: _Done) -> None:
    target = case.scratch / "export"
    target.mkdir()
    try:
        case.make().export(whole.folder, target, "a form that nobody has")
    except InputError:
        _promise(not any(target.iterdir()), "a refused form writes nothing")
        return
    _promise(holds=False, what="a form that nobody has is refused by InputError")


def _quotes(case: TrainerCase, *texts: str) -> bool:
    """Say whether a long cell of a row stands in one of the texts."""
    cells = [
        str(cell)
        for column in case.train.columns.values()
        for cell in column
        if isinstance(cell, str) and len(cell) >= LONG
    ]
    return any(cell in text for text in texts for cell in cells)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _promise(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise AssertionError(f"This promise does not hold: {what}.")
