"""A row of a table is found by the number of its record, as `predict` counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench
from warrant.errors import InputError
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.record_numbers import record_numbers
from warrant.flow.story import fitting, where_in_file, why

RECIPE = """\
warrant: 1
name: claims
use: {stage: explore, team: team, impact: low}
sources:
  - path: claims
    licence: CC0-1.0
    origin: Invented for this test
    rights: {train: true, commercial: true, expires: never}
    special_category: false
task: {kind: binary, label: kind}
evaluate: {resamples: 100}
"""


@pytest.fixture(name="claims", scope="module")
def _claims(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    bench = make_bench(tmp_path_factory.mktemp("records") / "claims")
    lines = [
        json.dumps({"text": f"claim {at} about {('rent', 'goods')[at % 2]}", "kind": "ab"[at % 2]})
        for at in range(1, 61)
    ]
    lines[2] = "[]"  # no record
    folder = bench.root / "claims"
    folder.mkdir()
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "b.csv").write_text("text,kind\nclaim x about rent,a\nclaim y about goods,b\n")
    (bench.root / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    run_recipe(bench.root, parse_recipe(RECIPE), bench.desk)
    return bench


def test_records_are_listed_with_their_numbers(claims: Bench) -> None:
    with claims.open() as workspace:
        rows = fitting(workspace, "a.jsonl")
        places = where_in_file(workspace, rows)
        assert where_in_file(workspace, []) == []
        assert where_in_file(workspace, fitting(workspace, "b.csv")) == ["record 1", "record 2"]
    assert places == [f"record {at}" for at in range(1, 61) if at != 3]


def test_a_record_is_asked_for_by_its_number(claims: Bench) -> None:
    with claims.open() as workspace:
        (row,) = fitting(workspace, "a.jsonl:4")
        told = why(workspace, "a.jsonl:4")[0].text
        assert told == f"'a.jsonl', record 4, was read as row {row.row[:16]}."
        assert why(workspace, row.row)[0].text == told
        for nobody in ("a.jsonl:3", "a.jsonl:61", "a.jsonl:0", "a.jsonl:x", "c.csv:1"):
            assert fitting(workspace, nobody) == []
            with pytest.raises(InputError, match="was read, or it was erased"):
                why(workspace, nobody)


def test_documents_have_no_record_number(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    bench.run()
    with bench.open() as workspace:
        entry = workspace.index.latest("ingest")
        assert entry is not None
        rows = [*fitting(workspace, "note-001.txt"), *fitting(workspace, "note-002.txt")]
        assert record_numbers(workspace, entry, rows) == [None, None]


def test_tables_of_one_name_in_two_sources_are_counted_apart(claims: Bench, tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "two")
    table = (claims.root / "claims" / "b.csv").read_text(encoding="utf-8")
    for folder, head in (("claims", ""), ("more", "[]\n")):
        (bench.root / folder).mkdir()
        lines = [
            json.dumps(
                {"text": f"{folder} {at} on {('rent', 'goods')[at % 2]}", "kind": "ab"[at % 2]}
            )
            for at in range(30)
        ]
        (bench.root / folder / "a.jsonl").write_text(head + "\n".join(lines), encoding="utf-8")
        (bench.root / folder / "b.csv").write_text(table.replace("claim", folder), encoding="utf-8")
    source = RECIPE[RECIPE.index("  - path") : RECIPE.index("task:")]
    text = RECIPE.replace(source, source + source.replace("path: claims", "path: more"))
    (bench.root / "recipe.yaml").write_text(text, encoding="utf-8")
    run_recipe(bench.root, parse_recipe(text), bench.desk)
    with bench.open() as workspace:
        places = where_in_file(workspace, fitting(workspace, "a.jsonl"))
        assert len(fitting(workspace, "b.csv:2")) == 2
    assert places == [f"record {at}" for at in (*range(1, 31), *range(2, 32))]
