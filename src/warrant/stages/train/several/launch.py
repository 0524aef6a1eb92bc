"""Start the processes that train together on this machine, listen to the first, end all as one.

The processes are those of torch's launcher, without its rendezvous: they find one another through a
file in a folder of their owner, and talk over the loopback interface. No port is open to others.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import warrant
from warrant.errors import MissingExtra, OutsideError, WarrantError
from warrant.stages.train.backend import TRAINERS, Event, Job, Trained
from warrant.stages.train.several.folder import STOP, STOPPED, TOLD, Folder
from warrant.stages.train.several.join import (
    LIMIT_S,
    join_group,
    require_cards,
    started_together,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKER = "warrant.stages.train.several.worker"

POLL_S = 0.1
"""So often the first process is listened to."""

ENDS_S = 10
"""So long a process has to end by itself before it is killed."""

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")


def train_job(job: Job, *, resume: bool) -> Trained:
    """Train a job in as many processes as its settings say.

    Args:
        job: rows, settings, places. Where a launcher started this process among others, it trains
            as one of them.
        resume: whether a checkpoint is looked for.

    Returns:
        What was made.

    Raises:
        WarrantError: that of a process, or what `job.stop` gave.
        OutsideError: when a process was ended; the last checkpoint is kept.
    """
    if job.config.processes > 1 and started_together() == 1:
        return train_together(job, resume=resume)
    if job.config.processes > 1:
        on_cards = job.config.tier == "causal"
        job = replace(job, group=join_group(job.config.processes, on_cards=on_cards))
    trainer = TRAINERS.load(job.config.backend)()
    return trainer.resume(job) if resume else trainer.run(job)


def train_together(job: Job, *, resume: bool, limit_s: float = LIMIT_S) -> Trained:
    """Train a job in several processes of this machine.

    Args:
        job: as for `train_job`.
        resume: whether a checkpoint is looked for.
        limit_s: seconds that one exchange between them may take.

    Returns:
        What was made.

    Raises:
        WarrantError: as `train_job` does.
    """
    _require_room(job)
    with TemporaryDirectory(prefix=".several-", dir=job.folder.parent) as place:
        folder = Folder(Path(place).resolve())
        folder.write(job, resume=resume, limit_s=limit_s)
        asked: WarrantError | None = None
        told = _Told(folder.place / TOLD)
        with _signals_kept():
            context = _start(folder.place, job.config.processes)
        try:
            while (result := context.wait(timeout=0)) is None:
                told.hand_on(job)
                if asked is None and (asked := job.stop()) is not None:
                    (folder.place / STOP).touch()
                time.sleep(POLL_S)
            told.hand_on(job)
        finally:
            context.close(timeout=ENDS_S)
        if result.is_failed():
            raise_failure(folder, result.failures, job.config.processes)
        if asked is not None and (folder.place / STOPPED).exists():
            raise asked
        trained = folder.trained()
        if trained is None:
            raise OutsideError(
                "The processes that train together ended without a model.",
                do="Run the same command again: training goes on from its last checkpoint.",
            )
        return trained


def raise_failure(folder: Folder, failures: dict[int, Any], processes: int) -> NoReturn:
    """Say which process failed, and how.

    Args:
        folder: of the processes.
        failures: of torch's launcher, by number of the process.
        processes: in all.

    Raises:
        WarrantError: that of the lowest process that has one of ours.
        OutsideError: otherwise; it names the process that was ended first.
    """
    errors = folder.errors()
    for error in errors.values():
        if isinstance(error, WarrantError):
            raise error
    # A process that was killed leaves no word; those that missed it do.
    silent = sorted(rank for rank in failures if rank not in errors)
    ended = [rank for rank in silent if failures[rank].exitcode != -signal.SIGTERM] or silent
    rank = (ended or sorted(failures))[0]
    code = failures[rank].exitcode
    how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    how = f"failed with {errors[rank]}" if rank in errors else f"was ended by {how}"
    raise OutsideError(
        f"Process {rank + 1} of {processes} that train together {how}, and the others were ended.",
        do="Run the same command again: training goes on from its last checkpoint. Where memory "
        "ran out, write fewer processes, or a smaller length, under train: first.",
    )


def _require_room(job: Job) -> None:
    """Refuse before anything is started what cannot be."""
    try:
        import torch
        from accelerate import Accelerator
    except ImportError:
        raise MissingExtra.named("llm", "Training under several processes") from None
    del Accelerator
    if job.config.tier == "causal" and torch.cuda.is_available():
        require_cards(torch.cuda.device_count(), job.config.processes)


def _start(place: Path, processes: int) -> Any:  # noqa: ANN401 - of torch
    """Start the processes; each lays what it prints into the folder."""
    from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs, start_processes

    for name in ("api", "redirects", "subprocess_handler"):
        logging.getLogger(f"torch.distributed.elastic.multiprocessing.{name}").setLevel("CRITICAL")
    numbers = range(processes)
    return start_processes(
        name="train",
        entrypoint=sys.executable,
        args=dict.fromkeys(numbers, ("-m", WORKER, str(place))),
        envs={at: _environment(at, processes) for at in numbers},
        logs_specs=DefaultLogsSpecs(str(place / "logs")),
    )


def _environment(rank: int, processes: int) -> dict[str, str]:
    loop = next((name for _, name in socket.if_nameindex() if name.startswith("lo")), "")
    source = str(Path(warrant.__file__).resolve().parent.parent)
    found = {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(processes),
        "LOCAL_WORLD_SIZE": str(processes),
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // processes)),
        "PYTHONPATH": os.pathsep.join(
            one for one in (source, os.environ.get("PYTHONPATH", "")) if one
        ),
    }
    return found | ({"GLOO_SOCKET_IFNAME": loop, "NCCL_SOCKET_IFNAME": loop} if loop else {})


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep our own answers to signals: torch's launcher would replace them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    known = (getattr(signal, name, None) for name in _SIGNALS)
    before = {one: signal.getsignal(one) for one in known if one is not None}
    try:
        yield
    finally:
        for one, answer in before.items():
            signal.signal(one, signal.SIG_DFL if answer is None else answer)


class _Told:
    """What the first process told, and how far it was handed on."""

    def __init__(self, place: Path) -> None:
        self._place, self._read = place, 0

    def hand_on(self, job: Job) -> None:
        if not self._place.is_file():
            return
        with self._place.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # the rest is still being written
                self._read += len(line)
                told = json.loads(line)
                if "progress" in told:
                    job.progress(*told["progress"])
                else:
                    job.event(Event(**told["event"]))
