"""Time that a piece of work takes on a processor that does nothing else meanwhile.

The clock counts what other programs take; seconds of the processor count every thread by itself.
The lesser of both is what the clock would say if the machine were idle.
"""

from __future__ import annotations

from time import perf_counter, process_time
from typing import NamedTuple


class Moment(NamedTuple):
    """A moment of this process."""

    clock: float
    """Seconds of the clock."""

    worked: float
    """Seconds of the processor, all threads together."""

    @classmethod
    def now(cls) -> Moment:
        """Look at clock and processor."""
        return cls(perf_counter(), process_time())

    def until(self, later: Moment) -> float:
        """Give the seconds to a later moment, without those in which other work was done."""
        return min(later.clock - self.clock, later.worked - self.worked)
