"""Log policies: the standard's own example, and one message for each fault of a line."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.note import KeyKind, Note, VerifierKey, cosign_note, sign_note
from warrant.kernel.tlog_policy import Group, endorse, parse_policy

NAMES = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
SIGNERS = [
    Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)) for n in range(1, 9)
]
LOG, STRANGER = SIGNERS[6], SIGNERS[7]
LOG_KEY = VerifierKey("example.org/log", KeyKind.ED25519, LOG.public_key)
WITNESSES = {
    name: VerifierKey(f"{name}.example", KeyKind.COSIGNATURE, signer.public_key)
    for name, signer in zip(NAMES, SIGNERS, strict=False)
}
CHECKPOINT = Checkpoint("example.org/log", 5, b"\1" * 32)
WRITTEN = sign_note(CHECKPOINT.to_text(), LOG_KEY.name, LOG)

EXAMPLE = f"""# the example of the standard
log {LOG_KEY.text} https://example.org/log

witness X1 {WITNESSES["X1"].text}
witness X2 {WITNESSES["X2"].text}\thttps://x2.example
  witness X3 {WITNESSES["X3"].text}
group X-witnesses 2 X1 X2 X3

witness Y1 {WITNESSES["Y1"].text}
witness Y2 {WITNESSES["Y2"].text}
witness Y3 {WITNESSES["Y3"].text}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
""".encode()


def cosigned_by(*names: str) -> str:
    note = Note.parse(WRITTEN)
    for name in names:
        note = cosign_note(note, WITNESSES[name].name, SIGNERS[NAMES.index(name)], 1)
    return note.to_text()


def test_the_example_of_the_standard_is_read() -> None:
    policy = parse_policy(EXAMPLE)
    assert policy.logs == (LOG_KEY,)
    assert policy.witnesses == WITNESSES
    assert policy.groups["X-witnesses"] == Group(2, ("X1", "X2", "X3"))
    assert policy.groups["Y-witnesses"].threshold == 1
    assert policy.groups["X-and-Y"].threshold == 2
    assert policy.quorum == "X-and-Y"


@pytest.mark.parametrize(
    ("names", "is_enough"),
    [
        ([], False),
        (["X1", "X2"], False),
        (["X1", "Y1", "Y2"], False),
        (["X1", "X2", "Y3"], True),
        (NAMES, True),
    ],
)
def test_a_checkpoint_needs_its_quorum(names: list[str], is_enough: bool) -> None:
    policy = parse_policy(EXAMPLE)
    if is_enough:
        endorsed = endorse(policy, cosigned_by(*names))
        assert endorsed.checkpoint == CHECKPOINT
        assert endorsed.log == LOG_KEY
        assert [one.key for one in endorsed.cosigned] == [WITNESSES[name] for name in names]
    else:
        with pytest.raises(IntegrityError, match="the quorum 'X-and-Y' is not reached"):
            endorse(policy, cosigned_by(*names))


def test_one_witness_cosigning_twice_counts_once() -> None:
    with pytest.raises(IntegrityError, match="is not reached"):
        endorse(parse_policy(EXAMPLE), cosigned_by("X1", "X1", "Y1"))


def test_a_policy_without_quorum_needs_the_log_alone() -> None:
    policy = parse_policy(f"log {LOG_KEY.text}\nquorum none".encode())
    assert endorse(policy, cosigned_by("X1")).cosigned == ()


def test_a_checkpoint_of_an_unknown_log_is_refused() -> None:
    policy = parse_policy(EXAMPLE)
    foreign = sign_note(CHECKPOINT.to_text(), LOG_KEY.name, STRANGER)
    with pytest.raises(IntegrityError, match="No known key has signed the note"):
        endorse(policy, foreign)


def test_a_known_log_does_not_speak_for_another_origin() -> None:
    text = Checkpoint("example.org/other", 5, b"\1" * 32).to_text()
    with pytest.raises(IntegrityError, match="No known log has signed the checkpoint of 'example"):
        endorse(parse_policy(EXAMPLE), sign_note(text, LOG_KEY.name, LOG))


def test_names_are_octets() -> None:
    policy = parse_policy(b"witness \xff " + WITNESSES["X1"].text.encode() + b"\nquorum \xff\n")
    assert policy.quorum == "\udcff"
    assert policy.is_met(frozenset([WITNESSES["X1"]]))


W1 = f"witness X1 {WITNESSES['X1'].text}\n"
W2 = f"witness X2 {WITNESSES['X2'].text}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("what none\n", "line 1: 'what' is not one of log, witness, group, quorum"),
        ("\n# a\nLOG x\n", "line 3: 'LOG' is not one of"),
        ("quorum none\r\n", "line 1: it holds a control character"),
        ("log\n", "line 1: expected: log VKEY [URL]"),
        ("log a b c\n", "line 1: expected: log VKEY [URL]"),
        ("log a\n", "line 1: 'a' is not a verifier key: expected 'name+8 hex digits+base64'."),
        (f"log {WITNESSES['X1'].text}\n", "line 1: its key is of kind 0x04, expected 0x01"),
        (f"log {LOG_KEY.text}\n" * 2, "line 2: a log with this key stands on an earlier line"),
        ("witness X1\n", "line 1: expected: witness NAME VKEY [URL]"),
        (f"witness X1 {LOG_KEY.text}\n", "line 1: its key is of kind 0x01, expected 0x04"),
        (W1 + W1.replace("X1 ", "Z "), "line 2: a witness with this key stands on an earlier"),
        (W1 + W2.replace("X2 ", "X1 "), "line 2: the name 'X1' is taken"),
        (W1.replace("X1 ", "none "), "line 1: the name 'none' is taken"),
        (W1 + "group X1 any X1\n", "line 2: the name 'X1' is taken"),
        (W1 + "group g any X1\ngroup g any X1\n", "line 3: the name 'g' is taken"),
        ("group g any\n", "line 1: expected: group NAME all|any|NUMBER MEMBER…"),
        ("group g any X1\n", "line 1: 'X1' is not defined on an earlier line"),
        ("group g any none\n", "line 1: 'none' is not defined on an earlier line"),
        (W1 + "group g any X1 X1\n", "line 2: 'X1' is already a member of a group"),
        (W1 + "group g any X1\ngroup h any X1\n", "line 3: 'X1' is already a member of a group"),
        (W1 + "group g 2 X1\n", "line 2: the threshold is '2', expected all, any or 1 to 1"),
        (W1 + "group g 0 X1\n", "line 2: the threshold is '0', expected all, any or 1 to 1"),
        (W1 + "group g 01 X1\n", "line 2: the threshold is '01'"),
        ("quorum\n", "line 1: expected: quorum NAME"),
        ("quorum a b\n", "line 1: expected: quorum NAME"),
        ("quorum X1\n" + W1, "line 1: 'X1' is not defined on an earlier line"),
        ("quorum none\nquorum none\n", "line 2: the quorum stands on an earlier line"),
    ],
)
def test_each_fault_of_a_line_has_its_message(text: str, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_policy(text.encode())
    assert refused.value.what.startswith(f"Log policy, {fault.removesuffix('.')}")


def test_a_policy_that_names_no_quorum_is_refused() -> None:
    with pytest.raises(InputError, match="names no quorum"):
        parse_policy(b"")
