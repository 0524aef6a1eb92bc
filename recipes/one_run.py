"""One run of a recipe, measured from inside: `python -m recipes.one_run NAME FOLDER DATA`.

A process of its own, so that its CPU seconds are those of this run alone. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from recipes.ready import READY
from recipes.tfidf import measure_tfidf
from warrant import __version__
from warrant.flow.answering import Wish, answering
from warrant.flow.datasets import find_version
from warrant.flow.export import export_datasets
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest
from warrant.records.model import Model
from warrant.serve.cells import tidy
from warrant.stages.train.backend import TRAINERS

if TYPE_CHECKING:
    from recipes.ready import Ready

HERE = Path(__file__).resolve().parent
PARTS = ("train", "validation", "test")
MOST_ASKED = 200
"""Test rows that are asked one at a time."""


class StepClock:
    """A reporter that notes what each step costs."""

    def __init__(self) -> None:
        self.cpu_s: dict[str, float] = {}
        self._began = 0.0

    def step(self, stage: str, state: str) -> None:
        """Begin or end a step."""
        if state == "started":
            self._began = cpu_s()
        else:
            self.cpu_s[stage] = cpu_s() - self._began

    def progress(self, done: int, total: int | None, unit: str) -> None:
        """Note nothing."""

    def note(self, text: str) -> None:
        """Note nothing."""


def cpu_s() -> float:
    """Give the CPU seconds of this process and those it waited for, user and system."""
    return sum(os.times()[:4])


def prepare(ready: Ready, folder: Path, data: Path) -> None:
    """Put the recipe and its data into an empty folder.

    Args:
        ready: the recipe.
        folder: is made.
        data: `../shared/data`.
    """
    folder.mkdir(parents=True)
    shutil.copy(HERE / ready.recipe, folder / "recipe.yaml")
    for name in ready.inputs:
        (folder / Path(name).name).symlink_to(data / name)
    for program in ready.programs:
        shutil.copy(HERE / ready.name / program, folder)
        subprocess.run([sys.executable, folder / program, folder], check=True)


def measure(ready: Ready, folder: Path, spent_s: float) -> dict[str, Any]:
    """Run a recipe and measure what a reader asks for.

    Args:
        ready: the recipe.
        folder: that `prepare` made.
        spent_s: CPU seconds of this process that are not the run's.

    Returns:
        Scores, costs, sizes and versions, as JSON.
    """
    desk = Desk(folder=folder.with_name(f"{folder.name}-reader"), unprotected=True)
    new_person(desk, "results", "Results of the recipes")
    clock = StepClock()
    recipe = read_recipe(folder / "recipe.yaml")
    TRAINERS.load(recipe.train.tier)  # so that libraries are not counted as training
    report = run_recipe(folder, recipe, desk, reporter=clock)
    whole = cpu_s() - spent_s
    workspace = Workspace.open(folder)
    try:
        versions = [find_version(workspace, part) for part in PARTS]
        export_datasets(workspace, versions, folder / "rows", "parquet")
        model = _model(workspace)
    finally:
        workspace.close()
    found = report.evaluation
    return {
        "name": ready.name,
        "scores": {one.metric: (one.value, one.low, one.high) for one in found.scores},
        "floor": {
            **{one.metric: one.value for one in found.floor},
            **({"cost_per_1000": found.cost.no_model} if found.cost else {}),
        },
        "bounds": [(one.metric, one.at_least, one.at_most, one.met) for one in found.bounds],
        "failure_tests": [one.model_dump(mode="json") for one in found.failure_tests],
        "convention": found.convention,
        "tier": recipe.train.tier,
        "labels": len(model.labels),
        "rows_trained": report.training_rows,
        "rows_tested": found.rows,
        "train_cpu_s": clock.cpu_s["train"],
        "whole_cpu_s": whole,
        "model_bytes": sum(file.size for file in model.files),
        "libraries": {one.name: one.version for one in model.libraries},
        "warrant": __version__,
        "python": sys.version.split()[0],
        **_latency(report.bundle, desk, folder),
        **_by_hand(ready, folder),
        "tfidf": measure_tfidf(recipe, folder / "rows", cpu_s),
    }


def _model(workspace: Workspace) -> Model:
    entry = workspace.index.latest("train")
    assert entry is not None
    links = workspace.index.links(entry.position, "subject")
    return Model.from_bytes(workspace.store.get(Digest.from_hex(links["model"])))


def _latency(bundle: Path, desk: Desk, folder: Path) -> dict[str, float]:
    """Ask test rows one at a time, as a server would, without words and neighbours."""
    import pyarrow.parquet as pq

    found = pq.read_table(folder / "rows" / "test.parquet").slice(0, MOST_ASKED).to_pylist()
    rows = [{name: tidy(cell) for name, cell in row.items()} for row in found]
    took = []
    with answering(bundle, desk, Wish("serve", words=False, neighbours=False)) as opened:
        names = {one.column for one in opened.answerer.columns}
        rows = [{name: cell for name, cell in row.items() if name in names} for row in rows]
        opened.answerer.answer(rows[:1])
        for row in rows:
            began = time.perf_counter()
            opened.answerer.answer([row])
            took.append(1000 * (time.perf_counter() - began))
    return {"row_ms": median(took), "row_ms_95": quantiles(took, n=20)[-1]}


def _by_hand(ready: Ready, folder: Path) -> dict[str, float]:
    if not ready.by_hand:
        return {}
    done = subprocess.run(
        [sys.executable, (HERE / ready.recipe).parent / ready.by_hand, folder / "rows"],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return {"by_hand": float(done.stdout)}


def main() -> None:
    """Measure one recipe."""
    name, folder, data = sys.argv[1:]
    ready = next(one for one in READY if one.name == name)
    began = cpu_s()
    prepare(ready, Path(folder), Path(data))
    print(json.dumps(measure(ready, Path(folder), cpu_s() - began)))


if __name__ == "__main__":
    main()
