"""Lies share most of their signatures: check each once per verifier."""

from __future__ import annotations

from functools import cache

import pytest

import verify as alone
from warrant.kernel import keys


@pytest.fixture(autouse=True)
def quick_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remember the answer for each key, signature and message; the answers stay the same."""
    monkeypatch.setattr(alone, "ed25519_accepts", cache(alone.ed25519_accepts))
    monkeypatch.setattr(alone, "p256_accepts", cache(alone.p256_accepts))
    monkeypatch.setattr(keys.PublicKey, "accepts", cache(keys.PublicKey.accepts))
