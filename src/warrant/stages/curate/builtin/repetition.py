"""Repetition: texts that say the same again and again, as lists, menus and broken scans do.

Nine shares are measured, each against a limit of its own; the first one above its limit is the
reason. Characters are those of words: white space does not count. A text with few words repeats
some by chance: it is not judged, and counted.

Law: every share lies between 0 and 1, and a text without a repeated word has none above 0.

Source: J. Rae et al., Scaling Language Models: Methods, Analysis & Insights from Training Gopher,
2021, table A1 (limits); duplicate word sequences as G. Penedo et al. count them in datatrove.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "repetition"
LIMITS: Mapping[str, tuple[float, str]] = {
    "repeated_lines": (0.30, "of its lines stood before in it"),
    "repeated_line_text": (0.20, "of its characters are in lines that stood before in it"),
    "repeated_paragraphs": (0.30, "of its paragraphs stood before in it"),
    "repeated_paragraph_text": (
        0.20,
        "of its characters are in paragraphs that stood before in it",
    ),
    "top_2_words": (0.20, "of its characters are in its most frequent two words in a row"),
    "top_3_words": (0.18, "of its characters are in its most frequent three words in a row"),
    "top_4_words": (0.16, "of its characters are in its most frequent four words in a row"),
    "repeated_5_words": (0.15, "of its characters are in five words in a row that stood before"),
    "repeated_10_words": (0.10, "of its characters are in ten words in a row that stood before"),
}
"""By reason: the share above which a text goes out, and what is shared."""


class Repetition:
    """Drops rows whose text repeats itself.

    Args:
        least_words: a text with fewer words is not judged, 1 or more.
        limits: other limits by reason, above 0 and at most 1; those left out stay as published.

    Raises:
        InputError: when a setting does not fit.
    """

    def __init__(self, least_words: int = 50, limits: Mapping[str, float] | None = None) -> None:
        said = Settings(_NAME, f"{_NAME}: {{limits: {{repeated_lines: 0.4}}}}")
        self._least_words = said.count("least_words", least_words)
        for code in limits or {}:
            said.choice("limits", code, tuple(LIMITS))
        chosen = {code: limit for code, (limit, _) in LIMITS.items()}
        self._limits = chosen | {
            code: said.share(code, limit) for code, limit in (limits or {}).items()
        }
        self._short = 0
        self.reasons = tuple(
            Reason(
                code=code,
                kind="drop",
                rule=_NAME,
                version=VERSION,
                threshold=self._limits[code],
                words=f"The text repeats itself: more than the threshold {words}; value: the "
                "share.",
            )
            for code, (_, words) in LIMITS.items()
        )

    @property
    def measures(self) -> Mapping[str, str | int | float]:
        """Rows whose text was too short to be judged."""
        return {"rows_too_short_for_repetition": self._short}

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text above a limit; the value is the share that passed it first.
        """
        verdicts = []
        for row, text in enumerate(cells.to_pylist()):
            words = text.split() if text else []
            if len(words) < self._least_words:
                self._short += 1
                continue
            for code, share in shares(text, words):
                if share > self._limits[code]:
                    verdicts.append(Verdict(row, code, round(share, 6)))
                    break
        return Judgement(verdicts)


def shares(text: str, words: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Measure how much of a text repeats.

    Args:
        text: the text.
        words: what white space divides it into.

    Yields:
        Reason and share, 0 to 1, in the order of `LIMITS`; each is counted when it is asked for.
    """
    for kind, divider in (("line", "\n"), ("paragraph", "\n\n")):
        parts = [part for one in text.split(divider) if (part := " ".join(one.split()))]
        again = list(_stood_before(parts))
        yield f"repeated_{kind}s", len(again) / max(1, len(parts))
        yield f"repeated_{kind}_text", _length(again) / max(1, _length(parts))
    characters = max(1, sum(map(len, words)))
    for size in (2, 3, 4):
        yield f"top_{size}_words", min(1.0, _most_frequent(words, size) / characters)
    for size in (5, 10):
        yield f"repeated_{size}_words", _repeated(words, size) / characters


def _stood_before(parts: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for part in parts:
        if part in seen:
            yield part
        seen.add(part)


def _length(parts: Sequence[str]) -> int:
    return sum(len(part) - part.count(" ") for part in parts)


def _most_frequent(words: Sequence[str], size: int) -> int:
    """Count the characters of the sequence that covers most; 0 when none stands twice."""
    counts = Counter(zip(*(words[at:] for at in range(size)), strict=False))
    return max(
        (count * sum(map(len, part)) for part, count in counts.items() if count > 1), default=0
    )


def _repeated(words: Sequence[str], size: int) -> int:
    """Count the characters of sequences that stood before, none of them twice."""
    seen: set[tuple[str, ...]] = set()
    found = at = 0
    while at + size <= len(words):
        part = tuple(words[at : at + size])
        if part in seen:
            found += sum(map(len, part))
            at += size
        else:
            seen.add(part)
            at += 1
    return found
