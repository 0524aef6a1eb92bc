"""The passphrase: file, keyring, terminal, in that order; else the command that helps."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from getpass import getpass
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from warrant.errors import InputError
from warrant.kernel.passphrase import Passphrases

NOWHERE = (
    "No passphrase for 'anna.person.pem': WARRANT_PASSPHRASE_FILE is not set, the system keyring "
    "has none, and none was typed on a terminal. Write it into a file that only you can read, then "
    "run: export WARRANT_PASSPHRASE_FILE=FILE (or, with the extra 'keyring': "
    "keyring set warrant passphrase)"
)


class DeskKeyring(KeyringBackend):
    """A keyring that lives as long as a test."""

    priority = 1

    def __init__(self, answer: str | None, *, is_locked: bool = False) -> None:
        super().__init__()
        self.answer = answer
        self.is_locked = is_locked

    def get_password(self, service: str, username: str) -> str | None:
        assert (service, username) == ("warrant", "passphrase")
        if self.is_locked:
            raise KeyringLocked
        return self.answer

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture(name="use")
def _use() -> Iterator[Callable[[KeyringBackend], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def _typist(*lines: str) -> Callable[[str], str]:
    waiting = list(lines)
    return lambda _prompt: waiting.pop(0)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_file_comes_first(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "secret"
    path.write_bytes(f" four words {ending}".encode())
    found = Passphrases({"WARRANT_PASSPHRASE_FILE": str(path)}, _typist()).find("anna.person.pem")
    assert found == b" four words "


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "absent")
    with pytest.raises(InputError) as caught:
        Passphrases({"WARRANT_PASSPHRASE_FILE": path}, None).find("anna.person.pem")
    assert str(caught.value) == (
        f"The passphrase file {path!r} cannot be read as text. "
        "Set WARRANT_PASSPHRASE_FILE to a file that holds the passphrase, or unset it."
    )


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_text("\n")
    with pytest.raises(InputError) as caught:
        Passphrases({"WARRANT_PASSPHRASE_FILE": str(path)}, None).find("anna.person.pem")
    assert str(caught.value) == (
        f"The passphrase file {str(path)!r} is empty. "
        "Write the passphrase into it, or unset WARRANT_PASSPHRASE_FILE."
    )


def test_the_keyring_comes_second(use: Callable[[KeyringBackend], None]) -> None:
    use(DeskKeyring("from the keyring"))
    assert Passphrases({}, _typist("typed")).find("anna.person.pem") == b"from the keyring"


@pytest.mark.parametrize("backend", [DeskKeyring(None), DeskKeyring("x", is_locked=True)])
def test_the_terminal_comes_third(
    use: Callable[[KeyringBackend], None], backend: KeyringBackend
) -> None:
    use(backend)
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    assert Passphrases({}, ask).find("anna.person.pem") == b"typed"
    assert asked == ["Passphrase of anna.person.pem: "]


def test_no_keyring_library_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert Passphrases({}, _typist("typed")).find("anna.person.pem") == b"typed"


@pytest.mark.parametrize("ask", [None, _typist("")])
def test_no_source_stops_with_the_command(ask: Callable[[str], str] | None) -> None:
    with pytest.raises(InputError) as caught:
        Passphrases({}, ask).find("anna.person.pem")
    assert str(caught.value) == NOWHERE


def test_one_text_has_one_passphrase_however_it_is_composed() -> None:
    composed, apart = "caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301"
    found = {Passphrases({}, _typist(text)).find("x") for text in (composed, apart)}
    assert found == {composed.encode()}


def test_a_new_passphrase_is_typed_twice() -> None:
    twice = Passphrases({}, _typist("long enough", "long enough"))
    assert twice.find("anna.person.pem", is_new=True) == b"long enough"


def test_a_new_passphrase_that_differs_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Passphrases({}, _typist("long enough", "long enouhg")).find("x", is_new=True)
    assert str(caught.value) == "The two passphrases differ. Run the command again."


def test_a_short_new_passphrase_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Passphrases({}, _typist("short")).find("x", is_new=True)
    assert str(caught.value) == (
        "The passphrase has 5 characters, expected 8 or more. Run the command again with a longer "
        "one; four words that do not belong together are easy to keep."
    )


@pytest.mark.parametrize(("is_terminal", "expected"), [(True, getpass), (False, None)])
def test_only_a_terminal_is_asked(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, expected: object
) -> None:
    stdin = io.StringIO()
    monkeypatch.setattr(stdin, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys, "stdin", stdin)
    assert Passphrases({}).ask is expected


def test_the_environment_is_the_process_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANT_PASSPHRASE_FILE", "/nowhere")
    with pytest.raises(InputError, match="'/nowhere' cannot be read"):
        Passphrases().find("x")


def test_what_was_typed_opens_the_next_key_too() -> None:
    passphrases = Passphrases({}, _typist("four words that part", "four words that part", "other"))
    assert not passphrases.remembers
    assert passphrases.find("anna.person.pem", is_new=True) == b"four words that part"
    assert passphrases.remembers
    assert passphrases.find("anna.model.pem", is_new=True) == b"four words that part"
    assert passphrases.find("log.pem") == b"four words that part"
    assert passphrases.find("old.pem", again=True) == b"other"
    assert "four" not in repr(passphrases)
