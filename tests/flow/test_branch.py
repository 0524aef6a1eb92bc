"""A branch: the rows of one version, under the narrowest rights, in a workspace of their own."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.flow.bench import Bench, recipe_text
from warrant.engine import read_dataset
from warrant.errors import InputError
from warrant.flow.acts import answer
from warrant.flow.branch import branch
from warrant.flow.datasets import find_version
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest


def test_a_branch_runs_on_the_rows_of_its_version(bench: Bench, tmp_path: Path) -> None:
    with bench.open() as workspace:
        version = find_version(workspace, "rows")
        target = branch(workspace, version, tmp_path / "other")
        with pytest.raises(InputError, match=r"exists already\. Name a folder that does not"):
            branch(workspace, version, tmp_path / "other")
    recipe = read_recipe(target)
    assert recipe.name == "notes-branch"
    (source,) = recipe.sources
    assert source.path == "data/rows.parquet"
    assert source.origin == f"rows@2 of notes, fingerprint {version.fingerprint}"
    assert (source.rights.train, source.rights.expires) == (True, "2027-01-31")
    assert list(recipe.curate) == []
    report = run_recipe(tmp_path / "other", recipe, bench.desk)
    assert report.training_rows > 0
    assert sum(report.dropped.values()) <= 1  # the note without a label


def test_parts_of_one_document_and_near_copies_stay_together_in_a_branch(
    bench: Bench, tmp_path: Path
) -> None:
    for number in range(40):
        file = bench.root / "notes" / f"note-{number:03}.txt"
        if file.exists():
            text = file.read_text("utf-8").strip()
            file.write_text(f"1. {text}\n2. And again in other words: {text}\n", "utf-8")
    near = "curate: [{near_duplicates: {similarity: 0.9, action: group}}, "
    text = f"{recipe_text()}rows: {{segment: clauses}}\n".replace("curate: [", near)
    text = text.replace("train: {", "train: {near_duplicates: once, ")
    (bench.root / "recipe.yaml").write_text(text, "utf-8")
    run_recipe(bench.root, read_recipe(bench.root / "recipe.yaml"), bench.desk)
    with bench.open() as workspace:
        branch(workspace, find_version(workspace, "train"), tmp_path / "learnt")
        target = branch(workspace, find_version(workspace, "rows"), tmp_path / "other")
    learnt = pq.read_schema(tmp_path / "learnt" / "data" / "train.parquet").names
    assert "near_cluster" not in learnt  # split gives it anew
    recipe = read_recipe(target)
    assert recipe.split.group == "kept_together"
    assert [(one.name, one.settings) for one in recipe.curate] == [
        ("near_duplicates", {"similarity": 0.9, "action": "group"})
    ]
    run_recipe(tmp_path / "other", recipe, bench.desk)
    other = Workspace.open(tmp_path / "other")
    paths = {
        name: {
            path
            for batch in read_dataset(
                other.store, Digest.from_hex(find_version(other, name).manifest), ["path"]
            )
            for path in batch.column("path").to_pylist()
        }
        for name in ("train", "validation", "test")
    }
    other.close()
    assert all(paths.values())
    assert len(set.union(*paths.values())) == sum(map(len, paths.values()))


def test_rows_given_for_the_test_are_the_test_of_a_branch_too(bench: Bench, tmp_path: Path) -> None:
    (bench.root / "given").mkdir()
    lines = ["file,kind"]
    for number in range(8):
        kind = ("lease", "supply")[number % 2]
        lines.append(f"given-{number}.txt,{kind}")
        words = f"This {kind} was given for the test, as number {number}."
        (bench.root / "given" / f"given-{number}.txt").write_text(words, "utf-8")
    (bench.root / "given.csv").write_text("\n".join(lines), "utf-8")
    given = """\
  - path: given
    metadata: given.csv
    part: test
    licence: CC0-1.0
    rights: {train: true, commercial: true, expires: 2027-01-31}
    special_category: false
"""
    text = recipe_text().replace("curate: [", f"{given}curate: [")
    (bench.root / "recipe.yaml").write_text(text, "utf-8")
    run_recipe(bench.root, read_recipe(bench.root / "recipe.yaml"), bench.desk)
    with bench.open() as workspace:
        target = branch(workspace, find_version(workspace, "rows"), tmp_path / "other")
        part = branch(workspace, find_version(workspace, "train"), tmp_path / "learnt")
    recipe = read_recipe(target)
    assert [(one.path, one.part) for one in recipe.sources] == [
        ("data/rows.parquet", None),
        ("data/rows-test.parquet", "test"),
    ]
    assert [one.part for one in read_recipe(part).sources] == [None]
    run_recipe(tmp_path / "other", recipe, bench.desk)
    other = Workspace.open(tmp_path / "other")
    assert find_version(other, "test").rows == 8
    other.close()


def test_rights_of_several_sources_are_the_narrowest(bench: Bench, tmp_path: Path) -> None:
    text = (bench.root / "recipe.yaml").read_text("utf-8")
    (bench.root / "more").mkdir()
    more = """\
  - path: more
    licence: CC0-1.0
    rights: {train: true, commercial: false, expires: 2026-12-31}
"""
    recipe = bench.root / "recipe.yaml"
    recipe.write_text(
        text.replace("curate: [", f"{more}curate: [").replace(
            "    special_category: false\n  - path", "    special_category: false\n  - path"
        ),
        "utf-8",
    )
    with bench.open() as workspace:
        version = find_version(workspace, "documents")
        (source,) = read_recipe(branch(workspace, version, tmp_path / "one")).sources
        rights = source.rights
        assert (rights.train, rights.commercial, rights.expires) == (True, False, "2026-12-31")
        assert source.special_category is None
        assert "min_words" in (tmp_path / "one" / "recipe.yaml").read_text("utf-8")
        recipe.write_text(
            recipe.read_text("utf-8").replace(
                "    licence: CC0-1.0\n    rights: {train: true, commercial: false",
                "    licence: MIT\n    rights: {commercial: false",
            ),
            "utf-8",
        )
        with pytest.raises(InputError, match=r"The sources have 2 licences, and a branch has one"):
            branch(workspace, version, tmp_path / "two")


def test_agreements_answers_and_dropped_sources_bind_a_branch_too(
    bench: Bench, tmp_path: Path
) -> None:
    recipe = bench.root / "recipe.yaml"
    written = recipe_text()
    acme = written.replace("licence: CC0-1.0", "licence: acme")
    recipe.write_text(acme.replace("commercial: true, expires: 2027-01-31", ""), "utf-8")
    (bench.root / "agreements").mkdir()
    terms = "title: T\nparty: P\npermits: {train: false, expires: 2026-06-30}\n"
    (bench.root / "agreements" / "acme.yaml").write_text(terms)
    with bench.pen() as pen:
        answer(pen, "notes:commercial", "no", "The owner said so.")
        version = find_version(pen.workspace, "rows")
        (source,) = read_recipe(branch(pen.workspace, version, tmp_path / "one")).sources
        rights = source.rights
        assert (rights.train, rights.commercial, rights.expires) == (False, False, "2026-06-30")
        other = written.replace("path: notes\n", "path: other\n").replace("2027-", "2028-")
        recipe.write_text(other, "utf-8")
        (source,) = read_recipe(branch(pen.workspace, version, tmp_path / "two")).sources
        assert source.rights.expires == "2027-01-31"  # as it was read, from a source left out since
