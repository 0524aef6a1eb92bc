"""An evaluation plan with a bound on an error (`urn:x-warrant:evaluation-plan:v2`).

A plan that only says "at least" is written as `evaluation_plan`, so that its readers of release
0.1 go on reading it.
"""

from warrant.records.actor import Actor
from warrant.records.base import Instant, Name, Record
from warrant.records.evaluation_plan import Expectation


class PlannedBound2(Record):
    """A metric and the value that lets a model be deployed; one of the two is null."""

    metric: Name
    at_least: float | None
    at_most: float | None


class EvaluationPlan2(Record):
    """The predicate; its subject is the test set's manifest."""

    actor: Actor
    bounds: tuple[PlannedBound2, ...]
    expect: Expectation | None
    slices: tuple[Name, ...]
    recorded_at: Instant
