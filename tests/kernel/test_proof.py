"""Log proofs: the standard's own example, and one message for each fault."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.merkle import leaf_hashes
from warrant.kernel.note import KeyKind, VerifierKey, sign_note
from warrant.kernel.proof import LogProof, verify_proof
from warrant.kernel.tlog_policy import parse_policy
from warrant.kernel.tree import RowTree

EXAMPLE = """c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog AAAAAAAA
"""

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"\7" * 32))
KEY = VerifierKey("example.org/log", KeyKind.ED25519, SIGNER.public_key)
POLICY = parse_policy(f"log {KEY.text}\nquorum none\n".encode())
LEAVES = leaf_hashes(b"%d" % index for index in range(5))
TREE = RowTree.over(LEAVES)
CHECKPOINT = Checkpoint("example.org/log", 5, TREE.root())
WRITTEN = sign_note(CHECKPOINT.to_text(), KEY.name, SIGNER)
PROOF = LogProof(2, tuple(TREE.prove(2)), WRITTEN)


def test_the_example_of_the_standard_is_read_and_written() -> None:
    proof = LogProof.parse(EXAMPLE)
    assert proof.extra == b"age-v1.2.1-darwin-arm64.tar.gz"
    assert proof.index == 73894
    assert len(proof.hashes) == 2
    assert proof.checkpoint.startswith("example.com/fancylog\n109482\n")
    assert proof.to_text() == EXAMPLE


def test_a_proof_holds_for_its_leaf() -> None:
    assert verify_proof(PROOF, LEAVES[2], POLICY).checkpoint == CHECKPOINT


def test_a_proof_of_a_log_with_one_entry_needs_no_hash() -> None:
    checkpoint = sign_note(Checkpoint(KEY.name, 1, LEAVES[0]).to_text(), KEY.name, SIGNER)
    proof = LogProof.parse(LogProof(0, (), checkpoint).to_text())
    assert verify_proof(proof, LEAVES[0], POLICY).checkpoint.size == 1


def test_a_proof_does_not_hold_for_another_leaf_index_or_checkpoint() -> None:
    with pytest.raises(IntegrityError, match="give another root"):
        verify_proof(PROOF, LEAVES[3], POLICY)
    with pytest.raises(IntegrityError, match="give another root"):
        verify_proof(replace(PROOF, index=3), LEAVES[2], POLICY)
    with pytest.raises(IntegrityError, match="the proof is too short"):
        verify_proof(replace(PROOF, hashes=PROOF.hashes[1:]), LEAVES[2], POLICY)
    forged = replace(PROOF, checkpoint=WRITTEN.replace("\n5\n", "\n6\n"))
    with pytest.raises(IntegrityError, match="on the note does not hold"):
        verify_proof(forged, LEAVES[2], POLICY)


HASH = EXAMPLE.splitlines()[3]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (EXAMPLE.replace("\n\n", "\n"), "Log proof cannot be read: no empty line parts it"),
        (
            EXAMPLE.replace("@v1", "@v2"),
            "Log proof cannot be read: its first line is 'c2sp.org/tlog",
        ),
        (EXAMPLE.replace("index 73894\n", ""), "Log proof cannot be read: it has no index"),
        ("c2sp.org/tlog-proof@v1\n\n", "Log proof cannot be read: it has no index"),
        (EXAMPLE.replace("73894", "073894"), "The index in the log proof is '073894', expected"),
        (EXAMPLE.replace("extra Y", "extra =Y"), "The extra data is not base64"),
        (
            EXAMPLE.replace("extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6", "extra "),
            "Log proof cannot be read: its extra data is empty",
        ),
        (EXAMPLE.replace(HASH, HASH[:-1]), "A hash in the log proof is not base64"),
        (EXAMPLE.replace(HASH, "AAAA"), "Log proof cannot be read: a hash has 3 bytes, expected"),
        (
            EXAMPLE.replace(HASH, "\n".join([HASH] * 64)),
            "Log proof cannot be read: it holds 65 hashes, at most 63",
        ),
    ],
)
def test_each_fault_of_a_proof_has_its_message(text: str, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        LogProof.parse(text)
    assert refused.value.what.startswith(fault)
