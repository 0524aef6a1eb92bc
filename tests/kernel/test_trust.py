"""Trust comes from outside; what was seen is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.keys import Ed25519Signer, log_origin
from warrant.kernel.merkle import Head, leaf_hash, prove_consistency, tree_root
from warrant.kernel.note import KeyKind, VerifierKey, sign_note
from warrant.kernel.tree import RowTree
from warrant.kernel.trust import Seen, Trust, TrustedSigner, add_log, add_signer

ANNA = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
BERT = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
LOG = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34))))
ORIGIN = log_origin(LOG.public_key)
LOG_KEY = VerifierKey(ORIGIN, KeyKind.ED25519, LOG.public_key)
SIGNER = TrustedSigner(ANNA.public_key, "Anna M. Alvarez", ("author", "approver"))
LEAVES = [leaf_hash(sha256(bytes([number])).digest()) for number in range(9)]


def _prove(old: Head, new: Head) -> Sequence[bytes]:
    return prove_consistency(old.size, new.size, RowTree.over(LEAVES[: new.size]).read)


def _checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree_root(LEAVES[:size]))


def _note(checkpoint: Checkpoint) -> str:
    return sign_note(checkpoint.to_text(), checkpoint.origin, LOG)


def test_an_absent_folder_trusts_nobody(tmp_path: Path) -> None:
    trust = Trust.load(tmp_path / "absent")
    assert trust == Trust()
    assert trust.signer(ANNA.key_id) is None


def test_people_and_logs_are_added_line_by_line(tmp_path: Path) -> None:
    folder = tmp_path / "trust"
    bert = TrustedSigner(BERT.public_key, "Bert", ("reviewer",))
    for _ in range(2):  # adding what is there already changes nothing
        add_signer(folder, SIGNER)
        add_signer(folder, bert)
        add_log(folder, LOG_KEY)
    trust = Trust.load(folder)
    assert trust.signers == (SIGNER, bert)
    assert trust.signer(ANNA.key_id) == SIGNER
    assert trust.policy is not None
    assert trust.policy.logs == (LOG_KEY,)
    assert (folder / "signers").read_text() == (
        f"{ANNA.public_key.text} Anna M. Alvarez author,approver\n"
        f"{BERT.public_key.text} Bert reviewer\n"
    )
    assert (folder / "log.policy").read_text() == f"quorum none\nlog {LOG_KEY.text}\n"


def test_comments_empty_lines_and_a_missing_last_newline_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "signers"
    before = f"# the team\n\n  {BERT.public_key.text}  Bert   B. reviewer"
    path.write_text(before)
    add_signer(tmp_path, SIGNER)
    assert path.read_text() == f"{before}\n{SIGNER.line}\n"
    assert [one.name for one in Trust.load(tmp_path).signers] == ["Bert B.", "Anna M. Alvarez"]


def test_a_key_is_not_trusted_under_two_names(tmp_path: Path) -> None:
    add_signer(tmp_path, SIGNER)
    with pytest.raises(InputError) as caught:
        add_signer(tmp_path, TrustedSigner(ANNA.public_key, "Eve", ("author",)))
    assert str(caught.value) == (
        f"Key {ANNA.key_id[:12]} is trusted already as 'Anna M. Alvarez' (author,approver). "
        f"Edit its line in '{tmp_path / 'signers'}'."
    )


KEY = ANNA.public_key.text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            f"{KEY} author",
            "It has 2 words, expected a key, a name and roles, such as "
            "'ed25519:… Anna Alvarez author,approver'. Write all three.",
        ),
        (
            "ed25519:x Anna author",
            "'ed25519:x' is not a public key: expected 'ed25519:' and 44 base64 characters. "
            "Copy the whole key, as `warrant key show` prints it.",
        ),
        (
            f"{KEY} Anna author,owner",
            "'author,owner' are no roles: expected some of author, reviewer, approver, operator. "
            "Name each role once, with commas and without spaces between.",
        ),
        (f"{KEY} Anna author,author", "'author,author' are no roles"),
        (
            f"{KEY} An\x00na author",
            "'An\\x00na' is no name for a signer: expected words with one space between. "
            "Write the name on one line, without tabs.",
        ),
        (f"{KEY} Bert author\n{KEY} Bert author", "this key stands on an earlier line."),
    ],
)
def test_a_faulty_line_is_named_by_number(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "signers"
    path.write_text(f"# first\n{line}\n")
    with pytest.raises(InputError) as caught:
        Trust.load(tmp_path)
    number = 2 + line.count("\n")
    assert str(caught.value).startswith(f"'{path}', line {number}: {words}")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "signers").write_bytes(b"\xff\n")
    with pytest.raises(InputError, match=r"line 1: it is not UTF-8\. Save the file as UTF-8\."):
        Trust.load(tmp_path)


@pytest.mark.parametrize(("name", "roles"), [("", ("author",)), ("Anna", ())])
def test_a_signer_has_a_name_and_a_role(name: str, roles: tuple[()]) -> None:
    with pytest.raises(InputError):
        TrustedSigner(ANNA.public_key, name, roles)


def test_a_faulty_policy_is_named_by_line(tmp_path: Path) -> None:
    (tmp_path / "log.policy").write_text("quorum none\nlog x\n")
    with pytest.raises(InputError, match="Log policy, line 2: "):
        Trust.load(tmp_path)


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.policy").mkdir()
    with pytest.raises(InputError) as caught:
        Trust.load(tmp_path)
    assert str(caught.value).startswith(f"'{tmp_path / 'log.policy'}' cannot be read: ")
    assert caught.value.do == "Make it a file that you can read."


def test_nothing_seen_shows_no_freshness(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "seen")
    assert seen.read(ORIGIN) is None
    assert seen.check(_checkpoint(3), _prove) is None


def test_a_checkpoint_is_remembered_under_its_origin(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "seen")
    for size in (3, 3, 7):
        seen.remember(_note(_checkpoint(size)), _prove)
        assert seen.read(ORIGIN) == _checkpoint(size)
    assert seen.check(_checkpoint(9), _prove) == _checkpoint(7)
    assert [path.name for path in seen.folder.iterdir()] == [ORIGIN.replace("/", "_")]


def test_any_log_extends_an_empty_one(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    seen.remember(_note(_checkpoint(0)), _prove)
    seen.remember(_note(_checkpoint(4)), _prove)
    assert seen.read(ORIGIN) == _checkpoint(4)


def test_a_smaller_checkpoint_is_refused(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    seen.remember(_note(_checkpoint(7)), _prove)
    with pytest.raises(IntegrityError) as caught:
        seen.remember(_note(_checkpoint(3)), _prove)
    assert str(caught.value) == (
        f"The checkpoint of {ORIGIN!r} has 3 entries; one with 7 was seen before. "
        "This is an old copy, or entries were taken out. "
        "Ask its maker for the newest copy, and keep this one as evidence."
    )
    assert seen.read(ORIGIN) == _checkpoint(7)


@pytest.mark.parametrize("size", [7, 8])
def test_a_forked_checkpoint_is_refused(tmp_path: Path, size: int) -> None:
    seen = Seen(tmp_path)
    seen.remember(_note(_checkpoint(7)), _prove)
    with pytest.raises(IntegrityError) as caught:
        seen.check(Checkpoint(ORIGIN, size, bytes(32)), _prove)
    assert str(caught.value) == (
        f"The checkpoint of {ORIGIN!r} with {size} entries does not extend the one with 7 that "
        "was seen before: the log was forked or rewritten. "
        "Keep this copy and your seen folder as evidence, and ask its maker."
    )


def test_two_origins_never_share_a_file(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    seen.remember(_note(Checkpoint("a/b", 1, bytes(32))), _prove)
    with pytest.raises(InputError) as caught:
        seen.read("a_b")
    assert str(caught.value) == (
        f"'{tmp_path / 'a_b'}' holds a checkpoint of 'a/b', expected one of 'a_b'. "
        "Two logs cannot share a file: move it away and check both again."
    )


@pytest.mark.parametrize("origin", ["..", "", ".hidden", "a b", "a\\b", "C:x", "x" * 201])
def test_an_origin_that_is_no_file_name_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(InputError) as caught:
        Seen(tmp_path).read(origin)
    assert str(caught.value) == (
        f"{origin[:80]!r} is no origin of a log that can be remembered. "
        "Use a log whose origin has letters, digits, '.', '_', '-' and '/' only."
    )


def test_a_damaged_memory_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / ORIGIN.replace("/", "_")).write_bytes(b"\xff")
    with pytest.raises(InputError, match="Note cannot be read"):
        Seen(tmp_path).read(ORIGIN)
