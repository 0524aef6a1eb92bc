"""What stands in a text where personal data stood: a mark, a pseudonym, or another day."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from warrant.stages.curate.builtin.known import NAME
from warrant.stages.curate.builtin.shifting import shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from warrant.stages.curate.recogniser import Span

DATE = "date"
"""The kind whose places can be moved."""
SHIFTED = "shifted_date"
"""Code of the reason for a day that was moved."""


class Masked(NamedTuple):
    """A text after masking."""

    text: str
    """With marks."""
    originals: Mapping[str, bytes]
    """What was taken out, by what stands there now."""
    counts: Mapping[str, int]
    """Places by code of the reason."""


@dataclass(frozen=True)
class Style:
    """How a text is masked."""

    keyed: Callable[[bytes], bytes] | None = None
    """Gives pseudonyms; None: marks are numbered anew in each text."""
    days: int | None = None
    """Days are moved by so many; 0: they stay as they are; None: they are masked."""
    day_first: bool | None = None
    """Whether 03/04/2024 is 3 April; None: such a day is masked."""


@dataclass
class _Marks:
    """The marks of one text, numbered by first sight."""

    keyed: Callable[[bytes], bytes] | None
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str, value: str) -> str:
        if (kind, value) not in self.known:
            self.seen[kind] = self.seen.get(kind, 0) + 1
            code = self.seen[kind] if self.keyed is None else _pseudonym(kind, value, self.keyed)
            self.known[kind, value] = f"{kind.upper()}_{code}"
        return self.known[kind, value]


def code_of(kind: str) -> str:
    """Give the code of the reason for masking a kind."""
    return f"masked_{kind}"


def mask(text: str, found: Sequence[Span], style: Style) -> Masked | None:
    """Replace what was found.

    Args:
        text: any.
        found: places that do not overlap, from left to right.
        style: what stands there afterwards.

    Returns:
        None when nothing changes.
    """
    marks = _Marks(style.keyed)
    originals: dict[str, bytes] = {}
    counts: dict[str, int] = {}
    parts: list[str] = []
    at = 0
    for span in found:
        value = text[span.start : span.end]
        moved = _moved(span.kind, value, style)
        if moved is not None and not style.days:
            continue
        mark = moved or marks.of(span.kind, value)
        code = SHIFTED if moved else code_of(span.kind)
        originals[mark] = value.encode("utf-8", "surrogatepass")
        counts[code] = counts.get(code, 0) + 1
        parts += [text[at : span.start], moved or f"[{mark}]"]
        at = span.end
    return Masked("".join([*parts, text[at:]]), originals, counts) if counts else None


def _moved(kind: str, value: str, style: Style) -> str | None:
    if kind != DATE or style.days is None:
        return None
    return shifted(value, style.days, day_first=style.day_first)


def _pseudonym(kind: str, value: str, keyed: Callable[[bytes], bytes]) -> str:
    """Give a value's code: 48 bits, so that two of a million values hardly ever share one."""
    words = value.casefold().replace(",", " ").split() if kind == NAME else value.casefold().split()
    same = " ".join(sorted(words) if kind == NAME else words)
    digest = sha256(f"warrant/pseudonym/1\0{kind}\0{same}".encode("utf-8", "surrogatepass"))
    return keyed(digest.digest()).hex()[:12]
