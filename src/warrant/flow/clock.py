"""Time as an argument: UTC, whole seconds, only ever a signer's claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from warrant.kernel.statement import Statement

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """Give the machine's time, UTC."""
    return datetime.now(UTC)


def instant(moment: datetime) -> str:
    """Write an instant as all our records do: `YYYY-MM-DDTHH:MM:SSZ`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def not_before(moment: datetime, recorded_at: str | None) -> datetime:
    """Give the instant to judge by: no clock that was set back makes a right last longer.

    Args:
        moment: as the clock says.
        recorded_at: the latest instant that the log knows; None: it knows none.

    Returns:
        The later of both.
    """
    return moment if recorded_at is None else max(moment, datetime.fromisoformat(recorded_at))


def seconds_of(statement: Statement) -> float:
    """Say how long a step worked, as its statement claims: whole seconds."""
    claimed = statement.predicate["runDetails"]["metadata"]
    started, finished = (
        datetime.fromisoformat(claimed[name]) for name in ("startedOn", "finishedOn")
    )
    return (finished - started).total_seconds()
