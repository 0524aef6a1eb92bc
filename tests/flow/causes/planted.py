"""One workspace with one planted cause, as tables and a recipe."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.session import Desk, new_person

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.report import RunReport

Row = dict[str, object]
QUESTION = "question"
"""The cell `id` of the row that is asked about; it stands in the test table."""


@dataclass
class Planted:
    """A workspace that will answer one row wrong."""

    cause: str
    """The code of the planted cause."""
    seed: int
    """What it was made of."""
    question: Row
    """The cells that are asked about."""
    expected: str
    """The right answer."""
    train: dict[str, list[Row]]
    """Rows by file."""
    validation: list[Row]
    """Rows to choose with."""
    test: list[Row]
    """Rows to measure on, without the question."""
    guilty: list[str] = field(default_factory=list)
    """Cells `id` of the training rows that did it; none where no row did."""
    recipe: dict[str, object] = field(default_factory=dict)
    """What stands in the recipe besides sources, task and split."""

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.cause}-{self.seed}"

    def write(self, root: Path) -> str:
        """Write tables and recipe."""
        root.mkdir(parents=True)
        asked = {"id": QUESTION, **self.question, "label": self.expected}
        tables = [(name, rows, "train") for name, rows in self.train.items()]
        tables += [("validation.csv", self.validation, "validation")]
        tables += [("test.csv", [*self.test, asked], "test")]
        for name, rows, _ in tables:
            _write(root / name, rows)
        text = yaml.safe_dump(self._recipe([(name, part) for name, _, part in tables]))
        (root / "recipe.yaml").write_text(text, encoding="utf-8")
        return text

    def run(self, root: Path) -> RunReport:
        """Write the workspace and run it."""
        text = self.write(root)
        desk = self.desk(root)
        new_person(desk, "ann", "Ann Alvarez")
        return run_recipe(root, parse_recipe(text), desk)

    def desk(self, root: Path) -> Desk:
        """The author's desk."""
        return Desk(root / "reader", unprotected=True)

    def _recipe(self, tables: list[tuple[str, str]]) -> dict[str, object]:
        sources = [
            {
                "path": name,
                "part": part,
                "licence": "CC0-1.0",
                "origin": "Invented for this test",
                "rights": {"train": True, "commercial": True, "expires": "never"},
                "special_category": False,
            }
            for name, part in tables
        ]
        kept = {key: value for key, value in self.recipe.items() if key != "evaluate"}
        extra = self.recipe.get("evaluate")
        evaluate = {"resamples": 100, **(extra if isinstance(extra, dict) else {})}
        return {
            "warrant": 1,
            "name": "planted",
            "sources": sources,
            "task": {"kind": "multiclass", "label": "label"},
            "evaluate": evaluate,
            **kept,
        }


def _write(path: Path, rows: list[Row]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
