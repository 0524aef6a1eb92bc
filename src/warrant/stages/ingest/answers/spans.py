"""Labelled places as sources write them, brought to `[{"start", "end", "label"}]`.

Lists of objects or of `[start, end, label]`, and tags beside words (B-, I-, E-, S-, O).

Source: CoNLL-2003 (tags), doccano, spaCy and Prodigy (lists of places).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from warrant.models.places import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_START = ("start", "begin", "start_offset", "start_char", "from")
_END = ("end", "end_offset", "end_char", "to")
_LABEL = ("label", "entity_group", "entity", "type", "tag", "kind")
_TEXT = ("text", "word", "surface")

OUT_OF_RANGE = "span_out_of_range"
NO_LABEL = "span_without_label"
OTHER_TEXT = "span_text_differs"
OVERLAPS = "span_overlaps"
TRIMMED = "span_trimmed"


def read_places(cell: object, text: str) -> tuple[list[Span], Counter[str]] | None:
    """Read labelled places.

    Args:
        cell: a list, or JSON of one.
        text: the text that they lie in.

    Returns:
        Places in order, none touching another, and what was done to how many; None when the cell is
        no list of places.
    """
    found = _parsed(cell)
    if not isinstance(found, list):
        return None
    told: Counter[str] = Counter()
    spans = []
    for one in found:
        place = _place(one)
        if place is None:
            return None
        start, end, label, said = place
        if not 0 <= start < end <= len(text) or not text[start:end].strip():
            told[OUT_OF_RANGE] += 1
        elif not label:
            told[NO_LABEL] += 1
        elif said is not None and said.strip() != text[start:end].strip():
            told[OTHER_TEXT] += 1
        else:
            spans.append(_trimmed(Span(start, end, label), text, told))
    return _apart(spans, told), told


def read_tags(
    words: Sequence[str], tags: Sequence[str]
) -> tuple[str, list[Span], Counter[str]] | None:
    """Read words with a tag each.

    Args:
        words: of one row.
        tags: as many; `O`, or `B-`, `I-`, `E-`, `S-`, `L-`, `U-` before a label, or a label alone.

    Returns:
        The text, words joined by spaces; places in it; what was done to how many. None when there
        are not as many tags as words, or a tag is a number: nobody says which of them is `O`.
    """
    if len(words) != len(tags) or any(tag.isdecimal() for tag in tags):
        return None
    spans: list[Span] = []
    at, open_at, open_label = 0, 0, ""
    end = 0
    for word, tag in zip(words, tags, strict=True):
        mark, _, label = tag.partition("-") if tag[1:2] == "-" else ("I", "-", tag)
        label = "" if tag in ("O", "", "_") else label
        if open_label and (label != open_label or mark in "BSU"):
            spans.append(Span(open_at, end, open_label))
            open_label = ""
        if label and not open_label:
            open_at, open_label = at, label
        end = at + len(word)
        at = end + 1
        if label and mark in "ESLU":
            spans.append(Span(open_at, end, label))
            open_label = ""
    if open_label:
        spans.append(Span(open_at, end, open_label))
    return " ".join(words), spans, Counter()


def read_list(cell: object) -> list[str] | None:
    """Read a list of words, tags or options: a list, or JSON of one; None when it is none."""
    found = _parsed(cell)
    if not isinstance(found, list):
        return None
    return [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in found]


def shifted(spans: Iterable[Span], start: int, end: int) -> tuple[list[Span], int]:
    """Give the places of a part of a text, counted from where it begins.

    Args:
        spans: of the whole text.
        start: where the part begins.
        end: where it ends.

    Returns:
        Places wholly inside, and how many begin inside and are cut by its end.
    """
    inside = [one for one in spans if start <= one.start and one.end <= end]
    cut = sum(1 for one in spans if start <= one.start < end < one.end)
    return [Span(one.start - start, one.end - start, one.label) for one in inside], cut


def _parsed(cell: object) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return None


def _place(one: Any) -> tuple[int, int, str, str | None] | None:  # noqa: ANN401 - any JSON
    if isinstance(one, str):  # an object within a list comes out of some readers as its JSON
        one = _parsed(one)
    if isinstance(one, list) and len(one) == 3:
        one = dict(zip(("start", "end", "label"), one, strict=True))
    if not isinstance(one, dict):
        return None
    start, end = _count(_first(one, _START)), _count(_first(one, _END))
    if start is None or end is None:
        return None
    label, said = _first(one, _LABEL), _first(one, _TEXT)
    return start, end, str(label or "").strip(), said if isinstance(said, str) else None


def _first(one: dict[str, Any], names: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
    return next((one[name] for name in names if name in one), None)


def _count(number: object) -> int | None:
    """Read a count; some programs write 4.0 for 4."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return int(number) if number == number // 1 else None


def _trimmed(span: Span, text: str, told: Counter[str]) -> Span:
    """Leave white space at the ends out."""
    part = text[span.start : span.end]
    start = span.start + len(part) - len(part.lstrip())
    end = span.start + len(part.rstrip())
    told[TRIMMED] += (start, end) != (span.start, span.end)
    return Span(start, end, span.label)


def _apart(spans: Iterable[Span], told: Counter[str]) -> list[Span]:
    """Keep of places that share a character the one that begins first, of those the longest."""
    kept: list[Span] = []
    for one in sorted(spans, key=lambda span: (span.start, -span.end, span.label)):
        if kept and one.start < kept[-1].end:
            told[OVERLAPS] += 1
        else:
            kept.append(one)
    return kept
