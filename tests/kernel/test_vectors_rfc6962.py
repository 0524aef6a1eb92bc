"""The published vectors of RFC 6962 proofs: each answered as it says.

The folders `subtreeinclusion` and `subtreeconsistency` are left out on purpose: they test
proofs from and to subtrees that start inside a log (Merkle tree certificates), which no
format of ours carries. Their cases with start 0 repeat the two folders read here.
"""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.outside import shared_path
from warrant.errors import IntegrityError
from warrant.kernel.merkle import Head, Leaf, verify_consistency, verify_inclusion

FOLDER = shared_path("vectors/rfc6962")


def cases(kind: str) -> list[Any]:
    paths = sorted((FOLDER / kind).rglob("*.json"))
    return [pytest.param(path, id=str(path.relative_to(FOLDER))) for path in paths]


def hashes(encoded: list[str] | None) -> list[bytes]:
    return [b64decode(one) for one in encoded or []]


@pytest.mark.parametrize("path", cases("inclusion"))
def test_each_inclusion_proof_is_answered_as_published(path: Path) -> None:
    case = json.loads(path.read_bytes())
    leaf = Leaf(b64decode(case["leafHash"] or ""), case["leafIdx"])
    head = Head(case["treeSize"], b64decode(case["root"] or ""))
    if case["wantErr"]:
        with pytest.raises(IntegrityError, match="Merkle proof refused"):
            verify_inclusion(leaf, hashes(case["proof"]), head)
    else:
        verify_inclusion(leaf, hashes(case["proof"]), head)


@pytest.mark.parametrize("path", cases("consistency"))
def test_each_consistency_proof_is_answered_as_published(path: Path) -> None:
    case = json.loads(path.read_bytes())
    old = Head(case["size1"], b64decode(case["root1"] or ""))
    new = Head(case["size2"], b64decode(case["root2"] or ""))
    if case["wantErr"]:
        with pytest.raises(IntegrityError, match="Merkle proof refused"):
            verify_consistency(old, new, hashes(case["proof"]))
    else:
        verify_consistency(old, new, hashes(case["proof"]))


def test_both_folders_hold_cases_of_both_kinds() -> None:
    for kind in ("inclusion", "consistency"):
        wanted = [json.loads(case.values[0].read_bytes())["wantErr"] for case in cases(kind)]
        assert wanted.count(True) > 80
        assert wanted.count(False) == 6
