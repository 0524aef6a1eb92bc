"""What protecting a table costs in score: the cheapest model on it as it is, and made coarser.

Both learn from two thirds of the rows, the protected one without those that would be taken out,
and answer the same last third: the difference is paired, row by row. In a run this is asked while
rows are curated, before they are divided, and chooses nothing: no test set is opened for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.recipe import Recipe
    from warrant.models import Predictions
    from warrant.models.examples import Examples
    from warrant.models.model import InputColumn
    from warrant.records.task import TaskKind
    from warrant.stages.train.config import TrainConfig

FEWEST_ROWS = 30
"""Rows that are answered, without which nothing is said."""

_SEED = 7
_PART = 3
"""One row of so many is answered, the others are learnt from."""


@dataclass(frozen=True)
class ProtectionCost:
    """Two scores on the same rows, and their difference."""

    label: str
    """Column of the answer."""
    metric: str
    """What the scores are, 0 to 1."""
    rows: int
    """Rows that were answered; no model learnt from them."""
    taken_out: int
    """Rows to learn from that protection takes out."""
    plain: float
    """Score on the table as it is."""
    protected: float
    """Score on the table made coarser."""
    difference: float
    """`protected` less `plain`: below 0 where protecting costs."""
    low: float
    """Of its interval of 95 %, by paired bootstrap."""
    high: float


@dataclass(frozen=True)
class Protected:
    """A table twice, column by column: what a model may read of it, and what it answers."""

    plain: Mapping[str, Sequence[object]]
    """As it is."""
    coarse: Mapping[str, Sequence[object]]
    """The same columns, made coarser."""
    out: Sequence[bool]
    """Of each row, whether protection takes it out."""
    label: str
    """Column of the answer."""
    answers: Sequence[object]
    """Of each row; None: it has none."""
    reads: Sequence[InputColumn] = ()
    """How a model reads the columns; none: their cells tell."""


class RunTrial:
    """Tells a run what protecting its rows costs; see `Trial`.

    Args:
        recipe: says what is read and what is answered.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._reads = recipe.reads
        self._label = str(recipe.task.answer)
        names = (*(one.column for one in self._reads), self._label)
        self.columns: Sequence[str] = tuple(dict.fromkeys(names))

    def __call__(
        self,
        plain: Mapping[str, Sequence[object]],
        coarse: Mapping[str, Sequence[object]],
        out: Sequence[bool],
    ) -> Mapping[str, str | int | float]:
        """Train on rows as they were and as they are, and compare."""
        from warrant.models.model import InputColumn

        reads = tuple(InputColumn(one.column, one.read_as) for one in self._reads)
        before, after = (
            {one.column: cells.get(one.column, ()) for one in reads} for cells in (plain, coarse)
        )
        answers = plain.get(self._label, ())
        try:
            cost = protection_cost(Protected(before, after, out, self._label, answers, reads))
        except InputError as error:
            return {"table_cost_not_measured": error.what}
        return {
            "table_cost_metric": cost.metric,
            "table_cost_rows": cost.rows,
            "table_cost_plain": round(cost.plain, 4),
            "table_cost_protected": round(cost.protected, 4),
            "table_cost_difference": round(cost.difference, 4),
            "table_cost_low": round(cost.low, 4),
            "table_cost_high": round(cost.high, 4),
        }


def has_trial(recipe: Recipe) -> bool:
    """Say whether a trial can answer what a recipe asks: one label of those that were learnt."""
    return recipe.task.kind in ("binary", "multiclass") and recipe.task.answer is not None


def protection_cost(table: Protected) -> ProtectionCost:
    """Train twice and compare.

    Args:
        table: as it is, and protected.

    Returns:
        Scores and their paired difference.

    Raises:
        InputError: when there are too few rows with an answer, or all have the same.
    """
    import numpy as np

    labels = [None if one is None else str(one) for one in table.answers]
    known = [at for at, one in enumerate(labels) if one]
    order = np.random.default_rng(_SEED).permutation(known)
    asked, learnt = np.split(order, [len(known) // _PART])
    kept = [at for at in learnt if not table.out[at]]
    _require(table.label, [labels[at] for at in kept], len(asked))
    inputs = tuple(table.reads) or _inputs(table.plain)
    config = _config(table.label, inputs, Counter(labels[at] for at in known))
    plain, rows = _answered(table.plain, labels, (learnt.tolist(), asked.tolist()), config)
    coarse, _ = _answered(table.coarse, labels, (kept, asked.tolist()), config)
    from warrant.stages.train.promotion import held_against

    found = held_against(plain, coarse, rows, config, 1).difference
    return ProtectionCost(
        label=table.label,
        metric=config.choose_by,
        rows=len(rows),
        taken_out=len(learnt) - len(kept),
        plain=found.first,
        protected=found.second,
        difference=found.value,
        low=found.low,
        high=found.high,
    )


def _require(label: str, answers: Sequence[object], asked: int) -> None:
    if asked < FEWEST_ROWS:
        raise InputError(
            f"The column {label!r} has an answer in too few rows to say what protecting costs: "
            f"{asked} could be asked, {FEWEST_ROWS} are needed.",
            do="Leave --label out, or take a table with more rows.",
        )
    if len(set(answers)) < 2:
        raise InputError(
            f"The column {label!r} has one answer alone in the rows that protection leaves.",
            do="Name the column of the answer: --label",
        )


def _inputs(columns: Mapping[str, Sequence[object]]) -> tuple[InputColumn, ...]:
    from warrant.models.model import InputColumn

    found = []
    for name, cells in columns.items():
        first = next((cell for cell in cells if cell is not None), "")
        if hasattr(first, "year"):
            found.append(InputColumn(name, "date"))
        elif isinstance(first, (int, float)) and not isinstance(first, bool):
            found.append(InputColumn(name, "number"))
        else:
            found.append(InputColumn(name, "category"))
    return tuple(found)


def _config(
    label: str, inputs: tuple[InputColumn, ...], counts: Counter[str | None]
) -> TrainConfig:
    from warrant.stages.train.config import TrainConfig

    task: TaskKind = "binary" if len(counts) == 2 else "multiclass"
    return TrainConfig(name="protection-cost", label=label, task=task, inputs=inputs, seed=_SEED)


def _answered(
    columns: Mapping[str, Sequence[object]],
    labels: Sequence[str | None],
    parts: tuple[Sequence[int], Sequence[int]],
    config: TrainConfig,
) -> tuple[Predictions, Examples]:
    """Train on some rows and answer others; give the answers, and the rows that were asked."""
    from warrant.models import MODELS
    from warrant.models.examples import Examples
    from warrant.stages.train.backend import TRAINERS, Job

    train, asked = (
        Examples(
            {name: [cells[at] for at in rows] for name, cells in columns.items()},
            [(str(labels[at]),) for at in rows],
            list(rows),
            [str(at).encode() for at in rows],
        )
        for rows in parts
    )
    with TemporaryDirectory(prefix="warrant-") as folder:
        job = Job(train, asked, config, Path(folder), lambda _done, _total, _unit: None)
        trained = TRAINERS.load(config.backend)().run(job)
        return MODELS.load(trained.kind)(Path(folder)).predict(asked.columns), asked
