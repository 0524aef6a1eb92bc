"""Run the ready recipes on their data and write docs/results.md: `python -m recipes [NAME …]`.

The page is written when all ran; else it is only printed, or with `--write` renewed in these
sections.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from recipes.page import renew_page, write_page
from recipes.ready import READY

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results.md"


def main() -> int:
    """Run what was asked for; 0 whether goals are met or missed."""
    asked = _read_arguments()
    chosen = [one for one in READY if not asked.names or one.name in asked.names]
    missing = [name for one in chosen for name in one.inputs if not (asked.data / name).exists()]
    if missing:
        print(f"No {missing[0]!r} below {asked.data}. Say where it lies: --data FOLDER")
        return 2
    pairs = []
    with tempfile.TemporaryDirectory(prefix="warrant-recipes-") as made:
        for ready in chosen:
            print(f"--- {ready.name}", flush=True)
            done = subprocess.run(
                [sys.executable, "-m", "recipes.one_run", ready.name, Path(made) / ready.name,
                 asked.data.resolve()],
                cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8",
            )  # fmt: skip
            pairs.append((ready, json.loads(done.stdout.splitlines()[-1])))
    opened = [json.loads(path.read_text("utf-8")) for path in ROOT.glob("recipes/*/*-opened.json")]
    if asked.names and asked.write:
        page = renew_page(PAGE.read_text("utf-8"), pairs, _today(), opened)
    else:
        page = write_page(pairs, _today(), opened)
    if asked.names and not asked.write:
        print(page)
    else:
        PAGE.write_text(page, "utf-8")
        print(f"Written: {PAGE.relative_to(ROOT)}")
    return 0


def _today() -> str:
    """Give the day, and how busy the machine was: on a busy one seconds say less."""
    day = datetime.now(UTC).date().isoformat()
    if not hasattr(os, "getloadavg"):
        return day
    return f"{day}, load average {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores"


def _read_arguments() -> argparse.Namespace:
    names = [one.name for one in READY]
    parser = argparse.ArgumentParser(prog="python -m recipes", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--write", action="store_true", help="renew these sections of the page")
    asked = parser.parse_args()
    for name in asked.names:
        if name not in names:
            parser.error(f"no recipe {name!r}; there are: {', '.join(names)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
