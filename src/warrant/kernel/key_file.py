"""Private keys in files: PEM, PKCS#8, encrypted under the passphrase, for their owner alone.

Law: `load_ed25519(path, ...)` after `save(signer, path, ...)` has the key id of `signer`;
the same for `load_p256`.

Source: docs/reference/formats.md, section 2; RFC 5958; RFC 8018 (PBES2).
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from warrant.errors import InputError
from warrant.kernel.durable import write_file
from warrant.kernel.keys import Ed25519Signer, P256Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.kernel.passphrase import Passphrases

Kind: TypeAlias = Literal["person", "model"]
"""Whose key it is, as it stands in the file name."""

AnySigner = TypeVar("AnySigner", Ed25519Signer, P256Signer)

CONFIG_VARIABLE: Final = "WARRANT_CONFIG_DIR"
"""Names the reader's folder."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


def config_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the reader's folder: keys, trust, checkpoints seen.

    Args:
        environment: variables by name.

    Returns:
        `$WARRANT_CONFIG_DIR`, else `~/.config/warrant`; it need not exist.
    """
    named = environment.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".config" / "warrant"


def key_path(name: str, kind: Kind = "person", folder: Path | None = None) -> Path:
    """Give the file of a key.

    Args:
        name: letters, digits, `.`, `_` and `-`, at most 64, starting with a letter or digit.
        kind: `person` or `model`.
        folder: the reader's folder; None for `config_dir()`.

    Returns:
        `FOLDER/keys/NAME.KIND.pem`; it need not exist.

    Raises:
        InputError: for a name that is no file name everywhere.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name[:80]!r} is no name for a key file: expected letters, digits, '.', '_' and '-'.",
            do="Choose a short name such as 'anna'.",
        )
    return (folder or config_dir()) / "keys" / f"{name}.{kind}.pem"


def key_names(kind: Kind = "person", folder: Path | None = None) -> list[str]:
    """List the keys at hand.

    Args:
        kind: `person` or `model`.
        folder: the reader's folder; None for `config_dir()`.

    Returns:
        Names that `key_path` takes, sorted.
    """
    ending = f".{kind}.pem"
    found = ((folder or config_dir()) / "keys").glob(f"*{ending}")
    return sorted(path.name.removesuffix(ending) for path in found)


def save(
    signer: AnySigner,
    path: Path,
    passphrases: Passphrases,
    *,
    unprotected: bool = False,
    replaces: bool = False,
) -> AnySigner:
    """Write a private key, for its owner alone (mode 0600, its folder 0700).

    Args:
        signer: the key.
        path: where; see `key_path`.
        passphrases: asked for a new passphrase, unless `unprotected`.
        unprotected: True writes the key without a passphrase, and every statement says so.
        replaces: True lets it take the place of another file.

    Returns:
        The signer, which now says whether its file has a passphrase.

    Raises:
        InputError: when the file is there already, or no passphrase is found.
        OutsideError: when the disk fails.
    """
    if path.exists() and not replaces:
        raise InputError(
            f"Key file '{path}' exists already; a key is never overwritten.",
            do=f"Write '{_owner(path)}-2' in place of '{_owner(path)}' for another key, or move "
            "that file to a safe place first.",
        )
    how: BestAvailableEncryption | NoEncryption = NoEncryption()
    if not unprotected:
        how = BestAvailableEncryption(passphrases.find(path.name, is_new=True))
    pem = signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    write_file(path, pem, private=True)
    return replace(signer, unprotected=unprotected)


def load_ed25519(
    path: Path, passphrases: Passphrases, *, unprotected: bool = False
) -> Ed25519Signer:
    """Read the private key of a person or a log.

    Args:
        path: a file that `save` wrote.
        passphrases: asked only when the file is encrypted.
        unprotected: True lets a file without a passphrase pass.

    Returns:
        The signer, which says whether its file has a passphrase.

    Raises:
        InputError: when the file is absent, is no such key, does not open, or has no
            passphrase and `unprotected` is False.
    """
    key, bare = _load(path, passphrases, unprotected=unprotected)
    if not isinstance(key, Ed25519PrivateKey):
        raise _other_kind(path, "an Ed25519 key, for a person or a log")
    return Ed25519Signer(key, unprotected=bare)


def load_p256(path: Path, passphrases: Passphrases, *, unprotected: bool = False) -> P256Signer:
    """Read the private key that signs models.

    Args:
        path: a file that `save` wrote.
        passphrases: asked only when the file is encrypted.
        unprotected: True lets a file without a passphrase pass.

    Returns:
        The signer, which says whether its file has a passphrase.

    Raises:
        InputError: when the file is absent, is no such key, does not open, or has no
            passphrase and `unprotected` is False.
    """
    key, bare = _load(path, passphrases, unprotected=unprotected)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _other_kind(path, "a P-256 key, for models")
    return P256Signer(key, unprotected=bare)


def _load(path: Path, passphrases: Passphrases, *, unprotected: bool) -> tuple[object, bool]:
    try:
        pem = path.read_bytes()
    except OSError as error:
        others = sorted(_owner(one) for one in path.parent.glob(f"*{''.join(path.suffixes[-2:])}"))
        if not path.exists() and others:
            raise InputError(
                f"There is no key {_owner(path)!r} in '{path.parent}'.",
                do=f"Take one of these: {', '.join(others)}",
            ) from error
        raise InputError(
            f"Key file '{path}' cannot be read: {error.strerror}.",
            do="Make a key with: warrant key new NAME; or bring one back with: "
            "warrant key restore SHEET",
        ) from error
    bare = not pem.startswith(_ENCRYPTED)
    if bare and not unprotected and b"PRIVATE KEY" in pem:
        raise InputError(
            f"Key file '{path}' has no passphrase: whoever copies it can sign as you.",
            do="Give it one with: warrant key protect NAME; or accept that every statement says "
            "'unprotected' with: --unprotected-key",
        )
    try:
        return _opened(pem, path, None if bare else passphrases), bare
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if bare:
            raise _other_kind(path, "a private key as PEM") from error
        raise InputError(
            f"The passphrase does not open key file '{path}', or the file is damaged.",
            do="Run the command again with the right passphrase; if it is lost, bring the key "
            "back with: warrant key restore SHEET",
        ) from error


def _owner(path: Path) -> str:
    """Give the name of a key from that of its file, NAME.KIND.pem."""
    return path.name.rsplit(".", 2)[0]


def _opened(pem: bytes, path: Path, passphrases: Passphrases | None) -> object:
    if passphrases is None:
        return load_pem_private_key(pem, None)
    may_be_anothers = passphrases.remembers
    password = passphrases.find(path.name)
    try:
        return load_pem_private_key(pem, password)
    except ValueError:
        if not may_be_anothers:
            raise
    return load_pem_private_key(pem, passphrases.find(path.name, again=True))


def _other_kind(path: Path, expected: str) -> InputError:
    return InputError(
        f"Key file '{path}' does not hold what its name says: expected {expected}.",
        do="Name the right file, or bring the key back with: warrant key restore SHEET",
    )
