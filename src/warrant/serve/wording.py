"""What an answer says in words: why it abstained, what decided."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warrant.models import Abstention, Contribution
    from warrant.serve.answer import Answer

SHOWN = 5
"""So many words are shown for each label."""

_DOUBTS = {
    "missing": "{column} is empty",
    "unseen": "{column} holds what no training row had",
    "out_of_range": "{column} lies outside what training rows had",
    "unreadable": "{column} is no number or date or list of options that can be read",
    "cut": "{column} is longer than the model reads: its beginning was left out",
    "unsure": "not sure enough: a person decides, as the author's prices or stated risk ask",
}


def why(answer: Answer) -> list[str]:
    """Say why an answer must not be relied on.

    Args:
        answer: any.

    Returns:
        One phrase a reason; none when it may be relied on.
    """
    return [phrase(one) for one in answer.abstentions]


def phrase(abstention: Abstention) -> str:
    """Say one reason as a phrase."""
    return _DOUBTS[abstention.doubt].format(column=repr(abstention.column))


def deciding_words(answer: Answer) -> str | None:
    """Say what decided, in one line.

    Args:
        answer: any.

    Returns:
        For each label the words and cells that weighed most, with their weights; fragments of words
        in `« »` only where there is nothing else. None when nobody asked, or nothing weighed.
    """
    if not answer.words:
        return None
    told = {label: ", ".join(map(_weighed, shown(found))) for label, found in answer.words.items()}
    if len(told) == 1:
        return next(iter(told.values())) or None
    return "; ".join(f"{label}: {words}" for label, words in told.items() if words) or None


def shown(found: Sequence[Contribution]) -> list[Contribution]:
    """Choose what is shown of the contributions to one label.

    Args:
        found: the strongest first.

    Returns:
        At most `SHOWN` that weigh anything: whole words and cells, or fragments where there are
        none.
    """
    weighing = [one for one in found if one.value]
    whole = list(islice((one for one in weighing if one.kind != "characters"), SHOWN))
    return whole or weighing[:SHOWN]


def _weighed(one: Contribution) -> str:
    sign = "−" if one.value < 0 else "+"
    return f"{_named(one)} {sign}{abs(one.value):.2g}"


def _named(one: Contribution) -> str:
    if one.kind == "word":
        return one.term
    if one.kind == "characters":
        return f"«{one.term}»"
    if one.kind == "pair":
        return f"{one.term.replace('+', '… and ')}…"
    is_framed = one.term.startswith("(") and one.term.endswith(")")  # such as `(empty)`
    return f"{one.column} {one.term}" if is_framed else f"{one.column} ({one.term})"


def each(answer: Answer) -> Iterator[tuple[str, Contribution]]:
    """List what is shown of an answer, label by label."""
    for label, found in (answer.words or {}).items():
        for one in shown(found):
            yield label, one
