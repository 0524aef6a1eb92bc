"""What tells a number that is personal data from one that only looks like it."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

_SPACES = re.compile(rb"[ \-]")

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27,
    "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Characters of an IBAN by country. Source: SWIFT, IBAN registry."""

_CARD_LENGTHS = {"3": {14, 15, 16}, "4": {13, 16, 19}, "5": {16}, "6": {16, 17, 18, 19}, "2": {16}}
"""Digits of a payment card by its first one. Source: ISO/IEC 7812-1 and the networks' ranges."""


_MOST_CLAUSES = 30
"""Of one heading; addresses with four numbers so small are rare."""
_LINE_START = re.compile(rb"(?:\A|[\n\r\f\0]|[ \t]{3})[ \t]*\Z")
_WORDS_AFTER = re.compile(rb"[.)]?\s+(?:[\"(]?[A-Z][a-z]*\s|\$|\d{1,3}(?:\.\d+)?\s?%)")


def is_card(value: bytes) -> bool:
    """Say whether digits are a payment card's: length, first digit, check digit.

    Args:
        value: digits, with single spaces or hyphens between them.

    Returns:
        True when it can be one.

    Source: ISO/IEC 7812-1, annex B (the Luhn formula).
    """
    digits = _SPACES.sub(b"", value).decode()
    if len(digits) not in _CARD_LENGTHS.get(digits[:1], ()) or len(set(digits)) < 2:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def iban_length(value: bytes) -> int | None:
    """Find an IBAN at the start of a candidate that may have run on into the next word.

    Args:
        value: capital letters, digits and single spaces.

    Returns:
        Bytes of the candidate that the IBAN takes; None when there is none.

    Source: ISO 13616-1 (structure), ISO/IEC 7064 (MOD 97-10).
    """
    wanted = _IBAN_LENGTHS.get(value[:2].decode())
    if wanted is None:
        return None
    places = [place for place, byte in enumerate(value) if byte != 0x20][:wanted]
    if len(places) < wanted:
        return None
    number = [chr(value[place]) for place in places]
    moved = "".join(str(int(one, 36)) for one in [*number[4:], *number[:4]])
    return places[-1] + 1 if int(moved) % 97 == 1 else None


def is_ssn(value: bytes) -> bool:
    """Say whether nine digits can be a US social security number.

    Args:
        value: nine digits, as 3-2-4 with hyphens or spaces, or plain.

    Returns:
        True when it can be one.

    Source: Social Security Administration: no area 000, 666 or 900 to 999, group 00, serial 0000.
    """
    digits = _SPACES.sub(b"", value)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in (b"000", b"666") and area < b"900" and group != b"00" and serial != b"0000"


def is_ip_v4(value: bytes) -> bool:
    """Say whether four numbers are an address.

    Args:
        value: four groups of digits with dots between them.

    Returns:
        True when it is one.
    """
    try:
        IPv4Address(value.decode())
    except AddressValueError:
        return False
    return True


def is_heading_number(before: bytes, value: bytes, after: bytes) -> bool:
    """Say whether four numbers count a clause: small, at the start of a line, words after them.

    Args:
        before: what stands shortly before in the text.
        value: the four numbers.
        after: what stands shortly after.

    Returns:
        False for `10.0.0.5`, and for what a log begins a line with.
    """
    counts = all(0 < int(part) <= _MOST_CLAUSES for part in value.split(b"."))
    return counts and bool(_LINE_START.search(before)) and bool(_WORDS_AFTER.match(after))


def is_ip_v6(value: bytes) -> bool:
    """Say whether hexadecimal groups are an address; a time of day is none.

    Args:
        value: hexadecimal digits and colons.

    Returns:
        True when it is one.
    """
    if value.count(b":") < 7 and b"::" not in value:
        return False
    try:
        IPv6Address(value.decode())
    except AddressValueError:
        return False
    return value not in (b"::", b"::1")


def is_phone(value: bytes) -> bool:
    """Say whether digits can be a telephone number.

    Args:
        value: digits with spaces, dots, hyphens, parentheses, perhaps a plus sign.

    Returns:
        True when it can be one.

    Source: ITU-T E.164: at most 15 digits; fewer than 7 are no subscriber number.
    """
    digits = bytes(byte for byte in value if 0x30 <= byte <= 0x39)
    return 7 <= len(digits) <= 15 and len(set(digits)) > 1


_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))  # fmt: skip # noqa: E501
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_vin(value: bytes) -> bool:
    """Say whether 17 characters are a vehicle identification number with a right check digit.

    Args:
        value: capital letters without I, O and Q, and digits.

    Returns:
        True when it is one; European numbers have no check digit and need words before.

    Source: 49 CFR 565.15(c).
    """
    text = value.decode()
    total = sum(_VIN_VALUES[one] * weight for one, weight in zip(text, _VIN_WEIGHTS, strict=True))
    return text[8] == "0123456789X"[total % 11] and not text.isdigit()


def is_number(value: bytes) -> int | None:
    """Say whether what follows words such as `account no.` is a number of somebody's.

    Args:
        value: letters, digits, hyphens, dots, slashes.

    Returns:
        How many of its bytes are; None when it holds fewer than three digits.
    """
    kept = value.rstrip(b"-./")
    digits = sum(0x30 <= byte <= 0x39 for byte in kept)
    return len(kept) if digits >= 3 and len(kept) <= 4 * digits else None
