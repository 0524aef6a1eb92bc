"""What a tagger sees of a token: its form, and the tokens around it, hashed into columns.

Each attribute of a token (the word, its shape, its ends) is hashed once for each distinct word, and
the features of a window are mixed from these numbers at once for all tokens. Nothing of a text can
be read from a column.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.uint64]

COLUMNS = 1 << 20
"""Features share so many columns; two that fall on one are told apart by the others."""

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_RUNS = (
    (re.compile(r"[^\W\d_a-zß-öø-ÿ]"), "X"),
    (re.compile(r"[^\W\d_X]"), "x"),
    (re.compile(r"\d"), "9"),
)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_NOTHING = np.uint64(0x5D)
"""Stands before the first token of a text and after the last."""


class Tokens(NamedTuple):
    """Tokens of several texts, one after another."""

    starts: NDArray[np.int64]
    """First character of each in its text."""
    ends: NDArray[np.int64]
    """After the last character."""
    texts: NDArray[np.int64]
    """Number of the text of each."""
    words: list[str]
    """As they stand."""
    lines: NDArray[np.int64]
    """Number of the line of each, rising over all texts."""


def tokens_of(texts: Sequence[str]) -> Tokens:
    """Cut texts into words, numbers and signs.

    Args:
        texts: any.

    Returns:
        Their tokens, in order; an underscore is a token of its own.
    """
    starts: list[int] = []
    ends: list[int] = []
    numbers: list[int] = []
    words: list[str] = []
    lines: list[int] = []
    line = 0
    for number, text in enumerate(texts):
        line += 1
        breaks = [at for at, character in enumerate(text) if character == "\n"]
        spans = [match.span() for match in _TOKEN.finditer(text)]
        starts += [start for start, _ in spans]
        ends += [end for _, end in spans]
        words += [text[start:end] for start, end in spans]
        numbers += [number] * len(spans)
        lines += (line + np.searchsorted(breaks, [start for start, _ in spans])).tolist()
        line += len(breaks)
    as_array = [np.array(one, np.int64) for one in (starts, ends, numbers, lines)]
    return Tokens(as_array[0], as_array[1], as_array[2], words, as_array[3])


def features_of(tokens: Tokens) -> Any:  # noqa: ANN401 - scipy has no types
    """Describe tokens by themselves and what stands around them.

    Args:
        tokens: of any texts.

    Returns:
        shape (tokens, COLUMNS), sparse, float32; each row has the same number of ones.
    """
    from scipy.sparse import csr_matrix

    columns = np.stack(list(_windows(tokens)), axis=1)
    count, width = columns.shape
    places = np.arange(0, count * width + 1, width, dtype=np.int64)
    ones = np.ones(count * width, np.float32)
    return csr_matrix((ones, columns.astype(np.int32).ravel(), places), shape=(count, COLUMNS))


def _windows(tokens: Tokens) -> list[Codes]:
    """Give the columns of all features, one array of all tokens for each."""
    known: dict[str, int] = {}
    ids = np.fromiter(
        (known.setdefault(word, len(known)) for word in tokens.words), np.int64, len(tokens.words)
    )
    each = {name: _coded(known, view)[ids] for name, view in _VIEWS.items()}
    each["head"] = _heads(each["word"], tokens)
    at = _Around(tokens.texts)
    found: list[Codes] = []
    for name, reach in _REACH.items():
        found += [at(each[name], step) for step in range(-reach, reach + 1)]
    word, shape = each["word"], each["shape"]
    for left, right in ((-2, -1), (-1, 0), (0, 1), (1, 2), (-1, 1)):
        found.append(_mixed(at(word, left), at(word, right)))
        found.append(_mixed(at(shape, left), at(shape, right)))
    found.append(_mixed(at(word, -1), shape))
    found.append(_mixed(at(word, 1), shape))
    found.append(_mixed(_mixed(at(word, -2), at(word, -1)), shape))
    found.append(_mixed(_mixed(at(shape, -1), shape), at(shape, 1)))
    found.append(_mixed(each["head"], shape))
    found.append(_mixed(_mixed(each["head"], at(shape, -1)), shape))
    found.append(each["head"])
    casing = _casings(tokens, each["word"])
    found += [_mixed(at(casing, step), at(shape, step)) for step in (-1, 0, 1)]
    found.append(_mixed(_mixed(casing, at(word, -1)), at(word, 1)))
    return [_column(codes, number) for number, codes in enumerate(found)]


def _shape(word: str) -> str:
    for pattern, sign in _RUNS:
        word = pattern.sub(sign, word)
    return re.sub(r"(.)\1{3,}", r"\1\1\1", word)[:12]


_VIEWS: dict[str, Callable[[str], str]] = {
    "word": str.lower,
    "shape": _shape,
    "first": lambda word: word[:3].lower(),
    "last": lambda word: word[-3:].lower(),
    "end": lambda word: word[-2:].lower(),
}
_REACH = {"word": 4, "shape": 3, "first": 1, "last": 2, "end": 0}
"""So many tokens to each side are described."""


def _coded(known: dict[str, int], view: Callable[[str], str]) -> Codes:
    digests = (
        blake2b(view(word).encode("utf-8", "surrogatepass"), digest_size=8) for word in known
    )
    return np.array([int.from_bytes(one.digest(), "little") for one in digests], np.uint64)


def _heads(words: Codes, tokens: Tokens) -> Codes:
    """Give each token the first two words of its line: in forms they name what follows."""
    if not len(words):
        return words
    _, first, of_line = np.unique(tokens.lines, return_index=True, return_inverse=True)
    second = np.minimum(first + 1, len(words) - 1)
    return _mixed(words[first], words[second])[of_line]


def _casings(tokens: Tokens, words: Codes) -> Codes:
    """Tell of each word how much of its text writes it in small letters, in four steps."""
    small = np.array([word.islower() for word in tokens.words], np.int64)
    _, same = np.unique(_mixed(words, tokens.texts.astype(np.uint64)), return_inverse=True)
    total = np.bincount(same, minlength=1)[same]
    lower = np.bincount(same, small, minlength=1)[same]
    few = np.minimum(total, 4).astype(np.uint64)
    return np.ceil(3 * lower / total).astype(np.uint64) + np.uint64(4) * few


class _Around:
    """Shifts codes by some tokens, inside each text."""

    def __init__(self, texts: NDArray[np.int64]) -> None:
        self._texts = texts

    def __call__(self, codes: Codes, step: int) -> Codes:
        if step == 0 or not len(codes):
            return codes
        places = np.arange(len(codes)) + step
        inside = np.clip(places, 0, len(codes) - 1)
        same = (places == inside) & (self._texts[inside] == self._texts)
        return np.where(same, codes[inside], _NOTHING)


def _mixed(one: Codes, other: Codes) -> Codes:
    return (one * _MIX) ^ (other + (one >> np.uint64(29)))


def _column(codes: Codes, number: int) -> Codes:
    mixed = (codes + np.uint64(number + 1)) * _MIX
    mixed ^= mixed >> np.uint64(32)
    return (mixed * _MIX) >> np.uint64(64 - 20)
