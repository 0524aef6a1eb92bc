"""The check for leaks: every column that the model reads is looked at alone, before training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from warrant.stages.train.backend import Finding
from warrant.stages.train.leaks.answers import Answers, read_answers
from warrant.stages.train.leaks.rest import rest_score
from warrant.stages.train.leaks.rules import after_outcome, id_of, outcome_days
from warrant.stages.train.leaks.scoring import score_view
from warrant.stages.train.leaks.stamps import find_stamp
from warrant.stages.train.leaks.verdict import Alone, is_telling
from warrant.stages.train.leaks.views import between_dates, read_days, views_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.models.examples import Examples
    from warrant.models.model import InputColumn
    from warrant.records.model import TaskKind
    from warrant.stages.train.leaks.scoring import Score
    from warrant.stages.train.leaks.views import View

SEED = 7
"""Of the sample and the folds: not a setting, so that nobody tries until it passes."""


@dataclass(frozen=True)
class Looked:
    """What was found in all columns."""

    columns: tuple[Alone, ...]
    """One for each that the model reads, in order."""

    rows: int
    """Rows that were looked at."""

    floor: float
    """What chance would score."""

    figure: str
    """Name of the score."""


def check_leaks(
    rows: Examples,
    inputs: Sequence[InputColumn],
    task: TaskKind,
    label_at: str | None = None,
    accepted: Mapping[str, str] | None = None,
) -> Looked:
    """Look whether a column gives the answer away.

    Args:
        rows: training rows, with `label_at` among their columns where it is named.
        inputs: the columns that the model reads.
        task: how many answers a row has.
        label_at: column of the day on which the answer became known.
        accepted: by column, why a leak is none.

    Returns:
        What was found. The same rows give the same; at most some thousands are looked at.
    """
    answers = read_answers(rows.labels, rows.documents, task, SEED)
    cells = {
        one.column: [rows.columns[one.column][at] for at in answers.rows.tolist()] for one in inputs
    }
    found = {one.column: _look(one, cells[one.column], answers) for one in inputs}
    for one in inputs:
        if found[one.column].verdict == "none":
            found[one.column] = _look_for_id(one, cells[one.column], rows, found[one.column])
    _look_between(inputs, cells, answers, found)
    telling = {name for name, one in found.items() if one.verdict == "leak"}
    if telling:
        others = [one for one in inputs if one.column not in telling]
        rest = rest_score(others, cells, answers)
        for name in telling:
            found[name] = _with_rest(found[name], rest, answers)
    if label_at is not None:
        _look_after(label_at, inputs, rows, found)
    for name, why in (accepted or {}).items():
        if name in found and found[name].verdict == "leak":
            found[name] = replace(found[name], verdict="accepted", reason=why)
    floor = 0.0 if answers.is_number else _chance(answers)
    figure = "share of the variance" if answers.is_number else "balanced accuracy"
    return Looked(tuple(found[one.column] for one in inputs), len(answers.rows), floor, figure)


def leak_findings(looked: Looked) -> list[Finding]:
    """Say what stops the run.

    Args:
        looked: what was found.

    Returns:
        One error for each leak that nobody accepted; no cell is quoted.
    """
    return [
        Finding(
            "error",
            f"Column {one.column!r} {one.why}",
            do=f"Take {one.column!r} out of `inputs` in the recipe. If its value is known before "
            f"the answer is, write beside `column: {one.column}` under `inputs`: "
            "leak_accepted: WHY",
        )
        for one in looked.columns
        if one.verdict == "leak"
    ]


def leak_measures(looked: Looked) -> dict[str, Any]:
    """Give what was found as measures of the claim.

    Args:
        looked: what was found.

    Returns:
        Of all columns `leak_rows`, `leak_floor` and `leak_figure`; of each `alone: COLUMN`, the
        score, and `leak: COLUMN`, the verdict, with `leak_reason: COLUMN` where it was accepted.
    """
    measures: dict[str, Any] = {
        "leak_rows": looked.rows,
        "leak_floor": round(looked.floor, 4),
        "leak_figure": looked.figure,
    }
    for one in looked.columns:
        measures[f"alone: {one.column}"] = None if one.score is None else round(one.score, 4)
        measures[f"leak: {one.column}"] = one.verdict
        if one.reason:
            measures[f"leak_reason: {one.column}"] = one.reason
    return measures


def _look(column: InputColumn, cells: Sequence[object], answers: Answers) -> Alone:
    """Look at one column alone, in every way."""
    scored = [(score_view(view, answers), view) for view in views_of(column, cells)]
    telling = [pair for pair in scored if is_telling(pair[0], answers)]
    score, view = max(telling or scored, key=_most_and_simplest)
    by = view.by
    looked = Alone(column.column, max(0.0, score.whole), by)
    if telling:
        figure = max(score.whole, score.one_label)
        part = "" if figure == score.whole else "one label of "
        return replace(looked, score=figure, verdict="leak", why=_why(by, figure, answers, part))
    if column.read_as == "text":
        stamp = find_stamp([str(one or "") for one in cells], answers)
        if stamp is not None and stamp.is_leak:
            by = "a word of a label's own name"
            figure = stamp.score.one_label
            why = (
                f"holds the answer's own name: {by} in it alone is right for {figure:.3f} of the "
                f"rows (0.500 by chance; all other words: {stamp.rest:.3f})."
            )
            return replace(looked, score=figure, by=by, verdict="leak", why=why)
    return looked


def _look_for_id(
    column: InputColumn, cells: Sequence[object], rows: Examples, looked: Alone
) -> Alone:
    """Look for an id; all rows are read only where some of them look like one."""
    if not id_of(column, cells, len(rows)):
        return looked
    if evidence := id_of(column, rows.columns[column.column], len(rows)):
        return replace(looked, verdict="leak", why=f"is an id: {evidence}.")
    return looked


def _most_and_simplest(pair: tuple[Score, View]) -> tuple[float, float, int]:
    """Order views by what they tell; of equals the one of fewest different looks is named."""
    score, view = pair
    return round(score.whole, 3), round(score.one_label, 3), -int(view.codes.max())


def _why(by: str, figure: float, answers: Answers, part: str = "") -> str:
    if answers.is_number:
        return f"gives the answer away: {by} alone tells {figure:.3f} of its variance"
    chance = 0.5 if part else _chance(answers)
    return (
        f"gives {part}the answer away: {by} alone is right for {figure:.3f} of the rows, mean over "
        f"labels ({chance:.3f} by chance"
    )


def _with_rest(found: Alone, rest: float | None, answers: Answers) -> Alone:
    """Add what the other columns tell together."""
    if found.why.endswith("."):
        return found
    words = "" if rest is None else f"the other columns together: {rest:.3f}"
    if answers.is_number:
        return replace(found, why=f"{found.why} ({words})." if words else f"{found.why}.")
    return replace(found, why=f"{found.why}; {words})." if words else f"{found.why}).")


def _look_between(
    inputs: Sequence[InputColumn],
    cells: Mapping[str, Sequence[object]],
    answers: Answers,
    found: dict[str, Alone],
) -> None:
    """Look at the time between two columns of dates; the later one is named."""
    days = {
        one.column: read_days(one, cells[one.column])
        for one in inputs
        if one.read_as == "date" and found[one.column].verdict == "none"
    }
    for later, _, view in between_dates(days):
        score = score_view(view, answers)
        if is_telling(score, answers):
            why = _why(view.by, score.whole, answers)
            found[later] = Alone(later, score.whole, view.by, "leak", why)


def _look_after(
    label_at: str, inputs: Sequence[InputColumn], rows: Examples, found: dict[str, Alone]
) -> None:
    """Look for days after that of the outcome."""
    known = outcome_days(label_at, rows.columns[label_at], inputs)
    for one in inputs:
        name, why = one.column, ""
        if name == label_at:
            why = "says itself when the answer became known: `label_at` under `rows` names it."
        elif one.read_as == "date":
            late = after_outcome(one, rows.columns[name], label_at, known)
            why = late and f"holds days after the answer was known: {late}."
        if why:
            found[name] = replace(found[name], verdict="leak", why=why)


def _chance(answers: Answers) -> float:
    if answers.is_one_of and len(answers.labels) > 1:
        return 1 / len(answers.labels)
    return 0.5
