"""Dates: rows outside a span of days go out, or those that did not hold on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "keep_period"
_IN_FORCE = "keep_in_force"


class KeepPeriod:
    """Drops rows whose day lies outside a span.

    Args:
        column: of days, instants (their day in UTC), or texts that begin with YYYY-MM-DD.
        since: first day that is kept, YYYY-MM-DD; None for no limit.
        until: last day that is kept; None for no limit.
        unknown: `drop` or `keep` rows without a day that can be read.

    Raises:
        InputError: when no day is given, or a setting does not fit.
    """

    def __init__(
        self,
        column: str,
        since: str | None = None,
        until: str | None = None,
        unknown: str = "drop",
    ) -> None:
        said = Settings(_NAME, f"{_NAME}: {{column: signed, since: '2015-01-01'}}")
        for name, day in (("since", since), ("until", until)):
            if day is not None and _day(day) is None:
                raise said.refusal(f"wants {name} as YYYY-MM-DD, got {day!r}")
        if since is None and until is None:
            raise said.refusal("has no limit")
        self._since, self._until = _day(since) or date.min, _day(until) or date.max
        if self._until < self._since:
            raise said.refusal(f"wants until from since upwards, got {until} before {since}")
        drops = said.choice("unknown", unknown, ("drop", "keep")) == "drop"
        self.columns = (column,)
        self._unknown = "date_unknown" if drops else "date_unknown_kept"
        span = " ".join(
            f"{word} {day}" for word, day in (("from", since), ("to", until)) if day is not None
        )
        stay = "" if drops else " it stays."
        self.reasons = (
            Reason(
                code="outside_period",
                kind="drop",
                rule=_NAME,
                version=VERSION,
                words=f"The row's day in {column!r} lies outside what the recipe keeps ({span}).",
            ),
            Reason(
                code=self._unknown,
                kind="drop" if drops else "measure",
                rule=_NAME,
                version=VERSION,
                words=f"The row has no day in {column!r} that can be read{';' if stay else '.'}"
                + stay,
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: objects with the column.
            positions: not needed.

        Returns:
            A drop for each row outside; a line for each without a day.
        """
        verdicts = []
        for row, cell in enumerate(cells.to_pylist()):
            day = _day(cell[self.columns[0]])
            if day is None:
                verdicts.append(Verdict(row, self._unknown))
            elif not self._since <= day <= self._until:
                verdicts.append(Verdict(row, "outside_period"))
        return Judgement(verdicts)


class KeepInForce:
    """Drops rows that did not hold on a day, such as a lease before its amendment.

    A row holds from the first day that it names to the last, both included; where one of the two
    cells is empty, it has no end on that side.

    Args:
        as_of: the day, YYYY-MM-DD.
        since: column of the first days; None where there is none.
        until: column of the last days; None where there is none.
        unknown: `keep` or `drop` rows that name no day, or one that cannot be read.

    Raises:
        InputError: when no column is given, or a setting does not fit.
    """

    def __init__(
        self,
        as_of: str,
        since: str | None = "effective_from",
        until: str | None = "effective_to",
        unknown: str = "keep",
    ) -> None:
        said = Settings(_IN_FORCE, f"{_IN_FORCE}: {{as_of: '2025-07-01'}}")
        day = _day(as_of)
        if day is None:
            raise said.refusal(f"wants as_of as YYYY-MM-DD, got {as_of!r}")
        drops = said.choice("unknown", unknown, ("keep", "drop")) == "drop"
        self.columns = tuple(name for name in (since, until) if name is not None)
        if not self.columns:
            raise said.refusal("has no column of days")
        self._as_of, self._since, self._until = day, since, until
        self._unknown = "force_unknown" if drops else "force_unknown_kept"
        named = " and ".join(map(repr, self.columns))
        self.reasons = (
            Reason(
                code="not_in_force",
                kind="drop",
                rule=_IN_FORCE,
                version=VERSION,
                words=f"The row did not hold on {day}, by its days in {named}.",
            ),
            Reason(
                code=self._unknown,
                kind="drop" if drops else "measure",
                rule=_IN_FORCE,
                version=VERSION,
                words=f"No day in {named} says whether the row held on {day}"
                + ("." if drops else "; it stays."),
            ),
        )

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: objects with the columns.
            positions: not needed.

        Returns:
            A drop for each row that did not hold; a line for each of which nobody can say.
        """
        verdicts = []
        for row, cell in enumerate(cells.to_pylist()):
            first, last = (
                None if name is None else cell[name] for name in (self._since, self._until)
            )
            said = [one for one in (first, last) if not _is_empty(one)]
            if not said or any(_day(one) is None for one in said):
                verdicts.append(Verdict(row, self._unknown))
            elif not (_day(first) or date.min) <= self._as_of <= (_day(last) or date.max):
                verdicts.append(Verdict(row, "not_in_force"))
        return Judgement(verdicts)


def _is_empty(cell: object) -> bool:
    return cell is None or not str(cell).strip()


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell or "").strip()[:10])
    except ValueError:
        return None
