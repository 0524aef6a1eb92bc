"""Drafts of the five statements: one function each, to be signed with `Statement.sign`.

Law: every draft is read back equal by `Statement.parse`.

Source: docs/reference/formats.md, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warrant.kernel.keys import PublicKey, log_origin
from warrant.kernel.predicates import ACT, BUILDER_ID, ERASURE, KEYS, PLAN, PLAN_2, STEP, build_type
from warrant.kernel.statement import Actor, Statement, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.kernel.digest import Digest
    from warrant.kernel.keys import ModelPublicKey
    from warrant.kernel.statement import Role


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a stage, as its provenance tells it.

    Args:
        stage: such as `curate`.
        content_key: of the run.
        outputs: subjects, the claim among them under the name `claim`.
        inputs: subjects of earlier statements, by name.
        configuration: plain JSON.
        fingerprints: of each output that is a dataset, by name.
        started_at: instant, as the signer claims.
        finished_at: instant, as the signer claims.
        versions: what ran it, such as `{"warrant": "0.1.0"}`.
    """

    stage: str
    """Such as `curate`."""
    content_key: Digest
    """Of the run."""
    outputs: Mapping[str, Digest]
    """Subjects by name."""
    inputs: Mapping[str, Digest]
    """Subjects of earlier statements, by name."""
    configuration: Mapping[str, Any]
    """Plain JSON."""
    fingerprints: Mapping[str, Digest]
    """Of each output that is a dataset, by name."""
    started_at: str
    """Instant, as the signer claims."""
    finished_at: str
    """Instant, as the signer claims."""
    versions: Mapping[str, str]
    """What ran it, by name."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person whose key counts in a workspace.

    Args:
        key: public key.
        name: as the person claims.
        roles: at least one.
    """

    key: PublicKey
    """Public key."""
    name: str
    """As the person claims."""
    roles: tuple[Role, ...]
    """At least one."""

    def to_json(self) -> dict[str, Any]:
        """Give the object that stands in a keys statement."""
        return {"key": self.key.text, "name": self.name, "roles": list(self.roles)}


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does.

    Args:
        act: one of approve, reject, except, answer, decide, revoke.
        subject: what it is about.
        reason: in the person's words.
        detail: by act: `except` rule; `answer` question, answer; `decide` go; else nothing.
        conditions: under which it holds.
        expires_at: instant after which it no longer holds; None for never.
        stage_of_use: for which it is meant; None when it does not matter.
    """

    act: str
    """One of six."""
    subject: Subject
    """What it is about."""
    reason: str
    """In the person's words."""
    detail: Mapping[str, str | bool] = field(default_factory=dict)
    """By act."""
    conditions: tuple[str, ...] = ()
    """Under which it holds."""
    expires_at: str | None = None
    """Instant; None for never."""
    stage_of_use: str | None = None
    """For which it is meant."""


def step_statement(run: Run, actor: Actor) -> Statement:
    """Draft the provenance of a step.

    Args:
        run: what ran.
        actor: who will sign.

    Returns:
        The statement; subjects and dependencies are sorted by name.

    Raises:
        InputError: when the run does not fit the format.

    Source: docs/reference/formats.md, section 3.1.
    """
    prints = {name: digest.hex for name, digest in run.fingerprints.items()}
    predicate = {
        "buildDefinition": {
            "buildType": build_type(run.stage),
            "externalParameters": {
                "contentKey": run.content_key.hex,
                "configuration": dict(run.configuration),
                "fingerprints": prints,
            },
            "internalParameters": {"actor": actor.to_json()},
            "resolvedDependencies": [found.to_json() for found in _sorted(run.inputs)],
        },
        "runDetails": {
            "builder": {"id": BUILDER_ID, "version": dict(run.versions)},
            "metadata": {"startedOn": run.started_at, "finishedOn": run.finished_at},
        },
    }
    return Statement(_sorted(run.outputs), STEP, predicate)


def keys_statement(
    actor: Actor,
    log: PublicKey,
    persons: Sequence[Person],
    *,
    recorded_at: str,
    models: Sequence[ModelPublicKey] = (),
    reason: str = "opened",
    previous: tuple[str, str] | None = None,
) -> Statement:
    """Draft the list of keys that count from here on: entry 0, or a rotation.

    Args:
        actor: who will sign: at entry 0 one of `persons`, later one of the list before.
        log: the log's key.
        persons: everyone whose key counts.
        recorded_at: instant, as the signer claims.
        models: keys that sign models.
        reason: opened, rotated, recovered or joined.
        previous: origin and last checkpoint of the log that this one continues.

    Returns:
        The statement.

    Raises:
        InputError: when the arguments do not fit the format.

    Source: docs/reference/formats.md, section 3.2.
    """
    before = {"origin": previous[0], "checkpoint": previous[1]} if previous else None
    predicate = {
        "actor": actor.to_json(),
        "log": {"key": log.text, "origin": log_origin(log)},
        "persons": [person.to_json() for person in persons],
        "models": [{"pem": model.pem} for model in models],
        "previous": before,
        "reason": reason,
        "recorded_at": recorded_at,
    }
    return Statement((Subject("log", log.digest),), KEYS, predicate)


def act_statement(act: Act, actor: Actor, *, recorded_at: str) -> Statement:
    """Draft a person's act.

    Args:
        act: what she does.
        actor: who will sign.
        recorded_at: instant, as the signer claims.

    Returns:
        The statement.

    Raises:
        InputError: when the act does not fit the format.

    Source: docs/reference/formats.md, section 3.3.
    """
    predicate = {
        "act": act.act,
        "actor": actor.to_json(),
        "conditions": list(act.conditions),
        "detail": dict(act.detail),
        "expires_at": act.expires_at,
        "reason": act.reason,
        "recorded_at": recorded_at,
        "stage_of_use": act.stage_of_use,
    }
    return Statement((act.subject,), ACT, predicate)


def plan_statement(
    test: Digest,
    actor: Actor,
    *,
    bounds: Mapping[str, float],
    recorded_at: str,
    slices: Sequence[str] = (),
    expect: tuple[str, float, float] | None = None,
    ceilings: Mapping[str, float] | None = None,
) -> Statement:
    """Draft an evaluation plan; of the first shape where it can be said in it.

    Args:
        test: manifest of the test dataset.
        actor: who will sign.
        bounds: least value of each metric that lets a model be deployed.
        recorded_at: instant, as the signer claims.
        slices: columns to be measured apart.
        expect: the author's own prediction: metric, value, and how sure (0 to 1).
        ceilings: largest value of each metric that lets a model be deployed.

    Returns:
        The statement; bounds keep their order, ceilings stand last.

    Raises:
        InputError: when the plan does not fit the format.

    Source: docs/reference/formats.md, section 3.4.
    """
    planned: list[dict[str, Any]] = [
        {"metric": metric, "at_least": least} for metric, least in bounds.items()
    ]
    if ceilings:
        planned = [{**bound, "at_most": None} for bound in planned] + [
            {"metric": metric, "at_least": None, "at_most": most}
            for metric, most in ceilings.items()
        ]
    predicate = {
        "actor": actor.to_json(),
        "bounds": planned,
        "expect": dict(zip(("metric", "value", "sure"), expect, strict=True)) if expect else None,
        "recorded_at": recorded_at,
        "slices": list(slices),
    }
    return Statement((Subject("test", test),), PLAN_2 if ceilings else PLAN, predicate)


def erasure_statement(
    positions: Mapping[Digest, Sequence[int]],
    actor: Actor,
    *,
    reason: str,
    not_reached: Sequence[str],
    warning: str,
    recorded_at: str,
) -> Statement:
    """Draft an erasure: positions only, no digest of a row or a document.

    Args:
        positions: erased rows of each dataset version, by manifest, counted from 0.
        actor: who will sign.
        reason: in the person's words.
        not_reached: what erasing could not reach, such as models already trained.
        warning: what a holder of all other rows could still guess.
        recorded_at: instant, as the signer claims.

    Returns:
        The statement; subjects are named `dataset-0`, `dataset-1` … in the order of manifests.

    Raises:
        InputError: when the erasure does not fit the format.

    Source: docs/reference/formats.md, section 3.5.
    """
    ordered = sorted(positions.items())
    predicate = {
        "actor": actor.to_json(),
        "datasets": [
            {"manifest": manifest.hex, "positions": sorted(rows)} for manifest, rows in ordered
        ],
        "not_reached": list(not_reached),
        "reason": reason,
        "recorded_at": recorded_at,
        "warning": warning,
    }
    subjects = (Subject(f"dataset-{at}", manifest) for at, (manifest, _) in enumerate(ordered))
    return Statement(tuple(subjects), ERASURE, predicate)


def _sorted(digests: Mapping[str, Digest]) -> tuple[Subject, ...]:
    return tuple(Subject(name, digests[name]) for name in sorted(digests))
