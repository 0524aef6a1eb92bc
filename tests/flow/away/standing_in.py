"""A program named ssh that runs its command in a folder of this machine, and how jobs are run."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SSH = """\
#!/bin/sh
# A stand-in: the far side is a folder.
echo "$1" >> {far}/called
shift
cd {far} && exec sh -c "$*"
"""


def put_ssh(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = SSH) -> Path:
    """Put a stand-in named ssh first on the PATH.

    Returns:
        The folder that is the far side.
    """
    far, programs = folder / "far", folder / "programs"
    far.mkdir()
    programs.mkdir()
    (programs / "ssh").write_text(text.format(far=far), "utf-8")
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return far


def run_job(archive: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Unpack a job into an empty folder and run it there, with no workspace near."""
    with zipfile.ZipFile(archive) as members:
        members.extractall(folder)
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        ["sh", "run.sh"],
        cwd=folder,
        env={**plain, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
