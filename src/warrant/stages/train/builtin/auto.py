"""The `auto` tier: trains cheap first, and keeps a costlier model only when it is surely better.

It has no arithmetic of its own: each candidate is made by its own backend, from the same rows, and
held against the best cheaper one on validation rows. With `auto.against` the recipe's own tier must
beat one cheaper tier, and nothing is trained when it does not.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

from warrant.errors import InputError
from warrant.models import MODELS
from warrant.models.effort import cpu_s
from warrant.records.metric import METRICS
from warrant.stages.train.backend import TRAINERS, Finding, Job, Resumes, Trained
from warrant.stages.train.costs import choose_thresholds
from warrant.stages.train.estimates import Estimate, Machine, Range, Stats, probe_machine
from warrant.stages.train.promotion import (
    FEWEST_ROWS,
    AutoConfig,
    Trial,
    figure_of,
    held_against,
    room_above,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.models import Predictions
    from warrant.models.examples import Examples
    from warrant.records.claim import Plugin
    from warrant.stages.train.config import TrainConfig

LADDER = ("linear", "trees", "encoder")
"""Candidates in the order of what they cost."""

_NEEDS = {"encoder": "torch"}


@dataclass
class Candidate:
    """One tier that was tried."""

    tier: str
    trained: Trained
    folder: Path
    found: Predictions
    """What it says of the validation rows."""
    facts: dict[str, str | int | float | bool | None] = field(default_factory=dict)
    """What it cost and reached, by name."""


class AutoTrainer:
    """The training backend that chooses among others; see `Trainer` for the methods."""

    resumes: ClassVar[Resumes] = "from the start"
    """Candidates that keep checkpoints go on from theirs; the others begin again."""

    def probe(self) -> Machine:
        """Look at the processor."""
        return probe_machine()

    def measure(self, train: Examples, config: TrainConfig) -> Stats:
        """Count as the cheapest candidate does."""
        return TRAINERS.load(LADDER[0])().measure(train, config)

    def estimate(self, config: TrainConfig, stats: Stats, machine: Machine) -> Estimate:
        """Add up the candidates; of memory take the largest."""
        each = [
            TRAINERS.load(tier)().estimate(_of(config, tier), stats, machine)
            for tier in tiers_of(config)
        ]
        peak = [one.peak_bytes for one in each]
        return Estimate(
            tokens=_sum([one.tokens for one in each]),
            steps=_sum([one.steps for one in each]),
            peak_bytes=Range(
                max(one.low for one in peak),
                max(one.expected for one in peak),
                max(one.high for one in peak),
            ),
            seconds=_sum([one.seconds for one in each]),
            basis=f"the tiers {', '.join(tiers_of(config))}, one after the other: {each[-1].basis}",
        )

    def render(self, config: TrainConfig) -> Mapping[str, str]:
        """Give nothing: which tier wins is not known before."""
        del config
        return {}

    def describe(self) -> tuple[Plugin, ...]:
        """Name the libraries of all candidates."""
        found = [
            plugin for tier in LADDER if _is_there(tier)
            for plugin in TRAINERS.load(tier)().describe()
        ]  # fmt: skip
        return tuple(dict.fromkeys(found))

    def preflight(self, train: Examples, config: TrainConfig) -> list[Finding]:
        """Find what no candidate can do; what one of them cannot, is a reason to leave it out."""
        looked = [
            TRAINERS.load(tier)().preflight(train, _of(config, tier)) for tier in tiers_of(config)
        ]
        if not _is_challenge(config) and not all(map(_stops, looked)):
            return []
        return [finding for found in looked for finding in found if finding.severity == "error"]

    def run(self, job: Job) -> Trained:
        """Train the candidates, cheapest first, and keep the best that is worth it."""
        return _choose(job, resume=False)

    def resume(self, job: Job) -> Trained:
        """Train again; a candidate with checkpoints goes on from them."""
        return _choose(job, resume=True)

    def export(self, folder: Path, target: Path, form: str) -> Mapping[str, float]:
        """Refuse: a form is of the tier that won."""
        del folder, target
        raise InputError(
            f"The tier 'auto' has no form {form!r}: the tier that won may have it.",
            do="Write under train: tier: the one that the card names as chosen.",
        )


def tiers_of(config: TrainConfig) -> tuple[str, ...]:
    """Name the candidates of a run.

    Args:
        config: the settings of the run.

    Returns:
        Tiers, the cheapest first: of a challenge the two that are held against each other.
    """
    if config.auto is not None and config.auto.against is not None:
        return (config.auto.against, config.tier)
    able = [tier for tier in LADDER if _is_there(tier)]
    return tuple(tier for tier in able if tier != "encoder" or _may_encode(config))


def _is_challenge(config: TrainConfig) -> bool:
    return config.auto is not None and config.auto.against is not None


def _may_encode(config: TrainConfig) -> bool:
    """Say whether there is a text to read and a base to read it with."""
    return bool(config.texts) and getattr(config, "base", None) is not None


def _is_there(tier: str) -> bool:
    needed = _NEEDS.get(tier)
    return tier in TRAINERS.places and (needed is None or find_spec(needed) is not None)


def _of(config: TrainConfig, tier: str) -> TrainConfig:
    return replace(config, tier=tier, auto=None)


def _sum(ranges: list[Range]) -> Range:
    return Range(
        sum(one.low for one in ranges),
        sum(one.expected for one in ranges),
        sum(one.high for one in ranges),
    )


def _stops(findings: list[Finding]) -> bool:
    return any(one.severity == "error" for one in findings)


def _choose(job: Job, *, resume: bool) -> Trained:
    config, tiers = job.config, tiers_of(job.config)
    left_out = _left_out(job, tiers)
    able = [tier for tier in tiers if tier not in left_out]
    best = _train(job, able[0], resume=resume)
    best.facts["candidate"] = "the cheapest"
    tried = [best]
    for tier in able[1:]:
        if (error := job.stop()) is not None:
            raise error
        if (why := _needless(job, best)) and not _is_challenge(config):
            left_out[tier] = why
            continue
        other = _train(job, tier, resume=resume)
        trial = held_against(best.found, other.found, job.validation, config, len(able) - 1)
        other.facts |= _told(trial, best.tier)
        tried.append(other)
        if trial.is_better:
            best = other
        elif _is_challenge(config):
            raise _refused(trial, best.tier, tier, config)
    return _kept(job, best, tried, left_out)


def _needless(job: Job, best: Candidate) -> str | None:
    """Say why no model could be better by the margin; None where one could."""
    config = job.config
    room = room_above(best.found, job.validation, config)
    least = 0.0 if config.task == "regression" else (config.auto or AutoConfig()).margin
    if room is None or room > least:
        return None
    return (
        f"not trained: the tier {best.tier} leaves nothing to win on validation rows by the margin "
        f"{(config.auto or AutoConfig()).margin:g}"
    )


def _left_out(job: Job, tiers: tuple[str, ...]) -> dict[str, str]:
    """Say why a candidate is not trained."""
    rows = len(job.validation)
    if rows < FEWEST_ROWS:
        if _is_challenge(job.config):
            raise InputError(
                f"`challenge` needs at least {FEWEST_ROWS} validation rows with a label to test "
                f"on, and there are {rows}.",
                do="Raise `split: validation:` in the recipe, or take out `challenge`.",
            )
        why = (
            f"not trained: {rows} validation rows, {FEWEST_ROWS} are needed to compare (raise "
            "`split: validation:` in the recipe)"
        )
        return dict.fromkeys(tiers[1:], why)
    looked = {tier: TRAINERS.load(tier)().preflight(job.train, _of(job.config, tier))
              for tier in tiers}  # fmt: skip
    return {
        tier: f"not trained: {next(one.what for one in found if one.severity == 'error')}"
        for tier, found in looked.items()
        if _stops(found)
    }


def _train(job: Job, tier: str, *, resume: bool) -> Candidate:
    """Train one candidate in a folder of its own, and let it answer the validation rows."""
    folder = job.folder.with_name(f"{job.folder.name}-{tier}")
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was stopped
    folder.mkdir()
    kept = None if job.checkpoints is None else job.checkpoints / tier
    if kept is not None:
        kept.mkdir(exist_ok=True)
    trainer = TRAINERS.load(tier)()
    job.progress(0, None, f"now the tier {tier}")
    own = replace(job, config=_of(job.config, tier), folder=folder, checkpoints=kept)
    was_begun = resume and kept is not None and any(kept.iterdir())
    started = cpu_s()
    trained = trainer.resume(own) if was_begun else trainer.run(own)
    took = cpu_s() - started
    started = cpu_s()
    found = MODELS.load(trained.kind)(folder).predict(job.validation.columns)
    rows = max(1, len(job.validation))
    facts: dict[str, Any] = {
        "cpu_s": round(took, 2),
        "cpu_ms_per_row": round(1000 * (cpu_s() - started) / rows, 3),
    }
    if job.config.costs is not None and job.config.task != "regression":
        chosen = choose_thresholds(job.config.task, found, job.validation.labels, job.config.costs)
        facts["cost_per_1000"] = chosen.with_them
    return Candidate(tier, trained, folder, found, facts)


def _told(trial: Trial, against: str) -> dict[str, str | float | None]:
    found = trial.difference
    if not found.is_defined:
        return {"candidate": "not comparable", "against": against, "p": trial.p}
    verdict = "better" if trial.is_better else "not better by the margin"
    return {
        "candidate": verdict,
        "against": against,
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "p": trial.p,
        "value": found.second,
        "value_of_the_cheaper": found.first,
    }


def _refused(trial: Trial, cheaper: str, tier: str, config: TrainConfig) -> InputError:
    found, auto = trial.difference, config.auto or AutoConfig()
    words = METRICS[figure_of(config)].words
    return InputError(
        f"The tier {tier!r} is not better than {cheaper!r} by the margin {auto.margin:g}: on "
        f"validation rows {words} is {found.second:.3f} against {found.first:.3f}, a gain of "
        f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}] (p {trial.p:.3f}, "
        f"{auto.level:g} is needed).",
        do=f"Write under train: tier: {cheaper}, or get more rows to learn from; or take out "
        "`challenge` to have it all the same.",
    )


def _kept(
    job: Job, best: Candidate, tried: list[Candidate], left_out: Mapping[str, str]
) -> Trained:
    """Move the files of the best into the job's folder, and tell of all."""
    for path in sorted(best.folder.iterdir()):
        path.rename(job.folder / path.name)
    for one in tried:
        shutil.rmtree(one.folder, ignore_errors=True)
    auto = job.config.auto or AutoConfig()
    measures: dict[str, Any] = {
        "candidates": ", ".join((*(one.tier for one in tried), *left_out)),
        "candidates_figure": figure_of(job.config),
        "candidates_margin": auto.margin,
        "candidates_level": auto.level,
        "candidates_tests": len(tried) - 1,
        "candidates_rows": len(job.validation),
        "candidate_chosen": best.tier,
        **{f"candidate: {tier}": why for tier, why in left_out.items()},
    }
    if len(tried) > 1:
        tried[0].facts["value"] = tried[1].facts.get("value_of_the_cheaper")
    for one in tried:
        one.facts.pop("value_of_the_cheaper", None)
        for name, value in one.facts.items():
            key = name if name == "candidate" else f"candidate_{name}"
            measures[f"{key}: {one.tier}"] = value
    return replace(
        best.trained,
        deterministic=all(one.trained.deterministic for one in tried),
        settings={**best.trained.settings, "tier": best.tier},
        measures={**best.trained.measures, **measures},
    )
