"""Race the peers and write benchmarks/RESULTS.md: `python -m benchmarks [--quick] [NAME …]`.

The page is written when all benchmarks ran at full size; else the table is only printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import HERE
from benchmarks.races import RACES, Track
from benchmarks.results import write_page

PAGE = HERE / "benchmarks" / "RESULTS.md"


def main() -> int:
    """Run what was asked for; 0 whether goals are met or missed."""
    asked = _read_arguments()
    names = asked.names or list(RACES)
    rounds = 1 if asked.quick else asked.rounds
    with tempfile.TemporaryDirectory(prefix="warrant-bench-") as made:
        folder = Path(made).resolve()
        track = Track(folder, _environment(folder), rounds, asked.quick, asked.full)
        sections = []
        for name in names:
            heading, remarks, race = RACES[name]
            print(f"--- {heading}", flush=True)
            sections.append((heading, remarks, race(track)))
    page = write_page(sections, rounds, track.speeds)
    print("\n" + page)
    if set(names) == set(RACES) and not asked.quick:
        PAGE.write_text(page, "utf-8")
        print(f"Written: {PAGE.relative_to(HERE)}")
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RACES))
    parser.add_argument("--quick", action="store_true", help="small data, one round, no page")
    parser.add_argument("--full", action="store_true", help="10 GB where memory is measured")
    parser.add_argument("--rounds", type=int, default=3, help="of each race, at least 3 counts")
    asked = parser.parse_args()
    for name in asked.names:
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
