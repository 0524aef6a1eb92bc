"""Personal data that has a form: numbers with a check, addresses of the net, days.

RE2 finds candidates in time linear in the text, on UTF-8 bytes; a check of what the number says
(`checks.py`, `days.py`) and the words before it decide. Many texts are searched at once, and only
near what a rule needs (`windows.py`). Names and postal addresses have no form: they are listed as
not covered.

Law: `find_all` gives for each text what every rule, run by itself over that text, gives.
"""

# ruff: noqa: E501 - a table reads better a line each
from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from warrant.stages.curate.builtin.rules import DAYS_AND_PLACES, FORMS, Rule
from warrant.stages.curate.builtin.windows import Finder, Windows, whole
from warrant.stages.curate.recogniser import Kind, Span, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VERSION = "3"
"""Raised whenever the same text may give other spans."""

CONTEXT_BYTES = 40
"""So much of the text before a candidate is looked at for words that tell."""

BATCH_BYTES = 1 << 20
"""So much text is searched at once."""

_FENCE = b"\0" * (CONTEXT_BYTES + 8)
"""Between two texts: no match crosses it, and no look at what stands before."""

_ALONE = (
    Kind("email", "E-mail addresses", "covered", "F", "online_identifier"),
    Kind("phone", "Phone and fax numbers in usual forms", "partly", "DE", "identification_number"),
    Kind("card", "Payment card numbers with a right check digit", "covered", "J", "identification_number"),
    Kind("iban", "Bank accounts as IBAN", "covered", "J", "identification_number"),
    Kind("ssn", "US social security numbers", "partly", "G", "identification_number"),
    Kind("ip", "IP addresses", "covered", "O", "online_identifier"),
    Kind("url", "Web addresses", "covered", "N", "online_identifier"),
    Kind("medical_record", "Medical record numbers after words that say so", "partly", "H", "identification_number"),
    Kind("plan_number", "Numbers of health plans and policies after words that say so", "partly", "I", "identification_number"),
    Kind("account", "Account numbers after words that say so", "partly", "J", "identification_number"),
    Kind("licence", "Licence and certificate numbers after words that say so", "partly", "K", "identification_number"),
    Kind("vehicle", "Vehicle identification numbers, and plates after words that say so", "partly", "L", "identification_number"),
    Kind("device", "Serial numbers of devices after words that say so", "partly", "M", "identification_number"),
)  # fmt: skip
_TIMES = (
    ("date", "Days and months in usual forms", "C", "factor"),
    ("age_over_89", "Ages over 89", "C", "factor"),
    ("zip", "US ZIP codes after a state or a word that says so", "B", "location"),
)
_WITHOUT_FORM = (
    Kind("name", "Names of people", "not covered", "A", "name"),
    Kind("address", "Postal addresses and places", "not covered", "B", "location"),
    Kind("biometric", "Biometric identifiers", "not covered", "P", "special_category"),
    Kind("photograph", "Photographs of faces", "not covered", "Q", "factor"),
    Kind("other_code", "Any other number or code that is one person's", "not covered", "R", "factor"),
    Kind("special_category", "Health, belief, origin and the like", "not covered", "", "special_category"),
)  # fmt: skip


class PatternRecogniser:
    """Finds numbers and addresses by their form; see `Recogniser` for the methods."""

    kinds = (
        *_ALONE,
        *(Kind(name, words, "not covered", letter, gdpr) for name, words, letter, gdpr in _TIMES),
        *_WITHOUT_FORM,
    )
    rules: ClassVar[tuple[Rule, ...]] = FORMS
    """What is searched."""

    def find(self, text: str) -> Iterator[Span]:
        """Find what has a form; overlaps are resolved."""
        return iter(self.find_all([text])[0])

    def find_all(self, texts: Sequence[str]) -> list[list[Span]]:
        """Find what has a form in many texts; overlaps are resolved."""
        found: list[list[Span]] = []
        batch: list[bytes] = []
        size = 0
        for text in texts:
            batch.append(text.encode("utf-8", "surrogatepass"))
            size += len(batch[-1])
            if size > BATCH_BYTES:
                found += self._find_in(batch)
                batch, size = [], 0
        found += self._find_in(batch)
        return [
            spans if len(spans) == 0 or text.isascii() else _in_characters(spans, text)
            for text, spans in zip(texts, found, strict=True)
        ]

    def _find_in(self, batch: Sequence[bytes]) -> list[list[Span]]:
        """Search texts at once, and give places in their bytes."""
        starts = [0]
        for one in batch:
            starts.append(starts[-1] + len(one) + len(_FENCE))
        data = _FENCE.join(batch)
        finder = Finder(data)
        found: list[list[Span]] = [[] for _ in batch]
        for rule in self.rules:
            for start, end, kind in search(rule, data, finder.near(rule.near)):
                text = bisect_right(starts, start) - 1
                found[text].append(Span(start - starts[text], end - starts[text], kind))
        return [resolve(spans) for spans in found]


class SafeHarborRecogniser(PatternRecogniser):
    """Finds days, ages over 89 and ZIP codes too, which Safe Harbor takes out."""

    kinds = (
        *_ALONE,
        *(Kind(name, words, "partly", letter, gdpr) for name, words, letter, gdpr in _TIMES),
        *_WITHOUT_FORM,
    )
    rules = (*FORMS, *DAYS_AND_PLACES)


def search(rule: Rule, data: bytes, windows: Windows | None = None) -> Iterator[Span]:
    """Search for one rule.

    Args:
        rule: what is searched.
        data: UTF-8.
        windows: where matches can lie; None: anywhere.

    Yields:
        Spans in bytes of `data`, from left to right.
    """
    windows = whole(data) if windows is None else windows
    for match in _compiled(rule.pattern).finditer(windows.data):
        kind, start, end = _value(rule, match, windows)
        end = start + len(data[start:end].rstrip(rule.trim)) if rule.trim else end
        if rule.near == "link":
            end = _without_bracket(data, start, end)
        taken = rule.accept(data[start:end])
        if taken is None or taken is False:
            continue
        if taken is not True:
            end = start + taken
        if _fits(rule, data, start, end):
            yield Span(start, end, kind)


def _value(rule: Rule, match: Any, windows: Windows) -> tuple[str, int, int]:  # noqa: ANN401 - RE2
    groups = _groups(rule.pattern)
    if not groups:
        kind, (start, end) = rule.kind, match.span()
    else:
        named = (name for name, at in groups.items() if match.group(at) and name != "value")
        kind = next(named, rule.kind)
        start, end = match.span(groups["value"])
    at = windows.place(start)
    return kind, at, at + end - start


def _fits(rule: Rule, data: bytes, start: int, end: int) -> bool:
    """Look around a candidate: it is no part of a longer number, and its context agrees."""
    if rule.near not in ("link", "at", "anywhere") and _runs_on(data, start, end):
        return False
    before = data[max(0, start - CONTEXT_BYTES) : start]
    if rule.unless is not None and rule.unless(
        before, data[start:end], data[end : end + CONTEXT_BYTES]
    ):
        return False
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


def _in_characters(spans: list[Span], text: str) -> list[Span]:
    """Turn places in UTF-8 bytes into places in characters; spans from left to right."""
    data = text.encode("utf-8", "surrogatepass")
    found: list[Span] = []
    at = characters = 0
    for span in spans:
        characters += len(data[at : span.start].decode("utf-8", "surrogatepass"))
        start = characters
        characters += len(data[span.start : span.end].decode("utf-8", "surrogatepass"))
        at = span.end
        found.append(Span(start, characters, span.kind))
    return found


@cache
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - RE2 has no types
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern.encode(), options)


@cache
def _groups(pattern: str) -> dict[str, int]:
    """Give the numbers of the named groups of a pattern."""
    return {
        name.decode() if isinstance(name, bytes) else name: number
        for name, number in _compiled(pattern).groupindex.items()
    }
