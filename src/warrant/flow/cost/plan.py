"""`plan --cost`: what the recipe's training takes, here and on the cheapest machines that fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from warrant.backends.prices import Needs, Offer, cheapest
from warrant.backends.prices.book import WARNING
from warrant.engine import dataset_record
from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.cost.priced import GIB, Costed, cost_here, cost_there, machine_of
from warrant.flow.cost.prices import current_book
from warrant.flow.cost.serving import ServingLine, monthly, verdict
from warrant.flow.dropped import latest_steps
from warrant.flow.plan_train import train_config
from warrant.flow.session import Desk
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest
from warrant.models.examples import LabelColumn, read_examples
from warrant.records.claim import Claim
from warrant.stages.train import (
    TRAINERS,
    Estimate,
    Finding,
    Machine,
    Range,
    Stats,
    TrainConfig,
    Trainer,
    rehearse,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.recipe import Recipe
    from warrant.models.examples import Examples

WITH_CARD = frozenset({"encoder", "causal"})
"""Tiers that a graphics processor makes faster."""

LOOKED_AT = 60
"""So many of the cheapest machines are compared: the cheapest hour is not the cheapest run."""

SHOWN = 3
"""Rented machines that are shown for each tier."""

SYSTEM_GIB = 1.0
"""Memory that a machine needs beside training."""

VIRTUAL = Offer("", "", "H200", 1, 141.0, 16, 200.0, 0.0, None, "", "", "")
"""A card so large that what a tier needs can be asked."""

OF_ALL_ROWS = frozenset({"few-updates"})
"""Codes of findings that a sample of the rows says nothing about."""

REQUESTS = 100_000
"""Answers a month, when nobody says."""


@dataclass(frozen=True)
class Candidate:
    """What one tier of the recipe takes."""

    tier: str
    """Its name."""
    tokens: Range
    """Read in training, over all passes."""
    steps: Range
    """Of the optimiser, or fits."""
    peak_bytes: Range
    """Most memory at one time on this machine."""
    here: Costed
    """On this machine."""
    machines: tuple[Costed, ...]
    """On rented ones, the cheapest run first."""


@dataclass(frozen=True)
class CostPlan:
    """What training and serving will cost."""

    verdict: str
    """What decides the bill."""
    rows: int
    """To train on."""
    rows_from: str
    """Where their number is from."""
    candidates: tuple[Candidate, ...]
    """Tiers of the recipe, in its order."""
    findings: tuple[Finding, ...]
    """What training would refuse or warn of."""
    serving: tuple[ServingLine, ...]
    """A month, in four ways."""
    budget_usd: float | None
    """The recipe's ceiling of one training."""
    over_budget: tuple[str, ...]
    """Tiers of which the high figure on this machine passes the ceiling."""
    over_elsewhere: tuple[str, ...]
    """Rented machines that are shown and of which the high figure passes it."""
    month_usd: float | None
    """The recipe's ceiling of a month."""
    requests: int
    """Answers a month."""
    prices_noted: tuple[str, str]
    """First and last day on which the prices were noted."""
    prices_digest: str
    """SHA-256 of the price file, in hex."""
    prices_warning: str
    """To be shown with every price."""


def plan_cost(
    root: Path, recipe: Recipe, desk: Desk | None = None, *, requests: int = REQUESTS
) -> CostPlan:
    """Say what the recipe's training and a month of serving will cost.

    Args:
        root: the workspace; its rows were divided before, if only those of a sample.
        recipe: what would be run.
        desk: where refreshed prices lie; None: the reader's own.
        requests: answers a month.

    Returns:
        Estimates with prices.

    Raises:
        InputError: when there are no rows yet.
    """
    book = current_book(desk or Desk())
    train, times, rows_from = _rows(root, recipe)
    budget = recipe.train.budget
    candidates = tuple(
        _candidate(_config(root, recipe, tier), train, times, book.offers, budget.usd_per_hour)
        for tier in tiers_of(_config(root, recipe, recipe.train.tier))
    )
    chosen = candidates[-1]  # where no rented machine fits, it is trained here
    training = (chosen.machines or (chosen.here,))[0].usd.expected
    lines = monthly(book.offers, training, budget.month_usd, requests)
    ceiling = float("inf") if budget.usd is None else budget.usd
    over = [one.tier for one in candidates if one.here.usd.high > ceiling]
    rented = [place for one in candidates for place in one.machines]
    elsewhere = dict.fromkeys(one.where for one in rented if one.usd.high > ceiling)
    return CostPlan(
        verdict=verdict(lines, training),
        rows=round(len(train) * times),
        rows_from=rows_from,
        candidates=candidates,
        findings=_findings(train, _config(root, recipe, recipe.train.tier), is_sample=times > 1),
        serving=tuple(lines),
        budget_usd=budget.usd,
        over_budget=tuple(over),
        over_elsewhere=tuple(elsewhere),
        month_usd=budget.month_usd,
        requests=requests,
        prices_noted=book.noted,
        prices_digest=book.digest,
        prices_warning=WARNING,
    )


def tiers_of(config: TrainConfig) -> tuple[str, ...]:
    """List what is priced: the candidates of a choice, and the choice itself, which trains all.

    Args:
        config: the settings of training.

    Returns:
        Tiers, the recipe's own last.
    """
    if config.auto is None:
        return (config.tier,)
    from warrant.stages.train.builtin.auto import tiers_of as candidates_of

    return tuple(dict.fromkeys((*candidates_of(config), config.tier)))


def _config(root: Path, recipe: Recipe, tier: str) -> TrainConfig:
    config = cast("TrainConfig", train_config(recipe, Addition(root)))
    return config if tier == config.tier else replace(config, tier=tier, auto=None)


def _rows(root: Path, recipe: Recipe) -> tuple[Examples, float, str]:
    """Read the training rows of the last division; of a sample, say how many times more come."""
    workspace = Workspace.open(root)
    try:
        chain = latest_steps(workspace)
        if "split" not in chain:
            raise InputError(
                f"{str(root)!r} has no rows to train on yet, so nothing can be estimated.",
                do=f"Read some first: warrant run {root} --sample 500",
            )
        entry = chain["split"]
        digest = Digest.from_hex(workspace.index.links(entry.position, "subject")["train"])
        config = _config(root, recipe, recipe.train.tier)
        label = LabelColumn(config.label, config.task, config.label_separator)
        train = read_examples(workspace.store, digest, config.names, label)
        record = dataset_record(workspace.store, digest)
        where = f"the division of log entry {entry.position}"
        if not record.sample or "ingest" not in chain:
            return train, 1.0, where
        times = _times(workspace, chain["ingest"].position)
        return train, times, f"{where}, a sample, taken {times:,.1f} times"
    finally:
        workspace.close()


def _findings(train: Examples, config: TrainConfig, *, is_sample: bool) -> tuple[Finding, ...]:
    """Look at rows and settings as training will, before anything is paid for."""
    found = TRAINERS.load(config.backend)().preflight(train, config)
    return tuple(one for one in found if not is_sample or one.code not in OF_ALL_ROWS)


def _times(workspace: Workspace, position: int) -> float:
    digest = workspace.index.links(position, "subject")["claim"]
    counts = Claim.from_bytes(workspace.store.get(Digest.from_hex(digest))).counts
    return 1 + counts.get("left_aside", 0) / max(counts["kept"], 1)


def _candidate(
    config: TrainConfig,
    train: Examples,
    times: float,
    offers: Sequence[Offer],
    usd_per_hour: float,
) -> Candidate:
    trainer = TRAINERS.load(config.tier)()
    here = trainer.probe()
    counted = trainer.measure(train, config)
    stats = scaled(rehearse(trainer, train, config, counted, here), times)
    estimate = trainer.estimate(config, stats, here)
    return Candidate(
        config.tier,
        estimate.tokens,
        estimate.steps,
        estimate.peak_bytes,
        cost_here(estimate, usd_per_hour),
        _rented(trainer, config, stats, here, offers),
    )


def scaled(stats: Stats, times: float) -> Stats:
    """Scale what was counted of a sample.

    Args:
        stats: of the sample.
        times: how many times more rows there are in all, 1 or more.

    Returns:
        Rows, tokens and characters multiplied; the longest row and the labels as they are.
    """
    return replace(
        stats,
        rows=round(stats.rows * times),
        tokens=round(stats.tokens * times),
        padded=round(stats.padded * times),
        characters=round(stats.characters * times),
    )


def _rented(
    trainer: Trainer, config: TrainConfig, stats: Stats, here: Machine, offers: Sequence[Offer]
) -> tuple[Costed, ...]:
    """Price the run on the machines that fit, and keep the cheapest runs."""

    def estimate(offer: Offer) -> Estimate:
        return trainer.estimate(config, stats, machine_of(offer, here))

    if config.tier in WITH_CARD:
        needed = estimate(VIRTUAL).peak_bytes.high / GIB
        needs = Needs(gpus=config.processes if config.tier == "causal" else 1, gpu_gib=needed)
    else:
        needed = trainer.estimate(config, stats, here).peak_bytes.high / GIB
        needs = Needs(memory_gib=needed + SYSTEM_GIB, vcpus=2)
    found = cheapest(offers, needs, most=LOOKED_AT)
    if needs.gpus > 1:
        single = cheapest(offers, replace(needs, gpus=1), most=LOOKED_AT)
        found += [several(one, needs.gpus) for one in single if one.gpus == 1]
    priced = [cost_there(estimate(offer), offer) for offer in found]
    return tuple(sorted(priced, key=lambda one: (one.usd.expected, one.where))[:SHOWN])


def several(offer: Offer, machines: int) -> Offer:
    """Give the offer of several machines of one kind, joined by a network.

    Args:
        offer: of one machine.
        machines: so many.

    Returns:
        The offer with cards, memory and prices of all of them.
    """
    usd, spot = offer.usd_per_hour, offer.spot_usd_per_hour
    return offer._replace(
        machine=f"{machines} x {offer.machine}",
        gpus=offer.gpus * machines,
        vcpus=offer.vcpus * machines,
        memory_gib=offer.memory_gib * machines,
        usd_per_hour=None if usd is None else usd * machines,
        spot_usd_per_hour=None if spot is None else spot * machines,
    )
