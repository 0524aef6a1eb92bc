"""The ready recipes on real data: the whole road, and what it leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes.one_run import measure, prepare
from recipes.ready import READY
from tests.outside import shared_path
from warrant.flow.check import verify_path
from warrant.flow.clock import system_clock
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person
from warrant.flow.story import why
from warrant.flow.workspace import Workspace

RECIPES = "recipes/legal"


@pytest.mark.slow
def test_real_contracts_run_through_the_main_job(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    raw = shared_path("data/cuad/raw")
    recipe = read_recipe(request.config.rootpath / RECIPES / "cuad-contract-types.yaml")
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "raw").symlink_to(raw)
    desk = Desk(folder=tmp_path / "reader", unprotected=True)
    new_person(desk, "tester", "Tess Example")

    report = run_recipe(tmp_path / "ws", recipe, desk)

    assert report.training_rows >= 20
    assert report.evaluation.rows == 21
    assert {bound.met for bound in report.evaluation.bounds} == {False}
    for path in (tmp_path / "ws", report.bundle):
        verdict = verify_path(path, trust=desk.trust, now=system_clock(), seen=desk.seen)
        assert verdict.headline == "holds, signed by Tess Example", verdict.faults
    workspace = Workspace.open(tmp_path / "ws")
    name = sorted(path.name for path in (raw / "txt").iterdir())[0]
    assert "was read as row" in why(workspace, name)[0].text
    workspace.close()


REACHED = {
    "cuad-clauses": (933, "macro_f1", 0.63),
    "unfair-tos": (1851, "macro_f1", 0.65),
    "banking77": (1998, "accuracy", 0.88),
    "banking77-embeddings": (1998, "accuracy", 0.92),
    "fomc": (476, "accuracy", 0.55),
    "pubmedqa": (165, "accuracy", 0.5),
    "mts-dialog": (100, "accuracy", 0.6),
}
"""Rows measured on, and what the recipe reaches on them at least."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.torch if name.endswith("embeddings") else ())
        for name in REACHED
    ],
)
def test_a_recipe_on_real_data_reaches_what_it_did(name: str, tmp_path: Path) -> None:
    rows, metric, least = REACHED[name]
    ready = next(one for one in READY if one.name == name)
    for file in ready.inputs:
        shared_path(f"data/{file}")
    prepare(ready, tmp_path / "ws", shared_path("data"))

    found = measure(ready, tmp_path / "ws", 0.0)

    assert found["rows_tested"] == rows
    assert found["scores"][metric][0] >= least
    assert all(met for *_, met in found["bounds"])
    assert found["convention"] == ("lexglue" if name == "unfair-tos" else "plain")
    assert 0 < found["train_cpu_s"] < found["whole_cpu_s"]
    assert 0 < found["row_ms"] <= found["row_ms_95"]
    assert found["model_bytes"] > 10_000


RECIPE_FILES = (
    "legal/cuad-clauses.yaml",
    "legal/unfair-tos.yaml",
    "finance/banking77.yaml",
    "finance/banking77-embeddings.yaml",
    "finance/fomc.yaml",
    "healthcare/mts-dialog.yaml",
    "healthcare/ncbi-disease.yaml",
    "healthcare/ncbi-disease-encoder.yaml",
)


@pytest.mark.parametrize("name", RECIPE_FILES)
def test_a_recipe_for_real_data_can_be_read(name: str, request: pytest.FixtureRequest) -> None:
    recipe = read_recipe(request.config.rootpath / "recipes" / name)
    assert recipe.name == name.split("/")[1].removesuffix(".yaml")
    assert all(source.licence and source.origin for source in recipe.sources)
