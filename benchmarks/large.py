"""One run over a large library, with time and memory of each of its stages.

`python -m benchmarks.large ROOT LIBRARY`, which `races/large.py` calls, does the run in a process
of its own and watches it and all its descendants. Memory is what lies resident, shared pages
counted once for each process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHARACTERS = 20_000_000
"""Of training texts that are read; a model of words gains nothing from more."""

RECIPE = """\
warrant: 1
name: library
sources:
  - path: {library}
    metadata: {library}/index.csv
    licence: CC0-1.0
    origin: Generated for a benchmark
    rights: {{train: true, commercial: true, expires: never}}
    special_category: false
    keep: reference
curate:
  - drop_exact_duplicates
  - near_duplicates: {{similarity: 0.8, action: group}}
  - keep_languages: [en]
  - quality: [gopher, c4]
  - mask_personal_data: {{recognisers: [patterns]}}
task: {{kind: multiclass, label: kind}}
engine: {{kind: processes, cpus: 2}}
split: {{test: {share}, validation: {share}, group: client}}
train: {{tier: linear, most_characters: {characters}}}
evaluate: {{resamples: 200}}
"""
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Teller:
    """A reporter that writes down when each stage began and ended, and what it took till then."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def step(self, stage: str, state: str) -> None:
        """Write one line."""
        used = os.times()
        line = {"at": time.time(), "stage": stage, "state": state, "cpu_s": sum(used[:4])}
        with self._file.open("a", encoding="ascii") as lines:
            lines.write(json.dumps(line) + "\n")

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def spent(self, usd: float, ceiling_usd: float | None) -> None:
        """Say nothing."""


def run(root: str, library: str, share: str, told: str) -> None:
    """Do all of `warrant run`.

    Args:
        root: workspace, made.
        library: folder with `index.csv`.
        share: of the rows in test and validation, each.
        told: file that gets a line for each step.
    """
    from benchmarks.work import _desk, _read
    from warrant.flow.job import run_recipe

    place = Path(root)
    place.mkdir(parents=True)
    text = RECIPE.format(library=library, share=share, characters=CHARACTERS)
    (place / "recipe.yaml").write_text(text, "utf-8")
    report = run_recipe(place, _read(place), _desk(place), reporter=Teller(Path(told)))
    found = {
        "rows": report.training_rows,
        "scores": {one.metric: one.value for one in report.evaluation.scores[:3]},
        "dropped": report.dropped,
        "warnings": report.warnings,
    }
    print(json.dumps(found))


def watch(root: Path, library: Path, share: float = 0.01) -> dict[str, object]:
    """Run in a process apart, and look at it four times a second.

    Args:
        root: folder of the workspace, made.
        library: folder with `index.csv`.
        share: of the rows in test and validation, each.

    Returns:
        What the run said, and of each stage wall and CPU seconds and peak memory.

    Raises:
        RuntimeError: when the run fails.
    """
    told = root.with_name(f"{root.name}.steps")
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.large", "run", root, library, share, told]
    child = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    looks: list[tuple[float, int, float]] = []
    ended = threading.Event()

    def look() -> None:
        with root.with_name(f"{root.name}.looks").open("w", encoding="ascii", buffering=1) as file:
            while not ended.wait(0.5):
                looks.append((time.time(), *_tree(child.pid)))
                file.write(json.dumps(looks[-1]) + "\n")

    watcher = threading.Thread(target=look)
    watcher.start()
    out, _ = child.communicate()
    ended.set()
    watcher.join()
    if child.returncode:
        raise RuntimeError(f"exit {child.returncode}")
    return {"said": json.loads(out), "stages": list(_stages(told, looks))}


def _stages(told: Path, looks: list[tuple[float, int, float]]) -> Iterator[dict[str, object]]:
    began: dict[str, object] = {}
    for line in map(json.loads, told.read_text("ascii").splitlines()):
        if line["state"] == "started":
            began = line
            continue
        start, end = began["at"], line["at"]
        within = [rss for at, rss, _ in looks if start <= at <= end]
        yield {
            "stage": line["stage"],
            "wall_s": end - start,
            "cpu_s": _cpu_at(looks, end) - _cpu_at(looks, start),
            "peak_mb": max(within, default=0) / 1e6,
        }


def _cpu_at(looks: list[tuple[float, int, float]], moment: float) -> float:
    """Give the CPU seconds of all processes that ran until a moment, by the nearest look."""
    return min(looks, key=lambda one: abs(one[0] - moment))[2]


def _tree(root: int) -> tuple[int, float]:
    """Give resident bytes and CPU seconds of a process and its descendants."""
    parents: dict[int, list[int]] = {}
    facts: dict[int, tuple[int, float]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(entry.name)
            parents.setdefault(int(fields[1]), []).append(pid)
            facts[pid] = int(fields[21]) * PAGE, sum(map(int, fields[11:15])) / TICK
    total, cpu_s, waiting = 0, 0.0, [root]
    while waiting:
        pid = waiting.pop()
        resident, seconds = facts.get(pid, (0, 0.0))
        total, cpu_s = total + resident, cpu_s + seconds
        waiting += parents.get(pid, [])
    return total, cpu_s


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(*sys.argv[2:])
    else:
        print(json.dumps(watch(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
