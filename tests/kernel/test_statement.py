"""Statements: every field is checked, every bond between fields holds."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError
from warrant.kernel import draft, predicates
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import sign_statement
from warrant.kernel.keys import Ed25519Signer, P256Signer, log_origin
from warrant.kernel.statement import BASE, Actor, Leaf, Statement, Subject, leaf_of

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
LOG = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
MODEL = P256Signer(ec.derive_private_key(7, ec.SECP256R1()))
ACTOR = Actor.of(SIGNER, "author")
AT = "2026-03-02T09:00:00Z"


def _digest(text: str) -> Digest:
    return Digest.of(text.encode())


RUN = draft.Run(
    stage="curate",
    content_key=_digest("key"),
    outputs={"rows": _digest("rows"), "claim": _digest("claim")},
    inputs={"documents": _digest("documents")},
    configuration={"similarity": 0.8},
    fingerprints={"rows": _digest("fingerprint")},
    started_at=AT,
    finished_at="2026-03-02T09:01:00Z",
    versions={"warrant": "0.1.0"},
)
STEP = draft.step_statement(RUN, ACTOR)
KEYS = draft.keys_statement(
    ACTOR,
    LOG.public_key,
    [draft.Person(SIGNER.public_key, "Anna Alvarez", ("author", "reviewer"))],
    recorded_at=AT,
    models=[MODEL.public_key],
    reason="recovered",
    previous=("warrant-log/0123", "the last checkpoint\n"),
)
ACT = draft.act_statement(
    draft.Act("approve", Subject("bundle", _digest("bundle")), "Read and found sound."),
    ACTOR,
    recorded_at=AT,
)
PLAN = draft.plan_statement(
    _digest("test"),
    ACTOR,
    bounds={"macro_f1": 0.55},
    recorded_at=AT,
    slices=["contract_type"],
    expect=("macro_f1", 0.6, 0.8),
)
PLAN_2 = draft.plan_statement(
    _digest("test"),
    ACTOR,
    bounds={"r2": 0.5},
    recorded_at=AT,
    ceilings={"mae": 2.5},
)
ERASURE = draft.erasure_statement(
    {_digest("b"): [4, 0], _digest("a"): [7]},
    ACTOR,
    reason="The owner asked for it.",
    not_reached=["model 1"],
    warning="A holder of all other rows can test guesses.",
    recorded_at=AT,
)
ALL = {"step": STEP, "keys": KEYS, "act": ACT, "plan": PLAN, "plan-2": PLAN_2, "erasure": ERASURE}


@pytest.mark.parametrize("statement", ALL.values(), ids=ALL)
def test_a_statement_is_signed_opened_and_read_back(statement: Statement) -> None:
    assert Statement.parse(statement.to_bytes()) == statement
    envelope = statement.sign(SIGNER)
    envelope.check(SIGNER.public_key)
    assert Statement.open(envelope) == statement
    assert statement.actor == ACTOR


def test_a_step_tells_its_stage_inputs_and_outputs() -> None:
    assert STEP.stage == "curate"
    assert STEP.content_key == _digest("key")
    assert STEP.dependencies == (Subject("documents", _digest("documents")),)
    assert STEP.subject("rows") == _digest("rows")
    assert STEP.subject("nothing") is None
    assert STEP.recorded_at == "2026-03-02T09:01:00Z"


def test_other_statements_have_no_stage_inputs_or_content_key() -> None:
    assert (ACT.stage, ACT.content_key, ACT.dependencies) == (None, None, ())
    assert ACT.recorded_at == AT


def test_a_keys_statement_is_about_its_log() -> None:
    assert KEYS.subject("log") == LOG.public_key.digest
    assert KEYS.predicate["log"]["origin"] == log_origin(LOG.public_key)
    assert KEYS.predicate["previous"] == {
        "origin": "warrant-log/0123",
        "checkpoint": "the last checkpoint\n",
    }


def test_a_first_keys_statement_and_a_plan_without_expectation_say_null() -> None:
    first = draft.keys_statement(
        ACTOR,
        LOG.public_key,
        [draft.Person(SIGNER.public_key, "Anna Alvarez", ("author",))],
        recorded_at=AT,
    )
    plan = draft.plan_statement(_digest("test"), ACTOR, bounds={}, recorded_at=AT)
    assert first.predicate["previous"] is None
    assert plan.predicate["expect"] is None


def test_an_erasure_sorts_manifests_and_positions() -> None:
    datasets = ERASURE.predicate["datasets"]
    assert [row["positions"] for row in datasets] == (
        [[7], [0, 4]] if _digest("a") < _digest("b") else [[0, 4], [7]]
    )


def test_another_signer_than_the_actor_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        ACT.sign(LOG)
    assert str(caught.value) == (
        f"Statement names key {SIGNER.key_id[:12]} (unprotected: False) as its actor, "
        f"the signer is {LOG.key_id[:12]} (unprotected: False). "
        "Build the statement with Actor.of(signer, role)."
    )


def test_a_key_without_passphrase_cannot_sign_as_one_with() -> None:
    with pytest.raises(InputError, match=r"unprotected: True\)\."):
        ACT.sign(replace(SIGNER, unprotected=True))


def test_an_envelope_signed_by_another_than_the_actor_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Statement.open(sign_statement(ACT.to_bytes(), LOG))
    assert str(caught.value) == (
        f"Statement names key {SIGNER.key_id[:12]} as its actor, "
        f"but its envelope is signed by key {LOG.key_id[:12]}. "
        "Sign the statement with the key that it names."
    )


def test_a_statement_with_another_spelling_is_refused() -> None:
    with pytest.raises(InputError, match="JSON is not in canonical form"):
        Statement.parse(ACT.to_bytes() + b" ")


Change = Callable[[dict[str, Any]], object]
DEFINITION = "statement.predicate.buildDefinition"
MANY: list[tuple[str, Statement, Change, str, str]] = [
    (
        "no subject",
        ACT,
        lambda s: s.update(subject=[]),
        "statement.subject",
        "at least one subject",
    ),
    (
        "extra",
        ACT,
        lambda s: s.update(more=1),
        "statement",
        "an object with exactly _type, predicate, predicateType, subject",
    ),
    (
        "digest",
        ACT,
        lambda s: s["subject"][0].update(digest={"sha512": "00"}),
        "statement.subject[0].digest",
        "an object with exactly sha256",
    ),
    (
        "short digest",
        ACT,
        lambda s: s["subject"][0].update(digest={"sha256": "00"}),
        "statement.subject[0].digest.sha256",
        "64 lower-case hex digits",
    ),
    (
        "uri",
        ACT,
        lambda s: s["subject"][0].update(uri="x"),
        "statement.subject[0]",
        "an object with exactly digest, name",
    ),
    (
        "twice",
        STEP,
        lambda s: s["subject"].append(s["subject"][0]),
        "statement.subject",
        "each name once",
    ),
    (
        "type",
        ACT,
        lambda s: s.update(_type="x"),
        "statement._type",
        "'https://in-toto.io/Statement/v1'",
    ),
    ("predicate", ACT, lambda s: s.update(predicate=[]), "statement.predicate", "an object"),
    (
        "no claim",
        STEP,
        lambda s: s["subject"].pop(0),
        "statement.subject",
        "one subject named 'claim'",
    ),
    (
        "stage",
        STEP,
        lambda s: s["predicate"]["buildDefinition"].update(buildType=f"{BASE}:stage:dance:v1"),
        f"{DEFINITION}.buildType",
        f"{BASE}:stage:STAGE:v1 with a stage out of {', '.join(predicates.STAGES)}",
    ),
    (
        "stage number",
        STEP,
        lambda s: s["predicate"]["buildDefinition"].update(buildType=7),
        f"{DEFINITION}.buildType",
        f"{BASE}:stage:STAGE:v1 with a stage out of {', '.join(predicates.STAGES)}",
    ),
    (
        "no inputs",
        STEP,
        lambda s: s["predicate"]["buildDefinition"].update(resolvedDependencies=[]),
        f"{DEFINITION}.resolvedDependencies",
        "at least one: only ingest has none",
    ),
    (
        "inputs twice",
        STEP,
        lambda s: s["predicate"]["buildDefinition"]["resolvedDependencies"].append(
            s["predicate"]["buildDefinition"]["resolvedDependencies"][0]
        ),
        f"{DEFINITION}.resolvedDependencies",
        "each name once",
    ),
    (
        "fingerprints",
        STEP,
        lambda s: s["predicate"]["buildDefinition"]["externalParameters"].update(
            fingerprints={"x": "0" * 64}
        ),
        f"{DEFINITION}.externalParameters.fingerprints",
        "names of subjects only",
    ),
    (
        "role",
        ACT,
        lambda s: s["predicate"]["actor"].update(role="owner"),
        "statement.predicate.actor.role",
        "'author' or 'reviewer' or 'approver' or 'operator'",
    ),
    (
        "log subject",
        KEYS,
        lambda s: s["subject"][0].update(name="logs"),
        "statement.subject",
        "one subject 'log' with the digest of the log's key",
    ),
    (
        "origin",
        KEYS,
        lambda s: s["predicate"]["log"].update(origin="warrant-log/0"),
        "statement.predicate.log.origin",
        "the origin made from the log's key",
    ),
    (
        "person twice",
        KEYS,
        lambda s: s["predicate"]["persons"].append(s["predicate"]["persons"][0]),
        "statement.predicate.persons",
        "each key once",
    ),
    (
        "nobody",
        KEYS,
        lambda s: s["predicate"].update(persons=[]),
        "statement.predicate.persons",
        "at least 1",
    ),
    (
        "detail",
        ACT,
        lambda s: s["predicate"].update(detail={"go": True}),
        "statement.predicate.detail",
        "an object with exactly ",
    ),
    (
        "no rule",
        ACT,
        lambda s: s["predicate"].update(act="except"),
        "statement.predicate.detail",
        "an object with exactly rule",
    ),
    (
        "plan subject",
        PLAN,
        lambda s: s["subject"][0].update(name="train"),
        "statement.subject",
        "one subject named 'test'",
    ),
    (
        "plan of both",
        PLAN_2,
        lambda s: s["predicate"]["bounds"][1].update(at_least=1.0),
        "statement.predicate.bounds[1]",
        "one of at_least and at_most",
    ),
    (
        "plan of neither",
        PLAN_2,
        lambda s: s["predicate"]["bounds"][0].update(at_least=None),
        "statement.predicate.bounds[0]",
        "one of at_least and at_most",
    ),
    (
        "manifests",
        ERASURE,
        lambda s: s["predicate"]["datasets"].pop(),
        "statement.predicate.datasets",
        "the manifests that are subjects, each once",
    ),
    (
        "positions",
        ERASURE,
        lambda s: s["predicate"]["datasets"][0].update(positions=[1, 1]),
        "statement.predicate.datasets[0].positions",
        "rising positions",
    ),
]


@pytest.mark.parametrize(
    ("statement", "change", "place", "expected"),
    [case[1:] for case in MANY],
    ids=[case[0] for case in MANY],
)
def test_a_statement_that_does_not_fit_is_refused_by_place(
    statement: Statement, change: Change, place: str, expected: str
) -> None:
    value = copy.deepcopy(statement.to_json())
    change(value)
    with pytest.raises(InputError) as caught:
        Statement.parse(canonical(value))
    assert str(caught.value) == (
        f"{place} is not as the format says: expected {expected}. Use the file as Warrant wrote it."
    )


def test_ingest_needs_no_inputs() -> None:
    assert draft.step_statement(replace(RUN, stage="ingest", inputs={}), ACTOR).dependencies == ()


@pytest.mark.parametrize(
    ("act", "detail"),
    [
        ("except", {"rule": "core.rights"}),
        ("answer", {"question": "impact", "answer": "not answered"}),
        ("decide", {"go": False}),
        ("revoke", {}),
    ],
)
def test_each_act_has_its_own_detail(act: str, detail: dict[str, str | bool]) -> None:
    subject = Subject("bundle", _digest("bundle"))
    made = draft.act_statement(
        draft.Act(act, subject, "Reason.", detail, expires_at=AT, stage_of_use="pilot"),
        ACTOR,
        recorded_at=AT,
    )
    assert made.predicate["detail"] == detail


def test_an_unknown_stage_has_no_name() -> None:
    assert predicates.stage_of("urn:x-warrant:stage:dance:v1") is None
    assert predicates.stage_of("elsewhere") is None


@pytest.mark.parametrize("statement", ALL.values(), ids=ALL)
def test_a_leaf_stands_for_an_envelope(statement: Statement) -> None:
    envelope = statement.sign(SIGNER)
    data = leaf_of(envelope.to_bytes(), AT)
    assert len(data) < 512
    leaf = Leaf.parse(data)
    assert leaf == Leaf(
        envelope.digest, SIGNER.key_id, envelope.pae_digest, statement.leaf_type, AT
    )
    assert leaf.to_bytes() == data


def test_a_leaf_of_512_bytes_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Leaf.parse(b" " * 512)
    assert str(caught.value) == (
        "Leaf has 512 bytes, expected under 512. Use the log as Warrant wrote it."
    )


def test_a_leaf_with_another_field_is_refused() -> None:
    with pytest.raises(InputError, match="leaf is not as the format says"):
        Leaf.parse(b"{}")


def test_a_leaf_has_an_instant() -> None:
    with pytest.raises(InputError, match="recorded_at is not as the format says"):
        leaf_of(ACT.sign(SIGNER).to_bytes(), "yesterday")
