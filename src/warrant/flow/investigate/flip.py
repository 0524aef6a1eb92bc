"""The smallest change of the input that changes the answer: words taken out, or one cell changed.

One change is tried before two, and two before more. What is given was put to the model; that
nothing smaller exists is certain for one change only, and among the words that were tried.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from warrant.flow.investigate.asking import shown_answer
from warrant.flow.investigate.causes.clues import LONG
from warrant.flow.investigate.found import Change, Flip
from warrant.models.columns.cells import read_number
from warrant.serve.cells import plain_text, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.investigate.causes.clues import Clues
    from warrant.models import InputColumn, Predictions

_PAIRED = 12
"""Words of which pairs are tried, the weightiest."""
_MOST_WORDS = 40
"""Words that are taken out at most."""
_MOST_VALUES = 200
"""Values of a column that are tried."""


def smallest_flip(clues: Clues) -> Flip | None:
    """Look for the smallest change that changes the answer.

    Args:
        clues: what is at hand.

    Returns:
        The change, and what the model then says; None where none was found.
    """
    if clues.scene.asking.model.task == "regression":
        return None
    if clues.scene.asking.is_written:
        return _one_word(clues)
    return _one_word(clues) or _one_cell(clues) or _two_words(clues) or _many_words(clues)


def _one_word(clues: Clues) -> Flip | None:
    best = [one.word for one in clues.without_words[:_MOST_WORDS]]
    return _first(clues, [[word] for word in best])


def _two_words(clues: Clues) -> Flip | None:
    paired = _PAIRED if len(clues.scene.text) <= LONG else _PAIRED // 2
    best = [one.word for one in clues.without_words[:paired]]
    return _first(clues, [list(pair) for pair in combinations(best, 2)])


def _many_words(clues: Clues) -> Flip | None:
    """Take out the weightiest words one after another."""
    best = [one.word for one in clues.without_words if one.loss > 0][:_MOST_WORDS]
    return _first(clues, [best[: count + 1] for count in range(2, len(best))])


def _first(clues: Clues, tries: Sequence[Sequence[str]]) -> Flip | None:
    if not tries:
        return None
    asking = clues.scene.asking
    found = asking.ask([clues.cut(words) for words in tries])
    for row, words in enumerate(tries):
        if _is_other(clues, found, row):
            column = "+".join(one.column for one in asking.texts)
            return _flip([Change(column, word, None) for word in words], found, row)
    return None


def _one_cell(clues: Clues) -> Flip | None:
    """Try every known value of a category, and of a number the nearest first."""
    for column in clues.scene.asking.model.reads:
        if column.read_as in ("category", "number"):
            flip = _in_column(clues, column)
            if flip is not None:
                return flip
    return None


def _in_column(clues: Clues, column: InputColumn) -> Flip | None:
    asking, name = clues.scene.asking, column.column
    values = _values(clues, column)
    if not values:
        return None
    found = asking.ask([{name: value} for value in values])
    for row, value in enumerate(values):
        if _is_other(clues, found, row):
            before, after = _plain(asking.cells[name]), _plain(value)
            return _flip([Change(name, before, after)], found, row)
    return None


def _values(clues: Clues, column: InputColumn) -> list[object]:
    train, own = clues.scene.train, clues.scene.asking.cells[column.column]
    there = [] if train is None else [one for one in train.cells[column.column] if one is not None]
    if column.read_as == "category":
        return [one for one in dict.fromkeys(there) if one != own][:_MOST_VALUES]
    here = read_number(own)
    numbers = sorted({one for cell in there if (one := read_number(cell)) is not None})
    some = numbers[:: max(1, len(numbers) // _MOST_VALUES)]
    if here is None:
        return list(some)
    near = sorted(some, key=lambda one: abs(one - here))
    return [one for one in near if one != here]


def _is_other(clues: Clues, found: Predictions, row: int) -> bool:
    """Say whether an answer is another than the row's, whatever is expected."""
    asking = clues.scene.asking
    return bool((found.chosen[row] != asking.found.chosen[0]).any())


def _flip(changes: list[Change], found: Predictions, row: int) -> Flip:
    answer, probability = shown_answer(found, row)
    return Flip(tuple(changes), answer, probability)


def _plain(cell: object) -> str:
    return plain_text(tidy(cell)) or "(empty)"
