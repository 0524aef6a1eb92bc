"""Laws of notes, checkpoints, log policies and log proofs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import MAX_SIZE, Checkpoint
from warrant.kernel.keys import Ed25519Signer, PublicKey
from warrant.kernel.merkle import leaf_hashes
from warrant.kernel.note import (
    KeyKind,
    Note,
    Signature,
    VerifierKey,
    cosign_note,
    open_note,
    sign_note,
)
from warrant.kernel.proof import MAX_HASHES, LogProof, verify_proof
from warrant.kernel.tlog_policy import TlogPolicy, endorse, parse_policy
from warrant.kernel.tree import RowTree

LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+")
NAMES = st.text(LETTERS, min_size=1, max_size=20)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n")
HASHES = st.binary(min_size=32, max_size=32)
KINDS = st.sampled_from(list(KeyKind))
SIGNATURES = st.builds(
    Signature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES.filter(bool),
    st.integers(0, MAX_SIZE),
    HASHES,
    st.lists(LINES.filter(bool), max_size=2).map(tuple),
)
SIGNERS = [
    Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)) for n in range(1, 6)
]
LOG = SIGNERS[0]
LOG_KEY = VerifierKey("log", KeyKind.ED25519, LOG.public_key)
WITNESSES = [
    VerifierKey(f"w{n}", KeyKind.COSIGNATURE, signer.public_key)
    for n, signer in enumerate(SIGNERS[1:])
]
LEAVES = leaf_hashes(b"%d" % index for index in range(40))


@given(TEXTS, st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple))
def test_each_note_is_read_back(text: str, signatures: tuple[Signature, ...]) -> None:
    """Law of `kernel.note`: `Note.parse(note.to_text()) == note`, and ..."""
    note = Note(text, signatures)
    assert Note.parse(note.to_text()) == note


@given(st.text(max_size=80))
def test_any_text_is_read_as_a_note_or_refused_and_nothing_else(text: str) -> None:
    try:
        note = Note.parse(text)
    except InputError:
        return
    assert note.to_text() == text


@given(NAMES, KINDS, HASHES)
def test_each_verifier_key_is_read_back(name: str, kind: KeyKind, raw: bytes) -> None:
    key = VerifierKey(name, kind, PublicKey(raw))
    assert VerifierKey.parse(key.text) == key


@given(TEXTS, NAMES)
def test_a_signed_note_is_opened_by_its_key_and_by_no_other(text: str, name: str) -> None:
    """Law of `kernel.note`: `open_note(sign_note(text, name, signer), [key]).text == text` ...

    Law of `kernel.note`: no note is opened by a key that did not sign it, whatever name ...
    """
    written = sign_note(text, name, LOG)
    key = VerifierKey(name, KeyKind.ED25519, LOG.public_key)
    assert open_note(written, [key]).text == text
    stranger = VerifierKey(name, KeyKind.ED25519, SIGNERS[1].public_key)
    posing = Note(text, (replace(Note.parse(written).signatures[0], key_id=stranger.key_id),))
    with pytest.raises(IntegrityError):
        open_note(written, [stranger])
    with pytest.raises(IntegrityError):
        open_note(posing.to_text(), [stranger])


@given(CHECKPOINTS)
def test_each_checkpoint_is_read_back(checkpoint: Checkpoint) -> None:
    """Law of `kernel.checkpoint`: `Checkpoint.parse(checkpoint.to_text()) == checkpoint`."""
    assert Checkpoint.parse(checkpoint.to_text()) == checkpoint


@given(CHECKPOINTS, st.data())
def test_a_checkpoint_has_one_spelling(checkpoint: Checkpoint, data: st.DataObject) -> None:
    """Law of `kernel.checkpoint`: `Checkpoint.parse(text).to_text() == text` for every text ..."""
    text = checkpoint.to_text()
    place = data.draw(st.integers(0, len(text)))
    changed = text[:place] + data.draw(st.sampled_from("0 \n=+A")) + text[place:]
    try:
        read = Checkpoint.parse(changed)
    except InputError:
        return
    assert read.to_text() == changed


@given(
    st.integers(0, MAX_SIZE),
    st.lists(HASHES, max_size=MAX_HASHES).map(tuple),
    TEXTS,
    st.binary(max_size=20),
)
def test_each_log_proof_is_read_back(
    index: int, hashes: tuple[bytes, ...], checkpoint: str, extra: bytes
) -> None:
    """Law of `kernel.proof`: `LogProof.parse(proof.to_text()) == proof`, and `parse` takes ..."""
    proof = LogProof(index, hashes, checkpoint, extra)
    assert LogProof.parse(proof.to_text()) == proof


@given(st.integers(1, 40), st.data())
def test_a_log_proof_verifies_for_its_leaf_and_no_other(size: int, data: st.DataObject) -> None:
    """Law of `kernel.proof`: a proof verifies for the leaf it was made for, and for no other."""
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    tree = RowTree.over(LEAVES[:size])
    written = sign_note(Checkpoint("log", size, tree.root()).to_text(), "log", LOG)
    proof = LogProof.parse(LogProof(index, tuple(tree.prove(index)), written).to_text())
    policy = TlogPolicy((LOG_KEY,), {}, {}, "none")
    assert verify_proof(proof, LEAVES[index], policy).log == LOG_KEY
    assume(other != index)
    with pytest.raises(IntegrityError):
        verify_proof(proof, LEAVES[other], policy)


@given(st.integers(1, 4), st.sets(st.integers(0, 3)), st.integers(0, 3))
def test_one_more_cosignature_never_turns_yes_into_no(
    threshold: int, cosigners: set[int], extra: int
) -> None:
    """Law of `kernel.tlog_policy`: adding a valid cosignature never turns an accepted ...

    Law of `kernel.tlog_policy`: without `quorum none`, a checkpoint that no witness has ...
    """
    lines = [f"witness {key.name} {key.text}" for key in WITNESSES]
    lines += [f"log {LOG_KEY.text}", f"group all-of-them {threshold} w0 w1 w2 w3"]
    policy = parse_policy("\n".join([*lines, "quorum all-of-them"]).encode())
    note = Note.parse(sign_note(Checkpoint("log", 1, b"\0" * 32).to_text(), "log", LOG))
    for one in cosigners:
        note = cosign_note(note, WITNESSES[one].name, SIGNERS[one + 1], 7)
    more = cosign_note(note, WITNESSES[extra].name, SIGNERS[extra + 1], 8)
    assert accepts(policy, note) == (len(cosigners) >= threshold)
    assert accepts(policy, more) >= accepts(policy, note)


def accepts(policy: TlogPolicy, note: Note) -> bool:
    try:
        endorse(policy, note.to_text())
    except IntegrityError:
        return False
    return True
