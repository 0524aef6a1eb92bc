"""The story of reporting: gather the records, say what each one says, name it beside the figure."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from warrant.records.claim import Claim, Link, Plugin
from warrant.records.interfaces import Desk, StageResult
from warrant.stages.report.card import render_card
from warrant.stages.report.evidence import gather
from warrant.stages.report.page import render_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.kernel.digest import Digest
    from warrant.stages.report.config import ReportConfig

NAME = "report"
VERSION = 7
"""Raised whenever the same inputs and settings may give other bytes."""


def plugins(config: ReportConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings.

    Args:
        config: the settings of the card.

    Returns:
        The template engine and what draws the plots, with their versions.
    """
    del config
    return tuple(Plugin(name=name, version=version(name)) for name in ("Jinja2", "matplotlib"))


def run(inputs: Mapping[str, Digest], config: ReportConfig, desk: Desk) -> StageResult:
    """Write a model card.

    Args:
        inputs: digests of records, by any name that is unique: one model and one evaluation
            record, and whatever else is at hand of claims (one per stage) and dataset manifests.
            What is absent shows as a gap.
        config: the settings of the card.
        desk: the store and its like.

    Returns:
        Outputs `card`, Markdown with Hugging Face front matter, and `page`, the same as one HTML
        file with plots; both UTF-8.

    Raises:
        InputError: when there is not exactly one model and one evaluation, they do not belong
            together, or an input is no record that a card reads.
        IntegrityError: when a blob is missing or altered.
    """
    records = gather(inputs, desk.store)
    card = render_card(records, config)
    digest = desk.store.put(card.text.encode())
    page = desk.store.put(render_page(records, config).encode())
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=tuple(Link(name=name, digest=inputs[name].hex) for name in sorted(inputs)),
        outputs=(Link(name="card", digest=digest.hex), Link(name="page", digest=page.hex)),
        counts={"records": len(inputs), "gaps": card.gaps},
        plugins=plugins(config),
        measures={"stage_of_use": config.stage_of_use},
    )
    return StageResult({"card": digest, "page": page}, claim)
