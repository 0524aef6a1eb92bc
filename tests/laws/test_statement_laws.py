"""Laws of keys, envelopes and statements, over generated values."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import InputError, IntegrityError
from warrant.kernel import draft
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope, decode_base64, sign_statement
from warrant.kernel.keys import Ed25519Signer, P256Signer, PublicKey
from warrant.kernel.statement import Actor, Leaf, Statement, Subject, leaf_of

SEEDS = st.binary(min_size=32, max_size=32)
SIGNERS = SEEDS.map(lambda seed: Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed)))
DIGESTS = st.binary(min_size=32, max_size=32).map(Digest)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
MODEL = P256Signer.generate()


@given(SIGNERS, st.binary(), st.binary())
def test_a_key_accepts_its_own_signature_and_no_other(
    signer: Ed25519Signer, message: bytes, other: bytes
) -> None:
    """Law of `kernel.keys`: `public.accepts(signer.sign(message), message)` for every ..."""
    signature = signer.sign(message)
    assert signer.public_key.accepts(signature, message)
    assert signer.public_key.accepts(signature, other) == (message == other)
    assert not signer.public_key.accepts(other, message) or other == signature


@given(st.binary(), st.binary())
def test_a_model_key_accepts_its_own_signature_and_no_other(message: bytes, other: bytes) -> None:
    signature = MODEL.sign(message)
    assert MODEL.public_key.accepts(signature, message)
    assert MODEL.public_key.accepts(signature, other) == (message == other)


@given(SIGNERS)
def test_a_written_key_is_read_back(signer: Ed25519Signer) -> None:
    """Law of `kernel.keys`: `PublicKey.parse(key.text) == key` and ..."""
    key = signer.public_key
    assert PublicKey.parse(key.text) == key


@given(st.text())
def test_a_text_is_a_key_only_in_its_one_spelling(text: str) -> None:
    for candidate in (text, "ed25519:" + text):
        try:
            key = PublicKey.parse(candidate)
        except InputError:
            continue
        assert key.text == candidate


@given(SIGNERS, st.binary(min_size=1), st.data())
def test_an_envelope_with_one_bit_changed_does_not_hold(
    signer: Ed25519Signer, payload: bytes, data: st.DataObject
) -> None:
    """Law of `kernel.envelope`: `Envelope.parse(envelope.to_bytes()) == envelope`, and the ...

    Law of `kernel.envelope`: `sign_statement(payload, signer).check(signer.public_key)` ...
    """
    envelope = sign_statement(payload, signer)
    assert Envelope.parse(envelope.to_bytes()) == envelope
    envelope.check(signer.public_key)
    written = bytearray(envelope.to_bytes())
    bit = data.draw(st.integers(0, 8 * len(written) - 1))
    written[bit // 8] ^= 1 << bit % 8
    with pytest.raises((InputError, IntegrityError)):
        Envelope.parse(bytes(written)).verify([signer.public_key])


@given(st.binary())
def test_any_bytes_are_an_envelope_or_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        Envelope.parse(data)


@given(st.text())
def test_base64_has_one_spelling(text: str) -> None:
    try:
        data = decode_base64(text, "place")
    except InputError:
        return
    assert b64encode(data).decode() == text


@given(
    SIGNERS,
    st.dictionaries(NAMES, DIGESTS, max_size=4),
    st.dictionaries(NAMES, DIGESTS, min_size=1, max_size=4),
)
def test_a_step_is_signed_and_read_back(
    signer: Ed25519Signer, outputs: dict[str, Digest], inputs: dict[str, Digest]
) -> None:
    """Law of `kernel.statement`: `Statement.parse(statement.to_bytes()) == statement`.

    Law of `kernel.statement`: `Statement.open(statement.sign(signer)) == statement`.

    Law of `kernel.statement`: `Leaf.parse(leaf.to_bytes()) == leaf`, and `leaf_of(...)` ...
    """
    run = draft.Run(
        stage="train",
        content_key=Digest(bytes(32)),
        outputs={**outputs, "claim": Digest(bytes(32))},
        inputs=inputs,
        configuration={name: digest.hex for name, digest in inputs.items()},
        fingerprints=outputs,
        started_at="2026-03-02T09:00:00Z",
        finished_at="2026-03-02T09:00:00Z",
        versions={},
    )
    statement = draft.step_statement(run, Actor.of(signer, "author"))
    envelope = statement.sign(signer)
    assert Statement.parse(statement.to_bytes()) == statement
    assert Statement.open(envelope) == statement
    leaf = leaf_of(envelope.to_bytes(), run.started_at)
    assert len(leaf) < 512
    assert Leaf.parse(leaf).to_bytes() == leaf


@given(SIGNERS, NAMES, st.sampled_from(["approve", "reject", "revoke"]))
def test_an_act_is_signed_and_read_back(signer: Ed25519Signer, reason: str, kind: str) -> None:
    actor = Actor.of(replace(signer, unprotected=True), "approver")
    act = draft.Act(kind, Subject("bundle", Digest(bytes(32))), reason)
    statement = draft.act_statement(act, actor, recorded_at="2026-03-02T09:00:00Z")
    assert Statement.open(statement.sign(replace(signer, unprotected=True))) == statement
