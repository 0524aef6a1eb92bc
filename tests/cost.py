"""What fast tests cost, in CPU seconds: wall time would measure the neighbours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

MOST_CPU_S = 3.0
"""Of one fast test; a dearer one belongs to `slow`."""


def cpu_s() -> float:
    """Give the CPU seconds of this process and of the children that it waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def dear_tests(reports: Iterable[pytest.TestReport]) -> list[str]:
    """List tests that cost too much for the fast suite.

    Args:
        reports: of tests, with the property `cpu_s`.

    Returns:
        Lines, the dearest first.
    """
    found = {
        report.nodeid: float(str(value))
        for report in reports
        if report.when == "call" and "slow" not in report.keywords
        for name, value in report.user_properties
        if name == "cpu_s"
    }
    dear = sorted((item for item in found.items() if item[1] > MOST_CPU_S), key=lambda one: -one[1])
    return [f"{spent:6.1f} CPU s  {name}" for name, spent in dear]
