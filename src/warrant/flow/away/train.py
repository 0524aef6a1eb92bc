"""`warrant train`: a recipe up to its model, here or on another machine."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.away.carrier import PackedAway
from warrant.flow.away.sky import Sky
from warrant.flow.away.ssh import Ssh
from warrant.flow.plan import STEPS
from warrant.flow.report import Reporter, Silent
from warrant.flow.run import Run
from warrant.flow.session import Desk
from warrant.flow.started import started
from warrant.records.claim import Claim

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.away.carrier import Carrier
    from warrant.flow.recipe import Recipe

_PLACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:%/\[\]-]*")
"""USER@HOST or CLOUD."""


@dataclass(frozen=True)
class TrainReport:
    """How training ended."""

    name: str
    """Of the model."""
    rows: int
    """Trained on; 0 while the job is only packed."""
    computed: str
    """Where, as far as that is known here."""
    cost_usd: float
    """What it cost."""
    left: tuple[tuple[str, int, str], ...]
    """What left this machine: host, bytes, purpose."""
    packed: str
    """What was packed, in words; empty otherwise."""


def carrier_for(where: str) -> Carrier:
    """Read where training shall be done.

    Args:
        where: `ssh:USER@HOST` or `sky:CLOUD`.

    Returns:
        Who carries the job there.

    Raises:
        InputError: for any other word.
    """
    kind, _, place = where.partition(":")
    if not _PLACE.fullmatch(place):  # a word that begins with - is an option to ssh, not a host
        kind = ""
    if kind == "ssh":
        return Ssh(place)
    if kind == "sky":
        return Sky(place)
    raise InputError(
        f"Nobody trains on {where!r}: expected ssh:USER@HOST or sky:CLOUD.",
        do="Write for example: warrant train PATH --on ssh:ada@example.org",
    )


def train_only(  # noqa: PLR0913, RUF100 - as `run_recipe`, and who carries the job
    root: Path,
    recipe: Recipe,
    desk: Desk | None = None,
    key_name: str | None = None,
    reporter: Reporter | None = None,
    carrier: Carrier | None = None,
) -> TrainReport:
    """Do the steps of a recipe up to its model.

    Args:
        root: the folder with the recipe.
        recipe: what to do.
        desk: where keys and trust lie; None: the reader's own.
        key_name: whose key signs; None when there is exactly one.
        reporter: told how far it is.
        carrier: has training done elsewhere; None: it is done here.

    Returns:
        What there is to say at the end.

    Raises:
        PolicyRefusal: if a guardrail stops a step; what was done until then is kept.
        CeilingReached: at the recipe's ceiling.
    """
    desk, reporter = desk or Desk(), reporter or Silent()
    with (
        started("warrant train", root, desk, key_name, reporter) as pen,
        closing(Run(pen, recipe, reporter, away=carrier)) as run,
    ):
        return _train(run, recipe)


def _train(run: Run, recipe: Recipe) -> TrainReport:
    try:
        for planned in STEPS:
            run.step(planned)
            if planned.stage == "train":
                break
    except PackedAway as away:
        return TrainReport(recipe.name, 0, "", 0.0, (), away.words)
    claim = Claim.from_bytes(run.workspace.store.get(run.known.claims["train"]))
    now = "train" in run.computed
    return TrainReport(
        recipe.name,
        claim.counts["rows"],
        str(claim.measures.get("computed", "")),
        float(claim.measures.get("cost_usd") or 0) if now else 0.0,
        tuple((one.host, one.size, one.purpose) for one in claim.left_this_machine) if now else (),
        "",
    )
