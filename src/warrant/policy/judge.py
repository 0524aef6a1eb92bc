"""Judge one rule by the facts: yes, no, or not known. Whatever goes wrong is a no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from warrant.policy.expression import fits
from warrant.policy.facts import NOT_ANSWERED, NotAnswered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from warrant.policy.facts import Facts
    from warrant.policy.rule import Rule


class Answer(IntEnum):
    """What a rule answers, ordered: a worse answer is smaller."""

    NO = 0
    NOT_KNOWN = 1
    YES = 2


Cause: TypeAlias = Literal["judged", "missing", "wrong type", "error", "count", "none"]
"""Why: the expression decided (`judged`, also for an unanswered fact); a fact is missing; a value
has the wrong type; the expression failed; the number judged is not the expected one; there was
nothing to judge."""

SHOWN: Final = 20
"""How many offenders a judgement lists."""

MAX_CODES: Final = 1 << 20
"""Above so many possible combinations of row facts, codes are made dense again."""

_PLAIN: Final = frozenset({bool, int, float, str, datetime, NotAnswered})


@dataclass(frozen=True)
class Judgement:
    """A rule's answer, and who spoiled it."""

    answer: Answer
    """Yes, no, or not known; the worst one over all sources or rows."""

    cause: Cause
    """Why the answer is what it is."""

    facts: tuple[str, ...] = ()
    """The facts concerned when one is missing, of the wrong type, or not answered; sorted."""

    judged: int = 0
    """How many sources or rows were judged; 1 for a rule over the run."""

    offenders: tuple[int, ...] = ()
    """The first `SHOWN` positions that gave the answer; empty for yes and for rules over the
    run."""

    offender_count: int = 0
    """How many gave it."""


@dataclass(frozen=True)
class _Verdict:
    """The answer for one set of values."""

    answer: Answer
    cause: Cause
    facts: tuple[str, ...] = ()


def _badness(verdict: _Verdict) -> tuple[Answer, bool, Cause, tuple[str, ...]]:
    """Order verdicts from the worst, whatever the order of the rows.

    Of two that are no, the one that nobody could see comes first: a person may except what
    was judged, and must not except what was missing beside it.
    """
    return verdict.answer, verdict.cause == "judged", verdict.cause, verdict.facts


def judge(rule: Rule, facts: Facts) -> Judgement:
    """Judge a rule.

    Args:
        rule: the rule.
        facts: what is known.

    Returns:
        yes only when every needed fact is present with its type, the expression's result is
        of type BOOL and True, and the number judged is at least one and the expected one.
        Not known when a fact that only a person can give is a signed "not answered" and the
        other facts do not already decide for no.

    Law: removing a fact never raises the answer.
    Law: the order of sources and rows does not change the answer.
    Law: a no with a fact not answered stays a no whatever the answer will be.
    """
    if rule.over == "run":
        verdict = _verdict(rule, facts.run)
        return Judgement(verdict.answer, verdict.cause, verdict.facts, judged=1)
    if rule.over == "source":
        return _over_sources(rule, facts)
    return _over_rows(rule, facts)


def _verdict(rule: Rule, values: Mapping[str, object]) -> _Verdict:
    """Answer for one set of values: those of the run, one source, or one combination of rows."""
    needed = {name: values.get(name) for name in rule.needs}
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        return _Verdict(Answer.NO, "missing", tuple(sorted(missing)))
    # What Warrant measures itself cannot be "not answered": there it is a wrong type.
    unanswered = [
        name
        for name, value in needed.items()
        if value is NOT_ANSWERED and rule.known[name].question is not None
    ]
    answered = {name: value for name, value in needed.items() if name not in unanswered}
    wrong = [name for name, value in answered.items() if not fits(value, rule.known[name].type)]
    if wrong:
        return _Verdict(Answer.NO, "wrong type", tuple(sorted(wrong)))
    result = rule.ok.judge(answered)
    if unanswered and result is not False:
        return _Verdict(Answer.NOT_KNOWN, "judged", tuple(sorted(unanswered)))
    if result is None:
        return _Verdict(Answer.NO, "error")
    return _Verdict(Answer.YES if result else Answer.NO, "judged")


def _over_sources(rule: Rule, facts: Facts) -> Judgement:
    count = len(facts.sources)
    if (refused := _miscounted(count, facts.expected_sources)) is not None:
        return refused
    verdicts = [_verdict(rule, {**facts.run, **source}) for source in facts.sources]
    worst = min(verdicts, key=_badness)
    if worst.answer is Answer.YES:
        return Judgement(worst.answer, worst.cause, judged=count)
    bad = [at for at, verdict in enumerate(verdicts) if verdict.answer is worst.answer]
    return Judgement(worst.answer, worst.cause, worst.facts, count, tuple(bad[:SHOWN]), len(bad))


def _over_rows(rule: Rule, facts: Facts) -> Judgement:
    """Judge each distinct combination of the needed columns once."""
    import numpy as np

    names = [name for name in rule.needs if rule.known[name].scope == "row"]
    absent = tuple(sorted(name for name in names if name not in facts.rows))
    if absent:
        return Judgement(Answer.NO, "missing", absent)
    columns = [facts.rows[name] for name in names]
    count = len(columns[0])
    lengths = {len(column) for column in columns}
    if facts.positions is not None:
        lengths.add(len(facts.positions))
    if len(lengths) > 1:
        return Judgement(Answer.NO, "count", judged=min(lengths))
    if (refused := _miscounted(count, facts.expected_rows)) is not None:
        return refused

    codes, samples = _combine(columns)
    verdicts: dict[int, _Verdict] = {}
    for code, row in samples.items():
        values = {name: _cell(column, row) for name, column in zip(names, columns, strict=True)}
        verdicts[code] = _verdict(rule, {**facts.run, **values})
    worst = min(verdicts.values(), key=_badness)
    if worst.answer is Answer.YES:
        return Judgement(worst.answer, worst.cause, judged=count)
    is_bad = np.zeros(max(verdicts) + 1, dtype=bool)
    for code, verdict in verdicts.items():
        is_bad[code] = verdict.answer is worst.answer
    bad = np.flatnonzero(is_bad[codes])
    first = [int(at if facts.positions is None else facts.positions[at]) for at in bad[:SHOWN]]
    return Judgement(worst.answer, worst.cause, worst.facts, count, tuple(first), len(bad))


def _miscounted(count: int, expected: int | None) -> Judgement | None:
    """Refuse nothing at all, and any number but the signed one."""
    if count == 0:
        return Judgement(Answer.NO, "none")
    if expected is None or count != expected:
        return Judgement(Answer.NO, "count", judged=count)
    return None


def _combine(columns: Sequence[Sequence[object]]) -> tuple[NDArray[np.int64], dict[int, int]]:
    """Number the distinct combinations of values over some columns.

    Args:
        columns: at least one, all of one length, not empty.

    Returns:
        for each row the number of its combination, and for each number that occurs a row
        that has it.
    """
    import numpy as np

    codes = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        inner, count = _encode(column)
        codes = codes * count + inner
        size *= count
        if size > MAX_CODES:
            distinct, codes = np.unique(codes, return_inverse=True)
            size = len(distinct)
    row_of = np.full(size, -1, dtype=np.int64)
    row_of[codes] = np.arange(len(codes))
    return codes, {int(code): int(row_of[code]) for code in np.flatnonzero(row_of >= 0)}


def _encode(column: Sequence[object]) -> tuple[NDArray[np.int64], int]:
    """Number a column's distinct values: a code for each row, and how many codes there are."""
    import numpy as np

    if isinstance(column, np.ndarray) and column.dtype.kind == "b":
        return column.astype(np.int64), 2
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        distinct, codes = np.unique(column, return_inverse=True)
        return codes.astype(np.int64), len(distinct)
    numbers: dict[object, int] = {}
    # The type belongs to the key: True, 1 and 1.0 are one key in Python and three values in CEL.
    # A value that fits no fact type is told apart by its type alone: all such are a no.
    codes = np.fromiter(
        (
            numbers.setdefault(
                (kind := type(value), value if kind in _PLAIN else None), len(numbers)
            )
            for value in column
        ),
        dtype=np.int64,
        count=len(column),
    )
    return codes, len(numbers)


def _cell(column: Sequence[object], row: int) -> object:
    """Give a row's value; an array's as a Python value, a list's as it stands there."""
    import numpy as np

    if isinstance(column, np.ndarray) and column.dtype.kind in "biuf":
        return column[row].item()
    return column[row]
