"""Languages: rows in a language that the recipe does not name go out.

A text is judged by passages spread over it, each by the probability that it is in one of the named
languages. The mean of these, weighted by letters, is the value in the ledger. A text of several
languages stays when at least half of it, by that measure, is in a named one; it is counted. A text
with few letters tells nobody its language: it stays and is counted too. A passage in capitals, such
as the disclaimer of a contract, is judged by its small letters: the model has seen few capitals.

Law: the value of a text depends on that text and the named languages alone.

Source: M. Lui and T. Baldwin, langid.py: An Off-the-shelf Language Identification Tool, ACL 2012.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.errors import InputError
from warrant.records.reason import Kind, Reason
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

VERSION = "2"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "keep_languages"
_PASSAGE = 250  # characters; more adds little to what is told of a passage
_PASSAGES = 16
_EXAMPLE = f"Write for example: - {_NAME}: [en, de]"


class _Told(NamedTuple):
    """What the passages of a text say together."""

    share: float
    """Mean probability of the named languages, 0 to 1, weighted by letters."""
    sides: frozenset[bool]
    """Whether passages are in a named language; two entries when they do not agree."""
    language: str
    """The language of most letters."""


class KeepLanguages:
    """Drops rows that are in none of the named languages.

    Args:
        values: ISO 639-1 codes, at least one, such as `en`.
        least_letters: a text with fewer letters is kept and counted, 0 or more.
        least_share: from which mean probability on a text is kept, above 0 and at most 1.

    Raises:
        InputError: when a language is unknown or a number does not fit.
    """

    alone = True
    """An engine may let copies of it judge."""

    def __init__(
        self, values: Sequence[str], least_letters: int = 40, least_share: float = 0.5
    ) -> None:
        self._wanted = frozenset(_checked(values))
        if type(least_letters) is not int or least_letters < 0:
            raise InputError(
                f"The filter {_NAME!r} wants least_letters from 0 upwards, got {least_letters!r}.",
                do=f"Write for example: - {_NAME}: {{values: [en], least_letters: 40}}",
            )
        if isinstance(least_share, bool) or not 0 < least_share <= 1:
            raise InputError(
                f"The filter {_NAME!r} wants a least_share above 0 and at most 1, got "
                f"{least_share!r}.",
                do=f"Write for example: - {_NAME}: {{values: [en], least_share: 0.5}}",
            )
        self._least_letters = least_letters
        self._least_share = float(least_share)
        named = ", ".join(sorted(self._wanted))
        self.reasons = (
            _reason(
                "other_language",
                "drop",
                self._least_share,
                f"The text is not in a language that the recipe keeps ({named}); value: how "
                "probable it is that it is.",
            ),
            _reason(
                "mixed_languages",
                "measure",
                self._least_share,
                f"Parts of the text are not in a language that the recipe keeps ({named}); it "
                "stays; value: how probable it is that a part is.",
            ),
            _reason(
                "language_too_short_to_tell",
                "measure",
                float(least_letters),
                "The text has too few letters to tell its language; it stays; value: how many.",
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text in another language; a line for each that is mixed or too short;
            rows by the language that most of their letters are in, those dropped too.
        """
        verdicts, rows = list[Verdict](), Counter[str]()
        for row, text in enumerate(cells.to_pylist()):
            if text:
                verdicts += self._judge(row, text, rows)
        counted = {f"rows_in_language_{name}": rows[name] for name in sorted(rows)}
        return Judgement(verdicts, counted=counted)

    def _judge(self, row: int, text: str, rows: Counter[str]) -> list[Verdict]:
        passages = [(one, sum(map(str.isalpha, one))) for one in _passages(text)]
        letters = sum(count for _, count in passages)
        if letters < max(1, self._least_letters):
            return [Verdict(row, "language_too_short_to_tell", float(letters))]
        told = self._told(passages, letters)
        rows[told.language] += 1
        if told.share < self._least_share:
            return [Verdict(row, "other_language", told.share)]
        return [Verdict(row, "mixed_languages", told.share)] if len(told.sides) > 1 else []

    def _told(self, passages: Sequence[tuple[str, int]], letters: int) -> _Told:
        share, sides, languages = 0.0, set(), dict[str, int]()
        for passage, count in passages:
            if not count:
                continue
            ranked = _identifier().rank(_in_small_letters(passage, count))
            share += count * sum(value for name, value in ranked if name in self._wanted)
            best = ranked[0][0]
            languages[best] = languages.get(best, 0) + count
            if count >= self._least_letters:  # a short end says nothing about a mixture
                sides.add(best in self._wanted)
        most = max(sorted(languages), key=lambda name: languages[name])
        return _Told(min(1.0, round(share / letters, 6)), frozenset(sides), most)


def _passages(text: str) -> list[str]:
    """Cut a text into passages, of a long one some that are spread over it evenly."""
    if len(text) <= _PASSAGE * _PASSAGES:
        return [text[at : at + _PASSAGE] for at in range(0, len(text), _PASSAGE)]
    last = len(text) - _PASSAGE
    starts = [last * at // (_PASSAGES - 1) for at in range(_PASSAGES)]
    return [text[at : at + _PASSAGE] for at in starts]


def _in_small_letters(passage: str, letters: int) -> str:
    """Give a passage whose letters are mostly capitals in small ones, any other as it is."""
    return passage.lower() if 2 * sum(map(str.isupper, passage)) > letters else passage


def language_of(text: str) -> tuple[str, float]:
    """Say which language a text looks like.

    Args:
        text: any; its beginning is looked at.

    Returns:
        ISO 639-1 code, and how sure that is, 0 to 1.
    """
    start = text[: _PASSAGE * _PASSAGES]
    name, sure = _identifier().classify(_in_small_letters(start, sum(map(str.isalpha, start))))
    return str(name), float(sure)


@cache
def _identifier() -> Any:  # noqa: ANN401 - of a library without types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _checked(values: Sequence[str]) -> Sequence[str]:
    if isinstance(values, str) or not values or not all(isinstance(one, str) for one in values):
        raise InputError(f"The filter {_NAME!r} wants a list of languages.", do=_EXAMPLE)
    known = _identifier().labels
    for one in values:
        if one not in known:
            near = [name for name in known if name == one.lower()[:2]]
            raise InputError(
                f"The filter {_NAME!r} knows no language {one!r}; it takes two letters of ISO 639.",
                do=f"Write {near[0]!r} in place of {one!r}." if near else _EXAMPLE,
            )
    return values


def _reason(code: str, kind: Kind, threshold: float, words: str) -> Reason:
    return Reason(
        code=code, kind=kind, rule=_NAME, version=VERSION, threshold=threshold, words=words
    )
