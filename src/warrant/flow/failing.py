"""Failure tests looked at: cases made again with their texts, on the machine that has the rows.

Nothing is stored, signed or logged: the same rows, seed and model give what the evaluation counted.
What no evaluation counted is refused: test rows are not opened without a line in the log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from warrant.errors import InputError
from warrant.flow import people
from warrant.kernel.digest import Digest
from warrant.records.interfaces import Desk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.records.failure_test import FailureTest
    from warrant.stages.evaluate import EvaluateConfig, FailureTestConfig
    from warrant.stages.evaluate.expected import Answer
    from warrant.stages.evaluate.failing import Case

AROUND = 60
"""Characters of a text that are shown on each side of a change."""


@dataclass(frozen=True)
class Shown:
    """One case, for a person at her own machine."""

    position: int | None
    """Of the test row, from 0; None: a case that the domain wrote."""
    change: str
    """What was changed, in words."""
    before: str
    """The cell before, around the change."""
    after: str
    """The cell afterwards."""
    first: str
    """What the model answers before."""
    second: str
    """What it answers afterwards."""
    passed: bool


@dataclass(frozen=True)
class Looked:
    """One failure test and some of its cases."""

    record: FailureTest
    """What the card says of it."""
    cases: tuple[Shown, ...]
    """Failing ones, or all where that was asked; no more than was asked."""


def look_at(
    workspace: Workspace, name: str | None = None, most: int = 5, *, passed: bool = False
) -> list[Looked]:
    """Make the cases of failure tests again.

    Args:
        workspace: with a trained model and test rows.
        name: of one test; None: all.
        most: so many cases of each.
        passed: whether cases that passed are given too.

    Returns:
        Each test of the recipe and its domain, with cases.

    Raises:
        InputError: there is no model yet, the recipe has no failure test or none of this name, or
            one is new or changed since the evaluation.
    """
    from warrant.flow.addition import Addition
    from warrant.flow.plan_evaluate import evaluate_config
    from warrant.flow.recipe import read_recipe
    from warrant.stages.evaluate.step import try_failures

    recipe = read_recipe(workspace.recipe_path)
    config = cast("EvaluateConfig", evaluate_config(recipe, Addition(workspace.root)))
    tests = [one for one in config.failure_tests if name in (None, one.name)]
    if not tests:
        known = ", ".join(one.name for one in config.failure_tests)
        raise InputError(
            f"No failure test is called {name!r}." if known else "There is no failure test.",
            do=f"There are: {known}."
            if known
            else "Write in the recipe, for example, evaluate: {failure_tests: [typos]}.",
        )
    entry = _evaluated(workspace)
    _require_counted(workspace, entry, config, tests)
    links = workspace.index.links(entry.position, "dependency")
    inputs = {key: Digest.from_hex(links[key]) for key in ("model", "test")}
    with TemporaryDirectory(prefix="warrant-") as folder:
        desk = Desk(workspace.store, workspace.vault, Path(folder), lambda *_: None)
        tried = try_failures(inputs, replace(config, failure_tests=tuple(tests)), desk)
    return [
        Looked(
            one.record,
            tuple(_shown(case) for case in one.cases if passed or not case.passed)[:most],
        )
        for one in tried
    ]


def _evaluated(workspace: Workspace) -> Entry:
    """Give the last evaluation in the log."""
    entry = workspace.index.latest("evaluate")
    if entry is None:
        raise InputError(
            "No model was evaluated here yet.", do=f"Run: warrant run {workspace.root}"
        )
    return entry


def _require_counted(
    workspace: Workspace,
    entry: Entry,
    config: EvaluateConfig,
    tests: Sequence[FailureTestConfig],
) -> None:
    """Refuse tests that the evaluation did not run just so."""
    from warrant.flow.plan import configuration_of

    signed: Any = people.statement_of(workspace, entry).predicate["buildDefinition"]
    counted = signed["externalParameters"]["configuration"]
    mine = configuration_of(replace(config, failure_tests=tuple(tests)))
    drawn = all(mine[key] == counted.get(key) for key in ("seed", "failure_cases"))
    for one in mine["failure_tests"]:
        if not drawn or one not in counted.get("failure_tests", []):
            raise InputError(
                f"The failure test {one['name']!r} is new or was changed since the evaluation.",
                do="Let an evaluation count it, so that the log says that test rows were looked "
                f"at: warrant run {workspace.root}",
            )


def _shown(case: Case) -> Shown:
    column = next(iter(case.change.cells or case.before.cells))
    old = case.change.before.get(column, case.before.cells[column])
    before, after = str(old), str(case.change.cells.get(column, old))
    pairs = zip(before, after, strict=False)
    start = next((at for at, (one, other) in enumerate(pairs) if one != other), len(before))
    start = start if before != after else 0
    return Shown(
        case.position,
        case.change.told,
        _around(before, start),
        _around(after, start),
        _said(case.first),
        _said(case.second),
        case.passed,
    )


def _around(text: str, start: int) -> str:
    low, high = max(0, start - AROUND), start + AROUND
    cut = text[low:high].replace("\n", " ")
    return f"{'…' if low else ''}{cut}{'…' if high < len(text) else ''}"


def _said(answer: Answer) -> str:
    if answer.spans is not None:
        listed = ", ".join(f"{one.label} {one.start}-{one.end}" for one in answer.spans)
        return listed or "no place"
    if answer.text is not None and not answer.labels:
        return _around(answer.text, 0) or "no text"
    labels = ", ".join(answer.labels)
    best = max(answer.probabilities.values(), default=0.0)
    if not answer.labels and len(answer.probabilities) == 1:
        return f"{best:g}"
    if answer.text is not None:
        labels = f"{labels}, {_around(answer.text, 0)}"
    known = [answer.probabilities[label] for label in answer.labels]
    return f"{labels} ({min(known):.2f})" if known else f"no label ({best:.2f})"
