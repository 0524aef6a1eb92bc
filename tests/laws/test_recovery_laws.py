"""Laws of the recovery sheet, over generated keys and slips."""

from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.kernel.keys import Ed25519Signer, P256Signer
from warrant.kernel.recovery import recovery_sheet, restore_from_sheet

PERSONS = st.binary(min_size=32, max_size=32).map(
    lambda seed: Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))
)
MODELS = st.integers(1, 2**255).map(
    lambda number: P256Signer(ec.derive_private_key(number, ec.SECP256R1()))
)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(PERSONS | MODELS)
def test_a_sheet_gives_its_key_back(signer: Ed25519Signer | P256Signer) -> None:
    """Law of `kernel.recovery`: `restore_from_sheet(recovery_sheet(signer)).key_id == ..."""
    back = restore_from_sheet(recovery_sheet(signer))
    assert back.key_id == signer.key_id
    assert back.secret == signer.secret


@given(PERSONS, st.integers(0, 95), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_found(signer: Ed25519Signer, at: int, letter: str) -> None:
    """Law of `kernel.recovery`: a sheet with any one character of a group changed to another ..."""
    sheet = recovery_sheet(signer)
    places = [
        place
        for group in re.finditer(r"(?<=  )[0-9A-Z]{4}(?=\s)", sheet)
        for place in range(*group.span())
    ][-96:]
    place = places[at]
    if sheet[place] == letter:
        return
    with pytest.raises(InputError, match=f"Group {at // 4 + 1} of the sheet"):
        restore_from_sheet(sheet[:place] + letter + sheet[place + 1 :])


@given(PERSONS, st.integers(0, 23), st.integers(0, 23))
def test_two_groups_exchanged_are_found(signer: Ed25519Signer, one: int, other: int) -> None:
    sheet = recovery_sheet(signer)
    found = list(re.finditer(r"(?<=  )[0-9A-Z]{4}(?=\s)", sheet))[-24:]
    groups = [match.group() for match in found]
    groups[one], groups[other] = groups[other], groups[one]
    typed = "\n".join(f"{at + 1}: " + " ".join(groups[3 * at : 3 * at + 3]) for at in range(8))
    if one == other:
        assert restore_from_sheet(typed).key_id == signer.key_id
        return
    with pytest.raises(InputError, match=f"Group {min(one, other) + 1} of the sheet"):
        restore_from_sheet(typed)
