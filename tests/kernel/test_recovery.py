"""The recovery sheet: typed back it is the key; a slip is found and named by group."""

from __future__ import annotations

import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError
from warrant.kernel import recovery
from warrant.kernel.keys import Ed25519Signer, P256Signer
from warrant.kernel.recovery import recovery_sheet, restore_from_sheet

PERSON = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
MODEL = P256Signer(ec.derive_private_key(7, ec.SECP256R1()))
WHOLE = (
    "Each group of the sheet checks, but the sheet as a whole does not. "
    "Check that all eight lines come from one sheet, in their order."
)


def test_the_sheet_says_what_it_is() -> None:
    sheet = recovery_sheet(PERSON)
    assert sheet.startswith(
        "WARRANT RECOVERY SHEET\n\n"
        "This sheet is a private key. Whoever holds it can sign as you.\n"
        "Keep it on paper, apart from your computer. Destroy it when the key is replaced.\n\n"
        "Key       Ed25519, for a person or a log\n"
        f"Key id    {PERSON.key_id}\n\n"
        "  1:  040M  "
    )
    assert sheet.endswith(
        "To bring the key back, type these eight lines into a text file and run:\n"
        "  warrant key restore FILE\n"
    )
    assert max(map(len, sheet.splitlines())) <= 80
    assert sheet == recovery_sheet(PERSON)


@pytest.mark.parametrize("signer", [PERSON, MODEL], ids=["person", "model"])
def test_the_key_comes_back(signer: Ed25519Signer | P256Signer) -> None:
    back = restore_from_sheet(recovery_sheet(signer))
    assert back.key_id == signer.key_id
    assert type(back) is type(signer)


def test_typing_may_be_careless() -> None:
    lines = [line for line in recovery_sheet(PERSON).splitlines() if re.match(r"  \d:", line)]
    typed = "\n".join(lines).lower().replace("1", "l").replace("0", "o")
    typed = re.sub(r"(?m)^  l:", "1:", typed)
    assert restore_from_sheet(typed).key_id == PERSON.key_id


def test_a_missing_line_is_counted() -> None:
    sheet = re.sub(r"(?m)^  3:.*\n", "", recovery_sheet(PERSON))
    with pytest.raises(InputError) as caught:
        restore_from_sheet(sheet)
    assert str(caught.value) == (
        "The sheet has 21 groups of four characters, expected 24. "
        "Type all eight lines with their numbers, such as '1:  0AB1  2CD3  4EF5'."
    )


@pytest.mark.parametrize("slip", ["0401", "050M", "U40M"])
def test_a_slip_is_named_by_group(slip: str) -> None:
    sheet = recovery_sheet(PERSON).replace("1:  040M", f"1:  {slip}")
    with pytest.raises(InputError) as caught:
        restore_from_sheet(sheet)
    assert str(caught.value) == (
        f"Group 1 of the sheet, {slip!r}, does not check. "
        "Compare it with line 1 of the paper, letter by letter."
    )


def test_lines_of_two_sheets_make_no_key() -> None:
    one, other = recovery_sheet(PERSON).splitlines(), recovery_sheet(MODEL).splitlines()
    with pytest.raises(InputError) as caught:
        restore_from_sheet("\n".join(one[:12] + other[12:]))
    assert str(caught.value) == WHOLE


@pytest.mark.parametrize("body", [b"\3" + bytes(32), b"\2" + bytes(32), b"\2" + b"\xff" * 32])
def test_a_sheet_that_nobody_printed_makes_no_key(body: bytes) -> None:
    groups = recovery._write(body + recovery._sum(body))
    lines = (f"{at + 1}: " + " ".join(groups[3 * at : 3 * at + 3]) for at in range(8))
    with pytest.raises(InputError) as caught:
        restore_from_sheet("\n".join(lines))
    assert str(caught.value) == WHOLE
