"""Key files: encrypted unless asked otherwise, never overwritten, for their owner alone."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from warrant.errors import InputError
from warrant.kernel import key_file
from warrant.kernel.keys import Ed25519Signer, P256Signer
from warrant.kernel.passphrase import Passphrases

WORDS = Passphrases({}, lambda _: "four quiet words")
OTHER = Passphrases({}, lambda _: "four other words")


def _never(_prompt: str) -> str:
    raise AssertionError("nobody should be asked")


NEVER = Passphrases({}, _never)
PERSON = Ed25519Signer.generate()
MODEL = P256Signer.generate()


def test_a_person_key_is_encrypted_and_read_back(tmp_path: Path) -> None:
    path = key_file.key_path("anna", folder=tmp_path)
    saved = key_file.save(PERSON, path, WORDS)
    assert path == tmp_path / "keys" / "anna.person.pem"
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    loaded = key_file.load_ed25519(path, WORDS)
    assert loaded.key_id == saved.key_id == PERSON.key_id
    assert not saved.unprotected
    assert not loaded.unprotected
    assert key_file.key_names(folder=tmp_path) == ["anna"]
    assert key_file.key_names("model", tmp_path) == []


def test_a_model_key_is_encrypted_and_read_back(tmp_path: Path) -> None:
    path = key_file.key_path("anna", "model", tmp_path)
    key_file.save(MODEL, path, WORDS)
    assert key_file.load_p256(path, WORDS).key_id == MODEL.key_id
    assert key_file.key_names("model", tmp_path) == ["anna"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = key_file.key_path("anna", folder=tmp_path / "config")
    key_file.save(PERSON, path, WORDS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("kind", ["person", "model"])
def test_a_key_without_passphrase_is_made_and_read_only_when_asked(
    tmp_path: Path, kind: key_file.Kind
) -> None:
    path = key_file.key_path("demo", kind, tmp_path)
    if kind == "person":
        saved = key_file.save(PERSON, path, NEVER, unprotected=True).unprotected
        loaded = key_file.load_ed25519(path, NEVER, unprotected=True).unprotected
    else:
        saved = key_file.save(MODEL, path, NEVER, unprotected=True).unprotected
        loaded = key_file.load_p256(path, NEVER, unprotected=True).unprotected
    assert saved
    assert loaded
    with pytest.raises(InputError) as caught:
        key_file.load_ed25519(path, NEVER)
    assert str(caught.value) == (
        f"Key file '{path}' has no passphrase: whoever copies it can sign as you. "
        "Give it one with: warrant key protect NAME; or accept that every statement says "
        "'unprotected' with: --unprotected-key"
    )


def test_a_key_is_protected_later_in_its_place(tmp_path: Path) -> None:
    path = key_file.key_path("demo", folder=tmp_path)
    bare = key_file.save(PERSON, path, NEVER, unprotected=True)
    key_file.save(bare, path, WORDS, replaces=True)
    assert not key_file.load_ed25519(path, WORDS).unprotected


def test_an_encrypted_key_stays_protected_when_unprotected_ones_may_pass(tmp_path: Path) -> None:
    path = key_file.key_path("anna", folder=tmp_path)
    key_file.save(PERSON, path, WORDS)
    assert not key_file.load_ed25519(path, WORDS, unprotected=True).unprotected


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = key_file.key_path("anna", folder=tmp_path)
    key_file.save(PERSON, path, WORDS)
    with pytest.raises(InputError) as caught:
        key_file.save(Ed25519Signer.generate(), path, WORDS)
    assert str(caught.value) == (
        f"Key file '{path}' exists already; a key is never overwritten. "
        "Write 'anna-2' in place of 'anna' for another key, or move that file to a safe place "
        "first."
    )
    assert key_file.load_ed25519(path, WORDS).key_id == PERSON.key_id


def test_the_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    path = key_file.key_path("anna", folder=tmp_path)
    key_file.save(PERSON, path, WORDS)
    with pytest.raises(InputError) as caught:
        key_file.load_ed25519(path, OTHER)
    assert str(caught.value) == (
        f"The passphrase does not open key file '{path}', or the file is damaged. "
        "Run the command again with the right passphrase; if it is lost, bring the key back with: "
        "warrant key restore SHEET"
    )


def test_a_key_with_a_passphrase_of_its_own_is_asked_for(tmp_path: Path) -> None:
    person, model = (key_file.key_path("anna", kind, tmp_path) for kind in ("person", "model"))
    key_file.save(PERSON, person, WORDS)
    key_file.save(MODEL, model, OTHER)
    typed = ["four quiet words", "four other words"]
    reader = Passphrases({}, lambda _: typed.pop(0))
    assert key_file.load_ed25519(person, reader).key_id == PERSON.key_id
    assert key_file.load_p256(model, reader).key_id == MODEL.key_id
    assert typed == []


def test_one_passphrase_is_asked_for_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "four quiet words"

    maker = Passphrases({}, ask)
    person, model = (key_file.key_path("anna", kind, tmp_path) for kind in ("person", "model"))
    key_file.save(PERSON, person, maker)
    key_file.save(MODEL, model, maker)
    assert asked == ["New passphrase for anna.person.pem: ", "The same again: "]


def test_an_absent_key_names_the_commands(tmp_path: Path) -> None:
    path = key_file.key_path("anna", folder=tmp_path)
    with pytest.raises(InputError) as caught:
        key_file.load_ed25519(path, NEVER)
    assert str(caught.value) == (
        f"Key file '{path}' cannot be read: No such file or directory. "
        "Make a key with: warrant key new NAME; or bring one back with: warrant key restore SHEET"
    )


def _refusal(path: Path, expected: str) -> str:
    return (
        f"Key file '{path}' does not hold what its name says: expected {expected}. "
        "Name the right file, or bring the key back with: warrant key restore SHEET"
    )


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN PRIVATE KEY-----\nAA\n"])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.person.pem"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        key_file.load_ed25519(path, NEVER, unprotected=True)
    assert str(caught.value) == _refusal(path, "a private key as PEM")


def test_a_key_of_the_other_kind_is_named(tmp_path: Path) -> None:
    person, model = tmp_path / "person", tmp_path / "model"
    key_file.save(PERSON, person, NEVER, unprotected=True)
    key_file.save(MODEL, model, NEVER, unprotected=True)
    with pytest.raises(InputError) as caught:
        key_file.load_p256(person, NEVER, unprotected=True)
    assert str(caught.value) == _refusal(person, "a P-256 key, for models")
    with pytest.raises(InputError) as caught:
        key_file.load_ed25519(model, NEVER, unprotected=True)
    assert str(caught.value) == _refusal(model, "an Ed25519 key, for a person or a log")


def test_another_curve_is_no_model_key(tmp_path: Path) -> None:
    path = tmp_path / "model"
    key = ec.derive_private_key(7, ec.SECP384R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(InputError, match="expected a P-256 key, for models"):
        key_file.load_p256(path, NEVER, unprotected=True)


@pytest.mark.parametrize("name", ["", "..", "a/b", "anna alvarez", ".x", "x" * 65, "é"])
def test_a_name_is_a_file_name_everywhere(name: str) -> None:
    with pytest.raises(InputError) as caught:
        key_file.key_path(name)
    assert str(caught.value) == (
        f"{name!r} is no name for a key file: expected letters, digits, '.', '_' and '-'. "
        "Choose a short name such as 'anna'."
    )


def test_the_readers_folder_can_be_named(own_home: Path) -> None:
    assert key_file.config_dir({}) == own_home / ".config" / "warrant"
    assert key_file.config_dir({"WARRANT_CONFIG_DIR": "~/here"}) == own_home / "here"
    assert key_file.key_path("anna").parent == own_home / ".config" / "warrant" / "keys"
    assert key_file.key_names() == []


def test_a_key_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    key_file.save(PERSON, key_file.key_path("anna", folder=tmp_path), WORDS)
    path = key_file.key_path("ana", folder=tmp_path)
    with pytest.raises(InputError) as caught:
        key_file.load_ed25519(path, WORDS)
    assert str(caught.value) == (
        f"There is no key 'ana' in '{path.parent}'. Take one of these: anna"
    )
