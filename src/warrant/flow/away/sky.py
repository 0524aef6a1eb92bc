"""Training on a rented machine by SkyPilot: a task is written, and its program is called.

SkyPilot lives in an environment of its own; here only its command line is used. The task asks for
spot machines, ends itself when idle, and states the greatest price an hour. Rows travel with the
task's workdir, to the reader's own account at that cloud.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from warrant.errors import InputError, OutsideError
from warrant.flow.away.carrier import ceiling_of, size_of, taken_back
from warrant.flow.away.programs import call, require

if TYPE_CHECKING:
    from warrant.flow.spend import Meter
    from warrant.flow.workers import Sent
    from warrant.records.interfaces import Elsewhere
    from warrant.stages.train import Job
    from warrant.stages.train.away import Away, Ceiling

IDLE_MINUTES = 5
"""Without work for so long, the machine ends itself."""
WITHOUT_SPOT = frozenset({"lambda"})
"""Clouds that rent out no machine which may be taken away."""
CLUSTER = "warrant"
"""Prefix of the machine's name."""


@dataclass(frozen=True)
class Sky:
    """Carries a job to a machine that SkyPilot rents."""

    cloud: str
    """As SkyPilot names it; `any` for the cheapest of all."""
    accelerators: str | None = None
    """For example `A100-80GB:1`; None: a machine without a card."""

    @property
    def name(self) -> str:
        """As the recipe must name it."""
        return f"sky:{self.cloud}"

    def bound(self, meter: Meter, sent: Sent) -> Elsewhere:
        """Give a function that has a job trained there."""

        def train(job: Job) -> Away:
            return self._train(job, meter, sent)

        return train

    def _train(self, job: Job, meter: Meter, sent: Sent) -> Away:
        from warrant.stages.train.away import pack_job

        require(
            "sky",
            "Install SkyPilot in an environment of its own (pip install 'skypilot[lambda]', for "
            "your cloud), put that environment's bin on the PATH, and run this again. Or pack "
            "the job and run it anywhere: warrant train PATH --pack job.zip",
        )
        ceiling = ceiling_of(meter)
        _require_price(ceiling)
        with tempfile.TemporaryDirectory(prefix="warrant-") as scratch:
            folder = Path(scratch) / "job"
            archive = Path(scratch) / "job.zip"
            packed = pack_job(job, archive, ceiling)
            shutil.unpack_archive(archive, folder)
            cluster = f"{CLUSTER}-{packed.digest[:12]}"
            task = Path(scratch) / "task.yaml"
            task.write_text(render_task(self, ceiling, str(folder)), "utf-8")
            sent.carry(self.name, size_of(job))
            code = call("sky", "launch", "-y", "-c", cluster, str(task)).code
            if code:
                raise OutsideError(
                    f"'sky launch' ended with exit code {code}; the machine is called {cluster!r}.",
                    do="Read what it printed above. Where it was the ceiling, write a higher usd "
                    "under train: budget: in the recipe and run this again; else end the machine "
                    f"with: sky down {cluster}",
                )
            place = f"{cluster}:sky_workdir/result.zip"
            if call("rsync", "-a", place, scratch).code:
                raise OutsideError(
                    f"The result could not be carried back from {cluster!r}.",
                    do=f"Fetch it within {IDLE_MINUTES} minutes: rsync {place} . and then: "
                    "warrant train PATH --collect result.zip",
                )
            found = taken_back(Path(scratch) / "result.zip", job, meter)
            call("sky", "down", "-y", cluster)
        return found


def _require_price(ceiling: Ceiling) -> None:
    """Refuse a ceiling that nothing could hold: without a price no second costs anything."""
    if ceiling.usd is not None and not ceiling.usd_per_hour:
        raise InputError(
            f"The recipe lets training cost ${ceiling.usd:,.2f} and gives no price of an hour: on "
            "a rented machine that ceiling could not be held.",
            do="Write under train: budget: in the recipe usd_per_hour, the most that an hour may "
            "cost.",
        )


def render_task(sky: Sky, ceiling: Ceiling, workdir: str) -> str:
    """Write the task: pure, so that it can be read before anything is rented.

    Args:
        sky: where.
        ceiling: how far it may go.
        workdir: the job's folder.

    Returns:
        YAML as SkyPilot 0.14 reads it.
    """
    resources: dict[str, Any] = {
        "cpus": "2+",
        "use_spot": sky.cloud.split("/")[0] not in WITHOUT_SPOT,
    }
    if sky.cloud != "any":
        resources["infra"] = sky.cloud
    if sky.accelerators:
        resources["accelerators"] = sky.accelerators
    if ceiling.usd_per_hour:
        resources["max_hourly_cost"] = ceiling.usd_per_hour
    resources["autostop"] = {"idle_minutes": IDLE_MINUTES, "down": True}
    seconds = ceiling.seconds
    guard = "" if seconds is None else f"timeout -k 30 {max(1, round(seconds)) + 30} "
    task = {
        "name": "warrant-train",
        "resources": resources,
        "workdir": workdir,
        "setup": "python3 -m venv .venv\n.venv/bin/python -m pip install -q -r requirements.txt\n",
        "run": f"{guard}.venv/bin/python run.py\n",
    }
    return yaml.safe_dump(task, sort_keys=False)
