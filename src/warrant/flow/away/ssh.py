"""Training on a machine that is reached by ssh, under a watchdog with the ceiling.

The programs `ssh` and `rsync` (or, without it, `tar` through ssh) do the carrying. The far side
gets a folder of its own, `~/.warrant-jobs/NAME`; there the job runs under `timeout`, which ends it
when the money is spent even if this machine has gone. The folder is removed when the result is
here, and stays when the ceiling was reached: another try goes on in it.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from warrant.errors import CeilingReached, InputError, IntegrityError, OutsideError
from warrant.flow.away.carrier import ceiling_of, size_of, taken_back
from warrant.flow.away.programs import call, has, require

if TYPE_CHECKING:
    from warrant.flow.spend import Meter
    from warrant.flow.workers import Sent
    from warrant.records.interfaces import Elsewhere
    from warrant.stages.train import Job
    from warrant.stages.train.away import Away, Ceiling

FOLDER = ".warrant-jobs"
"""In the home of the far side."""
GRACE_S = 30
"""Time between the first and the last signal of the watchdog."""
OVER = 7
"""Exit code of a job at its ceiling."""
ENDED = (124, 137)
"""Exit codes of a job that the watchdog ended; the last also of one killed for want of memory."""


@dataclass(frozen=True)
class Ssh:
    """Carries a job to a machine that is reached by ssh."""

    host: str
    """USER@HOST, as ssh takes it."""

    @property
    def name(self) -> str:
        """As the recipe must name it."""
        return f"ssh:{self.host}"

    def bound(self, meter: Meter, sent: Sent) -> Elsewhere:
        """Give a function that has a job trained there."""

        def train(job: Job) -> Away:
            return self._train(job, meter, sent)

        return train

    def _train(self, job: Job, meter: Meter, sent: Sent) -> Away:
        from warrant.stages.train.away import pack_job

        require("ssh", "Install OpenSSH's client with the system's package manager, and try again.")
        ceiling = ceiling_of(meter)
        with tempfile.TemporaryDirectory(prefix="warrant-") as scratch:
            archive, local = Path(scratch) / "job.zip", Path(scratch) / "job"
            packed = pack_job(job, archive, ceiling)
            shutil.unpack_archive(archive, local)
            place = f"{FOLDER}/{packed.digest[:24]}"
            self._say(f"mkdir -p {place} && chmod 700 {FOLDER} {place}")
            sent.carry(self.name, size_of(job))
            self._send(local, place)
            started = monotonic()
            code = call("ssh", self.host, watched(place, ceiling)).code
            if is_over(code, ceiling, monotonic() - started):
                self._count(place, ceiling, meter)
                raise _reached(self.name, meter)
            if code:
                raise OutsideError(
                    f"Training on {self.name!r} ended with exit code {code}; its folder there is "
                    f"~/{place}.",
                    do="Read what it printed above, mend it there, and run this command again: "
                    "it goes on in that folder.",
                )
            result = Path(scratch) / "result.zip"
            self._fetch(f"{place}/result.zip", result)
            try:
                found = taken_back(result, job, meter)
            except (InputError, IntegrityError):
                self._say(f"rm -f {place}/result.zip")  # else it would be carried back for ever
                raise
            self._say(f"rm -rf {place}; rmdir {FOLDER} 2>/dev/null || true")
        return found

    def _count(self, place: str, ceiling: Ceiling, meter: Meter) -> None:
        """Take over the seconds that the far side has counted."""
        told = call("ssh", self.host, f"cat {place}/spent.json", caught=True)
        if told.code == 0:
            seconds = float(json.loads(told.out)["seconds"])
            meter.take_over(seconds, ceiling.spent_usd + seconds * ceiling.usd_per_hour / 3600)

    def _say(self, command: str) -> None:
        code = call("ssh", self.host, command).code
        if code:
            raise OutsideError(
                f"{self.name!r} could not be reached, or refused a command (exit code {code}).",
                do=f"See that this works, and try again: ssh {self.host} true",
            )

    def _send(self, local: Path, place: str) -> None:
        if has("rsync") and not call("rsync", "-a", f"{local}/", f"{self.host}:{place}/").code:
            return
        if call("ssh", self.host, f"tar -xf - -C {place}", told=_tar(local)).code:
            raise OutsideError(
                f"The job could not be carried to {self.name!r}.",
                do=f"See that there is room and that `tar` is there: ssh {self.host} tar --version",
            )

    def _fetch(self, place: str, target: Path) -> None:
        with target.open("wb") as stream:
            code = call("ssh", self.host, f"cat {place}", into=stream).code
        if code:
            raise OutsideError(
                f"The result could not be carried back from {self.name!r}; it lies there in "
                f"~/{place}.",
                do="Run this command again: nothing is trained twice.",
            )


def watched(place: str, ceiling: Ceiling) -> str:
    """Write the command of the far side: the job under a watchdog, unless its result is there.

    Args:
        place: the job's folder.
        ceiling: how far it may go.

    Returns:
        One line for a POSIX shell.
    """
    seconds = ceiling.seconds
    # Half a minute more than the job itself allows: it stops first, with a checkpoint.
    limit = None if seconds is None else max(1, round(seconds)) + GRACE_S
    guard = "" if limit is None else f"timeout -k {GRACE_S} {limit} "
    return f"cd {place} && {{ [ -f result.zip ] || {guard}sh run.sh; }}"


def is_over(code: int, ceiling: Ceiling, seconds: float) -> bool:
    """Say whether a job ended at its ceiling, and not for want of memory.

    Args:
        code: its exit code.
        ceiling: how far it might go.
        seconds: how long it was there.

    Returns:
        True when the job says so, or the watchdog had reason to end it.
    """
    most = ceiling.seconds
    return code == OVER or (code in ENDED and most is not None and seconds >= most)


def _tar(folder: Path) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.add(folder, arcname=".")
    return held.getvalue()


def _reached(name: str, meter: Meter) -> CeilingReached:
    budget = meter.budget
    return CeilingReached(
        f"Training on {name!r} reached its ceiling: ${meter.usd:,.2f} of ${budget.usd or 0:,.2f} "
        f"spent in {meter.seconds:,.0f} s at ${budget.usd_per_hour:,.2f} an hour. Checkpoints stay "
        "on that machine.",
        do="Write a higher usd under train: budget: in the recipe, and run this command again: it "
        "goes on there.",
    )
