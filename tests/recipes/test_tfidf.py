"""The plain peer beside recipes on texts."""

from __future__ import annotations

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes.tfidf import measure_tfidf
from warrant.flow.recipe import parse_recipe

RECIPE = """\
warrant: 1
name: peers
sources: [{path: rows}]
task: {kind: KIND, label: label}
"""


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_the_peer_learns_words_and_is_measured_on_the_test_rows(tmp_path: Path, kind: str) -> None:
    texts = ["rent of a flat", "loan of a bank"] * 10
    labels: list[object] = ["lease", "loan"] * 10
    cells = [[one] for one in labels] if kind == "multilabel" else labels
    for part in ("train", "validation", "test"):
        pq.write_table(pa.table({"text": texts, "label": cells}), tmp_path / f"{part}.parquet")
    recipe = parse_recipe(RECIPE.replace("KIND", kind))
    found = measure_tfidf(recipe, tmp_path, time.process_time)
    assert found["scores"] == {"accuracy": 1.0, "macro_f1": 1.0, "micro_f1": 1.0}
    assert found["row_ms"] > 0


def test_what_is_no_text_has_no_such_peer(tmp_path: Path) -> None:
    recipe = parse_recipe(RECIPE.replace("KIND", "binary"))
    assert measure_tfidf(recipe, tmp_path, time.process_time) == {}
