"""Every chore of this project, on any system: `python -m tasks NAME`.

Standard library only. A task first makes its environment (`.venv` in the checkout, packages at the
versions of constraints.txt) and skips that when pyproject.toml and constraints.txt have not changed
since. What stands after NAME is handed on: `python -m tasks test -k merkle`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = "warrant-stamp.json"
OLDEST = (3, 11)

PIN_HEADER = """\
# The versions that `python -m tasks` installs: base, dev, peers, bench and the build backend.
# Written by: python -m tasks pin
"""
PINNED_EXTRAS = ("bench", "dev", "fast", "llm", "ocr", "peers", "ray")
BUILD_BACKEND = "hatchling"
ON_OTHER_SYSTEMS = {"colorama": "0.4.6", "pywin32-ctypes": "0.2.3"}
"""Packages that only Windows asks for; the resolver of another system never lists them."""

DEBRIS = ("build", "dist", "demo", "htmlcov", ".hypothesis", ".import_linter_cache", ".mypy_cache")
DEBRIS_ANYWHERE = ("__pycache__", ".pytest_cache", ".ruff_cache")


class ChoreError(Exception):
    """A chore cannot be done; the message says what to do."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment inside the checkout."""

    name: str
    """Its folder, relative to the checkout."""

    extras: tuple[str, ...]
    """Extras of this distribution that are installed in it."""

    @property
    def home(self) -> Path:
        """Give the folder of the environment."""
        return ROOT / self.name

    def program(self, name: str) -> str:
        """Give the path of a program installed in the environment."""
        windows = os.name == "nt"
        return str(
            self.home / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name)
        )

    def ensure(self) -> None:
        """Create or update the environment; do nothing when it is up to date."""
        stamp = self.home / STAMP
        wanted = _fingerprint()
        found = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else {}
        have = set(found.get("extras", ()))
        if found.get("fingerprint") == wanted and have >= set(self.extras):
            return
        if sys.version_info < OLDEST:
            raise ChoreError(
                f"Python {sys.version.split()[0]} is too old. Run: python3.11 -m tasks NAME"
            )
        if not Path(self.program("python")).exists():
            print(f"Creating {self.name} (once; later runs skip this)", flush=True)
            _call(sys.executable, "-m", "venv", str(self.home))
        extras = sorted(have | set(self.extras))
        stamp.unlink(missing_ok=True)
        pip = (self.program("python"), "-m", "pip", "install", "--quiet", "-c", str(CONSTRAINTS))
        # The build backend is installed by pip apart from the rest: pin it too.
        _call(*pip, "-e", f".[{','.join(extras)}]", PIP_BUILD_CONSTRAINT=str(CONSTRAINTS))
        stamp.write_text(json.dumps({"fingerprint": wanted, "extras": extras}), "utf-8")


DEVELOP = Environment(".venv", ("dev",))
PROVE = Environment(".venv", ("dev", "fast", "llm", "ocr", "peers", "ray"))
RACE = Environment(".venv-bench", ("bench", "dev"))  # DVC wants some eighty packages of its own


def demo(rest: list[str]) -> None:
    """Walk the whole road on generated contracts, to a pilot and a spreadsheet of answers."""
    DEVELOP.ensure()
    place = rest or ["demo"]
    if not rest and (ROOT / "demo" / ".warrant").is_dir():
        shutil.rmtree(ROOT / "demo")
    _call(DEVELOP.program("warrant"), "demo", "--whole", *place)


def test(rest: list[str]) -> None:
    """Run the fast tests: under two minutes once installed."""
    DEVELOP.ensure()
    _pytest(DEVELOP, *rest)


def test_all(rest: list[str]) -> None:
    """Run everything: kills, peers, wheel; kernel and records must be covered to 100 %."""
    PROVE.ensure()
    # torch costs seconds in each process that imports it: its tests run by themselves.
    # Coverage only here: tracing would falsify what the slow tests measure.
    thorough = "--hypothesis-profile=thorough"
    _pytest(PROVE, "--cov", "--cov-report=term-missing:skip-covered", thorough, *rest)
    _pytest(PROVE, "-m", "slow or peers or faults or torch", *rest)


def check(rest: list[str]) -> None:
    """Check form, style, types, docstrings and who imports whom; report every failure at once."""
    DEVELOP.ensure()
    checks = (
        ("ruff", "format", "--check", "."),
        ("ruff", "check", "."),
        ("mypy", "--strict", "src"),
        ("pydoclint", "--quiet", "src"),
        ("lint-imports", "--no-cache"),
    )
    failed = []
    for name, *arguments in checks:
        print(f"--- {name} {' '.join(arguments)}", flush=True)
        try:
            _call(DEVELOP.program(name), *arguments, *rest)
        except ChoreError:
            failed.append(name)
    if failed:
        raise ChoreError(f"Failed: {', '.join(failed)}.")
    print("All checks hold.")


def bench(rest: list[str]) -> None:
    """Race the peers, in one run on this machine; writes benchmarks/RESULTS.md."""
    RACE.ensure()
    _call(RACE.program("python"), "-m", "benchmarks", *rest)


def results(rest: list[str]) -> None:
    """Run each ready recipe on its data (../shared); writes docs/results.md."""
    DEVELOP.ensure()
    _call(DEVELOP.program("python"), "-m", "recipes", *rest)


def golden(rest: list[str]) -> None:
    """Write golden files again (all, or those named); review the difference as text."""
    DEVELOP.ensure()
    # Each golden file is written by the program beside its test: tests/<room>/golden_NAME.py
    programs = sorted((ROOT / "tests").rglob("golden_*.py"))
    chosen = [one for one in programs if not rest or one.stem.removeprefix("golden_") in rest]
    if not chosen:
        raise ChoreError(f"No golden file is called {' '.join(rest)!r}.")
    for program in chosen:
        module = ".".join(program.relative_to(ROOT).with_suffix("").parts)
        print(f"--- {module}", flush=True)
        _call(DEVELOP.program("python"), "-m", module)


def schemas(_rest: list[str]) -> None:
    """Write the JSON Schemas of all records to docs/schemas/."""
    golden(["schemas"])


def pin(_rest: list[str]) -> None:
    """Resolve all dependencies afresh and write constraints.txt."""
    DEVELOP.ensure()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = (DEVELOP.program("python"), "-m", "pip", "install", "--quiet", "--dry-run")
        wanted = f".[{','.join(PINNED_EXTRAS)}]"
        _call(*pip, "--ignore-installed", "--report", str(report), wanted, BUILD_BACKEND)
        found = [item["metadata"] for item in json.loads(report.read_text("utf-8"))["install"]]
    pins = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one["version"] for one in found}
    del pins["warrant-ml"]
    lines = [
        f"{name}=={version}\n" for name, version in sorted({**ON_OTHER_SYSTEMS, **pins}.items())
    ]
    CONSTRAINTS.write_text(PIN_HEADER + "".join(lines), "utf-8")
    print(f"{len(lines)} versions in {CONSTRAINTS.name}. Run: python -m tasks test-all")


def clean(_rest: list[str]) -> None:
    """Remove what tools left behind; environments and sources stay."""
    places = [ROOT / name for name in DEBRIS]
    for name in DEBRIS_ANYWHERE:
        places += [
            found
            for found in ROOT.rglob(name)
            if not found.relative_to(ROOT).parts[0].startswith(".venv")
        ]
    for place in places:
        shutil.rmtree(place, ignore_errors=True)


TASKS: dict[str, Callable[[list[str]], None]] = {
    "demo": demo,
    "test": test,
    "test-all": test_all,
    "check": check,
    "bench": bench,
    "results": results,
    "golden": golden,
    "schemas": schemas,
    "pin": pin,
    "clean": clean,
}


def main(arguments: list[str]) -> int:
    """Run one task; 0 when it succeeded."""
    if not arguments or arguments[0] not in TASKS:
        print("Usage: python -m tasks NAME [arguments for the tool behind it]\n")
        for name, task in TASKS.items():
            print(f"  {name:<9} {task.__doc__}")
        return 2
    try:
        TASKS[arguments[0]](arguments[1:])
    except ChoreError as error:
        print(f"tasks: {error}", file=sys.stderr)
        return 1
    return 0


def _pytest(environment: Environment, *arguments: str) -> None:
    # By file, so that what a module builds once is built once.
    _call(
        environment.program("python"),
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "--dist",
        "loadfile",
        *arguments,
        # Where bytecode is not kept, each worker and each program under test compiles every
        # module anew: a third of the suite's time.
        PYTHONDONTWRITEBYTECODE="",
    )


def _call(*command: str, **variables: str) -> None:
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False)
    if done.returncode:
        shown = " ".join([Path(command[0]).name, *command[1:]])
        raise ChoreError(f"Exit {done.returncode} from: {shown}")


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
