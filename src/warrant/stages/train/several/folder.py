"""What the processes are given: a folder with rows and settings, and what they write into it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import warrant.errors
from warrant.errors import OutsideError, WarrantError
from warrant.stages.train.backend import Event, Job, Trained
from warrant.stages.train.config import TrainConfig
from warrant.stages.train.lines import PARTS, from_lines, to_lines
from warrant.stages.train.typed import plain, read_as

if TYPE_CHECKING:
    from warrant.stages.train.group import Group

JOB, TRAINED, TOLD, STOP, STOPPED = (
    "job.json",
    "trained.json",
    "told.jsonl",
    "stop",
    "stopped",
)


@dataclass(frozen=True)
class Folder:
    """A folder that one machine's processes share, for their owner alone."""

    place: Path
    """Where it lies."""

    @property
    def store(self) -> Path:
        """The file through which the processes find one another."""
        return self.place / "store"

    def write(self, job: Job, *, resume: bool, limit_s: float) -> None:
        """Write a job.

        Args:
            job: rows, settings and places.
            resume: whether a checkpoint is looked for.
            limit_s: seconds that one exchange may take.
        """
        for name, rows in zip(PARTS, (job.train, job.validation), strict=True):
            with (self.place / name).open("wb") as file:
                file.writelines(to_lines(rows))
        base = job.config.base
        told = {
            "settings": plain(asdict(job.config.portable())),
            "root": None if base is None else str(base.root.resolve()),
            "model": str(job.folder.resolve()),
            "checkpoints": None if job.checkpoints is None else str(job.checkpoints.resolve()),
            "resume": resume,
            "limit_s": limit_s,
        }
        (self.place / JOB).write_text(json.dumps(told), "utf-8")

    def head(self) -> dict[str, Any]:
        """Read what the job says, without its rows."""
        return dict(json.loads((self.place / JOB).read_bytes()))

    def config(self) -> TrainConfig:
        """Read the settings of the job."""
        told = self.head()
        config = read_as(TrainConfig, told["settings"])
        if config.base is None:
            return config
        return replace(config, base=replace(config.base, root=Path(told["root"])))

    def read(self, group: Group) -> Job:
        """Read the job for one process; the first alone writes and tells.

        Args:
            group: of the process.

        Returns:
            The job.
        """
        told = self.head()
        parts = []
        for name in PARTS:
            with (self.place / name).open("rb") as lines:
                parts.append(from_lines(lines))
        job = Job(parts[0], parts[1], self.config(), Path(told["model"]), _say_nothing)
        if not group.is_first:
            return replace(job, group=group)
        kept = told["checkpoints"]
        return replace(
            job,
            group=group,
            checkpoints=None if kept is None else Path(kept),
            progress=self._progress,
            event=self._event,
            stop=self._stop,
        )

    def _progress(self, done: int, total: int | None, unit: str) -> None:
        self._tell({"progress": [done, total, unit]})

    def _event(self, event: Event) -> None:
        self._tell({"event": asdict(event)})

    def _tell(self, what: object) -> None:
        with (self.place / TOLD).open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")

    def _stop(self) -> WarrantError | None:
        return Stopped() if (self.place / STOP).exists() else None

    def write_trained(self, trained: Trained) -> None:
        """Write what was made; the file is whole or absent."""
        draft = self.place / "trained.new"
        draft.write_text(json.dumps(asdict(trained)), "utf-8")
        draft.replace(self.place / TRAINED)

    def trained(self) -> Trained | None:
        """Read what was made; None where nothing was."""
        place = self.place / TRAINED
        return read_as(Trained, json.loads(place.read_bytes())) if place.is_file() else None

    def write_error(self, rank: int, error: Exception) -> None:
        """Write why a process ends; of an error that is not ours its kind alone."""
        told = {"kind": type(error).__name__}
        if isinstance(error, WarrantError):
            told |= {"what": error.what, "do": error.do}
        draft = self.place / f"error-{rank}.new"
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(self.place / f"error-{rank}.json")

    def errors(self) -> dict[int, WarrantError | str]:
        """Read why processes ended, by their number: an error of ours, or the kind of another."""
        found: dict[int, WarrantError | str] = {}
        for place in sorted(self.place.glob("error-*.json")):
            told = json.loads(place.read_bytes())
            kind = getattr(warrant.errors, told["kind"], OutsideError)
            rank = int(place.stem.removeprefix("error-"))
            found[rank] = kind(told["what"], told["do"]) if "what" in told else str(told["kind"])
        return found


class Stopped(WarrantError):  # noqa: N818 - no error, an end that was asked for
    """The process that started the others asked them to stop."""

    def __init__(self) -> None:
        super().__init__("Training was asked to stop.", do="Run the same command again.")


def _say_nothing(done: int, total: int | None, unit: str) -> None:
    del done, total, unit
