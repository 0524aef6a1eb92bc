"""A job written for another program or service: its settings, and rows as conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from warrant.errors import InputError
from warrant.flow.away.carrier import PackedAway
from warrant.flow.words import shown_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.spend import Meter
    from warrant.flow.workers import Sent
    from warrant.records.interfaces import Elsewhere
    from warrant.stages.train import Job
    from warrant.stages.train.away import Away


@dataclass(frozen=True)
class Written:
    """What was written."""

    files: tuple[str, ...]
    """Names, in the folder."""
    rows: int
    """Of training and validation."""
    size: int
    """Of the rows, in bytes."""


class RenderedAway(PackedAway):
    """The job lies in a folder, for another program.

    Args:
        written: what lies there.
        place: the folder.
        program: whose it is.
    """

    def __init__(self, written: Written, place: Path, program: str) -> None:
        Exception.__init__(self, written, place, program)
        self.written, self.place, self.program = written, place, program

    @property
    def words(self) -> str:
        """Say what was written, and what it may hold."""
        files = ", ".join(self.written.files)
        return (
            f"Wrote settings for {self.program} into {self.place}: {files}; with "
            f"{self.written.rows:,} rows ({shown_bytes(self.written.size)}). They may hold "
            "personal data: whoever has the folder has them."
        )


@dataclass(frozen=True)
class Render:
    """Writes a job for another program; nothing is trained."""

    program: str
    """Name of the program or service."""
    target: Path
    """A new or empty folder."""
    only_writes: ClassVar[bool] = True
    """The step ends here, whether it was done before or not."""

    @property
    def name(self) -> str:
        """As the recipe must name it, where rows shall leave the house; else nothing."""
        from warrant.stages.train.causal.render import SERVICES

        return self.program if self.program in SERVICES else ""

    def bound(self, meter: Meter, sent: Sent) -> Elsewhere:
        """Give a function that writes, and ends the step."""
        del meter, sent

        def write(job: Job) -> Away:
            from warrant.stages.train.causal.render import render
            from warrant.stages.train.causal.render.rows import write_rows

            texts = render(job.config, self.program)
            require_empty(self.target)
            rows, size = write_rows(job, self.target)
            for name, text in texts.items():
                (self.target / name).write_text(text, "utf-8")
            files = tuple(sorted(one.name for one in self.target.iterdir()))
            raise RenderedAway(Written(files, rows, size), self.target, self.program)

        return write


def require_empty(folder: Path) -> None:
    """Make a folder, or refuse one that holds something.

    Args:
        folder: where a job is written.

    Raises:
        InputError: when it holds something, or is none.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder.name!r} is not an empty folder.",
            do="Name a new folder after --into, for example: --into job",
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def renderer(program: str, target: Path) -> Render:
    """Give what writes a job for a program.

    Args:
        program: its name.
        target: a new or empty folder.

    Returns:
        The carrier.

    Raises:
        InputError: for a program that nobody writes for.
    """
    from warrant.stages.train.causal.render import PROGRAMS

    if program not in PROGRAMS:
        raise InputError(
            f"No settings can be written for {program!r}.",
            do=f"Choose one of: {', '.join(PROGRAMS)}.",
        )
    return Render(program, target)
