"""A sample: which documents, and that it is marked."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from tests.stages.ingest.test_ingest import Run, put
from warrant.engine import dataset_record
from warrant.kernel.digest import Digest
from warrant.stages import ingest
from warrant.stages.ingest import IngestConfig, LabelsConfig, SourceConfig, find_files
from warrant.stages.ingest.sample import Picker, answers, shares


def run(folder: Path, size: int, *sources: SourceConfig, label: str = "kind") -> Run:
    made = Run.__new__(Run)
    from tests.engine.desk import make_desk

    made.desk = make_desk(folder)
    made.config = IngestConfig(sources, folder, labels=LabelsConfig(label), sample=size)
    made.result = ingest.run({}, made.config, made.desk)
    made.claim = made.result.claim
    return made


def is_sample(made: Run) -> bool:
    return dataset_record(made.desk.store, made.result.outputs["documents"]).sample


def letters(folder: Path, count: int = 200) -> SourceConfig:
    """Write letters of which every twentieth is rare, and every tenth has no answer."""
    kinds = ["rare" if n % 20 == 1 else "" if n % 10 == 0 else "common" for n in range(count)]
    put(folder, {f"in/{n:03}.txt": f"letter {n}" for n in range(count)})
    lines = "".join(f"{n:03}.txt,{kind}\n" for n, kind in enumerate(kinds))
    put(folder, {"s.csv": f"file,kind\n{lines}gone.txt,x\n"})
    return SourceConfig("in", metadata="s.csv")


def test_a_sample_is_spread_over_labels_and_takes_what_has_an_answer(tmp_path: Path) -> None:
    made = run(tmp_path, 40, letters(tmp_path))
    kinds = Counter(row["kind"] for row in made.rows)
    assert sum(kinds.values()) == 40
    assert kinds["rare"] == 10
    assert None not in kinds
    assert is_sample(made)
    assert made.claim.counts["left_aside"] == 160
    (source,) = made.claim.sources
    assert (source.documents, source.files_unmatched, source.sheet_rows_unmatched) == (40, 0, 1)


def test_a_file_left_aside_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = IngestConfig((letters(tmp_path),), tmp_path, labels=LabelsConfig("kind"), sample=5)
    opened: list[str] = []
    monkeypatch.setattr(
        "warrant.stages.ingest.files._hash", lambda path: opened.append(path) or Digest(bytes(32))
    )
    (found,) = find_files(config)
    assert sum(file.picked for file in found) == 5
    assert len(opened) == 5


def test_a_document_that_is_added_moves_few_others(tmp_path: Path) -> None:
    source = letters(tmp_path)
    before = {row["path"] for row in run(tmp_path, 40, source).rows}
    put(tmp_path, {"in/new.txt": "new"})
    after = {row["path"] for row in run(tmp_path, 40, source).rows}
    assert len(before - after) <= 1


def test_records_of_a_table_are_picked_by_row_id(tmp_path: Path) -> None:
    lines = "".join(f"words {n},{'rare' if n % 25 == 0 else 'common'}\n" for n in range(300))
    put(tmp_path, {"in/t.csv": f"text,kind\n{lines}broken\n"})
    made = run(tmp_path, 30, SourceConfig("in"))
    kinds = Counter(row["kind"] for row in made.rows)
    assert sum(kinds.values()) == 30
    assert kinds["rare"] >= 7
    assert made.claim.counts["left_aside"] == 270
    assert [code for _, code in made.decisions] == ["wrong_width"]
    put(tmp_path, {"in/t.csv": f"text,kind\nanother,common\n{lines}broken\n"})
    again = run(tmp_path, 30, SourceConfig("in"))
    ids = {row["_row_id"] for row in made.rows}
    assert len(ids - {row["_row_id"] for row in again.rows}) <= 1


def test_a_sampled_table_is_not_copied(tmp_path: Path) -> None:
    data = "text,kind\na,x\nb,y\nc,x\n"
    put(tmp_path, {"in/t.csv": data})
    made = run(tmp_path, 2, SourceConfig("in"))
    assert not made.desk.store.has(Digest.of(data.encode()))


def test_what_leaves_nothing_aside_is_no_sample(tmp_path: Path) -> None:
    put(tmp_path, {"in/t.csv": "text,kind\na,x\nb,y\n"})
    made = run(tmp_path, 5, SourceConfig("in"))
    assert not is_sample(made)
    assert "left_aside" not in made.claim.counts


def test_the_sources_share_a_sample(tmp_path: Path) -> None:
    put(tmp_path, {f"a/{n}.txt": f"a {n}" for n in range(3)})
    put(tmp_path, {f"b/{n}.txt": f"b {n}" for n in range(30)})
    put(tmp_path, {"c/t.csv": "text,kind\n" + "".join(f"c {n},x\n" for n in range(30))})
    made = run(tmp_path, 17, SourceConfig("a"), SourceConfig("b"), SourceConfig("c"))
    assert [source.documents for source in made.claim.sources] == [3, 7, 7]
    assert shares(10, [2, None, 3]) == [2, 5, 3]
    assert shares(10, [2, 3]) == [2, 3]
    assert shares(2, [5, 5, 5]) == [1, 1, 0]


def test_several_labels_count_each(tmp_path: Path) -> None:
    del tmp_path
    marked = LabelsConfig("labels", ("Cap", "Audit"))
    assert answers(marked, {"Cap": "x", "Audit": ""}) == ("Cap",)
    assert answers(marked, {"Cap": "perhaps", "Audit": 1}) == ("Audit",)
    assert answers(marked, {"file": "a"}) is None
    assert answers(LabelsConfig("k", separator=";"), {"k": "a; b;a"}) == ("a", "b")
    assert answers(LabelsConfig("k"), {"k": ["a", "b"]}) == ("a", "b")
    assert answers(LabelsConfig("k"), {"k": None}) is None
    assert answers(None, {}) == ()


def test_a_label_that_is_different_everywhere_is_passed_over() -> None:
    picker: Picker[int] = Picker(5)
    for number in range(3000):
        picker.add(number.to_bytes(4, "big"), number, (f"label {number}",))
    assert picker.picked() == [0, 1, 2, 3, 4]


def test_a_sample_too_small_for_all_labels_holds_the_most_frequent() -> None:
    picker: Picker[str] = Picker(30)
    for number in range(200):
        label = f"label {number % 20 if number < 180 else 3}"
        picker.add(sha256(str(number).encode()).digest(), label, (label,))
    counts = Counter(picker.picked())
    assert sorted(counts.values()) == [2, 9, 9, 10]
    assert counts["label 3"] == 10


def test_the_sample_stands_in_the_settings(tmp_path: Path) -> None:
    config = IngestConfig((letters(tmp_path, 20),), tmp_path, sample=3)
    assert json.dumps(config.portable().sample) == "3"
