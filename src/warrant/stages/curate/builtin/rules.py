"""The rules of the pattern recogniser: form, check, and the words around.

Each rule says near what its matches lie, so that a search need not look anywhere else
(`windows.py`); a match that broke the promise would be missed, and a law tests that none is.

Source: NIST SP 800-122, section 2.2; 45 CFR 164.514(b)(2)(i).
"""

# ruff: noqa: E501 - a pattern reads better on a line
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warrant.stages.curate.builtin import checks, days

if TYPE_CHECKING:
    from collections.abc import Callable

Near = Literal["digit", "iban", "at", "link", "colons", "anywhere"]
"""`digit`: every byte of a match lies within `windows.PAD_BYTES` of a digit of the match.
`iban`: it begins with two capitals and two digits, and takes at most `windows.IBAN_BYTES`.
`at`, `link`, `colons`: it holds an @, the start of a web address, colons, and no blank."""


@dataclass(frozen=True)
class Rule:
    """One form of one kind, or of several kinds that differ in the words before."""

    kind: str
    """Name of the kind; where the pattern has named groups, they name it."""
    pattern: str
    """Of RE2, on UTF-8. A group `value`, where there is one, is what counts."""
    near: Near = "digit"
    """Where matches can lie."""
    accept: Callable[[bytes], bool | int | None] = bool
    """Whether a candidate is one; a number: only so many of its bytes are."""
    after: str | None = None
    """Words that must stand shortly before."""
    not_after: str | None = None
    """Words that must not stand directly before."""
    unless: Callable[[bytes, bytes, bytes], bool] | None = None
    """Told what stands shortly before, the value, and what stands after: says that it is none."""
    trim: bytes = b""
    """Bytes at the end that belong to the sentence, not to the value."""


_PHONE_WORDS = (
    r"(?i)(?:tel|phone|fax|mobile|cell|call|dial|mobil|téléphone|telefon)[\p{L}]*\.?:?\D{0,20}$"
)
_NUMBER_WORDS = (
    r"(?i)(?:^|[^\p{L}])(?:section|sec\.?|clause|article|art\.?|§|paragraph|para\.?|version|ver\.?|v\.?|release"
    r"|schedule|annex|exhibit|item|no\.?)\s*$"
)
_NO = r"(?:[ \t]*(?:identification|id|ids|no|nos|num|number|nr|code|card|holder|#|\(s\)))"
_SEP = r"[ \t]{0,3}(?:is|was|are|of|[:=#.\-])?[ \t]{0,3}[:#]?[ \t]{0,3}"
_VALUE = r"(?P<value>[a-z0-9][a-z0-9\-./]{3,30})"


def _named(group: str, alone: str, numbered: str) -> str:
    """Words of a kind of number: those that suffice, and those that `number` must follow."""
    return rf"(?P<{group}>(?:{alone}){_NO}{{0,2}}|(?:{numbered}){_NO}{{1,2}})"


_CONTEXT = (
    r"(?i)\b(?:"
    + "|".join(
        (
            _named(
                "medical_record",
                "mrn|nhc|medical record|historia cl[ií]nica",
                "chart|patient|hospital|case record",
            ),
            _named(
                "plan_number",
                "hicn|mbi",
                "member|subscriber|beneficiary|health plan|policy|medicare|medicaid|insurance|group",
            ),
            _named("account", "acct|routing", "account|a/c|sort|customer|client|bank"),
            _named(
                "vehicle", "vin|licen[cs]e plate|registration plate|number plate", "vehicle|plate"
            ),
            _named(
                "licence",
                "passport|npi|driver'?s licen[cs]e|driving licen[cs]e",
                "licen[cs]e|certificate|dea|permit|registration|bar|colegiado",
            ),
            _named("device", "imei|udi|s/n|serial", "device|implant"),
        )
    )
    + rf")[.:]?{_SEP}{_VALUE}\b"
)

FORMS: tuple[Rule, ...] = (
    Rule("url", r"(?i)\b(?:https?://|www\.)[^\x00-\x20<>\"{}|\\^`\[\]]+", "link", trim=b".,;:!?'\""),
    Rule(
        "email",
        r"[\p{L}\p{N}][\p{L}\p{N}._%+\-]*@[\p{L}\p{N}][\p{L}\p{N}\-]*(?:\.[\p{L}\p{N}\-]+)*\.\p{L}\p{L}+",
        "at",
    ),
    Rule("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", "iban", checks.iban_length),
    Rule("card", r"\b\d(?:[ \-]?\d){12,18}\b", accept=checks.is_card),
    Rule("ssn", r"\b\d{3}-\d{2}-\d{4}\b", accept=checks.is_ssn),
    Rule("ssn", r"\b\d{3} ?\d{2} ?\d{4}\b", accept=checks.is_ssn, after=r"(?i)(?:\bssn\b|social security)\D{0,20}$"),
    Rule("ip", r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", accept=checks.is_ip_v4, not_after=_NUMBER_WORDS, unless=checks.is_heading_number),
    Rule("ip", r"(?i)[0-9a-f:]*:[0-9a-f:]*:[0-9a-f.]*", "colons", checks.is_ip_v6, trim=b"."),
    Rule("phone", r"\+\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?\d(?:[ .\-]?\d){5,13}\b", accept=checks.is_phone),
    Rule("phone", r"\(\d{3}\) ?\d{3}[ .\-]\d{4}\b", accept=checks.is_phone),
    Rule("phone", r"\b\d{3}[.\-]\d{3}[.\-]\d{4}\b", accept=checks.is_phone),
    Rule("phone", r"\b\d(?:[ .\-/]?\d){6,14}\b", accept=checks.is_phone, after=_PHONE_WORDS),
    Rule("vehicle", r"\b[A-HJ-NPR-Z0-9]{17}\b", accept=checks.is_vin),
    Rule("account", _CONTEXT, "anywhere", checks.is_number),
)  # fmt: skip
"""Numbers and addresses that name one person, account or thing by themselves."""

_ORDINAL = r"(?:st|nd|rd|th|ST|ND|RD|TH|\.|º|er)?"

DAYS_AND_PLACES: tuple[Rule, ...] = (
    Rule("date", r"\b(?:1[89]|2[01])\d\d[\-/.]\d{1,2}[\-/.]\d{1,2}\b", accept=days.is_day),
    Rule("date", r"\b\d{1,2}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)(?:\d{4}|\d{2})\b", accept=days.is_day, not_after=_NUMBER_WORDS),
    Rule("date", rf"\b\d{{1,2}}{_ORDINAL}(?: day)?(?: of| de|-)? ?(?:{days.MONTH})\b(?:\.?,?(?: de| del|-)? ?\d{{4}}\b)?", accept=days.is_day_of_month),
    Rule("date", rf"\b(?:{days.MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? ?\d{{4}}\b)?", accept=days.is_day_of_month),
    Rule("date", rf"\b(?:{days.MONTH})\.?,?(?: of| de| del)? \d{{4}}\b", accept=days.is_day_of_month),
    Rule("age_over_89", r"(?i)\b(?P<value>9\d|1[0-2]\d)(?:[ \-](?:years?|yrs?)[ \-]old| ?y/?o\b| years of age| años)"),
    Rule("age_over_89", r"(?i)\b(?:age|aged|edad)(?: of|:)? (?P<value>9\d|1[0-2]\d)\b"),
    Rule("zip", r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? (?P<value>\d{5}(?:-\d{4})?)\b"),
    Rule("zip", r"(?i)\b(?:zip|zip code|postal code|postcode|plz|c\.p\.):? (?P<value>\d{5}(?:-\d{4})?)\b"),
)  # fmt: skip
"""What Safe Harbor also takes out: days, ages over 89, ZIP codes."""
