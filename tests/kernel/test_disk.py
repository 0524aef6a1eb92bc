"""The limits of a process: set here as a worker sets them, and taken back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from warrant.kernel.disk import ended_by_cpu, limit_cpu, limit_process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")

FOR_EVER = """
from warrant.kernel.disk import limit_cpu
limit_cpu(0)
while True:
    pass
"""


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    import resource

    names = (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
    before = {name: resource.getrlimit(name) for name in names}
    yield
    for name, limits in before.items():
        resource.setrlimit(name, limits)


def test_a_process_has_the_limits_that_it_sets() -> None:
    import resource

    limit_process(1 << 40, writes_files=True)
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == 1 << 40
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    limit_process(1 << 40, writes_files=False)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 0


def test_a_limit_of_computing_counts_from_now_on() -> None:
    import resource

    limit_cpu(1000)
    first = resource.getrlimit(resource.RLIMIT_CPU)[0]
    used = resource.getrusage(resource.RUSAGE_SELF)
    assert 1000 <= first - used.ru_utime - used.ru_stime <= 1001.1
    limit_cpu(2000)
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] >= first + 1000


def test_who_computes_too_long_is_ended_and_it_shows() -> None:
    ended = subprocess.run([sys.executable, "-c", FOR_EVER], timeout=60)
    assert ended_by_cpu(ended.returncode)
    assert not ended_by_cpu(0)
    assert not ended_by_cpu(-9)
