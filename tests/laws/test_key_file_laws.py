"""Laws of key files: what is saved is loaded, by its passphrase and by no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.kernel.key_file import load_ed25519, load_p256, save
from warrant.kernel.keys import Ed25519Signer, P256Signer
from warrant.kernel.passphrase import Passphrases

PERSONS = st.binary(min_size=32, max_size=32).map(
    lambda seed: Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))
)
MODELS = st.integers(1, 2**255).map(
    lambda secret: P256Signer(ec.derive_private_key(secret, ec.SECP256R1()))
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40)
LOADERS: dict[type, Callable[..., Ed25519Signer | P256Signer]] = {
    Ed25519Signer: load_ed25519,
    P256Signer: load_p256,
}


def typing(words: str) -> Passphrases:
    """Type these words whenever asked."""
    return Passphrases({}, lambda _: words)


@given(signer=PERSONS | MODELS, words=WORDS, other=WORDS, unprotected=st.booleans())
def test_a_saved_key_is_loaded_by_its_passphrase_and_by_no_other(
    signer: Ed25519Signer | P256Signer, words: str, other: str, *, unprotected: bool
) -> None:
    """Law of `kernel.key_file`: `load_ed25519(path, ...)` after `save(signer, path, ...)` ..."""
    load = LOADERS[type(signer)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "keys" / "one.pem"
        saved = save(signer, path, typing(words), unprotected=unprotected)
        before = path.read_bytes()
        loaded = load(path, typing(words), unprotected=unprotected)
        assert loaded.key_id == saved.key_id == signer.key_id
        assert loaded.unprotected is saved.unprotected is unprotected
        with pytest.raises(InputError, match="never overwritten"):
            save(signer, path, typing(words), unprotected=unprotected)
        if unprotected:
            with pytest.raises(InputError, match="has no passphrase"):
                load(path, typing(words))
        elif normalize("NFC", other) != normalize("NFC", words):
            with pytest.raises(InputError, match="does not open"):
                load(path, typing(other))
        wrong = next(one for kind, one in LOADERS.items() if kind is not type(signer))
        with pytest.raises(InputError, match="does not hold what its name says"):
            wrong(path, typing(words), unprotected=unprotected)
        assert path.read_bytes() == before
