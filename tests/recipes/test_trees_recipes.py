"""The recipes of trees on invented data: planted effects are found, and nothing is lost by hand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.outside import ROOT
from warrant.flow.datasets import find_version
from warrant.flow.export import export_datasets
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.report import RunReport
from warrant.flow.session import Desk, new_person
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest
from warrant.models import TrainedModel
from warrant.models.files import open_model
from warrant.records.model import Model

PARTS = ("train", "validation", "test")


def run(folder: Path, name: str, *programs: str) -> tuple[Path, RunReport]:
    """Copy a recipe, make its data, run it, and export its rows."""
    root = folder / name
    shutil.copytree(ROOT / "recipes" / name, root)
    for program in programs:
        subprocess.run([sys.executable, root / program, root], check=True)
    desk = Desk(folder=folder / "reader", unprotected=True)
    new_person(desk, "tester", "Tess Example")
    report = run_recipe(root, read_recipe(root / "recipe.yaml"), desk)
    workspace = Workspace.open(root)
    try:
        versions = [find_version(workspace, part) for part in PARTS]
        export_datasets(workspace, versions, root / "rows", "parquet")
    finally:
        workspace.close()
    return root, report


def model_of(root: Path) -> TrainedModel:
    workspace = Workspace.open(root)
    try:
        entry = workspace.index.latest("train")
        assert entry is not None
        digest = Digest.from_hex(workspace.index.links(entry.position, "subject")["model"])
        record = Model.from_bytes(workspace.store.get(digest))
        return open_model(record, workspace.store, root / "model")
    finally:
        workspace.close()


def rows(root: Path, part: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = pq.read_table(root / "rows" / f"{part}.parquet").to_pydict()
    return found


def roc_auc(report: RunReport) -> float:
    return next(one.value for one in report.evaluation.scores if one.metric == "roc_auc")


@pytest.mark.slow
def test_twelve_hospitals_lose_nothing_against_lightgbm_by_hand(tmp_path: Path) -> None:
    root, report = run(tmp_path, "healthcare-operations", "generate.py", "harmonise.py")
    assert roc_auc(report) >= by_hand(root) - 0.01
    assert all(bound.met for bound in report.evaluation.bounds)


def by_hand(root: Path) -> float:
    """Do what somebody who knows LightGBM does."""
    program = ROOT / "recipes" / "healthcare-operations" / "by_hand.py"
    done = subprocess.run(
        [sys.executable, program, root / "rows"], check=True, stdout=subprocess.PIPE
    )
    return float(done.stdout)


@pytest.mark.slow
def test_planted_effects_are_among_the_reasons_with_the_right_sign(tmp_path: Path) -> None:
    root, report = run(tmp_path, "finance-transactions", "generate.py")
    assert all(bound.met for bound in report.evaluation.bounds)
    model = model_of(root)
    cells = rows(root, "test")
    wanted = np.zeros((len(cells["narrative"]), 2), np.bool_)
    wanted[:, model.labels.index("review")] = True
    told = [row["review"] for row in model.explain(cells, top=400, chosen=wanted)]
    words = [sum(one.value for one in row if one.column == "narrative") for row in told]
    planted = [
        float(
            np.mean(
                [word for word, text in zip(words, cells["narrative"], strict=True) if one in text]
            )
        )
        for one in (
            "gift card codes",
            "urgent today",
            "new beneficiary",
            "invoice settled",
            "monthly standing order",
        )
    ]
    assert planted == sorted(planted, reverse=True)
    assert planted[2] > 0 > planted[3]
    said: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in (one for row in told for one in row):
        said[(one.column, one.term)].append(one.value)
    mean = {name: float(np.mean(values)) for name, values in said.items()}
    assert mean[("merchant", "gambling")] > mean[("merchant", "travel")] > 0
    assert mean[("merchant", "utilities")] < 0
    night = [mean[("booked_at", f"hour {hour}")] for hour in range(5)]
    day = [mean[("booked_at", f"hour {hour}")] for hour in range(9, 18)]
    assert min(night) > max(day)
