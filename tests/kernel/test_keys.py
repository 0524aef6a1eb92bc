"""Public keys, their text, what a signature means."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import verify as alone
from warrant.errors import InputError
from warrant.kernel.keys import Ed25519Signer, ModelPublicKey, P256Signer, PublicKey, log_origin

SEED = bytes(range(32))
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
MODEL_FAULT = "The text is not a model key: expected a P-256 public key as OpenSSL writes PEM."


@pytest.fixture(name="signer")
def _signer() -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(SEED))


def test_a_key_of_another_length_is_no_key() -> None:
    with pytest.raises(
        InputError, match=r"An Ed25519 public key has 32 bytes, got 31\. Use the whole key\."
    ):
        PublicKey(b"x" * 31)


def test_a_written_key_is_read_back(signer: Ed25519Signer) -> None:
    key = signer.public_key
    assert key.text == "ed25519:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    assert PublicKey.parse(key.text) == key
    assert key.key_id == key.digest.hex == signer.key_id
    assert signer.secret == SEED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ed25519:",
        "ed25519:" + "A" * 44,
        "ed25519:" + "A" * 42 + "B=",  # spare bits that no encoder sets
        " ed25519:" + "A" * 43 + "=",
        "ed25519:" + "A" * 43 + "=\n",
        "p256:" + "A" * 43 + "=",
    ],
)
def test_another_spelling_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        PublicKey.parse(text)
    assert str(caught.value) == (
        f"{text!r} is not a public key: expected 'ed25519:' and 44 base64 characters. "
        "Copy the whole key, as `warrant key show` prints it."
    )


@pytest.mark.parametrize(
    "raw",
    [
        bytes(32),
        b"\x01" + bytes(31),
        b"\xec" + b"\xff" * 30 + b"\x7f",
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ],
)
def test_a_point_of_small_order_is_nobodys_key(raw: bytes) -> None:
    text = PublicKey(raw).text
    with pytest.raises(InputError) as refused:
        PublicKey.parse(text)
    assert str(refused.value) == (
        f"{text!r} is nobody's key: anybody can sign for a point of small order. "
        "Ask its holder for the key that `warrant key show` prints."
    )
    assert not alone.is_key(text)


def test_an_origin_is_made_from_the_key(signer: Ed25519Signer) -> None:
    assert log_origin(signer.public_key) == "warrant-log/" + signer.key_id[:20]


def test_a_changed_message_or_signature_is_not_accepted(signer: Ed25519Signer) -> None:
    signature = signer.sign(b"message")
    assert signer.public_key.accepts(signature, b"message")
    assert not signer.public_key.accepts(signature, b"Message")
    assert not signer.public_key.accepts(signature[:-1], b"message")
    assert not signer.public_key.accepts(b"", b"message")


@pytest.mark.parametrize("times", [1, 2, 14])
def test_a_number_s_beyond_the_group_order_is_not_accepted(
    signer: Ed25519Signer, times: int
) -> None:
    signature = signer.sign(b"message")
    number = int.from_bytes(signature[32:], "little") + times * GROUP_ORDER
    bent = signature[:32] + number.to_bytes(32, "little")
    assert not signer.public_key.accepts(bent, b"message")


def test_the_published_edge_cases_are_answered_by_the_rule_in_the_docstring(
    shared_path: Callable[[str], Path],
) -> None:
    vectors: list[dict[str, Any]] = json.loads(
        shared_path("vectors/ed25519/ed25519vectors.json").read_text()
    )
    assert len(vectors) == 914
    for vector in vectors:
        flags = set(vector["flags"] or ())
        expected = not flags & {"low_order_residue", "non_canonical_R"}
        key = PublicKey(bytes.fromhex(vector["key"]))
        answer = key.accepts(bytes.fromhex(vector["sig"]), vector["msg"].encode())
        assert answer is expected, vector


def test_a_model_key_signs_and_is_read_back() -> None:
    signer = P256Signer.generate(unprotected=True)
    key = signer.public_key
    assert signer.unprotected
    assert ModelPublicKey.parse(key.text) == key
    assert key.key_id == signer.key_id
    assert len(signer.secret) == 32
    signature = signer.sign(b"message")
    assert key.accepts(signature, b"message")
    assert not key.accepts(signature, b"Message")
    assert not key.accepts(b"", b"message")


def test_a_new_key_is_another_key() -> None:
    assert Ed25519Signer.generate().key_id != Ed25519Signer.generate().key_id
    assert Ed25519Signer.generate(unprotected=True).unprotected


def _pem(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "not a key",
        _pem(Ed25519PrivateKey.from_private_bytes(SEED)),
        _pem(ec.derive_private_key(7, ec.SECP384R1())),
        _pem(ec.derive_private_key(7, ec.SECP256R1())) + "\n",
        _pem(ec.derive_private_key(7, ec.SECP256R1())).replace("\n", "\r\n"),
        "\ud800",
    ],
)
def test_anything_but_a_p256_key_in_its_one_spelling_is_refused(pem: str) -> None:
    with pytest.raises(InputError) as caught:
        ModelPublicKey.parse(pem)
    assert (
        str(caught.value) == f"{MODEL_FAULT} Use the file that `warrant key show --model` writes."
    )


def test_a_private_key_is_never_printed(signer: Ed25519Signer) -> None:
    assert SEED.hex() not in repr(signer)
    assert signer.secret.hex() not in str(signer)
