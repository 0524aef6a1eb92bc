"""Texts with too little in them: none at all, or fewer words than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.records.reason import Reason
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

EMPTY = Reason(
    code="empty_text",
    kind="drop",
    rule="drop_empty",
    version=VERSION,
    words="The row has no text, or nothing but white space.",
)


class DropEmpty:
    """Drops rows without text."""

    reasons = (EMPTY,)

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each row without a visible character.
        """
        texts = enumerate(cells.to_pylist())
        return Judgement([Verdict(row, EMPTY.code) for row, text in texts if _is_blank(text)])


class MinWords:
    """Drops rows with fewer words than a limit; words are what white space divides.

    Args:
        words: the least number of words that is kept, 1 or more.

    Raises:
        InputError: when the limit is no such number.
    """

    def __init__(self, words: int) -> None:
        if type(words) is not int or words < 1:
            raise InputError(
                f"The filter 'min_words' wants a number of words, got {words!r}.",
                do="Write for example: - min_words: {words: 5}",
            )
        self._least = words
        self.reasons = (
            Reason(
                code="too_short",
                kind="drop",
                rule="min_words",
                version=VERSION,
                threshold=words,
                words="The text has fewer words than the threshold.",
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text below the limit; the value is its number of words.
        """
        verdicts = []
        for row, text in enumerate(cells.to_pylist()):
            # The rest of a long text is never divided: only up to the limit counts.
            count = len(text.split(None, self._least)) if text else 0
            if count < self._least:
                verdicts.append(Verdict(row, "too_short", value=count))
        return Judgement(verdicts)


def _is_blank(text: str | None) -> bool:
    return not text or text.isspace()
