"""Dataset versions: which there are, what distinguishes two of them, and what leaves as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pyarrow.parquet as pq
import pytest
import yaml

from tests.flow.bench import Bench, make_bench, recipe_text
from warrant.errors import InputError
from warrant.flow.dataset_diff import compare
from warrant.flow.datasets import describe, find_version, versions
from warrant.flow.erase import erase
from warrant.flow.export import FORMATS, Format, export_datasets
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.workspace import Workspace


def references(bench: Bench) -> list[str]:
    with bench.open() as workspace:
        return [one.reference for one in versions(workspace)]


def counted(bench: Bench, before: str, after: str) -> dict[tuple[str, str], int]:
    with bench.open() as workspace:
        found = compare(workspace, find_version(workspace, before), find_version(workspace, after))
    come = sum(row.change == "added" for row in found.rows)
    gone = sum(row.change == "removed" for row in found.rows)
    altered = sum(row.change == "changed" for row in found.rows)
    assert found.same + altered + come == found.after.rows
    assert found.same + altered + gone == found.before.rows
    return {(change, why): count for change, why, count in found.counts()}


def test_each_dataset_is_listed_once_by_the_entry_that_made_it_first(bench: Bench) -> None:
    assert references(bench) == ["documents@1", "rows@2", "train@3", "validation@3", "test@3"]
    bench.run(seed=8)
    with bench.open() as workspace:
        found = versions(workspace)
    assert [one.reference for one in found[5:]] == ["train@9", "validation@9", "test@9"]
    assert [one.is_latest for one in found] == [True, True, False, False, False, True, True, True]
    bench.run(seed=7)  # what is kept makes nothing new
    assert len(references(bench)) == 8


def test_a_word_finds_the_dataset_that_it_means(bench: Bench) -> None:
    bench.run(seed=8)
    with bench.open() as workspace:
        known = {one.reference: one for one in versions(workspace)}
        assert find_version(workspace, "train") == known["train@9"]
        assert find_version(workspace, "train@3") == known["train@3"]
        assert find_version(workspace, known["test@3"].fingerprint[:8].upper()) == known["test@3"]
        assert find_version(workspace, known["test@3"].manifest) == known["test@3"]
        for word in ("training", "train@99", known["test@3"].fingerprint[:7]):
            with pytest.raises(InputError, match="No dataset fits") as told:
                find_version(workspace, word)
            assert "Give one of: documents@1, " in told.value.do


def test_an_empty_workspace_has_none_and_says_what_to_do(tmp_path: Path) -> None:
    fresh = make_bench(tmp_path / "notes")
    Workspace.open(fresh.root, create=True).close()
    with fresh.open() as workspace:
        assert versions(workspace) == []
        with pytest.raises(InputError, match="no dataset yet") as told:
            find_version(workspace, "train")
    assert told.value.do == f"Run: warrant run {fresh.root}"


def test_a_dataset_tells_its_columns_its_losses_and_its_users(bench: Bench) -> None:
    with bench.open() as workspace:
        rows = describe(workspace, find_version(workspace, "rows"))
        train = describe(workspace, find_version(workspace, "train"))
    assert "text" in [column.name for column in rows.columns]
    assert rows.counts["kept"] == rows.version.rows
    assert rows.erased == 0
    assert rows.users == ()
    assert [(entry, stage) for entry, stage, _ in train.users] == [(4, "train")]


def test_another_seed_moves_rows_and_says_where_they_went(bench: Bench) -> None:
    bench.run(seed=8)
    found = counted(bench, "train@3", "train")
    assert {why for _, why in found} <= {
        "in test@9", "in validation@9", "in test@3", "in validation@3"
    }  # fmt: skip
    assert sum(count for (change, _), count in found.items() if change == "removed") > 0
    assert counted(bench, "train", "train") == {}


def test_changed_cells_and_files_that_went_are_named_without_their_contents(bench: Bench) -> None:
    sheet = bench.root / "notes.csv"
    text = sheet.read_text("utf-8")
    line = next(one for one in text.splitlines() if one.startswith("note-008.txt"))
    other = line.replace("supply", "loan").replace("lease", "loan")
    assert line != other
    sheet.write_text(text.replace(line, other), "utf-8")
    gone = bench.root / "notes" / "note-007.txt"
    gone.unlink()
    bench.run()
    found = counted(bench, "rows@2", "rows")
    assert found[("removed", "no file or record gave it for rows@10")] == 1
    assert found[("changed", "in kind")] == 1
    assert not any("heron" in why for _, why in found)


def test_a_stricter_filter_is_named_as_the_reason(bench: Bench) -> None:
    text = recipe_text().replace("{min_words: {words: 4}}", "{min_words: {words: 25}}")
    with bench.open() as workspace:
        before = find_version(workspace, "rows").rows
    run_recipe(bench.root, parse_recipe(text), bench.desk)
    found = counted(bench, "rows@2", "rows")
    ((change, why),) = found
    assert change == "removed"
    assert "words" in why
    assert 0 < found[(change, why)] < before
    ((change, why),) = counted(bench, "rows", "rows@2")
    assert change == "added"
    assert why.startswith("before: The text has fewer words than the threshold (25).")


def test_every_format_holds_the_rows_and_no_erased_one(bench: Bench, tmp_path: Path) -> None:
    assert get_args(Format) == FORMATS
    name = "note-007.txt"
    with bench.pen() as pen:
        erase(pen, name, "Asked for.")
    with bench.open() as workspace:
        wanted = find_version(workspace, "rows")
        assert describe(workspace, wanted).erased == 1
        for form in FORMATS:
            files = export_datasets(workspace, [wanted], tmp_path / form, form)
            assert files[0].rows == wanted.rows - 1
            assert all(one.path.stat().st_size == one.size for one in files)
    texts = pq.read_table(tmp_path / "parquet" / "rows.parquet")["text"].to_pylist()
    lines = (tmp_path / "jsonl" / "rows.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == texts
    assert len(texts) == wanted.rows - 1
    assert not any(name.startswith("_") for name in json.loads(lines[0]))
    hub = (tmp_path / "huggingface" / "README.md").read_text("utf-8")
    head = yaml.safe_load(hub.split("---")[1])
    assert head["license"] == "cc0-1.0"
    assert head["configs"][0]["data_files"] == [{"split": "rows", "path": "data/rows-*.parquet"}]
    assert wanted.fingerprint in hub
    assert "Nobody has looked for personal data in these rows: not measured." in hub


def test_an_export_is_whole_or_absent(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.open() as workspace:
        wanted = [find_version(workspace, name) for name in ("train", "test")]
        export_datasets(workspace, wanted, tmp_path / "there", "parquet")
        with pytest.raises(InputError, match="exists already") as told:
            export_datasets(workspace, wanted, tmp_path / "there", "parquet")
        assert told.value.do == "Name a folder that does not: -o FOLDER"
        with pytest.raises(InputError, match="called alike: train, train"):
            export_datasets(workspace, [wanted[0], wanted[0]], tmp_path / "twice", "parquet")

        def broken(*_: object) -> str:
            raise OSError

        monkeypatch.setattr("warrant.flow.export.write.hub_page", broken)
        with pytest.raises(OSError):  # noqa: PT011 - the one just raised
            export_datasets(workspace, wanted, tmp_path / "half", "huggingface")
    assert sorted(path.name for path in tmp_path.iterdir() if path != bench.root) == ["there"]
