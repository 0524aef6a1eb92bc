"""Open the published test part of Banking77, once a recipe: `python -m recipes.open_test NAME`.

NAME is `banking77` or `banking77-embeddings`. The recipe learns from the whole published training
part with the settings it has, and is measured on a test part that nobody looked at before. What
came out is kept in NAME-opened.json, and docs/results.md shows it; the file standing there is what
keeps the part from being opened again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.session import Desk, new_person
from warrant.flow.workspace import Workspace

HERE = Path(__file__).resolve().parent
NAMES = ("banking77", "banking77-embeddings")
METRICS = ("accuracy", "macro_f1")


def main() -> int:
    """Open the test part; 2 when it is open already or absent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    asked = parser.parse_args()
    kept = HERE / "finance" / f"{asked.name}-opened.json"
    if kept.exists():
        print(f"The test part is open since {json.loads(kept.read_text('utf-8'))['date']}.")
        return 2
    if not (asked.data / "banking77" / "test.parquet").exists():
        print(f"No 'banking77/test.parquet' below {asked.data}.")
        return 2
    with tempfile.TemporaryDirectory(prefix="warrant-opened-") as made:
        found = open_once(asked.name, Path(made) / "banking77", asked.data / "banking77")
    kept.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"Opened: {kept.name}")
    return 0


def open_once(name: str, folder: Path, data: Path) -> dict[str, Any]:
    """Run the recipe with the published test part as the test.

    Args:
        name: of the recipe.
        folder: is made.
        data: folder with both parts.

    Returns:
        Figures, and where the log of the workspace tells of the opening.
    """
    folder.mkdir(parents=True)
    for part in ("train", "test"):
        (folder / f"{part}.parquet").symlink_to(data / f"{part}.parquet")
    (folder / "recipe.yaml").write_text(_with_test_part(name), "utf-8")
    desk = Desk(folder=folder.with_name("reader"), unprotected=True)
    new_person(desk, "results", "Results of the recipes")
    report = run_recipe(folder, read_recipe(folder / "recipe.yaml"), desk)
    workspace = Workspace.open(folder)
    try:
        entry = workspace.index.latest("evaluate")
        assert entry is not None
        checkpoint = (folder / ".warrant" / "log" / "checkpoint").read_text("utf-8")
        return {
            "name": name,
            "date": datetime.now(UTC).date().isoformat(),
            "rows_trained": report.training_rows,
            "rows_tested": report.evaluation.rows,
            "attempt": report.evaluation.attempt,
            "entry": entry.position,
            "statement": entry.envelope,
            "checkpoint": checkpoint.split("\n\n")[0],
            "bundle": report.bundle_digest,
            "scores": {
                one.metric: (one.value, one.low, one.high)
                for one in report.evaluation.scores
                if one.metric in METRICS
            },
            "floor": {
                one.metric: one.value for one in report.evaluation.floor if one.metric in METRICS
            },
        }
    finally:
        workspace.close()


def _with_test_part(name: str) -> str:
    recipe = yaml.safe_load((HERE / "finance" / f"{name}.yaml").read_text("utf-8"))
    (source,) = recipe["sources"]
    recipe["sources"].append({**source, "path": "test.parquet", "part": "test"})
    recipe["curate"] = []  # copies are taken out of the training part alone
    recipe["split"] = {"validation": 0.05, "seed": 7}
    return json.dumps(recipe)  # JSON is YAML, without anchors


if __name__ == "__main__":
    sys.exit(main())
