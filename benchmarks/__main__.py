"""Race the peers and write benchmarks/RESULTS.md: `python -m benchmarks [--only NAME …]`.

Each race that ran at full size replaces its own section of the page; the others stay, with the
date and versions that they were measured with.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks.measure import HERE
from benchmarks.page import merge_page
from benchmarks.races import APART, BUDGET_S, RACES
from benchmarks.results import write_section
from benchmarks.track import Track

PAGE = HERE / "benchmarks" / "RESULTS.md"


def main() -> int:
    """Run what was asked for; 0 whether goals are met or missed."""
    asked = _read_arguments()
    for name in asked.only or [one for one in RACES if one not in APART]:
        if not asked.only and (absent := _absent(name)):
            print(f"--- {name}: not run, there is no {absent}; its section stays", flush=True)
            continue
        begun, worked = time.monotonic(), _cpu_s()
        section = _run(name, asked)
        print("\n" + section, flush=True)
        print(
            f"Race {name!r} took {time.monotonic() - begun:,.0f} s, {_cpu_s() - worked:,.0f} CPU s "
            f"with all that it made; may take {BUDGET_S.get(name, 0)} s on two quiet cores.",
            flush=True,
        )
        if asked.quick:
            continue
        order = [import_module(f"benchmarks.races.{one}").HEADING for one in RACES]
        old = PAGE.read_text("utf-8") if PAGE.exists() else ""
        PAGE.write_text(merge_page(old, section, order), "utf-8")
        print(f"Written: race {name!r} in {PAGE.relative_to(HERE)}", flush=True)
    return 0


def _absent(name: str) -> str:
    """Name what a race needs and is not there, as it says in `absent`; empty when all is."""
    absent = getattr(import_module(f"benchmarks.races.{name}"), "absent", None)
    return str(absent()) if absent else ""


def _cpu_s() -> float:
    """Give CPU seconds of this process and of all that it waited for."""
    return sum(os.times()[:4])


def _run(name: str, asked: argparse.Namespace) -> str:
    rounds = 1 if asked.quick else asked.rounds
    race = import_module(f"benchmarks.races.{name}")
    print(f"--- {race.HEADING}", flush=True)
    # A folder of its own: what one race made is not on the disk while the next one runs.
    with tempfile.TemporaryDirectory(prefix="warrant-bench-") as made:
        folder = Path(made).resolve()
        track = Track(folder, _environment(folder), rounds, asked.quick, asked.full, asked.gb)
        lines = race.race(track)
    return write_section(race.HEADING, race.REMARKS, lines, rounds, track.speeds)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help=", ".join(RACES))
    parser.add_argument("--quick", action="store_true", help="small data, one round, no page")
    parser.add_argument("--full", action="store_true", help="full sizes: 10 GB, 10,000 contracts")
    parser.add_argument("--gb", type=float, default=1.0, help="size of the large library")
    parser.add_argument("--rounds", type=int, default=3, help="of each race, at least 3 counts")
    asked = parser.parse_args()
    for name in asked.only or ():
        if name not in RACES:
            parser.error(f"no benchmark {name!r}; there are: {', '.join(RACES)}")
    return asked


def _environment(folder: Path) -> dict[str, str]:
    """Give every program the same small environment, with a home of its own."""
    return {
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(folder / "dvc-site"),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": os.environ.get("PATH", os.defpath),
        # What is measured is this checkout, wherever the package was installed from.
        "PYTHONPATH": os.pathsep.join([str(HERE / "src"), str(HERE)]),
        "TMPDIR": str(folder),
        "XDG_CONFIG_HOME": str(folder / ".config"),
    }


if __name__ == "__main__":
    sys.exit(main())
