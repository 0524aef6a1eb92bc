"""The story of deployment: name what the bundle holds; flow writes the file with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.content import Content, Member
from warrant.records.evaluation_2 import read_evaluation
from warrant.records.interfaces import Desk, StageResult
from warrant.records.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.stages.deploy.config import DeployConfig

NAME = "deploy"
VERSION = 2
"""Raised whenever the same inputs and settings may give other bytes."""

INPUTS = ("card", "evaluation", "model", "page")
"""Blobs: the Markdown card, the evaluation record, the model record, the card as HTML."""

_NAMES = {
    "card": "card.md",
    "evaluation": "evaluation.json",
    "model": "model.json",
    "page": "card.html",
}


def plugins(config: DeployConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings: nothing.

    Args:
        config: the settings of the bundle.

    Returns:
        No plug-in.
    """
    del config
    return ()


def run(inputs: Mapping[str, Digest], config: DeployConfig, desk: Desk) -> StageResult:
    """List the content of a bundle.

    Args:
        inputs: digests of the blobs of `INPUTS`.
        config: the settings of the bundle.
        desk: the store and its like.

    Returns:
        Output `bundle`: digest of `content.json`, the bundle digest that people approve. Its
        members lie in the store under their digests.

    Raises:
        InputError: when the evaluation is of another model.
        IntegrityError: when a blob is missing or altered.
    """
    model = Model.from_bytes(desk.store.get(inputs["model"]))
    evaluation = read_evaluation(desk.store.get(inputs["evaluation"]))
    if evaluation.model != inputs["model"].hex:
        raise InputError(
            f"The evaluation is of the model {evaluation.model[:12]}, "
            f"the bundle would hold {inputs['model'].short}.",
            do="Evaluate this model: warrant run",
        )
    members = [_member(name, inputs[kind], desk) for kind, name in _NAMES.items()]
    members += [
        _member(f"model/{file.name}", Digest.from_hex(file.sha256), desk) for file in model.files
    ]
    content = Content(
        name=config.name,
        stage_of_use=config.stage_of_use,
        members=tuple(sorted(members, key=lambda member: member.name)),
    )
    digest = desk.store.put(content.to_bytes())
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=tuple(Link(name=name, digest=inputs[name].hex) for name in INPUTS),
        outputs=(Link(name="bundle", digest=digest.hex),),
        counts={"members": len(members), "bytes": sum(member.size for member in members)},
        measures={
            "stage_of_use": config.stage_of_use,
            "bounds_met": all(bound.met for bound in evaluation.bounds)
            if evaluation.bounds
            else None,
        },
    )
    return StageResult({"bundle": digest}, claim)


def _member(name: str, digest: Digest, desk: Desk) -> Member:
    return Member(name=name, sha256=digest.hex, size=desk.store.size(digest))
