"""Time as an argument: UTC, whole seconds, only ever a signer's claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """Give the machine's time, UTC."""
    return datetime.now(UTC)


def instant(moment: datetime) -> str:
    """Write an instant as all our records do: `YYYY-MM-DDTHH:MM:SSZ`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
