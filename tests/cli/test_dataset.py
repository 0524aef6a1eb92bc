"""`warrant dataset`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Type
from warrant.flow.demo import Demo


def test_versions_are_listed_shown_compared_and_exported(
    typed: Type, demo: Demo, tmp_path: Path
) -> None:
    listed = typed("dataset", "list", str(demo.folder))
    assert listed.code == 0
    assert listed.out.splitlines()[0].split() == ["dataset", "rows", "recorded", "fingerprint"]
    assert any(line.startswith("train@3 ") and line.endswith("latest") for line in
               listed.out.splitlines())  # fmt: skip
    shown = typed("dataset", "show", str(demo.folder), "train")
    assert shown.out.startswith("train@3, ")
    assert "made by       split, log entry 3, " in shown.out
    assert "used by" in shown.out
    same = typed("dataset", "diff", str(demo.folder), "train", "train@3")
    assert same.out.startswith("train@3 has ")
    parts = typed("dataset", "diff", str(demo.folder), "rows", "train")
    assert "removed  in test@3" in parts.out
    rows = typed("dataset", "diff", str(demo.folder), "rows", "train", "--list")
    assert rows.out.count("removed") == rows.out.count("in test@3") + rows.out.count("in valid") + (
        rows.out.count("no label")
    )
    folder = tmp_path / "rows"
    done = typed(
        "dataset", "export", str(demo.folder), "-o", str(folder), "--format", "huggingface"
    )
    assert done.code == 0
    assert (folder / "data" / "train-00000-of-00001.parquet").is_file()
    assert "what is erased here later stays there" in done.out


def test_all_of_it_is_there_for_machines(typed: Type, demo: Demo, tmp_path: Path) -> None:
    listed = json.loads(typed("dataset", "list", str(demo.folder), "--json").out)
    assert [one["name"] for one in listed] == ["documents", "rows", "train", "validation", "test"]
    shown = json.loads(typed("dataset", "show", str(demo.folder), "rows", "--json").out)
    assert shown["counts"]["kept"] == shown["version"]["rows"]
    diff = json.loads(typed("dataset", "diff", str(demo.folder), "rows", "train", "--json").out)
    assert {row["change"] for row in diff["rows"]} == {"removed"}
    folder = tmp_path / "rows"
    words = ("dataset", "export", str(demo.folder), "test", "-o", str(folder), "--json")
    (file,) = json.loads(typed(*words).out)
    assert Path(file["path"]) == folder / "test.parquet"


def test_what_does_not_exist_is_refused_with_what_does(typed: Type, demo: Demo) -> None:
    wrong = typed("dataset", "show", str(demo.folder), "trains")
    assert wrong.code == 2
    assert "No dataset fits 'trains'." in wrong.err
    form = typed("dataset", "export", str(demo.folder), "--format", "xml")
    assert "No format 'xml'." in form.err
    assert "Give one of: parquet, jsonl, huggingface, croissant" in form.err
    shape = typed("dataset", "export", str(demo.folder), "--as", "verse")
    assert "No form 'verse'." in shape.err
    assert "Give one of: text, spans, pairs, prompt, chat, lm-eval, inspect" in shape.err


def test_rows_become_a_task_of_an_evaluation_program(
    typed: Type, demo: Demo, tmp_path: Path
) -> None:
    done = typed(
        "dataset", "export", str(demo.folder), "test", "-o", str(tmp_path / "t"), "--as", "lm-eval"
    )
    assert done.code == 0
    assert sorted(one.name for one in (tmp_path / "t").iterdir()) == [
        "manifest.json", "task.yaml", "test.jsonl",
    ]  # fmt: skip


def test_before_the_first_run_the_list_says_what_to_do(typed: Type, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("warrant: 1\n", "utf-8")
    (tmp_path / ".warrant").mkdir()
    done = typed("dataset", "list", str(tmp_path))
    assert "warrant run" in done.out + done.err


def test_a_page_about_the_data_is_written_on_demand(
    typed: Type, author: Demo, tmp_path: Path
) -> None:
    page = tmp_path / "data.html"
    done = typed("dataset", "report", author.folder, "-o", page)
    assert done.code == 0, done.err
    assert done.out.startswith(f"Wrote {page}, ")
    assert "Warrant keeps no copy: it may show rows." in done.out
    assert "What was left out" in page.read_text("utf-8")
    told = typed("dataset", "report", author.folder, "-o", page, "--without-text", "--json").json
    assert told["size"] > 10_000


def test_a_branch_is_begun_from_a_version(typed: Type, author: Demo, tmp_path: Path) -> None:
    done = typed("dataset", "branch", author.folder, "rows@2", "-o", tmp_path / "other")
    assert done.code == 0, done.err
    assert done.out.endswith(f"Next: warrant run {tmp_path / 'other'}\n")
    told = typed("dataset", "branch", author.folder, "train", "-o", tmp_path / "more", "--json")
    assert told.json["recipe"].endswith("recipe.yaml")
