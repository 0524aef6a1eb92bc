"""Envelopes: one spelling, one signature, one key."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError, IntegrityError
from warrant.kernel.canon import canonical
from warrant.kernel.envelope import PAYLOAD_TYPE, Envelope, decode_base64, pae, sign_statement
from warrant.kernel.keys import Ed25519Signer

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
ENVELOPE = sign_statement(b"{}", SIGNER)


def test_the_signed_bytes_are_those_of_the_specification() -> None:
    """DSSE 1.0.2, protocol.md, "Test Vectors"."""
    assert pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_an_envelope_is_read_back() -> None:
    data = ENVELOPE.to_bytes()
    assert Envelope.parse(data) == ENVELOPE
    assert json.loads(data)["payloadType"] == PAYLOAD_TYPE
    assert ENVELOPE.pae_digest.raw != ENVELOPE.digest.raw


def test_the_right_key_is_found_among_others() -> None:
    assert ENVELOPE.verify([OTHER.public_key, SIGNER.public_key]) == SIGNER.public_key


def test_a_key_that_is_not_in_force_is_named() -> None:
    with pytest.raises(IntegrityError) as caught:
        ENVELOPE.verify([OTHER.public_key])
    assert str(caught.value) == (
        f"Envelope {ENVELOPE.digest.short} is signed by key {SIGNER.key_id[:12]}, "
        "which is none of the keys in force. "
        "Keep the file, and ask its sender which key signed it."
    )


def test_another_key_than_the_expected_one_is_named() -> None:
    with pytest.raises(IntegrityError) as caught:
        ENVELOPE.check(OTHER.public_key)
    assert str(caught.value) == (
        f"Envelope {ENVELOPE.digest.short} is signed by key {SIGNER.key_id[:12]}, "
        f"expected key {OTHER.key_id[:12]}. "
        "Keep the file, and ask its sender which key signed it."
    )


@pytest.mark.parametrize(
    "changed",
    [replace(ENVELOPE, payload=b"[]"), replace(ENVELOPE, signature=bytes(64))],
    ids=["payload", "signature"],
)
def test_a_changed_payload_or_signature_does_not_hold(changed: Envelope) -> None:
    with pytest.raises(IntegrityError) as caught:
        changed.check(SIGNER.public_key)
    assert str(caught.value) == (
        f"The signature of envelope {changed.digest.short} by key {SIGNER.key_id[:12]} "
        "does not hold: payload or signature was changed. "
        "Keep the file, and get the original again."
    )


def _bent(**changes: Any) -> bytes:  # noqa: ANN401 - any JSON
    return canonical({**json.loads(ENVELOPE.to_bytes()), **changes})


SIGNATURE = {"keyid": SIGNER.key_id, "sig": b64encode(bytes(64)).decode()}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ENVELOPE.to_bytes() + b"\n", "JSON is not in canonical form"),
        (b"{", "JSON cannot be read"),
        (_bent(extra=1), "envelope is not as the format says: expected an object with exactly"),
        (_bent(payloadType="text/plain"), "envelope.payloadType is not as the format says"),
        (_bent(signatures=[]), "envelope.signatures is not as the format says: expected exactly 1"),
        (_bent(signatures=[SIGNATURE, SIGNATURE]), "expected exactly 1"),
        (_bent(signatures=[{**SIGNATURE, "keyid": "me"}]), "64 lower-case hex digits"),
        (_bent(payload="e30"), "envelope.payload is not base64 in its one spelling"),
        (_bent(signatures=[{**SIGNATURE, "sig": "e3="}]), "sig is not base64 in its one spelling"),
    ],
)
def test_bytes_that_are_not_the_one_spelling_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Envelope.parse(data)


@pytest.mark.parametrize("text", ["e31=", "e3 0=", "é===", "e30", "====", "-_8="])
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_base64(text, "place")
    assert str(caught.value) == (
        "place is not base64 in its one spelling. Use the file as Warrant wrote it."
    )
