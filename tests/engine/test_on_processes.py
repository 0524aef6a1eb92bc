"""Work by several processes comes back in order; one that is ended from outside is told."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from math import factorial

import pytest

from warrant.engine.on_processes import ProcessEngine
from warrant.errors import OutsideError


@pytest.mark.slow
def test_results_come_in_the_order_of_the_items() -> None:
    read = list[int]()

    def items() -> object:
        for one in range(40):
            read.append(one)
            yield one

    with closing(ProcessEngine(2)) as engine:
        for at, found in enumerate(engine.stream(factorial, items())):  # type: ignore[arg-type]
            assert found == factorial(at)
            assert len(read) <= at + 5
        assert at == 39


@pytest.mark.slow
def test_a_process_that_was_ended_is_told_with_what_to_do() -> None:
    with (
        closing(ProcessEngine(1)) as engine,
        pytest.raises(OutsideError, match="ended from outside") as told,
    ):
        list(engine.stream(_end, [signal.SIGKILL]))
    assert "Without `engine:`" in str(told.value)


def _end(number: int) -> None:
    os.kill(os.getpid(), number)
