"""Dates: rows outside a span of days go out."""

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


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell or "").strip()[:10])
    except ValueError:
        return None
