"""The filters of curation at work: what each sees of a row, and what becomes of it.

Rows stream through the filters in the order of the recipe. For a filter that must see all of them
first (`Surveying`) they wait on disk; what a filter does of a batch alone, an engine may do.
"""

from __future__ import annotations

from collections import Counter, deque
from difflib import get_close_matches
from functools import partial
from inspect import signature
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from warrant.engine import BatchSpool, Ledger
from warrant.engine.columns import LOCATOR, MEMBERS, ROW_ID
from warrant.errors import InputError
from warrant.kernel.cells import write_row
from warrant.records.reason import Reason
from warrant.stages.curate.copies import CONFLICT, NEAR_CONFLICT, NEAR_OTHERWISE, Copies
from warrant.stages.curate.cost import CostOfChange
from warrant.stages.curate.filter import (
    FILTERS,
    Costing,
    Filter,
    Identified,
    Keyed,
    Knowing,
    Learning,
    Measuring,
    ReadsColumns,
    Sketching,
    Surveying,
    is_alone,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.engine import Batch
    from warrant.records.interfaces import Desk
    from warrant.stages.curate.config import CurateConfig, FilterConfig
    from warrant.stages.curate.filter import Judgement, Verdict

    Positions = NDArray[np.int64]

ERASED = Reason(
    code="erased",
    kind="drop",
    rule="curate",
    version="2",
    words="The row was erased from the input.",
)

NO_TEXT = Reason(
    code="no_text",
    kind="drop",
    rule="curate",
    version="2",
    words="The row has no text, or nothing but white space: nothing can be learnt from it.",
)
"""Given whatever filters are chosen, unless the model reads no text at all."""

_OWN = (ERASED, NO_TEXT, CONFLICT, NEAR_CONFLICT, NEAR_OTHERWISE)


class Curation:
    """The filters at work, and what they decided so far.

    Args:
        config: of the run.
        label: the column that copies must agree in; None where the rows have none.
        desk: the vault's salts, the scratch folder and the engine.

    Raises:
        InputError: when a filter is unknown, its settings do not fit, or it stands out of place.
    """

    ledger: Ledger
    """The decisions so far."""

    def __init__(self, config: CurateConfig, label: str | None, desk: Desk) -> None:
        self._texts = config.texts
        self._alike = config.alike
        self._salts = desk.salts
        self._label = label
        self._copies = Copies()
        self._configs = config.filters
        self._filters = [_make(one) for one in config.filters]
        for rule in self._filters:
            if isinstance(rule, Keyed):
                rule.unlock(desk.salts.keyed)
            if isinstance(rule, Learning):
                rule.learn(config.folder or Path())
        _require_last(self._filters, config.filters)
        reasons = (*_OWN, *(one for rule in self._filters for one in rule.reasons))
        self._kinds = {reason.code: reason.kind for reason in reasons}
        self._progress = desk.progress
        self._scratch = desk.scratch
        self._engine = desk.engine
        self._counted = Counter[str]()
        self._trial = desk.trial
        self._cost: CostOfChange | None = None
        self.ledger = Ledger("curate", reasons)

    def require(self, names: Sequence[str]) -> None:
        """Refuse filters that read a column which the rows do not have.

        Args:
            names: of the rows' columns.

        Raises:
            InputError: naming filter and column.
        """
        if self._trial is not None and not set(self._trial.columns) <= set(names):
            self._trial = None  # there is no answer to be learnt, or later steps say what is wrong
        for rule, config in zip(self._filters, self._configs, strict=True):
            for column in rule.columns if isinstance(rule, ReadsColumns) else ():
                if column not in names:
                    near = get_close_matches(column, names, n=1, cutoff=0.4)
                    raise InputError(
                        f"The filter {config.name!r} reads a column {column!r}; the documents "
                        f"have: {', '.join(names)}.",
                        do=f"Write {near[0]!r} in place of {column!r} under 'curate:'."
                        if near
                        else "Name one of these under 'curate:'.",
                    )

    def beside(self) -> Iterator[str]:
        """Name the columns that filters read beside the texts.

        Yields:
            Each, some of them more than once.
        """
        for rule in self._filters:
            if isinstance(rule, Knowing):
                yield from rule.beside
        yield from self.changed_beside()

    def changed_beside(self) -> Iterator[str]:
        """Name the columns that filters change beside the texts.

        Yields:
            Each, some of them more than once.
        """
        for rule in self._filters:
            yield from getattr(rule, "more_columns", ())

    def measures(self) -> dict[str, str | int | float | bool | None]:
        """Give what the filters say of their own work, for the claim.

        Returns:
            Values by name.
        """
        idle = sum(not self._columns(rule) for rule in self._filters)
        told: dict[str, str | int | float | bool | None] = (
            {} if self._texts else {"filters_without_a_text_to_judge": idle}
        )
        return (
            told
            | dict(self._cost.told() if self._cost else {})
            | dict(sorted(self._counted.items()))
            | {
                name: value
                for rule in self._filters
                if isinstance(rule, Measuring)
                for name, value in rule.measures.items()
            }
        )

    def rows(self, batches: Iterator[Batch], total: int, counts: dict[str, int]) -> Iterator[Batch]:
        """Give the rows that stay.

        Args:
            batches: rows of the input, in order.
            total: how many they are.
            counts: filled after the last row, with those kept and those dropped for each reason.

        Yields:
            Rows with the columns of the input.
        """
        kept = 0
        if self._trial is not None and any(map(_has_cost, self._filters)):
            self._cost = CostOfChange(self._trial, total)
        judged = self._numbered(batches)
        for rule in self._filters:
            seen = self._surveyed(rule, judged, total) if isinstance(rule, Surveying) else judged
            judged = self._judged(rule, seen)
        for batch, positions in judged:
            kept += batch.num_rows
            self._progress(int(positions[-1]) + 1 if len(positions) else 0, total, "rows")
            yield batch
        drops = {
            code: count for code, count in self.ledger.counts.items() if self._kinds[code] == "drop"
        }
        counts.update(kept=kept, **drops)

    def _numbered(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, Positions]]:
        """Give the rows that can be judged, each with its position in the step's input."""
        start = 0
        for batch in batches:
            positions = np.arange(start, start + batch.num_rows)
            start += batch.num_rows
            present = np.asarray(batch.column(ROW_ID).is_valid())
            batch, positions = self._without(batch, positions, ~present, ERASED)  # noqa: PLW2901
            batch, positions = self._with_text(batch, positions)  # noqa: PLW2901
            if self._label is not None:
                self._copies.learn(positions.tolist(), batch.column(self._label).to_pylist())
            self._learn_others(batch, positions)
            yield batch, positions

    def _learn_others(self, batch: Batch, positions: Positions) -> None:
        others = [name for name in self._alike if name not in self._texts[:1]]
        if others and any(isinstance(rule, Surveying) for rule in self._filters):
            written = _written(batch, others)
            self._copies.learn_others(positions.tolist(), written)

    def _surveyed(
        self, rule: Surveying, judged: Iterator[tuple[Batch, Positions]], total: int
    ) -> Iterator[tuple[Batch, Positions]]:
        """Let a filter look at all rows before it judges the first."""
        first = next(judged, None)
        judging = cast("Filter", rule)
        columns = self._columns(judging)
        if first is None or not columns:
            yield from judged if first is None else chain([first], judged)
            return
        column = columns[0]
        with (
            TemporaryDirectory(dir=self._scratch) as folder,
            BatchSpool(Path(folder) / "rows", first[0].schema) as spool,
        ):
            seen = []
            table = isinstance(rule, ReadsColumns)

            def cells_of(batch: Batch) -> pa.Array:
                return self._cells(judging, batch, column) if table else batch.column(column)

            for batch, positions in self._looked(rule, chain([first], judged), cells_of):
                spool.write(batch)
                seen.append(positions)
                if len(positions):
                    self._progress(int(positions[-1]) + 1, total, "rows compared")
            rule.settle(lambda rows: spool.take(column, rows), Path(folder))
            yield from zip(spool.batches(), seen, strict=True)

    def _looked(
        self,
        rule: Surveying,
        judged: Iterator[tuple[Batch, Positions]],
        cells_of: Callable[[Batch], pa.Array],
    ) -> Iterator[tuple[Batch, Positions]]:
        """Let a filter look at each batch; what it can do of that alone, an engine may do."""
        if self._engine is None or not isinstance(rule, Sketching):
            for batch, positions in judged:
                rule.look(cells_of(batch), positions.tolist())
                yield batch, positions
            return
        waiting = deque[tuple["Batch", "Positions"]]()
        cells = (cells_of(batch) for batch, _ in _noted(judged, waiting))
        for sketch in self._engine.stream(rule.sketch, cells):
            batch, positions = waiting.popleft()
            rule.remember(sketch, positions.tolist())
            yield batch, positions

    def _opinions(
        self, rule: Filter, seen: Iterator[tuple[Batch, Positions]]
    ) -> Iterator[tuple[Batch, Positions, list[Judgement]]]:
        """Let a filter judge the columns that it reads; one that is alone, on an engine."""
        names = self._columns(rule)
        if self._engine is None or not is_alone(rule):
            for batch, positions in seen:
                if isinstance(rule, Knowing):
                    rule.know({name: batch.column(name) for name in rule.beside})
                if isinstance(rule, Identified):
                    rule.identify(batch.column(ROW_ID).to_pylist())
                listed = positions.tolist()
                cells = (self._cells(rule, batch, name) for name in names)
                yield batch, positions, [rule.judge(one, listed) for one in cells]
            return
        waiting = deque[tuple["Batch", "Positions"]]()
        items = (
            ([self._cells(rule, batch, name) for name in names], positions.tolist())
            for batch, positions in _noted(seen, waiting)
        )
        for judgements in self._engine.stream(partial(_judge_alone, rule), items):
            yield *waiting.popleft(), judgements

    def _judged(
        self, rule: Filter, seen: Iterator[tuple[Batch, Positions]]
    ) -> Iterator[tuple[Batch, Positions]]:
        """Let a filter judge, and go on with the rows that stay."""
        names = self._columns(rule)
        for batch, positions, judgements in self._opinions(rule, seen):
            listed = positions.tolist()
            before, stays = batch, np.ones(len(listed), bool)
            for name, judgement in zip(names, judgements, strict=True):
                self._counted.update(judgement.counted or {})
                for verdict in judgement.verdicts:
                    position = listed[verdict.row]
                    _, code, value, peer = self._settled(position, verdict)
                    self.ledger.add(position, code, value, peer)
                    stays[verdict.row] &= self._kinds[code] != "drop"
                self._keep_originals(batch, name, judgement)
                batch = _changed(batch, name, judgement)  # noqa: PLW2901
            if self._cost is not None and _has_cost(rule):
                self._cost.note(before, batch, positions, stays)
            batch, positions = _only(batch, positions, stays)  # noqa: PLW2901
            yield self._with_text(batch, positions)

    def _settled(self, position: int, verdict: Verdict) -> Verdict:
        is_drop = self._kinds[verdict.code] == "drop"
        return self._copies.settle(position, verdict) if is_drop else verdict

    def _with_text(self, batch: Batch, positions: Positions) -> tuple[Batch, Positions]:
        if not self._texts:
            return batch, positions
        blanks = [_is_blank(batch.column(name)) for name in self._texts]
        return self._without(batch, positions, np.logical_and.reduce(blanks), NO_TEXT)

    def _without(
        self, batch: Batch, positions: Positions, gone: NDArray[np.bool_], reason: Reason
    ) -> tuple[Batch, Positions]:
        for position in positions[gone].tolist():
            self.ledger.add(position, reason.code)
        return _only(batch, positions, ~gone)

    def _columns(self, rule: Filter) -> tuple[str, ...]:
        """Give the columns that a filter reads, one after another; of several at once the first."""
        if isinstance(rule, ReadsColumns):
            return rule.columns[:1]
        if not getattr(rule, "every_text", False):
            return self._texts[:1]
        return tuple(dict.fromkeys((*self._texts, *getattr(rule, "more_columns", ()))))

    def _cells(self, rule: Filter, batch: Batch, name: str) -> pa.Array:
        """Give a column, or for a filter that compares rows one cell for all that is read."""
        if isinstance(rule, ReadsColumns):
            return pa.StructArray.from_arrays(
                [batch.column(one) for one in rule.columns], list(rule.columns)
            )
        if len(self._alike) < 2 or not getattr(rule, "compares_rows", False):
            return batch.column(name)
        return pa.array(_written(batch, self._alike), pa.large_binary())

    def _keep_originals(self, batch: Batch, name: str, judgement: Judgement) -> None:
        """Put what was taken out into the vault before the row without it is written."""
        members, locators = batch.column(MEMBERS), batch.column(LOCATOR)
        for row, originals in (judgement.originals or {}).items():
            document = members[row].as_py()[0]
            place = "".join(f"@{part}" for part in locators[row].as_py())  # of one row of several
            start = place if judgement.columns is not None else f"{name}{place}:"
            named = {f"{start}{mark}": value for mark, value in originals.items()}
            self._salts.keep_originals(document, named)


def _has_cost(rule: Filter) -> bool:
    return isinstance(rule, Costing) and rule.has_cost


def _noted(
    seen: Iterator[tuple[Batch, Positions]], waiting: deque[tuple[Batch, Positions]]
) -> Iterator[tuple[Batch, Positions]]:
    """Give each batch, and remember it until its result comes."""
    for one in seen:
        waiting.append(one)
        yield one


def _judge_alone(rule: Filter, item: tuple[list[pa.Array], list[int]]) -> list[Judgement]:
    columns, positions = item
    return [rule.judge(cells, positions) for cells in columns]


def _written(batch: Batch, names: Sequence[str]) -> list[bytes]:
    """Write out cells, one value a row, so that equal cells give equal bytes."""
    rows: list[Any] = batch.select(list(names)).to_pylist()
    return [write_row(row) for row in rows]


def _is_blank(texts: pa.Array) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    visible = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(texts)), 0)
    return ~np.asarray(visible.fill_null(pa.scalar(value=False)))


def _changed(batch: Batch, name: str, judgement: Judgement) -> Batch:
    changed = dict(judgement.columns or {})
    if judgement.changed is not None:
        changed[name] = judgement.changed
    for column, cells in changed.items():
        at = batch.schema.get_field_index(column)
        batch = batch.set_column(at, batch.schema.field(at), cells)
    return batch


def _only(batch: Batch, positions: Positions, stays: NDArray[np.bool_]) -> tuple[Batch, Positions]:
    if stays.all():
        return batch, positions
    return batch.filter(pa.array(stays)), positions[stays]


def _make(config: FilterConfig) -> Filter:
    try:
        return FILTERS.load(config.name)(**config.settings)
    except TypeError as error:
        known = list(signature(FILTERS.load(config.name)).parameters)
        wrong = next((one for one in config.settings if one not in known), "")
        near = get_close_matches(wrong, known, n=1, cutoff=0.4)
        do = f"It takes: {', '.join(known) or 'none'}. Correct its line under 'curate:'."
        raise InputError(
            f"The filter {config.name!r} does not take these settings: "
            f"{', '.join(config.settings) or 'none'}.",
            do=f"Write {near[0]!r} in place of {wrong!r}." if near else do,
        ) from error


def _require_last(rules: Sequence[Filter], configs: Sequence[FilterConfig]) -> None:
    """Refuse what would take rows, or columns, from a table that was protected already."""
    protected: set[str] | None = None
    for rule, config in zip(rules, configs, strict=True):
        drops = any(reason.kind == "drop" for reason in rule.reasons)
        moved = set(getattr(rule, "more_columns", ()))
        if protected is not None and (drops or moved & protected):
            raise InputError(
                f"The filter {config.name!r} comes after 'protect_table': rows that hide others "
                "could go out, or stand out again.",
                do="Write 'protect_table' last under 'curate:'.",
            )
        if isinstance(rule, ReadsColumns) and getattr(rule, "comes_last", False):
            protected = set(rule.columns)
