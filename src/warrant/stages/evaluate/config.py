"""What may be chosen about evaluation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlannedBound:
    """A figure that the plan demands."""

    metric: str
    """`accuracy`, `micro_f1` or `macro_f1`."""

    at_least: float
    """The least value that lets a model be deployed, 0 to 1."""


@dataclass(frozen=True)
class EvaluateConfig:
    """All settings of one evaluation."""

    label: str
    """The column that holds the true answer."""

    label_separator: str = ";"
    """Between several labels in one cell of text; read for `multilabel` only."""

    plan: str | None = None
    """Envelope digest (hex) of the plan committed before; None: no plan."""

    bounds: tuple[PlannedBound, ...] = ()
    """The plan's bounds."""

    slices: tuple[str, ...] = ()
    """Columns whose values are measured apart."""

    fewest_rows: int = 10
    """A slice of fewer rows is not shown: its value could point at a person."""

    most_slices: int = 50
    """Of one column, at most this many values are shown, the largest first."""

    group: str | None = None
    """Column whose equal values are drawn together by the bootstrap; None: rows are drawn."""

    resamples: int = 2000
    """Bootstrap resamples behind each interval."""

    level: float = 0.95
    """Coverage of the intervals, 0 to 1."""

    seed: int = 7
    """Seed of the bootstrap."""
