"""What is expected of a second answer after a first one, for each kind of task."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from warrant.models import VALUE
from warrant.stages.evaluate.builtin.dates import find_dates
from warrant.stages.evaluate.citations import strays
from warrant.stages.evaluate.failure_test import CITES_ONLY_KNOWN, FOLLOWS, INVENTS_NOTHING
from warrant.stages.evaluate.moving import moved, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.models.places import Span

    Cells = Mapping[str, object]


class Answer(NamedTuple):
    """What a model says of one row."""

    labels: tuple[str, ...]
    """The labels it chose, of `spans` those that occur; of `regression` and `generation` none."""
    probabilities: dict[str, float]
    """By label, 0 to 1; of `regression` the value itself, under `VALUE`; of `generation` none."""
    text: str | None = None
    """Of `generation`, what it wrote; of `choice`, what the chosen option says."""
    spans: tuple[Span, ...] | None = None
    """Of `spans`, the places it found, sorted."""


class Read(NamedTuple):
    """What a model read before its first answer, and before its second one."""

    before: Cells
    """By column."""
    after: Cells
    """By column."""

    @property
    def source(self) -> str:
        """All that was read before the first answer."""
        return _joined(self.before)

    @property
    def changed_source(self) -> str:
        """All that was read before the second answer."""
        return _joined(self.after)


def meets(
    expect: str,
    first: Answer,
    second: Answer,
    within: float = 0.0,
    read: Read | None = None,
) -> bool | None:
    """Say whether the second answer is what was expected after the first.

    Args:
        expect: `same`, `changes`, `becomes LABEL`, `rises LABEL` or `falls LABEL`; of a
            `regression` the label is `value`; of `generation` one of `WRITTEN` too.
        first: the answer to the row as it was.
        second: the answer to the changed row.
        within: of a `regression`, how far an answer may move and still be the same.
        read: what was read; of `spans`, places move along with it. None: nothing was moved.

    Returns:
        Whether it is; None where the first answer holds nothing that `follows` could judge.
    """
    read = read or Read({}, {})
    if expect == CITES_ONLY_KNOWN:
        return not strays(second.text or "", read.source)
    if expect == INVENTS_NOTHING:
        return not invented(second.text or "", read.changed_source)
    if expect == FOLLOWS:
        return follows(first.text or "", second.text or "", read)
    verb, _, label = expect.partition(" ")
    if verb in ("same", "changes"):
        return _is_same(first, second, within, read) == (verb == "same")
    if verb == "becomes":
        return label in second.labels
    change = second.probabilities[label] - first.probabilities[label]
    return change > 0 if verb == "rises" else change < 0


def _is_same(first: Answer, second: Answer, within: float, read: Read) -> bool:
    """Say whether an answer is the same: places moved along, options by what they say."""
    if first.spans is not None and second.spans is not None:
        return _moved(first.spans, read) == second.spans
    if VALUE in first.probabilities and not first.labels:
        return abs(second.probabilities[VALUE] - first.probabilities[VALUE]) <= within
    if first.text is not None and second.text is not None:
        return first.text == second.text
    return first.labels == second.labels


def _moved(places: tuple[Span, ...], read: Read) -> tuple[Span, ...]:
    """Move places along with the one text that holds them; what is gone is no longer expected."""
    changed = [name for name, cell in read.after.items() if read.before.get(name) != cell]
    if not changed:
        return places
    parts = parts_of(str(read.before[changed[0]] or ""), str(read.after[changed[0]] or ""))
    there = [(one, moved(parts, one.start, one.end)) for one in places]
    return tuple(sorted(one._replace(start=at[0], end=at[1]) for one, at in there if at))


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ENUMERATION = re.compile(r"^[ \t]*\(?\d{1,2}[.)](?=\s)", re.MULTILINE)


def invented(answer: str, source: str) -> set[str]:
    """Find numbers, dates and citations of an answer that its source does not have.

    `1,200.00` is `1200`, and a day may be written in another way. The numbers of a list's entries
    are none. A sum that the source does not say is invented as well: nobody can check it there.

    Args:
        answer: what a model wrote.
        source: what it had read.

    Returns:
        What was invented, as it stands in the answer; citations as `strays` gives them.
    """
    days = {one.day for one in find_dates(source)}
    wrong = {one.spot[0] for one in find_dates(answer) if one.day not in days}
    plain = answer
    for one in reversed(find_dates(answer)):
        plain = plain[: one.spot.start()] + " " + plain[one.spot.end() :]
    known = {_value(one[0]) for one in _NUMBER.finditer(source)}
    numbers = _NUMBER.finditer(_ENUMERATION.sub("", plain))
    wrong |= {one[0] for one in numbers if _value(one[0]) not in known}
    return wrong | strays(plain, source)


def follows(first: str, second: str, read: Read) -> bool | None:
    """Say whether an answer follows what was changed in its source.

    Args:
        first: the answer to the row as it was.
        second: the answer to the changed row.
        read: what was read.

    Returns:
        Whether each changed word, number or date that the first answer has stands in the second
        as it now is, and no longer as it was unless the source still has it; None where the first
        answer has none of them.
    """
    after = read.changed_source
    there = [(old, new) for old, new in _replaced(read) if _stands(old, first)]
    if not there:
        return None
    return all(
        _stands(new, second) and (_stands(old, after) or not _stands(old, second))
        for old, new in there
    )


def _replaced(read: Read) -> list[tuple[str, str]]:
    """List what was put in another's place: words, numbers, dates."""
    found = []
    for name, cell in read.after.items():
        before, after = str(read.before.get(name) or ""), str(cell or "")
        if before != after:
            for one in parts_of(before, after):
                old, new = before[one.start : one.end], after[one.new_start : one.new_end]
                if not one.is_kept and old.strip() and new.strip():
                    found.append((old.strip(), new.strip()))
    return found


def _stands(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?![\w]|[.,]\d)", text, re.IGNORECASE) is not None


def _value(number: str) -> Decimal | str:
    """Give what a number says; digits between several points or odd commas as they stand."""
    whole, point, rest = number.rpartition(".")
    if not point:
        whole, rest = number, "0"
    groups = whole.split(",")
    if "." in whole or "," in rest or any(len(one) != 3 for one in groups[1:]):
        return number
    return Decimal(f"{''.join(groups)}.{rest}").normalize()


def _joined(cells: Cells) -> str:
    return "\n".join(str(cell) for cell in cells.values() if cell is not None)
