"""The recovery sheet: a private key on one page of paper.

A forgotten passphrase is how most keys are lost, so the sheet does not need it: it holds the
secret itself, in 24 groups of four characters. Re-encrypted PKCS#8 was rejected: it is five
times longer, and it is lost with the passphrase. Whoever holds the sheet can sign, and the
sheet says so.

Each group is three characters of data and one that checks them together with the group's
place, so that a slip of the pen or two groups exchanged are found, and named by number.
The 72 data characters are 45 bytes: kind (1), secret (32), the first 12 bytes of
SHA-256("warrant/recovery/1" ‖ 0x00 ‖ kind ‖ secret). The alphabet is Crockford's base 32:
no I, L, O or U; small letters are read as capitals, I and L as 1, O as 0.

Law: `restore_from_sheet(recovery_sheet(signer)).key_id == signer.key_id`.
Law: a sheet with any one character of a group changed to another is refused.

Source: Crockford, "Base 32", https://www.crockford.com/base32.html.
"""

from __future__ import annotations

import re
from operator import mul
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.errors import InputError
from warrant.kernel.digest import tagged
from warrant.kernel.keys import SECRET_SIZE, Ed25519Signer, P256Signer

GROUPS: Final = 24
"""Groups on a sheet."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_READ_AS = str.maketrans("ILO", "110")
_WEIGHTS = (3, 5, 7)  # odd, so that modulo 32 every changed letter changes the check letter
_PERSON, _MODEL = 1, 2
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SUM_BYTES = 12
_PAYLOAD_BYTES = 1 + SECRET_SIZE + _SUM_BYTES
_LINE = re.compile(r"\s*[1-8]:((?:\s+[0-9A-Za-z]{4}){3})\s*")
_PER_LINE = 3

_SHEET = """\
WARRANT RECOVERY SHEET

This sheet is a private key. Whoever holds it can sign as you.
Keep it on paper, apart from your computer. Destroy it when the key is replaced.

Key       {kind}
Key id    {key_id}

{lines}

To bring the key back, type these eight lines into a text file and run:
  warrant key restore FILE
"""


def recovery_sheet(signer: Ed25519Signer | P256Signer) -> str:
    """Write a private key for paper.

    Args:
        signer: the key.

    Returns:
        A page of text, under 80 characters a line, that `restore_from_sheet` reads.
    """
    is_person = isinstance(signer, Ed25519Signer)
    body = bytes([_PERSON if is_person else _MODEL]) + signer.secret
    groups = _write(body + _sum(body))
    lines = (
        f"  {number + 1}:  " + "  ".join(groups[number * _PER_LINE : (number + 1) * _PER_LINE])
        for number in range(GROUPS // _PER_LINE)
    )
    kind = "Ed25519, for a person or a log" if is_person else "P-256, for models"
    return _SHEET.format(kind=kind, key_id=signer.key_id, lines="\n".join(lines))


def restore_from_sheet(text: str) -> Ed25519Signer | P256Signer:
    """Read a private key from a sheet; `warrant.kernel.key_file.save` stores it.

    Args:
        text: the eight numbered lines, with or without the rest of the sheet.

    Returns:
        The signer, as it was when the sheet was written.

    Raises:
        InputError: when groups are missing, or one does not check, naming the first.
    """
    found = (_LINE.fullmatch(line) for line in text.splitlines())
    groups = [group for match in found if match for group in match.group(1).split()]
    if len(groups) != GROUPS:
        raise InputError(
            f"The sheet has {len(groups)} groups of four characters, expected {GROUPS}.",
            do="Type all eight lines with their numbers, such as '1:  0AB1  2CD3  4EF5'.",
        )
    payload = _read(groups)
    body, check = payload[:-_SUM_BYTES], payload[-_SUM_BYTES:]
    secret = int.from_bytes(body[1:], "big")
    is_model = body[0] == _MODEL and 0 < secret < _P256_ORDER
    if check != _sum(body) or not (is_model or body[0] == _PERSON):
        raise InputError(
            "Each group of the sheet checks, but the sheet as a whole does not.",
            do="Check that all eight lines come from one sheet, in their order.",
        )
    if body[0] == _PERSON:
        return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(body[1:]))
    return P256Signer(ec.derive_private_key(secret, ec.SECP256R1()))


def _sum(body: bytes) -> bytes:
    return tagged("warrant/recovery/1", body).raw[:_SUM_BYTES]


def _write(payload: bytes) -> list[str]:
    number = int.from_bytes(payload, "big")
    values = [number >> 5 * place & 31 for place in reversed(range(GROUPS * 3))]
    groups = (values[at : at + 3] for at in range(0, len(values), 3))
    return [
        "".join(_ALPHABET[value] for value in [*group, _check_value(index, group)])
        for index, group in enumerate(groups)
    ]


def _read(groups: list[str]) -> bytes:
    number = 0
    for index, group in enumerate(groups):
        letters = group.upper().translate(_READ_AS)
        values = [_VALUES.get(letter, -1) for letter in letters]
        if min(values) < 0 or values[3] != _check_value(index, values[:3]):
            raise InputError(
                f"Group {index + 1} of the sheet, {group!r}, does not check.",
                do=f"Compare it with line {index // _PER_LINE + 1} of the paper, letter by letter.",
            )
        for value in values[:3]:
            number = number << 5 | value
    return number.to_bytes(_PAYLOAD_BYTES, "big")


def _check_value(index: int, values: list[int]) -> int:
    weighed: int = sum(map(mul, _WEIGHTS, values))
    return (weighed + index) % len(_ALPHABET)
