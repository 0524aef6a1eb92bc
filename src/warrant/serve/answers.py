"""From rows to answers: the one path of batch prediction and, later, of the server.

Law: a row's answer does not depend on the rows beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.models import Abstention, Contribution, Predictions
    from warrant.serve.opened import Opened

NO_TEXT = "The row has no text."
"""Said of a row whose inputs are all empty: a model would answer with what is most frequent."""

_DOUBTS = {
    "missing": "{column!r} is empty, which no training row had.",
    "unseen": "{column!r} holds a value that no training row had.",
    "out_of_range": "{column!r} lies outside what training rows had.",
    "unreadable": "{column!r} cannot be read.",
    "unsure": "Asking a person costs less than being wrong.",
}
_MOST_WORDS = 5


class Answer(NamedTuple):
    """What there is to say of one row."""

    answer: str
    """The label, several with `; ` between them; a number for `regression`; empty when it is
    withheld."""
    probability: float | None
    """Of the answer, 0 to 1; of several labels the least; None where there is none."""
    abstained: bool
    """True when the answer must not be relied on."""
    why: str
    """Why the model abstained; empty when it did not."""
    words: str
    """The words that spoke most for the answer; empty when not asked for."""


class Answerer:
    """Answers rows with one bundle's model.

    Args:
        opened: the bundle.
        words: whether to look for the words that decided; most of the time goes there.
    """

    def __init__(self, opened: Opened, *, words: bool = True) -> None:
        self._model = opened.model
        self._words = words

    def answer(self, rows: Sequence[Mapping[str, object]]) -> list[Answer]:
        """Answer some rows.

        Args:
            rows: cells by column name; other columns than the model's are not looked at.

        Returns:
            One answer a row, in order.

        Raises:
            InputError: when a row lacks one of the model's columns; no cell is quoted.
        """
        if not rows:
            return []
        columns = {name: [_cell(row, name) for row in rows] for name in self._model.inputs}
        blank = [not any(map(_is_filled, cells)) for cells in zip(*columns.values(), strict=True)]
        found = self._model.predict(columns)
        words = self._decisive(columns, found) if self._words else [""] * len(rows)
        return [
            withheld(NO_TEXT) if blank[row] else _told(found, row, words[row])
            for row in range(len(rows))
        ]

    def _decisive(self, columns: Mapping[str, Sequence[object]], found: Predictions) -> list[str]:
        explained = self._model.explain(columns, _MOST_WORDS * 4)
        return [
            _words_of(by_label, {found.labels[at] for at in np.flatnonzero(chosen)})
            for by_label, chosen in zip(explained, found.chosen, strict=True)
        ]


def withheld(why: str) -> Answer:
    """Give what stands where there is no answer.

    Args:
        why: in a plain sentence.

    Returns:
        An abstention.
    """
    return Answer(answer="", probability=None, abstained=True, why=why, words="")


def require_columns(inputs: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a table that lacks a column of the model.

    Args:
        inputs: columns that the model reads.
        names: columns of the table.

    Raises:
        InputError: naming the column, and one whose name is close.
    """
    from difflib import get_close_matches

    for name in inputs:
        if name in names:
            continue
        near = get_close_matches(name, names, n=1)
        listed = ", ".join(map(repr, names)) or "none"
        raise InputError(
            f"The model reads a column {name!r}; the input has: {listed}.",
            do=f"Rename the column {near[0]!r} to {name!r}." if near else f"Add a column {name!r}.",
        )


def _cell(row: Mapping[str, object], name: str) -> object:
    if name not in row:
        require_columns([name], list(row))
    cell = row[name]
    return cell if cell is None or isinstance(cell, str) else str(cell)


def _is_filled(cell: object) -> bool:
    return cell is not None and bool(str(cell).strip())


def _told(found: Predictions, row: int, words: str) -> Answer:
    doubts = found.abstentions[row] if found.abstentions else ()
    why = " ".join(map(_in_words, doubts))
    if found.values is not None:
        return Answer(f"{found.values[row]:.6g}", None, bool(doubts), why, words)
    chosen = np.flatnonzero(found.chosen[row])
    answer = "; ".join(found.labels[at] for at in chosen)
    if not chosen.size:
        return Answer("", None, bool(doubts), why, words)
    probability = round(float(found.probabilities[row][chosen].min()), 4)
    return Answer(answer, probability, bool(doubts), why, words)


def _in_words(doubt: Abstention) -> str:
    return _DOUBTS[doubt.doubt].format(column=doubt.column)


def _words_of(by_label: Mapping[str, Sequence[Contribution]], chosen: set[str]) -> str:
    """Name what spoke for the chosen labels; character sequences say nothing to a reader."""
    named = [
        one.term
        for label, contributions in by_label.items()
        if label in chosen
        for one in contributions
        if one.value > 0 and one.kind != "characters"
    ]
    return ", ".join(list(dict.fromkeys(named))[:_MOST_WORDS])
