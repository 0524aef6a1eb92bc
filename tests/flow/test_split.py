"""The test is the newest part, or what a source was given for, on the whole road."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench, recipe_text
from warrant.engine import read_dataset
from warrant.errors import InputError
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.sites import leave_one_out
from warrant.flow.story import why
from warrant.kernel.digest import Digest

SOURCE = """\
  - path: {path}
    metadata: {path}.csv
    part: {part}
"""


def run(bench: Bench, text: str) -> RunReport:
    (bench.root / "recipe.yaml").write_text(text, encoding="utf-8")
    return run_recipe(bench.root, parse_recipe(text), bench.desk)


def cells(bench: Bench, part: str, column: str) -> list[object]:
    with bench.open() as workspace:
        entry = [one for one in workspace.index.entries() if one.stage == "split"][-1]
        manifest = Digest.from_hex(workspace.index.links(entry.position, "subject")[part])
        batches = list(read_dataset(workspace.store, manifest, [column]))
    return [cell for batch in batches for cell in batch.column(column).to_pylist()]


def test_by_time_the_newest_notes_are_the_test(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    report = run(bench, recipe_text().replace("seed: 7}", "time: day, seed: 7}", 1))
    days = {part: cells(bench, part, "day") for part in ("train", "validation", "test")}
    assert max(days["train"]) < min(days["validation"])  # type: ignore[type-var]
    assert max(days["validation"]) < min(days["test"])  # type: ignore[type-var]
    assert max(days["test"]) == date(2025, 3, 28)  # type: ignore[type-var]
    assert report.evaluation.rows == len(days["test"])
    bench.require_sound()


@pytest.mark.slow  # two runs; the stage alone is tested in tests/stages/split and tests/laws
def test_a_source_given_for_the_test_is_the_test_whatever_the_seed(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    held = bench.root / "held"
    held.mkdir()
    lines = (bench.root / "notes.csv").read_text(encoding="utf-8").splitlines()
    for number in range(20, 32):
        (bench.root / "notes" / f"note-{number:03}.txt").rename(held / f"note-{number:03}.txt")
    (bench.root / "held.csv").write_text("\n".join([lines[0], *lines[21:33]]), encoding="utf-8")
    text = recipe_text().replace("curate:", SOURCE.format(path="held", part="test") + "curate:")
    for seed in (7, 8):
        report = run(bench, text.replace("seed: 7}", f"seed: {seed}}}", 1))
        assert cells(bench, "test", "path") == [f"note-{number:03}.txt" for number in range(20, 32)]
        assert set(cells(bench, "train", "source_part")) == {None}
        assert report.evaluation.rows == 12
    bench.require_sound()


@pytest.mark.slow
def test_each_site_is_tested_by_a_model_of_the_others(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    sheet = bench.root / "notes.csv"
    lines = sheet.read_text().splitlines()
    sites = ["site", *("North" if at % 5 > 1 else "South" for at in range(len(lines) - 1))]
    sheet.write_text("\n".join(f"{line},{site}" for line, site in zip(lines, sites, strict=True)))
    recipe = parse_recipe(recipe_text())
    with pytest.raises(InputError, match="is not a workspace"):
        leave_one_out(bench.root, recipe, "site", bench.desk)
    bench.run()
    with pytest.raises(InputError, match="The rows have no column 'place'; they have: path, text"):
        leave_one_out(bench.root, recipe, "place", bench.desk)
    found = leave_one_out(bench.root, recipe, "site", bench.desk)
    assert [one.site for one in found] == ["North", "South"]
    assert found[0].rows > found[1].rows > 5
    assert found[0].score.metric == "macro_f1"
    assert bench.verify(found[1].folder).result == "holds"
    text = (bench.root / "sites.md").read_text()
    assert text.startswith("# Each site tested by a model of all others\n")
    assert f"| South | {found[1].rows} | {found[1].trained_rows} |" in text
    assert "The worst macro_f1 is " in text


def test_near_copies_count_as_one_row_where_that_is_asked(tmp_path: Path) -> None:
    bench = make_bench(tmp_path / "notes")
    sheet = bench.root / "notes.csv"
    lines = sheet.read_text(encoding="utf-8").splitlines()
    text = (bench.root / "notes" / "note-001.txt").read_text(encoding="utf-8")
    for number in range(8):  # a form filled in eight times more, under another label
        (bench.root / "notes" / f"form-{number}.txt").write_text(f"{text} No. {number}\n", "utf-8")
        lines.append(f"form-{number}.txt,supply,2025-03-0{number + 1}")
    sheet.write_text("\n".join(lines), encoding="utf-8")
    bare = recipe_text().replace(
        "{min_words: {words: 4}}", "{near_duplicates: {similarity: 0.8, action: group}}"
    )
    run(bench, bare)
    each = model_of(bench)
    report = run(bench, bare.replace("train: {seed: 7}", "train: {seed: 7, near_duplicates: once}"))
    assert each != model_of(bench)
    clusters = Counter(cells(bench, "train", "near_cluster"))
    assert max(size for cluster, size in clusters.items() if cluster is not None) == 9
    card = (bench.root / "card.md").read_text(encoding="utf-8")
    assert "training rows in clusters: 9; clusters, each of them as much as one row: 1." in card
    assert "| near_duplicates | once |" in card
    page = (bench.root / "card.html").read_text(encoding="utf-8")
    assert "<dd>9 training rows in 1 clusters, each of them as much as one row" in page
    with bench.open() as workspace:
        story = [one.text for one in why(workspace, "form-3.txt")]
    assert "Training counts it and the 8 like it in there as one row." in story
    assert report.evaluation.rows == len(cells(bench, "test", "kind"))
    bench.require_sound()


def model_of(bench: Bench) -> str:
    with bench.open() as workspace:
        entry = [one for one in workspace.index.entries() if one.stage == "train"][-1]
        return workspace.index.links(entry.position, "subject")["model"]
