"""Quality heuristics for running text: published rules, each with its source and its limit.

They were made for pages of the web. On contracts, notes or tables look first at what they would
drop (`warrant run --sample 500`, then `warrant status --drops`), and leave out what does not fit.

Source: `gopher`: J. Rae et al., Scaling Language Models (Gopher), 2021, appendix A1.1.
`c4`: C. Raffel et al., Exploring the Limits of Transfer Learning, JMLR 21, 2020, section 2.2, the
rules that judge a whole page. `fineweb`: G. Penedo et al., The FineWeb Datasets, 2024, section 3.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "quality"
_STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
_BULLETS = ("•", "‣", "◦", "⁃", "-", "*", "–")  # noqa: RUF001 - what lists begin with
_ELLIPSES = ("...", "…")
_ENDS = (".", "!", "?", '"', "”", "’", "'", "。", "！", "？")  # noqa: RUF001 - ends of sentences
_SYMBOLS = ("#", "...", "…")
_SENTENCES = re.compile(r"[.!?。！？]+(?=\s|$|[\"'”’)])")  # noqa: RUF001 - ends of sentences
_SHORT_LINE = 30  # characters
_WORDS_AT_ONCE = 1000


@dataclass(frozen=True)
class Page:
    """A text as the rules read it."""

    text: str
    """As it is."""

    @cached_property
    def words(self) -> Sequence[str]:
        """What white space divides."""
        return self.text.split()

    @cached_property
    def lines(self) -> Sequence[str]:
        """Without white space around them, none empty."""
        return [line for one in self.text.splitlines() if (line := one.strip())]

    @cached_property
    def mean_word(self) -> float:
        """Characters of a word, on average."""
        return self.of_words(len("".join(self.words)))

    def of_words(self, count: float) -> float:
        """Give a count as a share of the words."""
        return count / max(1, len(self.words))

    def of_lines(self, count: float) -> float:
        """Give a count as a share of the lines."""
        return count / max(1, len(self.lines))


class Rule(NamedTuple):
    """One published rule."""

    measured: Callable[[Page, float], float]
    """What is measured of a page; with `too: less` counting may end where the limit is reached."""
    too: str
    """`less` or `more`: on which side of the limit a text goes out."""
    limit: float
    """As published; the limit itself is kept."""
    words: str
    """Why, in a plain sentence; the value is what was measured."""


def _stop_words(page: Page, limit: float) -> float:
    found, words = set[str](), page.words
    for start in range(0, len(words), _WORDS_AT_ONCE):
        some = words[start : start + _WORDS_AT_ONCE]
        found |= _STOP_WORDS & {word.lower().strip(".,;:!?()\"'") for word in some}
        if len(found) >= limit:
            break
    return len(found)


def _with_letters(page: Page, limit: float) -> float:
    """Give the share of words with a letter; of nothing but letters, where those are enough."""
    pure = page.of_words(sum(map(str.isalpha, page.words)))
    if pure >= limit:
        return pure
    return page.of_words(sum(any(map(str.isalpha, word)) for word in page.words))


def _sentences(page: Page, limit: float) -> float:
    return sum(1 for _ in islice(_SENTENCES.finditer(page.text), max(0, ceil(limit))))


def _repeated_line_text(page: Page, _: float) -> float:
    total = sum(map(len, page.lines))
    return 1 - sum(map(len, set(page.lines))) / total if total else 0.0


RULES: Mapping[str, Rule] = {
    "gopher_few_words": Rule(
        lambda page, _: len(page.words), "less", 50, "The text has fewer words than the threshold."
    ),
    "gopher_many_words": Rule(
        lambda page, _: len(page.words),
        "more",
        100_000,
        "The text has more words than the threshold.",
    ),
    "gopher_short_words": Rule(
        lambda page, _: page.mean_word,
        "less",
        3,
        "The text's words are shorter on average than the threshold.",
    ),
    "gopher_long_words": Rule(
        lambda page, _: page.mean_word,
        "more",
        10,
        "The text's words are longer on average than the threshold.",
    ),
    "gopher_symbols": Rule(
        lambda page, _: page.of_words(sum(map(page.text.count, _SYMBOLS))),
        "more",
        0.1,
        "The text has more hashes and ellipses for each word than the threshold.",
    ),
    "gopher_bullets": Rule(
        lambda page, _: page.of_lines(sum(line.startswith(_BULLETS) for line in page.lines)),
        "more",
        0.9,
        "A larger share of the text's lines than the threshold begins with a bullet.",
    ),
    "gopher_ellipses": Rule(
        lambda page, _: page.of_lines(sum(line.endswith(_ELLIPSES) for line in page.lines)),
        "more",
        0.3,
        "A larger share of the text's lines than the threshold ends with an ellipsis.",
    ),
    "gopher_no_letters": Rule(
        _with_letters,
        "less",
        0.8,
        "A smaller share of the text's words than the threshold has a letter.",
    ),
    "gopher_stop_words": Rule(
        _stop_words,
        "less",
        2,
        "The text has fewer of eight frequent English words than the threshold.",
    ),
    "c4_lorem_ipsum": Rule(
        lambda page, _: page.text.lower().count("lorem ipsum"),
        "more",
        0,
        "The text has the filler 'lorem ipsum' more often than the threshold.",
    ),
    "c4_curly_brackets": Rule(
        lambda page, _: page.text.count("{"),
        "more",
        0,
        "The text has more curly brackets, as programs have, than the threshold.",
    ),
    "c4_few_sentences": Rule(
        _sentences,
        "less",
        3,
        "The text has fewer sentences than the threshold.",
    ),
    "fineweb_line_ends": Rule(
        lambda page, _: page.of_lines(sum(line.endswith(_ENDS) for line in page.lines)),
        "less",
        0.12,
        "A smaller share of the text's lines than the threshold ends as a sentence does.",
    ),
    "fineweb_repeated_lines": Rule(
        _repeated_line_text,
        "more",
        0.1,
        "A larger share of the text's characters than the threshold is in lines that repeat.",
    ),
    "fineweb_short_lines": Rule(
        lambda page, _: page.of_lines(sum(len(line) < _SHORT_LINE for line in page.lines)),
        "more",
        0.67,
        "A larger share of the text's lines than the threshold has under 30 characters.",
    ),
}
"""By reason; a reason begins with the set of rules that it belongs to."""
SETS = ("gopher", "c4", "fineweb")
"""Sets of rules."""


class Quality:
    """Drops rows whose text fails a published rule.

    Args:
        values: sets of rules, at least one of `gopher`, `c4`, `fineweb`.
        leave_out: reasons that are not judged.
        limits: other limits by reason; those left out stay as published.

    Raises:
        InputError: when a set or a reason is unknown, or a limit is no number.
    """

    alone = True
    """An engine may let copies of it judge."""

    def __init__(
        self,
        values: Sequence[str],
        leave_out: Sequence[str] = (),
        limits: Mapping[str, float] | None = None,
    ) -> None:
        said = Settings(_NAME, f"{_NAME}: {{values: [gopher], leave_out: [gopher_few_words]}}")
        sets = [said.choice("rules", one, SETS) for one in said.texts("values", values)]
        known = [code for code in RULES if code.split("_")[0] in sets]
        out = {said.choice("leave_out", code, known) for code in leave_out}
        self._limits = {code: RULES[code].limit for code in known if code not in out}
        for code, limit in (limits or {}).items():
            if isinstance(limit, bool) or not isinstance(limit, (int, float)):
                raise said.refusal(f"wants a number as the limit of {code}, got {limit!r}")
            self._limits[said.choice("limits", code, list(self._limits))] = float(limit)
        self.reasons = tuple(
            Reason(
                code=code,
                kind="drop",
                rule=_NAME,
                version=VERSION,
                threshold=limit,
                words=f"{RULES[code].words} Value: what was measured.",
            )
            for code, limit in self._limits.items()
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text that fails a rule, of several the first.
        """
        verdicts = []
        for row, text in enumerate(cells.to_pylist()):
            if text and not text.isspace():
                verdicts += self._judge(row, text)
        return Judgement(verdicts)

    def _judge(self, row: int, text: str) -> list[Verdict]:
        page = Page(text)
        for code, limit in self._limits.items():
            value = RULES[code].measured(page, limit)
            if value < limit if RULES[code].too == "less" else value > limit:
                return [Verdict(row, code, round(value, 6))]
        return []
