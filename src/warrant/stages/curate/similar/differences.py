"""Words in which two similar texts differ, and whether one of them may change the meaning.

Two contracts that differ in one amount are near duplicates and two contracts. So a difference
tells as soon as one of its words holds a digit, begins with a capital (a name, a party, a month),
is a currency or a per cent sign, negates, obliges or permits, counts, compares or sets a time.
The lists are English with the negations of six more languages; whatever is not sure tells.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"\w+|[^\W\s]|[$€£¥₹%‰§]")
_LONGEST = 2000  # words between the first and the last difference; aligning is quadratic
_LISTED = """
not no nor never none neither without unless except excluding excluded cannot nicht kein keine
keinen keiner ohne außer ne pas jamais aucun aucune sans non sin nunca ningún ninguna niet geen
zonder não sem nie bez shall may must will should can might would could need ought one two three
four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy
eighty ninety hundred thousand million billion half third quarter first second once twice double
triple dozen all any each every only some both either least most more less fewer over under
above below exceed exceeds exceeding maximum minimum before after until till within during since
prior upon if including included day days week weeks month months year years daily weekly
monthly quarterly annually annual january february march april june july august september
october november december
"""
_TELLING = frozenset(_LISTED.split())


def differing_words(one: str, other: str) -> list[str]:
    """Give the words in which two texts differ.

    Args:
        one: a text.
        other: another.

    Returns:
        Words and signs as they stand there, those of `one` and of `other` at each place.
    """
    first, second = _TOKEN.findall(one), _TOKEN.findall(other)
    first, second = _middles(first, second)
    if max(len(first), len(second)) > _LONGEST:
        return first + second
    found: list[str] = []
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag != "equal":
            found += first[start:end] + second[other_start:other_end]
    return found


def may_change_meaning(words: Iterable[str]) -> bool:
    """Say whether one of the words may change what a text means.

    Args:
        words: in which two texts differ.

    Returns:
        True when one holds a digit, begins with a capital, is a sign of money or share, or is in
        the lists of this module.
    """
    return any(
        word[0].isupper()
        or any(sign.isdigit() for sign in word)
        or word in "$€£¥₹%‰§"
        or word.lower() in _TELLING
        for word in words
    )


def _middles(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Take off what both begin and end with."""
    shorter = min(len(one), len(other))
    front = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    back = next(
        (at for at in range(shorter - front) if one[-1 - at] != other[-1 - at]), shorter - front
    )
    return one[front : len(one) - back], other[front : len(other) - back]
