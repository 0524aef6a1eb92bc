"""What comes back from another machine: checked, and never taken for witnessed.

Digests show that bytes arrived whole and belong to this job; they do not show that the other
machine did what it says. So the claim says: as declared, not witnessed.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Any, NoReturn

from warrant.errors import InputError, IntegrityError
from warrant.models import MODELS
from warrant.stages.train.away.pack import describe_job
from warrant.stages.train.backend import Trained
from warrant.stages.train.base import libraries_of
from warrant.stages.train.typed import read_as

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.stages.train.backend import Job

FORMAT = "warrant/job-result/1"
MOST_BYTES = 64 << 30
"""Of all members together, unpacked."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Away:
    """What another machine made of a job; the files lie in the job's folder."""

    trained: Trained
    """As the far side says."""
    machine: str
    """Where, as the far side says."""
    seconds: float
    """How long, as the far side says."""
    usd: float
    """What it cost, all tries together, as the far side counted it."""

    @property
    def declared(self) -> str:
        """Say where it was computed, and that nobody here saw it."""
        return f"computed elsewhere on {self.machine} as declared, not witnessed"


def read_result(place: Path, job: Job) -> Away:
    """Take over a result into the folder of its job.

    Args:
        place: `result.zip`.
        job: that was packed, as it would be trained here now.

    Returns:
        What was made.

    Raises:
        InputError: if it is no result, or one of other rows or settings.
        IntegrityError: if a file is not what the result says.
    """
    if not place.is_file():
        raise InputError(
            f"There is no result {str(place)!r}.",
            do="Carry result.zip here from the machine that trained, and name it.",
        )
    try:
        with zipfile.ZipFile(place) as archive:
            told = _told(archive, place)
            _require_job(told, place, job)
            _unpack(archive, told["files"], place, job.folder)
            trained = read_as(Trained, told["trained"])
            _require_libraries(told["plugins"], place, job)
            machine = told["machine"]
            found = Away(
                trained,
                f"{machine['name']} ({machine['system']}, Python {machine['python']})",
                float(told["seconds"]),
                float(told["usd"]),
            )
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"{str(place)!r} is no result of a packed job.",
            do="Carry result.zip here again; run.py writes it at the end of training.",
        ) from error
    MODELS.load(found.trained.kind)(job.folder)  # refuses what is no model of its format
    return found


def _told(archive: zipfile.ZipFile, place: Path) -> dict[str, Any]:
    if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
        raise InputError(
            f"{str(place)!r} unpacks to more than {MOST_BYTES >> 30} GiB.",
            do="Carry the result of a packed job here; nothing else is read.",
        )
    told = json.loads(archive.read("result.json"), parse_constant=_no_number)
    if told["format"] != FORMAT:
        raise ValueError("another format")
    expected = {"result.json", *(f"model/{name}" for name in told["files"])}
    names = archive.namelist()
    if len(names) != len(expected) or set(names) != expected:
        raise ValueError("other members than it lists")
    if not all(0 <= float(told[name]) < inf for name in ("seconds", "usd")):
        raise ValueError("no amount")
    return dict(told)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)  # NaN and Infinity are no JSON, and no claim can hold them


def _require_job(told: dict[str, Any], place: Path, job: Job) -> None:
    if told["job"] != sha256(describe_job(job)).hexdigest():
        raise InputError(
            f"{str(place)!r} was trained on other rows or settings than this workspace has now, or "
            "by another version of this program.",
            do="Go back to the recipe and sources of the pack, or pack again: "
            "warrant train PATH --pack job.zip",
        )


def _require_libraries(plugins: list[dict[str, str]], place: Path, job: Job) -> None:
    """Refuse other versions than here: the same job with other libraries is another job."""
    here = {one.name: one.version for one in libraries_of(job.config)}
    there = {one["name"]: one["version"] for one in plugins}
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) != there.get(name):
            raise InputError(
                f"{str(place)!r} was trained with {name} {there.get(name, 'absent')}, and here is "
                f"{here.get(name, 'none')}.",
                do="Run the job again with the versions of its requirements.txt: sh run.sh, with "
                "no PYTHON set.",
            )


def _unpack(archive: zipfile.ZipFile, files: dict[str, str], place: Path, folder: Path) -> None:
    for name, digest in files.items():
        if "/" in name or "\\" in name or name in ("", ".", ".."):
            raise ValueError("a path in place of a name")
        state = sha256()
        with archive.open(f"model/{name}") as member, (folder / name).open("wb") as target:
            while chunk := member.read(_CHUNK):
                state.update(chunk)
                target.write(chunk)
        if state.hexdigest() != digest:
            raise IntegrityError(
                f"The file {name!r} in {str(place)!r} is not what the result says of it.",
                do="Keep this file as it is, and carry result.zip here again.",
            )
