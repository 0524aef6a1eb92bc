"""Work by several processes comes back in order; one that is ended from outside is told."""

from __future__ import annotations

import os
import signal
from contextlib import closing

import pytest

from warrant.engine.on_processes import ProcessEngine
from warrant.errors import OutsideError


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
