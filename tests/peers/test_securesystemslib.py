"""`securesystemslib` accepts our DSSE envelopes and refuses tampered ones."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from tests.peers.statements import SIGNER, STATEMENTS
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.statement import Statement


@pytest.fixture(name="verify")
def _verify(peer: Callable[[str], Any]) -> Callable[[dict[str, Any], Ed25519Signer], object]:
    dsse = peer("securesystemslib.dsse")
    signer = peer("securesystemslib.signer")

    def verify(envelope: dict[str, Any], by: Ed25519Signer) -> object:
        key = signer.SSlibKey(by.key_id, "ed25519", "ed25519", {"public": by.public_key.raw.hex()})
        # It keeps signatures in hex inside, and reads base64 from an envelope.
        return dsse.Envelope.from_dict(envelope).verify([key], 1)

    return verify


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_our_envelopes_are_accepted(
    statement: Statement, verify: Callable[[dict[str, Any], Ed25519Signer], object]
) -> None:
    assert verify(json.loads(statement.sign(SIGNER).to_bytes()), SIGNER)


def test_a_changed_payload_is_refused(
    peer: Callable[[str], Any], verify: Callable[[dict[str, Any], Ed25519Signer], object]
) -> None:
    refused = peer("securesystemslib.exceptions").VerificationError
    envelope = json.loads(STATEMENTS["act"].sign(SIGNER).to_bytes())
    envelope["payload"] = b64encode(STATEMENTS["plan"].to_bytes()).decode()
    with pytest.raises(refused):
        verify(envelope, SIGNER)


def test_another_key_is_refused(
    peer: Callable[[str], Any], verify: Callable[[dict[str, Any], Ed25519Signer], object]
) -> None:
    refused = peer("securesystemslib.exceptions").VerificationError
    envelope = json.loads(STATEMENTS["act"].sign(SIGNER).to_bytes())
    with pytest.raises(refused):
        verify(envelope, Ed25519Signer.generate())
