"""The ready recipes on real data: the whole road, and what it leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.outside import shared_path
from warrant.flow.check import verify_path
from warrant.flow.clock import system_clock
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person
from warrant.flow.story import why
from warrant.flow.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

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
