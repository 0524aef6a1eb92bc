"""Programs that read documents apart, kept from test to test: each start costs a quarter second.

What such a program gives for a file does not depend on the files before it (the law of
`stages.ingest.apart`, a property in tests/laws/test_ingest_laws.py that starts its own).
"""

from __future__ import annotations

import weakref
from collections import defaultdict
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from warrant.stages.ingest import apart, opening

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    Process: TypeAlias = subprocess.Popen[bytes]

Kind: TypeAlias = tuple[str, ...]


class Idle:
    """Processes that nobody uses, by what they were asked for when they were started."""

    def __init__(self) -> None:
        self._processes: defaultdict[Kind, list[Process]] = defaultdict(list)
        self.is_closed = False

    def take(self, kind: Kind) -> Process | None:
        """Give one that still runs."""
        while self._processes[kind]:
            process = self._processes[kind].pop()
            if process.poll() is None:
                return process
            apart.end_process(process)
        return None

    def give(self, kind: Kind, process: Process) -> None:
        """Keep one for the next who asks."""
        if self.is_closed:
            apart.end_process(process)
        else:
            self._processes[kind].append(process)

    def close(self) -> None:
        """End all, and whatever is given later."""
        self.is_closed = True
        for processes in self._processes.values():
            while processes:
                apart.end_process(processes.pop())


_idle = Idle()
_start_worker = apart.Worker._started
_start_opener = opening.Opener._started


def _worker_started(worker: apart.Worker) -> Process:
    is_new = worker._process is None or worker._process.poll() is not None
    kind = tuple(worker._asked())
    if is_new and worker._wall_seconds == apart.WALL_SECONDS:
        worker._process = _idle.take(kind)
    if worker._process is not None and is_new:
        weakref.finalize(worker, _idle.give, kind, worker._process)
    return _start_worker(worker)


def _finalize(worker: apart.Worker, _end: object, process: Process) -> Any:  # noqa: ANN401 - as in weakref
    return weakref.finalize(worker, _idle.give, tuple(worker._asked()), process)


def _opener_started(opener: opening.Opener) -> Process:
    if opener._process is None and opener._wall_seconds == opening.WALL_SECONDS:
        opener._process = _idle.take(("opener", str(opener._cpu_seconds)))
    return _start_opener(opener)


def _leave_opener(opener: opening.Opener, *_: object) -> None:
    process, opener._process = opener._process, None
    if process is not None:
        _idle.give(("opener", str(opener._cpu_seconds)), process)


@pytest.fixture(scope="session", autouse=True)
def workers_stay() -> Iterator[None]:
    """Let the next reader of a kind use the process of the last one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart.Worker, "_started", _worker_started)
        patch.setattr(apart, "weakref", SimpleNamespace(finalize=_finalize))
        patch.setattr(opening.Opener, "_started", _opener_started)
        patch.setattr(opening.Opener, "__exit__", _leave_opener)
        yield
        _idle.close()


@pytest.fixture
def new_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test see processes start."""
    own = Idle()
    monkeypatch.setattr("tests.workers._idle", own)
    yield
    own.close()
