from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests import cost


def report(name: str, spent: float, when: str = "call", *marks: str) -> Any:  # noqa: ANN401 - stands for a report
    return SimpleNamespace(
        nodeid=name, when=when, keywords=set(marks), user_properties=[("cpu_s", spent)]
    )


def test_a_dear_fast_test_is_listed_and_a_slow_one_is_not() -> None:
    found = cost.dear_tests(
        [
            report("cheap", 0.1),
            report("dear", 4.0),
            report("dearer", 9.0),
            report("dear", 4.0, "teardown"),
            report("known", 9.0, "call", "slow"),
        ]
    )
    assert found == ["   9.0 CPU s  dearer", "   4.0 CPU s  dear"]


def test_cpu_seconds_grow_with_work() -> None:
    before = cost.cpu_s()
    sum(range(10**6))
    assert cost.cpu_s() >= before
