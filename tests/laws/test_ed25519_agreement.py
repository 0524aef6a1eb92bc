"""Both verifiers accept the same Ed25519 signatures: the kernel's and that of verify.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.outside import ROOT
from warrant.kernel.keys import Ed25519Signer, PublicKey

Accepts = Callable[[bytes, bytes, bytes], bool]
BYTES = st.binary(min_size=32, max_size=32)
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture(name="alone", scope="module")
def _alone() -> Accepts:
    spec = spec_from_file_location("verify_alone", ROOT / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    accepts: Accepts = module.ed25519_accepts
    return accepts


def test_the_published_edge_cases_have_one_answer(
    alone: Accepts, shared_path: Callable[[str], Path]
) -> None:
    text = shared_path("vectors/ed25519/ed25519vectors.json").read_text()
    vectors: list[dict[str, Any]] = json.loads(text)
    assert len(vectors) == 914
    for vector in vectors:
        key, signature = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        message = vector["msg"].encode()
        assert alone(key, signature, message) is PublicKey(key).accepts(signature, message), vector


@settings(max_examples=25)
@given(seed=BYTES, message=st.binary(max_size=64), times=st.integers(0, 14))
def test_signatures_and_their_bent_forms_have_one_answer(
    alone: Accepts, seed: bytes, message: bytes, times: int
) -> None:
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))
    signature = signer.sign(message)
    number = int.from_bytes(signature[32:], "little") + times * ORDER
    bent = signature[:32] + number.to_bytes(32, "little")
    key = signer.public_key
    assert alone(key.raw, bent, message) is key.accepts(bent, message) is (times == 0)


@settings(max_examples=25)
@given(key=BYTES, first=BYTES, second=BYTES, message=st.binary(max_size=16))
def test_any_bytes_have_one_answer(
    alone: Accepts, key: bytes, first: bytes, second: bytes, message: bytes
) -> None:
    signature = first + second
    assert alone(key, signature, message) is PublicKey(key).accepts(signature, message)
