"""Somebody else's evaluation: signed with the key it names, of one bundle, to the last field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.records.examples import ANNA, AT, LOG
from warrant.errors import InputError, IntegrityError
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope, sign_statement
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.outside import OUTSIDE, read_outside, sign_outside
from warrant.kernel.predicates import LEAF_TYPES, PREDICATES

BUNDLE = Digest.of(b"bundle")


def predicate(**changes: object) -> dict[str, Any]:
    return {
        "actor": {"key": ANNA.key_id, "role": "reviewer", "unprotected": False},
        "commitment": Digest.of(b"rows").hex,
        "evaluation": Digest.of(b"evaluation").hex,
        "key": ANNA.public_key.text,
        "level": 0.95,
        "name": "Vera Voss",
        "recorded_at": AT,
        "rows": 240,
        "scores": [{"metric": "macro_f1", "value": 0.61, "low": 0.55, "high": 0.66}],
        "task": "multiclass",
        **changes,
    }


def signed(signer: Ed25519Signer = ANNA, **changes: object) -> bytes:
    return sign_outside(BUNDLE, predicate(**changes), signer)


def test_what_was_signed_is_read_again() -> None:
    found = read_outside(signed())
    assert found.bundle == BUNDLE
    assert found.key == ANNA.public_key
    assert found.predicate == predicate()


def test_no_log_may_hold_it() -> None:
    assert OUTSIDE not in LEAF_TYPES
    assert OUTSIDE not in PREDICATES


def test_a_changed_payload_or_another_key_is_refused() -> None:
    envelope = Envelope.parse(signed())
    changed = envelope.payload.replace(b'"rows":240', b'"rows":241')
    with pytest.raises(IntegrityError, match="does not hold: payload or signature was changed"):
        read_outside(Envelope(changed, envelope.key_id, envelope.signature).to_bytes())
    with pytest.raises(IntegrityError, match="The statement names the key"):
        read_outside(signed(LOG))
    actor = {"key": LOG.key_id, "role": "reviewer", "unprotected": False}
    with pytest.raises(IntegrityError, match="The statement names the key"):
        read_outside(signed(LOG, actor=actor))


@pytest.mark.parametrize(
    "changes",
    [{"scores": []}, {"more": 1}, {"key": "ed25519:none"}, {"rows": -1}, {"recorded_at": "today"}],
)
def test_what_does_not_fit_is_neither_signed_nor_read(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        signed(**changes)
    value = parse_canonical(Envelope.parse(signed()).payload)
    value["predicate"] = predicate(**changes)
    with pytest.raises(InputError):
        read_outside(sign_statement(canonical(value), ANNA).to_bytes())


def test_its_subject_is_one_bundle() -> None:
    value = parse_canonical(Envelope.parse(signed()).payload)
    value["subject"][0]["name"] = "model"
    with pytest.raises(InputError, match="one subject named 'bundle'"):
        read_outside(sign_statement(canonical(value), ANNA).to_bytes())
