"""The far side: trains a packed job with no workspace, under its ceiling, and writes the result."""

from __future__ import annotations

import json
import os
import platform
import sys
import zipfile
from dataclasses import asdict, replace
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any

from warrant.errors import Busy, CeilingReached, InputError, WarrantError
from warrant.kernel.digest import hash_file
from warrant.kernel.disk import try_lock
from warrant.stages.train.away.pack import BASES, Ceiling
from warrant.stages.train.away.result import FORMAT
from warrant.stages.train.backend import Job, Trained
from warrant.stages.train.base import libraries_of
from warrant.stages.train.config import TrainConfig
from warrant.stages.train.lines import PARTS, from_lines
from warrant.stages.train.several.join import is_first, require_number, started_together
from warrant.stages.train.several.launch import train_job
from warrant.stages.train.typed import read_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def main(folder: Path) -> int:
    """Train the job of a folder.

    Args:
        folder: where the archive was unpacked.

    Returns:
        The exit code: 0, or that of the error, whose words are printed.
    """
    try:
        if not is_first():
            _follow(folder)
            return 0
        with (folder / "lock").open("wb") as lock:  # the end of this process gives it back
            _require_alone(lock.fileno())
            place = train_packed(folder)
    except WarrantError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the far side has no other surface
        return error.exit_code
    print(f"Wrote {place}. Carry it back.")  # noqa: T201
    return 0


def _require_alone(lock: int) -> None:
    """Refuse a second run in one folder: a line that broke leaves the first one at work."""
    if not try_lock(lock):
        raise Busy(
            "This job is being trained in this folder already: a run goes on when the connection "
            "to it breaks.",
            do="Wait until result.zip lies there, and run the same command again.",
        )


def train_packed(folder: Path, timer: Callable[[], float] = monotonic) -> Path:
    """Train the job of a folder and write `result.zip` there.

    Args:
        folder: where the archive was unpacked.
        timer: gives seconds.

    Returns:
        The result.

    Raises:
        CeilingReached: at the ceiling; checkpoints stay in the folder.
        InputError: when rows are not those of the job.
    """
    work = _read(folder)
    ceiling = Ceiling(**json.loads((folder / "ceiling.json").read_bytes()))
    counted = _Count(folder / "spent.json", ceiling, timer)
    made = folder / "model"
    checkpoints = folder / "checkpoints"
    checkpoints.mkdir(exist_ok=True)
    for old in made.glob("*") if made.is_dir() else ():
        old.unlink()
    made.mkdir(exist_ok=True)
    work = replace(work, progress=_announce, checkpoints=checkpoints, stop=counted.stop)
    try:
        trained = train_job(work, resume=any(checkpoints.iterdir()))
    finally:
        counted.keep()
    plugins = [plugin.model_dump() for plugin in libraries_of(work.config)]
    name = sha256((folder / "job.json").read_bytes()).hexdigest()
    return _write(folder, name, trained, plugins, counted)


def _follow(folder: Path) -> None:
    """Train as another than the first of several processes: it writes nothing."""
    train_job(_read(folder), resume=False)


def _read(folder: Path) -> Job:
    """Read the job of a folder, and refuse rows that are not its own."""
    job = json.loads((folder / "job.json").read_bytes())
    for name in PARTS:
        if hash_file(folder / name).hex != job["files"][name]:
            raise InputError(
                f"The rows in {name!r} are not those that were packed.",
                do="Unpack the archive again into an empty folder, and run it there.",
            )
    config = read_as(TrainConfig, job["settings"])
    if started_together() > 1:
        require_number(config.processes)
    if config.base is not None:
        config = replace(config, base=replace(config.base, root=folder / BASES))
    parts = []
    for name in PARTS:
        with (folder / name).open("rb") as lines:
            parts.append(from_lines(lines))
    return Job(parts[0], parts[1], config, folder / "model", _say_nothing)


class _Count:
    """Seconds and dollars of a job on this machine, over all tries in one folder."""

    def __init__(self, place: Path, ceiling: Ceiling, timer: Callable[[], float]) -> None:
        self._place, self._ceiling, self._timer = place, ceiling, timer
        self._started = timer()
        told = json.loads(place.read_bytes()) if place.is_file() else {}
        # Another ceiling counts already what was spent here under the one before.
        is_same = told.get("spent_usd") == ceiling.spent_usd
        self._earlier_s = float(told["seconds"]) if is_same else 0.0

    @property
    def seconds(self) -> float:
        return self._earlier_s + self._timer() - self._started

    @property
    def usd(self) -> float:
        return self._ceiling.spent_usd + self.seconds * self._ceiling.usd_per_hour / 3600

    def keep(self) -> None:
        told = {"seconds": round(self.seconds, 3), "spent_usd": self._ceiling.spent_usd}
        draft = self._place.with_suffix(".new")
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(self._place)  # a kill leaves a whole count

    def stop(self) -> WarrantError | None:
        self.keep()
        most = self._ceiling.seconds
        if most is None or self.seconds < most:
            return None
        return CeilingReached(
            f"Training reached its ceiling: ${self.usd:,.2f} of ${self._ceiling.usd or 0:,.2f} "
            f"spent in {self.seconds:,.0f} s.",
            do="Write a higher usd in ceiling.json, and run it again: sh run.sh",
        )


def _say_nothing(done: int, total: int | None, unit: str) -> None:
    del done, total, unit


def _announce(done: int, total: int | None, unit: str) -> None:
    print(f"{done:,} of {total or '?'} {unit}", file=sys.stderr)  # noqa: T201


def _write(folder: Path, job: str, trained: Trained, plugins: list[Any], counted: _Count) -> Path:
    files = {path.name: path for path in sorted((folder / "model").iterdir())}
    told = {
        "files": {name: hash_file(path).hex for name, path in files.items()},
        "format": FORMAT,
        "job": job,
        "machine": {
            "cores": os.cpu_count() or 1,
            "name": platform.node() or "unnamed",
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "plugins": plugins,
        "seconds": round(counted.seconds, 3),
        "trained": asdict(trained),
        "usd": round(counted.usd, 6),
    }
    target = folder / "result.zip"
    draft = folder / "result.new"  # what was killed in the middle is no result
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("result.json", json.dumps(told, sort_keys=True))
        for name, path in files.items():
            archive.write(path, f"model/{name}")
    draft.replace(target)
    return target
