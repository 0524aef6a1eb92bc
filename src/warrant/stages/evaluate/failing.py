"""Failure tests run: rows are changed, the model answers again, and answers are compared."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from warrant.metrics.recall import lower_bound
from warrant.models import VALUE, Predictions
from warrant.models.options import LETTERS, read_options
from warrant.models.places import Span
from warrant.records.failure_test import FailureExample, FailureTest
from warrant.stages.evaluate.expected import Answer, Read, meets
from warrant.stages.evaluate.failure_test import (
    TOWARDS,
    WRITTEN,
    Change,
    Row,
    Surveying,
    Writing,
    is_about,
    make_test,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.models import TrainedModel
    from warrant.models.examples import Examples
    from warrant.records.failure_test import ChosenBy
    from warrant.stages.evaluate.config import EvaluateConfig, FailureTestConfig
    from warrant.stages.evaluate.failure_test import FailureTest as Test

NOT_SAID = "not said"
"""In place of an expectation that nobody chose."""

MOST_EXAMPLES = 3
_ROWS_AT_A_TIME = 1000
_ANY = ("same", "changes")
_NO_LABELS = "the model writes texts, and no label has a probability"
_NOTHING_TAKEN = "no answer holds what was changed"


class Case(NamedTuple):
    """A changed row and both answers."""

    position: int | None
    """Of the row in the test dataset; None: the test wrote the case itself."""
    before: Row
    """The row as it was."""
    change: Change
    first: Answer
    """The answer to the row as it was."""
    second: Answer
    """The answer to the changed row."""
    passed: bool


@dataclass(frozen=True)
class Tried:
    """One failure test and its cases."""

    record: FailureTest
    """What the evaluation says of it."""
    cases: tuple[Case, ...]
    """In the order of the rows. They hold text and are never stored."""


@dataclass(frozen=True)
class Subjects:
    """What is changed: a model, rows, and its answers to them."""

    model: TrainedModel
    test: Examples
    answered: Predictions
    """Answers to the rows, in their order."""

    def row(self, at: int) -> Row:
        """Give one row as the model reads it."""
        cells = {name: self.test.columns[name][at] for name in self.model.inputs}
        return Row(cells, self.test.labels[at], self.test.spans[at] if self.test.spans else ())


def try_all(subjects: Subjects, config: EvaluateConfig) -> list[Tried]:
    """Run every failure test of the settings.

    Args:
        subjects: model and rows.
        config: the settings of the evaluation.

    Returns:
        One for each test, in their order.
    """
    return [try_one(subjects, one, config) for one in config.failure_tests]


def try_one(subjects: Subjects, one: FailureTestConfig, config: EvaluateConfig) -> Tried:
    """Run one failure test.

    Args:
        subjects: model and rows.
        one: the test.
        config: the settings of the evaluation: seed, level, how many rows.

    Returns:
        What came of it; without a case it says why.

    Raises:
        InputError: the test has no such setting, or a setting is wrong.
    """
    column = _column(subjects.model, one)
    test = make_test(one.test, column or "", one.settings)
    chosen_by: ChosenBy = one.chosen_by if one.expect else "warrant"
    expect = one.expect or test.safe or NOT_SAID
    why = _why_not(subjects.model, column, expect, one)
    places: list[int] = []
    cases: list[Case] = []
    if why is None:
        places = _places(subjects.test, one, config)
        cases = _cases(subjects, test, places, _seed(config, one))
        judged = [_judged(case, expect, one.within) for case in cases]
        why = _NOTHING_TAKEN if cases else None
        cases = [case for case in judged if case is not None]
    passed = sum(case.passed for case in cases)
    record = FailureTest(
        name=one.name,
        test=one.test,
        expect=expect,
        chosen_by=chosen_by,
        rows=len(places),
        made=len(cases),
        passed=passed,
        pass_rate=passed / len(cases) if cases else None,
        failing_at_most=1 - lower_bound(passed, len(cases), config.level) if cases else None,
        level=config.level,
        why_none=None if cases else why or test.why_none,
        examples=_examples(cases),
    )
    return Tried(record, tuple(cases))


def _column(model: TrainedModel, one: FailureTestConfig) -> str | None:
    """Name the column that is changed; None where the model reads none such."""
    about = is_about(one.test)
    for read in model.reads:
        if read.column == one.column or (one.column is None and read.read_as == about):
            return read.column
    return None


def _why_not(
    model: TrainedModel, column: str | None, expect: str, one: FailureTestConfig
) -> str | None:
    """Say why no case can be judged; None where one can."""
    if column is None:
        return f"the model reads no such {is_about(one.test)} column"
    if expect == NOT_SAID:
        return "nobody said what should come of it"
    if model.task == "regression" and expect in _ANY and not one.within:
        return "nobody said how far a number may move and still be the same (within)"
    if (model.task == "generation") != (expect in WRITTEN) and expect not in _ANY:
        return "the model writes no text" if expect in WRITTEN else _NO_LABELS
    verb, _, label = expect.partition(" ")
    if model.task == "generation" or verb not in TOWARDS:
        return None
    known = model.labels if model.task != "regression" else (VALUE,)
    return None if label in known else f"the model has no label {label!r}"[:300]


def _seed(config: EvaluateConfig, one: FailureTestConfig) -> str:
    return f"{config.seed}/{one.name}"


def _places(test: Examples, one: FailureTestConfig, config: EvaluateConfig) -> list[int]:
    """Choose the rows that are looked at."""
    wanted = set(one.labels)
    places = [at for at, found in enumerate(test.labels) if not wanted or wanted & set(found)]
    if len(places) <= config.failure_cases:
        return places
    draw = Random(_seed(config, one))  # noqa: S311 - reproducible, guards nothing
    return sorted(draw.sample(places, config.failure_cases))


def _cases(subjects: Subjects, test: Test, places: Sequence[int], seed: str) -> list[Case]:
    """Change rows and let the model answer them; not judged yet."""
    if isinstance(test, Surveying):
        test.survey(subjects.row(at) for at in range(len(subjects.test)))
    found: list[tuple[int | None, Row, Change, Answer | None]] = []
    for at in places:
        row = subjects.row(at)
        draw = Random(f"{seed}/{subjects.test.positions[at]}")  # noqa: S311 - as above
        change = test.change(row, draw)
        if change is not None:
            first = _telling(subjects.model, row.cells, answer_at(subjects.answered, at))
            found.append((subjects.test.positions[at], row, change, first))
    if isinstance(test, Writing):
        empty = dict.fromkeys(subjects.model.inputs)
        found += [(None, Row({**empty, **own.before}, ()), own, None) for own in test.cases()]
    firsts = _answers(subjects.model, [row.cells for _, row, _, first in found if first is None])
    known = [(at, row, new, first or next(firsts)) for at, row, new, first in found]
    changed = [{**row.cells, **new.cells} for _, row, new, _ in known if new.cells]
    seconds = _answers(subjects.model, changed)
    return [
        Case(at, row, new, first, next(seconds) if new.cells else first, passed=False)
        for at, row, new, first in known
    ]


def _answers(model: TrainedModel, rows: Sequence[Mapping[str, object]]) -> Iterator[Answer]:
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        part = rows[start : start + _ROWS_AT_A_TIME]
        columns = {name: [row[name] for row in part] for name in model.inputs}
        answered = model.predict(columns)
        yield from (_telling(model, row, answer_at(answered, at)) for at, row in enumerate(part))


def _telling(model: TrainedModel, cells: Mapping[str, object], answer: Answer) -> Answer:
    """Add to the answer of a `choice` what the option says: letters differ from row to row."""
    if model.task != "choice":
        return answer
    column = next(one.column for one in model.reads if one.read_as == "options")
    options = read_options(cells.get(column)) or []
    places = [LETTERS.index(letter) for letter in answer.labels]
    texts = [options[at] for at in places if at < len(options)]
    return answer._replace(text=texts[0] if texts else None)


def answer_at(answered: Predictions, at: int) -> Answer:
    """Give the answer to one row.

    Args:
        answered: answers to several.
        at: its place among them.

    Returns:
        Labels and probabilities, places or text.
    """
    if answered.values is not None:
        return Answer((), {VALUE: float(answered.values[at])})
    if answered.texts is not None:
        return Answer((), {}, answered.texts[at])
    chosen = tuple(answered.labels[place] for place in np.flatnonzero(answered.chosen[at]))
    probabilities = answered.probabilities[at].tolist()
    found = None if answered.spans is None else answered.spans[at]
    spans = None if found is None else tuple(sorted(Span(*one[:3]) for one in found))
    return Answer(chosen, dict(zip(answered.labels, probabilities, strict=True)), spans=spans)


def _judged(case: Case, expect: str, within: float) -> Case | None:
    """Judge a case; None where its first answer holds nothing that could be judged."""
    cells = {**case.before.cells, **case.change.before}
    read = Read(cells, {**cells, **case.change.cells})
    passed = meets(expect, case.first, case.second, within, read)
    return None if passed is None else case._replace(passed=passed)


def _examples(cases: Sequence[Case]) -> tuple[FailureExample, ...]:
    """Tell three different changes, failures first."""
    told: dict[tuple[str, bool], None] = {}
    for case in sorted(cases, key=lambda one: one.passed):
        told.setdefault((case.change.told[:300], case.passed))
    return tuple(
        FailureExample(change=change, passed=passed)
        for change, passed in list(told)[:MOST_EXAMPLES]
    )
