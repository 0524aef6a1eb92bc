"""What will be measured, and what counts as enough.

Committed before the run (`urn:x-warrant:evaluation-plan:v1`).
"""

from warrant.records.actor import Actor
from warrant.records.base import Instant, Name, Rate, Record


class PlannedBound(Record):
    """A metric and the least value that lets a model be deployed."""

    metric: Name
    at_least: float


class Expectation(Record):
    """The author's own prediction of the result."""

    metric: Name
    value: float
    sure: Rate


class EvaluationPlan(Record):
    """The predicate; its subject is the test set's manifest."""

    actor: Actor
    bounds: tuple[PlannedBound, ...]
    expect: Expectation | None = None
    slices: tuple[Name, ...] = ()
    recorded_at: Instant
