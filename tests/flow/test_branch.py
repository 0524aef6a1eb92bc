"""A branch: the rows of one version, under the narrowest rights, in a workspace of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.bench import Bench, recipe_text
from warrant.errors import InputError
from warrant.flow.acts import answer
from warrant.flow.branch import branch
from warrant.flow.datasets import find_version
from warrant.flow.job import run_recipe
from warrant.flow.recipe import read_recipe


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
