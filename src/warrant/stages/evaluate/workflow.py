"""Rules over the ordered answers of a case: what is answered first must agree with what follows.

A rule is CEL over one step of a case. It must be true at every step; the first at which it is not
breaks the case. An error is not true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.metrics.recall import lower_bound
from warrant.policy.expression import Expression, compile_over_columns
from warrant.records.failure_test import WorkflowRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.policy.facts import FactType
    from warrant.stages.evaluate.config import EvaluateConfig, WorkflowConfig

FACTS: Mapping[str, FactType] = {
    "answer": "STRING",
    "previous": "STRING",
    "earlier": "STRING",
    "step": "INT",
    "steps": "INT",
}
"""What a rule may ask: the answer of this step; the one before, empty at the first; all earlier
ones in order, each between bars (`|open|denied|`); the number of this step, from 1; how many the
case has. Several labels of one answer stand in alphabetical order, joined by `;`."""

MOST_OFFENDERS = 20


@dataclass(frozen=True)
class Steps:
    """The rows of a case, in order."""

    positions: tuple[int, ...]
    """In the test dataset."""
    answers: tuple[str, ...]
    """What the model answers."""
    truths: tuple[str, ...]
    """What is true."""


def written(labels: Sequence[str]) -> str:
    """Give an answer as rules read it."""
    return ";".join(sorted(labels))


def compile_rule(name: str, ok: str) -> Expression:
    """Check and compile a rule.

    Args:
        name: for messages.
        ok: the CEL text.

    Returns:
        The expression.

    Raises:
        InputError: it is no CEL over `FACTS` that gives a BOOL.
    """
    return compile_over_columns(ok, FACTS, f"workflow rule {name!r}")


def first_break(rule: Expression, answers: Sequence[str]) -> int | None:
    """Find the first step at which a rule does not hold.

    Args:
        rule: compiled.
        answers: of one case, in order.

    Returns:
        Its place, from 0; None when the rule holds at every step.
    """
    for at, answer in enumerate(answers):
        earlier = "|".join(answers[:at])
        values = {
            "answer": answer,
            "previous": answers[at - 1] if at else "",
            "earlier": f"|{earlier}|" if at else "",
            "step": at + 1,
            "steps": len(answers),
        }
        if rule.judge(values) is not True:
            return at
    return None


def cases_of(
    keys: Sequence[object], order: Sequence[object], positions: Sequence[int]
) -> list[list[int]]:
    """Gather rows into cases and put each in order.

    Args:
        keys: of each row, which case it is of; None: of none.
        order: of each row, what rows of a case are sorted by; None stands first.
        positions: of each row in the dataset; decides where the order says the same.

    Returns:
        Places of the rows of each case of two rows or more, in the order of their first row.
    """
    found: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        if key is not None and key != "":
            found.setdefault(str(key), []).append(at)
    return [
        sorted(places, key=lambda at: (*_rank(order[at]), positions[at]))
        for places in found.values()
        if len(places) > 1
    ]


def _rank(cell: object) -> tuple[int, float, str]:
    """Sort empty cells first, then numbers, then texts; instants and dates sort as texts."""
    if cell is None:
        return (0, 0.0, "")
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return (1, float(cell), "")
    text = str(cell)
    return (1, float(text), "") if text.replace(".", "", 1).isdecimal() else (2, 0.0, text)


def judge_rules(
    config: EvaluateConfig, rules: Sequence[WorkflowConfig], cases: Sequence[Steps]
) -> tuple[WorkflowRule, ...]:
    """Judge every rule over every case.

    Args:
        config: the settings of the evaluation.
        rules: in the order in which they are told.
        cases: with answers and truth.

    Returns:
        What came of each rule.

    Raises:
        InputError: a rule is no valid CEL.
    """
    found = []
    for one in rules:
        rule = compile_rule(one.name, one.ok)
        broken = [
            (case, at) for case in cases if (at := first_break(rule, case.answers)) is not None
        ]
        in_truth = sum(first_break(rule, case.truths) is not None for case, _ in broken)
        kept = len(cases) - len(broken)
        found.append(
            WorkflowRule(
                name=one.name,
                chosen_by=one.chosen_by,
                ok=one.ok,
                cases=len(cases),
                broken=len(broken),
                broken_in_truth=in_truth,
                kept=kept / len(cases) if cases else None,
                broken_at_most=1 - lower_bound(kept, len(cases), config.level) if cases else None,
                level=config.level,
                offenders=tuple(case.positions[at] for case, at in broken[:MOST_OFFENDERS]),
            )
        )
    return tuple(found)
