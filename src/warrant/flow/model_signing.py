"""Signing a model's folder by itself: an OpenSSF model signature, made or checked.

Its own verifier, `model_signing verify key`, reads what is written here.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.durable import write_file
from warrant.kernel.filetree import StatCache
from warrant.kernel.key_file import key_path, load_p256
from warrant.kernel.model_signature import ModelFiles, sign_model, verify_model

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.session import Desk


def sign_folder(
    desk: Desk, key_name: str, folder: Path, target: Path, *, trust_stat: bool = False
) -> ModelFiles:
    """Sign all files of a model's folder.

    Args:
        desk: where keys lie.
        key_name: short name of the key files.
        folder: the model's folder.
        target: the signature's file, outside the folder.
        trust_stat: believe size and times of files that were hashed before; the signature names
            those files as not hashed now.

    Returns:
        The files, and which were hashed now.

    Raises:
        InputError: if the target lies in the folder, or folder or key cannot be read.
    """
    if folder.resolve() in target.resolve().parents:
        raise InputError(
            f"The signature {str(target)!r} would lie inside the model's folder.",
            do="Name a file outside it: -o model.sig",
        )
    path = key_path(key_name, "model", desk.folder)
    signer = load_p256(path, desk.passphrases, unprotected=desk.unprotected)
    if trust_stat:
        with closing(_cache(desk)) as cache:
            signed = sign_model(folder, signer, cache)
    else:
        signed = sign_model(folder, signer)
    write_file(target, signed.data)
    return signed.files


def check_folder(
    desk: Desk, folder: Path, signature: Path, pem: str, *, trust_stat: bool = False
) -> ModelFiles:
    """Check a model's folder against its signature.

    Args:
        desk: where the memory of earlier hashing lies.
        folder: the model's folder.
        signature: the signature's file.
        pem: the model key, known from elsewhere.
        trust_stat: as in `sign_folder`.

    Returns:
        The files, and which were hashed now.

    Raises:
        IntegrityError: for a changed, unsigned or absent file, or a signature that does not hold.
        InputError: for a folder, signature or key that cannot be read.
    """
    try:
        data = signature.read_bytes()
    except OSError as error:
        raise InputError(
            f"The signature {str(signature)!r} cannot be read: {error.strerror}.",
            do="Name the file that came with the model.",
        ) from error
    if not trust_stat:
        return verify_model(folder, data, pem)
    with closing(_cache(desk)) as cache:
        return verify_model(folder, data, pem, cache)


def _cache(desk: Desk) -> StatCache:
    """Open the memory of what files looked like; losing it costs time, nothing else."""
    desk.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return StatCache(desk.folder / "files.db")
