"""How alike texts are, by their words: the cosine of TF-IDF over whole texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WORD = re.compile(r"\w+")
"""What counts as a word."""

FIRST_CHARACTERS = 20_000
"""Of a text so many characters are compared."""


class Likeness:
    """Compares texts with a fixed list of others.

    Args:
        texts: the others.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._reader: Any = TfidfVectorizer(
            sublinear_tf=True, dtype=np.float32, token_pattern=WORD.pattern
        )
        short = [one[:FIRST_CHARACTERS] for one in texts]
        try:
            self._rows = self._reader.fit_transform(short)
        except ValueError:  # no text has a word
            self._reader = None
        else:
            from sklearn.preprocessing import normalize

            self._sets = normalize((self._rows > 0).astype(np.float32))
        self._count = len(texts)

    def to(self, text: str) -> NDArray[np.float32]:
        """Give each text's likeness to another one, 0 to 1."""
        if self._reader is None:
            return np.zeros(self._count, np.float32)
        one = self._reader.transform([text[:FIRST_CHARACTERS]])
        return np.asarray((self._rows @ one.T).toarray(), np.float32).ravel()

    def copies(self, places: Sequence[int], others: Sequence[int]) -> NDArray[np.float32]:
        """Say how far some texts are copies of some others, by the words they share.

        Rare words, such as a number that each copy has of its own, count no more than others.

        Args:
            places: of some texts.
            others: of others.

        Returns:
            Shape (places, others), 0 to 1: shared words, over the root of the product of counts.
        """
        if self._reader is None or not len(places) or not len(others):
            return np.zeros((len(places), len(others)), np.float32)
        found = self._sets[list(places)] @ self._sets[list(others)].T
        return np.asarray(found.toarray(), np.float32)


def words_in(text: str) -> list[str]:
    """Give the different words of a text in lower case, in their order."""
    return list(dict.fromkeys(WORD.findall(text.lower())))


def without_word(text: str, words: Sequence[str]) -> str:
    """Take words out of a text, wherever they stand and however they are written."""
    gone = set(words)
    return WORD.sub(lambda found: "" if found[0].lower() in gone else found[0], text)
