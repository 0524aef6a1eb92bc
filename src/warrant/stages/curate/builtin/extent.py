"""Texts outside a length: more words than a limit, or fewer or more characters than two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""


def _reason(code: str, rule: str, threshold: int, words: str) -> Reason:
    return Reason(
        code=code, kind="drop", rule=rule, version=VERSION, threshold=threshold, words=words
    )


class MaxWords:
    """Drops rows with more words than a limit; words are what white space divides.

    Args:
        words: the largest number of words that is kept, 1 or more.

    Raises:
        InputError: when the limit is no such number.
    """

    def __init__(self, words: int) -> None:
        said = Settings("max_words", "max_words: {words: 5000}")
        self._most = said.count("words", words)
        self.reasons = (
            _reason("too_long", "max_words", words, "The text has more words than the threshold."),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text above the limit; the value is its number of words.
        """
        shortest = 2 * self._most + 1  # one word more than the limit has so many characters
        counts = [
            len(text.split()) if text and len(text) >= shortest else 0 for text in cells.to_pylist()
        ]
        return Judgement(
            [
                Verdict(row, "too_long", value=count)
                for row, count in enumerate(counts)
                if count > self._most
            ]
        )


class Characters:
    """Drops rows with fewer or more characters than limits; white space counts.

    Args:
        least: the smallest number of characters that is kept, 0 or more.
        most: the largest number that is kept; None for no limit.

    Raises:
        InputError: when a limit is no such number, or none is given.
    """

    def __init__(self, least: int = 0, most: int | None = None) -> None:
        said = Settings("characters", "characters: {least: 200, most: 100000}")
        self._least = said.count("least", least, 0)
        self._most = None if most is None else said.count("most", most)
        if not least and most is None:
            raise said.refusal("has no limit")
        if most is not None and most < least:
            raise said.refusal(f"wants most from least upwards, got {most} below {least}")
        fewer = "The text has fewer characters than the threshold."
        more = "The text has more characters than the threshold."
        self.reasons = (
            _reason("too_few_characters", "characters", least, fewer),
            *(() if most is None else (_reason("too_many_characters", "characters", most, more),)),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text outside the limits; the value is its number of characters.
        """
        import pyarrow.compute as pc

        verdicts = []
        for row, count in enumerate(pc.utf8_length(cells).fill_null(0).to_pylist()):
            if count < self._least:
                verdicts.append(Verdict(row, "too_few_characters", value=count))
            elif self._most is not None and count > self._most:
                verdicts.append(Verdict(row, "too_many_characters", value=count))
        return Judgement(verdicts)
