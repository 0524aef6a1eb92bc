"""Personal data that has a form: e-mail, phone, card, IBAN, SSN, IP address, web address.

RE2 finds candidates in time linear in the text, on UTF-8 bytes; a check of what the number says
(`checks.py`) and the words before it decide. Names, places and dates have no form: they are
listed as not covered.

Source: NIST SP 800-122, section 2.2 (what personally identifiable information is).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from warrant.stages.curate.builtin import checks
from warrant.stages.curate.recogniser import Kind, Span, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VERSION = "1"
"""Raised whenever the same text may give other spans."""

CONTEXT_BYTES = 40
"""So much of the text before a candidate is looked at for words that tell."""

_LETTER_OR_DIGIT = r"[\p{L}\p{N}]"


@dataclass(frozen=True)
class _Rule:
    kind: str
    pattern: str
    hints: tuple[bytes, ...]
    """A text without any of these holds none; empty: always searched."""
    accept: Callable[[bytes], bool | int | None] = bool
    """Whether a candidate is one; a number: only so many of its bytes are."""
    after: str | None = None
    """Words that must stand shortly before."""
    not_after: str | None = None
    """Words that must not stand directly before."""
    trim: bytes = b""
    """Bytes at the end that belong to the sentence, not to the value."""


_PHONE_WORDS = (
    r"(?i)(?:tel|phone|fax|mobile|cell|call|dial|mobil|téléphone|telefon)[\p{L}]*\.?:?\D{0,20}$"
)
_NUMBER_WORDS = (
    r"(?i)(?:^|[^\p{L}])(?:section|sec\.?|clause|article|art\.?|§|paragraph|para\.?|version|ver\.?|v\.?|release"
    r"|schedule|annex|exhibit|item|no\.?)\s*$"
)

_RULES = (
    _Rule(
        "url",
        r"(?i)\b(?:https?://|www\.)[^\s<>\"{}|\\^`\[\]]+",
        (b"://", b"www.", b"WWW.", b"Www."),
        trim=b".,;:!?'\"",
    ),
    _Rule(
        "email",
        r"[\p{L}\p{N}][\p{L}\p{N}._%+\-]*@[\p{L}\p{N}][\p{L}\p{N}\-]*(?:\.[\p{L}\p{N}\-]+)*\.\p{L}\p{L}+",
        (b"@",),
    ),
    _Rule("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", (), checks.iban_length),
    _Rule("card", r"\b\d(?:[ \-]?\d){12,18}\b", (), checks.is_card),
    _Rule("ssn", r"\b\d{3}-\d{2}-\d{4}\b", (b"-",), checks.is_ssn),
    _Rule(
        "ssn",
        r"\b\d{3} ?\d{2} ?\d{4}\b",
        (),
        checks.is_ssn,
        after=r"(?i)(?:\bssn\b|social security)\D{0,20}$",
    ),
    _Rule(
        "ip",
        r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b",
        (b".",),
        checks.is_ip_v4,
        not_after=_NUMBER_WORDS,
    ),
    _Rule("ip", r"(?i)[0-9a-f:]*:[0-9a-f:]*:[0-9a-f.]*", (b":",), checks.is_ip_v6, trim=b"."),
    _Rule(
        "phone",
        r"\+\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?\d(?:[ .\-]?\d){5,13}\b",
        (b"+",),
        checks.is_phone,
    ),
    _Rule("phone", r"\(\d{3}\) ?\d{3}[ .\-]\d{4}\b", (b"(",), checks.is_phone),
    _Rule("phone", r"\b\d{3}([.\-])\d{3}[.\-]\d{4}\b", (b"-", b"."), checks.is_phone),
    _Rule(
        "phone",
        r"\b\d(?:[ .\-/]?\d){6,14}\b",
        (),
        checks.is_phone,
        after=_PHONE_WORDS,
    ),
)

_NAMES = {
    "email": ("E-mail addresses", "covered"),
    "phone": ("Phone and fax numbers in usual forms", "partly"),
    "card": ("Payment card numbers with a right check digit", "covered"),
    "iban": ("Bank accounts as IBAN", "covered"),
    "ssn": ("US social security numbers", "partly"),
    "ip": ("IP addresses", "covered"),
    "url": ("Web addresses", "covered"),
    "name": ("Names of people", "not covered"),
    "address": ("Postal addresses and places", "not covered"),
    "date": ("Dates of birth and other dates", "not covered"),
    "record_number": ("Numbers of patients, plans, licences, vehicles, devices", "not covered"),
}


class PatternRecogniser:
    """Finds personal data by its form; see `Recogniser` for the method."""

    kinds = tuple(Kind(name, words, coverage) for name, (words, coverage) in _NAMES.items())  # type: ignore[arg-type]

    def find(self, text: str) -> Iterator[Span]:
        """Find what has a form; overlaps are resolved."""
        data = text.encode("utf-8", "surrogatepass")
        found = resolve([span for rule in _RULES for span in _search(rule, data)])
        if not found or len(data) == len(text):
            yield from found
            return
        yield from _in_characters(found, data)


def _search(rule: _Rule, data: bytes) -> Iterator[Span]:
    if rule.hints and not any(hint in data for hint in rule.hints):
        return
    for match in _compiled(rule.pattern).finditer(data):
        start, end = match.span()
        end = start + len(data[start:end].rstrip(rule.trim)) if rule.trim else end
        if rule.kind == "url":
            end = _without_bracket(data, start, end)
        taken = rule.accept(data[start:end])
        if taken is None or taken is False:
            continue
        if taken is not True:
            end = start + taken
        if _fits(rule, data, start, end):
            yield Span(start, end, rule.kind)


def _fits(rule: _Rule, data: bytes, start: int, end: int) -> bool:
    """Look around a candidate: it is no part of a longer number, and its context agrees."""
    if rule.kind not in ("url", "email") and _runs_on(data, start, end):
        return False
    before = data[max(0, start - CONTEXT_BYTES) : start]
    if rule.after is not None and not _compiled(rule.after).search(before):
        return False
    return rule.not_after is None or not _compiled(rule.not_after).search(before)


def _runs_on(data: bytes, start: int, end: int) -> bool:
    before, after = data[max(0, start - 2) : start], data[end : end + 2]
    joins_before = before[-1:] in (b"-", b".", b"/", b"+", b":") and before[:1].isalnum()
    joins_after = after[:1] in (b"-", b".", b"/", b":") and after[1:].isdigit()
    return joins_before or joins_after or before[-1:].isalnum() or after[:1].isalnum()


def _without_bracket(data: bytes, start: int, end: int) -> int:
    """Leave a closing bracket to the sentence when none was opened in the address."""
    while data[end - 1 : end] == b")" and data.count(b"(", start, end) < data.count(
        b")", start, end
    ):
        end -= 1
    return end


def _in_characters(spans: list[Span], data: bytes) -> Iterator[Span]:
    """Turn places in UTF-8 bytes into places in characters; spans from left to right."""
    at = characters = 0
    for span in spans:
        characters += len(data[at : span.start].decode("utf-8", "surrogatepass"))
        start = characters
        characters += len(data[span.start : span.end].decode("utf-8", "surrogatepass"))
        at = span.end
        yield Span(start, characters, span.kind)


@cache
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - RE2 has no types
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern.encode(), options)
