"""Names and shapes of the five predicates that a log may hold.

`records` has the same shapes as pydantic types, with their JSON Schemas; here they are checked
with the standard library alone, because whoever verifies needs nothing else.

Source: docs/reference/formats.md, sections 1 and 3; SLSA provenance v1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from warrant.kernel import shape
from warrant.kernel.keys import ModelPublicKey, PublicKey, log_origin
from warrant.kernel.shape import exact, list_of, mapping, misfit, nullable, one_of, read_by, text

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE: Final = "urn:x-warrant"
"""What every type name of ours starts with."""

STEP: Final = "https://slsa.dev/provenance/v1"
"""A step of a stage."""
KEYS: Final = f"{BASE}:keys:v1"
"""Whose keys count in a workspace."""
ACT: Final = f"{BASE}:act:v1"
"""A person's act."""
PLAN: Final = f"{BASE}:evaluation-plan:v1"
"""What will be measured, and what is enough."""
PLAN_2: Final = f"{BASE}:evaluation-plan:v2"
"""The same, with a bound that says what is too much."""
PLANS: Final = (PLAN, PLAN_2)
"""Every shape of a plan."""
ERASURE: Final = f"{BASE}:erasure:v1"
"""Rows taken out."""

STAGES: Final = ("ingest", "curate", "label", "split", "train", "evaluate", "report", "deploy")
"""Verbs that a step may be a run of."""
BUILDER_ID: Final = f"{BASE}:builder"
"""SLSA's name for what ran the step."""
CLAIM: Final = "claim"
"""The subject of a step that is its claim."""
ROLES: Final = ("author", "reviewer", "approver", "operator")
"""What a person may be."""
ACTS: Final = ("approve", "reject", "except", "answer", "decide", "revoke")
"""What a person may do."""
USES: Final = ("explore", "pilot", "production")
"""Stages of use."""
REASONS: Final = ("opened", "rotated", "recovered", "joined")
"""Why keys were listed."""

_BUILD_TYPE = re.compile(rf"{BASE}:stage:([a-z]+):v1")
_ACTOR = exact(
    {"key": shape.hexdigest, "role": one_of(*ROLES), "unprotected": shape.boolean},
)
_DETAILS = {
    "except": exact({"rule": text}),
    "answer": exact({"question": text, "answer": text}),
    "decide": exact({"go": shape.boolean}),
}
_NO_DETAIL = exact({})

RESOURCES: Final = list_of(exact({"name": text, "digest": exact({"sha256": shape.hexdigest})}))
"""Subjects and dependencies: a list of names and digests."""


def build_type(stage: str) -> str:
    """Name the steps of a stage.

    Args:
        stage: one of `STAGES`.

    Returns:
        The `buildType` of its provenance.
    """
    return f"{BASE}:stage:{stage}:v1"


LEAF_TYPES: Final = (KEYS, ACT, *PLANS, ERASURE, *map(build_type, STAGES))
"""What a leaf may call its statement: a step by its build type, so that the tree has its stage."""
ALWAYS_PRESENT: Final = frozenset(
    {KEYS, ACT, *PLANS, ERASURE, *map(build_type, ("ingest", "evaluate", "deploy"))}
)
"""What may take something back: its statement may never be left out.

A later ingest may end a right, an earlier evaluation may have opened the test set, another deploy
step may stand on what was revoked.
"""


def stage_of(text_of_type: str) -> str | None:
    """Give the stage that a `buildType` names.

    Args:
        text_of_type: any text.

    Returns:
        One of `STAGES`; None when it names none.
    """
    found = _BUILD_TYPE.fullmatch(text_of_type)
    return found.group(1) if found and found.group(1) in STAGES else None


def _stage(value: object, place: str) -> None:
    if not isinstance(value, str) or stage_of(value) is None:
        misfit(place, f"{build_type('STAGE')} with a stage out of {', '.join(STAGES)}")


_STEP = exact(
    {
        "buildDefinition": exact(
            {
                "buildType": _stage,
                "externalParameters": exact(
                    {
                        "contentKey": shape.hexdigest,
                        "configuration": mapping(shape.anything),
                        "fingerprints": mapping(shape.hexdigest),
                    }
                ),
                "internalParameters": exact({"actor": _ACTOR}),
                "resolvedDependencies": RESOURCES,
            }
        ),
        "runDetails": exact(
            {
                "builder": exact({"id": one_of(BUILDER_ID), "version": mapping(text)}),
                "metadata": exact({"startedOn": shape.instant, "finishedOn": shape.instant}),
            }
        ),
    }
)

_KEYS = exact(
    {
        "actor": _ACTOR,
        "log": exact({"key": read_by(PublicKey.parse), "origin": text}),
        "persons": list_of(
            exact(
                {
                    "key": read_by(PublicKey.parse),
                    "name": text,
                    "roles": list_of(one_of(*ROLES), least=1),
                }
            ),
            least=1,
        ),
        "models": list_of(exact({"pem": read_by(ModelPublicKey.parse)})),
        "previous": nullable(exact({"origin": text, "checkpoint": text})),
        "reason": one_of(*REASONS),
        "recorded_at": shape.instant,
    }
)

_ACT = exact(
    {
        "act": one_of(*ACTS),
        "actor": _ACTOR,
        "conditions": list_of(text),
        "detail": mapping(shape.anything),
        "expires_at": nullable(shape.instant),
        "reason": text,
        "recorded_at": shape.instant,
        "stage_of_use": nullable(one_of(*USES)),
    }
)

_PLAN_FIELDS = {
    "actor": _ACTOR,
    "expect": nullable(exact({"metric": text, "value": shape.number, "sure": shape.number})),
    "recorded_at": shape.instant,
    "slices": list_of(text),
}
_PLAN = exact(
    {**_PLAN_FIELDS, "bounds": list_of(exact({"metric": text, "at_least": shape.number}))}
)
_BOUND_2 = exact(
    {"metric": text, "at_least": nullable(shape.number), "at_most": nullable(shape.number)}
)
_PLAN_2 = exact({**_PLAN_FIELDS, "bounds": list_of(_BOUND_2)})

_ERASURE = exact(
    {
        "actor": _ACTOR,
        "datasets": list_of(
            exact({"manifest": shape.hexdigest, "positions": list_of(shape.count, least=1)}),
            least=1,
        ),
        "not_reached": list_of(text),
        "reason": text,
        "recorded_at": shape.instant,
        "warning": text,
    }
)

_SHAPES = {
    STEP: _STEP,
    KEYS: _KEYS,
    ACT: _ACT,
    PLAN: _PLAN,
    PLAN_2: _PLAN_2,
    ERASURE: _ERASURE,
}

PREDICATES: Final = tuple(_SHAPES)
"""The types a statement may have."""


def check_statement(value: Any) -> None:  # noqa: ANN401 - any JSON, checked here
    """Check that a value is a statement as formats.md says, to the last field.

    Args:
        value: parsed JSON.

    Raises:
        InputError: naming the first place that does not fit; values are never quoted.

    Source: docs/reference/formats.md, section 3; in-toto Statement v1.
    """
    exact(
        {
            "_type": one_of("https://in-toto.io/Statement/v1"),
            "subject": RESOURCES,
            "predicateType": one_of(*PREDICATES),
            "predicate": mapping(shape.anything),
        }
    )(value, "statement")
    kind, predicate = value["predicateType"], value["predicate"]
    _SHAPES[kind](predicate, "statement.predicate")
    names = _distinct(value["subject"], "statement.subject")
    if not names:
        misfit("statement.subject", "at least one subject")
    _BONDS[kind](value["subject"], predicate)


def _distinct(resources: list[dict[str, Any]], place: str) -> set[str]:
    names = {resource["name"] for resource in resources}
    if len(names) != len(resources):
        misfit(place, "each name once")
    return names


def _bind_step(subjects: list[dict[str, Any]], predicate: Mapping[str, Any]) -> None:
    definition = predicate["buildDefinition"]
    names = {subject["name"] for subject in subjects}
    dependencies = definition["resolvedDependencies"]
    _distinct(dependencies, "statement.predicate.buildDefinition.resolvedDependencies")
    if not dependencies and stage_of(definition["buildType"]) != "ingest":
        misfit(
            "statement.predicate.buildDefinition.resolvedDependencies",
            "at least one: only ingest has none",
        )
    if CLAIM not in names:
        misfit("statement.subject", "one subject named 'claim'")
    if not names >= definition["externalParameters"]["fingerprints"].keys():
        misfit(
            "statement.predicate.buildDefinition.externalParameters.fingerprints",
            "names of subjects only",
        )


def _bind_keys(subjects: list[dict[str, Any]], predicate: Mapping[str, Any]) -> None:
    log = PublicKey.parse(predicate["log"]["key"])
    if subjects != [{"name": "log", "digest": {"sha256": log.key_id}}]:
        misfit("statement.subject", "one subject 'log' with the digest of the log's key")
    if predicate["log"]["origin"] != log_origin(log):
        misfit("statement.predicate.log.origin", "the origin made from the log's key")
    keys = [person["key"] for person in predicate["persons"]]
    if len(set(keys)) != len(keys):
        misfit("statement.predicate.persons", "each key once")


def _bind_act(_: list[dict[str, Any]], predicate: Mapping[str, Any]) -> None:
    _DETAILS.get(predicate["act"], _NO_DETAIL)(predicate["detail"], "statement.predicate.detail")


def _bind_plan(subjects: list[dict[str, Any]], _: Mapping[str, Any]) -> None:
    if [subject["name"] for subject in subjects] != ["test"]:
        misfit("statement.subject", "one subject named 'test'")


def _bind_plan_2(subjects: list[dict[str, Any]], predicate: Mapping[str, Any]) -> None:
    _bind_plan(subjects, predicate)
    for index, bound in enumerate(predicate["bounds"]):
        if (bound["at_least"] is None) == (bound["at_most"] is None):
            misfit(f"statement.predicate.bounds[{index}]", "one of at_least and at_most")


def _bind_erasure(subjects: list[dict[str, Any]], predicate: Mapping[str, Any]) -> None:
    named = sorted(subject["digest"]["sha256"] for subject in subjects)
    if named != sorted(dataset["manifest"] for dataset in predicate["datasets"]):
        misfit("statement.predicate.datasets", "the manifests that are subjects, each once")
    for index, dataset in enumerate(predicate["datasets"]):
        if dataset["positions"] != sorted(set(dataset["positions"])):
            misfit(f"statement.predicate.datasets[{index}].positions", "rising positions")


_BONDS = {
    STEP: _bind_step,
    KEYS: _bind_keys,
    ACT: _bind_act,
    PLAN: _bind_plan,
    PLAN_2: _bind_plan_2,
    ERASURE: _bind_erasure,
}
