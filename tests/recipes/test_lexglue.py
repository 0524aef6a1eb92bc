"""The recipes of LexGLUE, and what fetches its data, on rows invented in the hub's schema."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes.lexglue.fetch import PARTS, TASKS, main
from tests.outside import ROOT
from warrant.flow.job import run_recipe
from warrant.flow.recipe import explain_recipe, read_recipe
from warrant.flow.session import Desk, new_person

FOLDER = ROOT / "recipes" / "lexglue"
RECIPES = sorted(path.name for path in FOLDER.glob("*.yaml"))
NAMES = ["first", "second", "third"]


def hub_table(task: str, part: str) -> pa.Table:
    """Invent rows in the schema that the hub has."""
    count = 30 if part == "train" else 12
    numbers = [at % 3 for at in range(count)]
    texts = [f"{NAMES[at % 3]} word of row {at} in {part}" for at in range(count)]
    kind = {"names": NAMES, "_type": "ClassLabel"}
    if task == "case_hold":
        endings = [[f"{name} holding {at}" for name in NAMES] for at in range(count)]
        return pa.table({"context": texts, "endings": endings, "label": numbers})
    if task in ("scotus", "ledgar"):
        table, feature = pa.table({"text": texts, "label": numbers}), {"label": kind}
    else:
        listed = [[one] if at % 4 else [] for at, one in enumerate(numbers)]
        cells = [[text, "more"] for text in texts] if task.startswith("ecthr") else texts
        table = pa.table({"text": cells, "labels": pa.array(listed, pa.list_(pa.int64()))})
        feature = {"labels": {"feature": kind, "_type": "Sequence"}}
    held = json.dumps({"info": {"features": feature}}).encode()
    return table.replace_schema_metadata({b"huggingface": held})


def hub(folder: Path, task: str) -> Path:
    (folder / task).mkdir(parents=True)
    for part in PARTS:
        name = f"{part}-00000-of-00001.parquet"
        pq.write_table(hub_table(task, part), folder / task / name)
    return folder


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_can_be_read_and_explained_and_tells_its_commercial_verdict(name: str) -> None:
    recipe = read_recipe(FOLDER / name)
    assert recipe.name == f"lexglue-{name.removesuffix('.yaml')}"
    lines = {setting: value for setting, value, _ in explain_recipe(recipe)}
    assert [lines[f"sources[{at}].part"] for at in range(3)] == list(PARTS)
    assert lines["sources[0].rights.commercial"] == "not answered"
    text = (FOLDER / name).read_text("utf-8")
    assert "\n# Commercial use: check: " in text
    if "-official" in name:
        assert (recipe.train.tier, recipe.train.learning_rate, recipe.train.batch) == (
            "encoder", 3e-5, 8)  # fmt: skip


def test_every_task_has_a_recipe_and_its_line_on_the_page() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    assert len([name for name in RECIPES if "-official" not in name]) == len(TASKS) == 7
    assert all(f"({name})" in page for name in RECIPES)
    assert page.count("| **check**") == len(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_is_written_as_its_recipe_reads_it(tmp_path: Path, task: str) -> None:
    source = hub(tmp_path / "hub", task)
    assert main([task, "--into", str(tmp_path / "data"), "--from", str(source)]) == 0
    table = pq.read_table(tmp_path / "data" / task / "train.parquet")
    rows = table.to_pylist()
    assert len(rows) == 30
    if task == "case_hold":
        assert rows[1]["label"] == rows[1]["endings"][1] == "second holding 1"
    elif "labels" in rows[0]:
        assert (rows[0]["labels"], rows[1]["labels"]) == ([], ["second"])
        assert "\nmore" in rows[0]["text"] or not task.startswith("ecthr")
    else:
        assert rows[1]["label"] == "second"


def test_a_folder_without_the_task_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledgar", "--into", str(tmp_path / "data"), "--from", str(tmp_path)]) == 2
    assert "No 'ledgar/train-….parquet' in" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["unfair-tos", "ledgar", "case-hold"])
def test_a_cheap_recipe_runs_on_files_in_the_same_schema(tmp_path: Path, name: str) -> None:
    task = {"unfair-tos": "unfair_tos", "ledgar": "ledgar", "case-hold": "case_hold"}[name]
    source = hub(tmp_path / "hub", task)
    root = tmp_path / "data"
    assert main([task, "--into", str(root), "--from", str(source)]) == 0
    desk = Desk(tmp_path / "reader", unprotected=True)
    new_person(desk, "ann", "Ann Alvarez")
    report = run_recipe(root, read_recipe(FOLDER / f"{name}.yaml"), desk)
    assert (report.training_rows, report.evaluation.rows) == (30, 12)
