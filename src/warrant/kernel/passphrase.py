"""Where the passphrase of the private keys comes from.

One passphrase opens all keys of a reader. It is looked for in this order:

1. the file that `WARRANT_PASSPHRASE_FILE` names,
2. the system keyring, when `keyring` is installed: service `warrant`, name `passphrase`,
3. what was typed before in this process,
4. the terminal, without echo; for a new key it is asked twice.

Source: DESIGN, section 4, "Keys"; docs/guide/keys.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from getpass import getpass
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE: Final = "WARRANT_PASSPHRASE_FILE"
"""Names the file that holds the passphrase."""
SERVICE: Final = "warrant"
"""In the system keyring."""
ENTRY: Final = "passphrase"
"""In the system keyring."""
LEAST_CHARACTERS: Final = 8
"""Of a new passphrase that is typed."""


def _terminal() -> Callable[[str], str] | None:
    return getpass if sys.stdin and sys.stdin.isatty() else None


@dataclass(frozen=True, slots=True)
class Passphrases:
    """The reader's sources, in order.

    Args:
        environment: variables by name.
        ask: shows a prompt and returns what is typed; None without a terminal.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: environ)
    """Variables by name."""
    ask: Callable[[str], str] | None = field(default_factory=_terminal)
    """Shows a prompt and returns what is typed; None without a terminal."""
    _typed: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def remembers(self) -> bool:
        """Whether one was typed before, and may be another key's."""
        return bool(self._typed)

    def find(self, purpose: str, *, is_new: bool = False, again: bool = False) -> bytes:
        """Find the passphrase.

        Args:
            purpose: the key file it is for, shown in prompt and messages.
            is_new: True when a key is being made: then it is asked twice.
            again: True when the one that was typed before does not open this key.

        Returns:
            UTF-8, in Unicode's composed form (NFC), never empty.

        Raises:
            InputError: when no source has one, or the one that has is faulty.
        """
        text = self._from_file() or _from_keyring()
        if not text and self._typed and not again:
            text = self._typed[0]
        if not text and self.ask:
            text = _choose(self.ask, purpose) if is_new else self.ask(f"Passphrase of {purpose}: ")
            self._typed[:] = [text]
        if not text:
            raise InputError(
                f"No passphrase for {purpose!r}: {VARIABLE} is not set, the system keyring has "
                "none, and none was typed on a terminal.",
                do=f"Write it into a file that only you can read, then run: "
                f"export {VARIABLE}=FILE (or, with the extra 'keyring': "
                f"keyring set {SERVICE} {ENTRY})",
            )
        return normalize("NFC", text).encode()

    def _from_file(self) -> str | None:
        name = self.environment.get(VARIABLE)
        if not name:
            return None
        try:
            text = Path(name).expanduser().read_text("utf-8").removesuffix("\n").removesuffix("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"The passphrase file {name!r} cannot be read as text.",
                do=f"Set {VARIABLE} to a file that holds the passphrase, or unset it.",
            ) from error
        if not text:
            raise InputError(
                f"The passphrase file {name!r} is empty.",
                do=f"Write the passphrase into it, or unset {VARIABLE}.",
            )
        return text


def _from_keyring() -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(SERVICE, ENTRY)
    except KeyringError:  # none on this machine, or locked: the next source is asked
        return None
    return found


def _choose(ask: Callable[[str], str], purpose: str) -> str:
    text = ask(f"New passphrase for {purpose}: ")
    if len(text) < LEAST_CHARACTERS:
        raise InputError(
            f"The passphrase has {len(text)} characters, expected {LEAST_CHARACTERS} or more.",
            do="Run the command again with a longer one; four words that do not belong together "
            "are easy to keep.",
        )
    if ask("The same again: ") != text:
        raise InputError("The two passphrases differ.", do="Run the command again.")
    return text
