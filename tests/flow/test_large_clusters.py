"""A run warns of one text that stands in a source over and over; rows know their source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.bench import Bench, make_bench, recipe_text
from warrant.engine import read_dataset
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.row_sources import row_sources
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim

FORM = (
    "The tenant pays a rent of {} euros for the premises on the first day of each month, keeps the "
    "keys and the floor in good order, and gives notice three months before the end."
)
SOURCE = """\
  - path: forms
    metadata: forms.csv
    licence: CC0-1.0
    origin: Invented for this test
    rights: {train: true, commercial: true, expires: never}
    special_category: false
curate:"""
FILTERS = "{near_duplicates: {similarity: 0.6, action: group}}, drop_exact_duplicates"


def make(root: Path, copies: int, others: int) -> Bench:
    bench = make_bench(root)
    (root / "forms").mkdir()
    lines = ["file,kind,day"]
    for number in range(copies + others):
        text = FORM.format(number) if number < copies else f"Paper {number} on {number * 7} goods."
        (root / "forms" / f"f{number:03}.txt").write_text(f"{text}\n\nSigned by both.", "utf-8")
        lines.append(f"f{number:03}.txt,lease,2025-03-01")
    (root / "forms.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return bench


def run(bench: Bench, more: str = "") -> RunReport:
    text = recipe_text().replace("curate:", SOURCE).replace("drop_exact_duplicates", FILTERS) + more
    (bench.root / "recipe.yaml").write_text(text, encoding="utf-8")
    return run_recipe(bench.root, parse_recipe(text), bench.desk)


@pytest.mark.parametrize(("copies", "others", "warns"), [(12, 40, True), (9, 0, False)])
def test_a_cluster_over_a_twentieth_of_its_source_is_named(
    tmp_path: Path, copies: int, others: int, *, warns: bool
) -> None:
    found = run(make(tmp_path / "notes", copies, others)).warnings
    told = [one for one in found if "nearly the same text" in one]
    assert len(told) == warns
    if warns:
        assert told[0].startswith("12 of 52 rows of 'forms', 23%, are nearly the same text")


def test_a_cluster_that_is_small_in_all_but_large_in_its_source_is_named(tmp_path: Path) -> None:
    bench = make(tmp_path / "notes", 10, 0)
    lines = (bench.root / "notes.csv").read_text(encoding="utf-8").splitlines()
    for number in range(200):
        name = f"more-{number:03}.txt"
        words = " ".join(f"w{(number * step) % 997}" for step in range(1, 30))
        (bench.root / "notes" / name).write_text(words, encoding="utf-8")
        lines.append(f"{name},loan,2025-03-02")
    (bench.root / "notes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (told,) = [one for one in run(bench).warnings if "nearly the same text" in one]
    assert told.startswith("10 of 10 rows of 'forms', 100%")


def test_rows_that_are_paragraphs_know_the_source_of_their_document(tmp_path: Path) -> None:
    bench = make(tmp_path / "notes", 3, 2)
    run(bench, "rows: {segment: paragraphs}\n")
    with bench.open() as workspace:
        entry = workspace.index.latest("ingest")
        assert entry is not None
        made = workspace.index.links(entry.position, "subject")
        claim = Claim.from_bytes(workspace.store.get(Digest.from_hex(made["claim"])))
        manifest = Digest.from_hex(made["documents"])
        of = row_sources(workspace.store, manifest, claim.sources)
        batches = list(read_dataset(workspace.store, manifest, ["path"]))
    paths = [path for batch in batches for path in batch.column("path").to_pylist()]
    assert of is not None
    assert len(of) > sum(one.documents for one in claim.sources)
    names = ["forms" if path.startswith("f") else "notes" for path in paths]
    assert [claim.sources[at].name for at in of] == names
