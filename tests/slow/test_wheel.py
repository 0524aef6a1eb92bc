"""What a stranger gets: the wheel, in an empty environment outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.outside import ROOT

MOST_BYTES = 900 * 1000 * 1000
MOST_PACKAGES = 65


class Install(NamedTuple):
    """An environment that holds our wheel and what it asks for, nothing else."""

    wheel: Path
    home: Path

    def program(self, name: str) -> str:
        folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
        return str(self.home / folder / (name + suffix))


def run(*command: str, cwd: Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program without a trace of the checkout in its environment."""
    env = {
        key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    if home:
        env |= {
            "HOME": str(home),
            "USERPROFILE": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
        }
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Install:
    folder = tmp_path_factory.mktemp("stranger")
    built = run(
        sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT), cwd=folder
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    made = Install(wheel, folder / "env")
    pins = str(ROOT / "constraints.txt")
    command = (made.program("python"), "-m", "pip", "install", "--quiet", "-c", pins, str(wheel))
    installed = run(*command, cwd=folder)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return made


def test_the_wheel_carries_everything_under_the_package_and_nothing_else(install: Install) -> None:
    carried = set(zipfile.ZipFile(install.wheel).namelist())
    package = ROOT / "src" / "warrant"
    kept = {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(kept - carried) == []
    strangers = {name for name in carried - kept if ".dist-info/" not in name}
    assert sorted(strangers) == []
    assert any(name.endswith("licenses/LICENSE") for name in carried)


def test_the_base_install_stays_small(install: Install) -> None:
    (packages,) = install.home.rglob("site-packages")
    ours = [path for path in packages.iterdir() if not path.name.startswith(("pip", "setuptools"))]
    files = [file for place in ours for file in ([place] if place.is_file() else place.rglob("*"))]
    size = sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")
    names = sorted(path.name for path in ours if path.suffix == ".dist-info")
    assert size <= MOST_BYTES
    assert len(names) <= MOST_PACKAGES, names


def test_the_program_starts_and_says_what_it_can(install: Install, tmp_path: Path) -> None:
    done = run(install.program("warrant"), "--help", cwd=tmp_path, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert "verify" in done.stdout


def test_the_demo_runs_and_holds_in_an_empty_home(install: Install, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shown = run(install.program("warrant"), "demo", "demo", cwd=tmp_path, home=home)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Left this machine: nothing." in shown.stdout
