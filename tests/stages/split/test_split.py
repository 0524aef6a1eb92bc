from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.engine.desk import make_desk
from warrant.engine import (
    Decision,
    Ledger,
    dataset_record,
    make_batch,
    read_dataset,
    read_ledger,
    write_dataset,
)
from warrant.errors import InputError
from warrant.kernel.digest import Digest
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.records.reason import Reason
from warrant.stages import split
from warrant.stages.split import SplitConfig

COLUMNS = tuple(Column(name=name, type="text") for name in ("text", "label", "customer"))
Row = tuple[str, str | None, str | None]


def run(folder: Path, rows: Sequence[Row], config: SplitConfig) -> tuple[Desk, StageResult]:
    folder.mkdir(exist_ok=True)
    desk = make_desk(folder)
    cells = {
        name: [row[at] for row in rows] for at, name in enumerate(("text", "label", "customer"))
    }
    # A row is named after its text, so that another order of rows gives the same documents.
    members = [[sha256(f"{row[0]}{row[2]}".encode()).digest()] for row in rows]
    seen: dict[bytes, int] = {}
    locators = []
    for (one,) in members:
        seen[one] = seen.get(one, -1) + 1
        locators.append([seen[one]])
    batch = make_batch(COLUMNS, members, locators, cells)
    source = write_dataset(desk, "rows", COLUMNS, [batch], {"kept": len(rows)})
    return desk, split.run(
        {"rows": source.manifest, "ledger": decided(desk, len(rows))}, config, desk
    )


def decided(
    desk: Desk, kept: int, near: Sequence[tuple[int, int]] = (), dropped: int = 0
) -> Digest:
    """Write what curation decided: the first rows of its input dropped, others near one another."""
    ledger = Ledger("curate", (_reason("gone", "drop"), _reason("near", "measure")))
    for position in range(dropped):
        ledger.add(position, "gone")
    for position, peer in near:
        ledger.add(position, "near", 0.9, peer)
    return ledger.finish(desk.store, None, kept + dropped, kept)


def _reason(code: str, kind: Literal["drop", "measure"]) -> Reason:
    return Reason(code=code, kind=kind, rule="curate", version="1", words="As the test wants it.")


def parts(desk: Desk, result: StageResult, column: str = "text") -> dict[str, list[Any]]:
    return {
        part: [
            cell
            for batch in read_dataset(desk.store, result.outputs[part], [column])
            for cell in batch.column(column).to_pylist()
        ]
        for part in ("train", "validation", "test")
    }


def rows(count: int, customers: int = 10) -> list[Row]:
    return [(f"text {at}", "ab"[at % 2], f"c{at % customers}") for at in range(count)]


def test_shares_are_met_when_units_are_small(tmp_path: Path) -> None:
    desk, result = run(tmp_path, rows(200), SplitConfig("label"))
    assert {part: len(cells) for part, cells in parts(desk, result).items()} == {
        "train": 140,
        "validation": 20,
        "test": 40,
    }
    assert result.claim.measures["shared_rows_train_test"] == 0
    assert result.claim.measures["groups_test"] == 40


def test_groups_stay_together(tmp_path: Path) -> None:
    desk, result = run(tmp_path, rows(200, 20), SplitConfig("label", group="customer"))
    found = {part: set(cells) for part, cells in parts(desk, result, "customer").items()}
    assert sum(map(len, found.values())) == 20
    assert result.claim.measures["groups_train"] == 14


def test_equal_texts_stay_together_across_groups(tmp_path: Path) -> None:
    copies = [("the same", "a", f"c{at}") for at in range(0, 20, 2)]
    desk, result = run(tmp_path, [*rows(100, 20), *copies], SplitConfig("label", group="customer"))
    assert sum("the same" in cells for cells in parts(desk, result).values()) == 1
    assert result.claim.measures["shared_clusters_train_test"] == 0


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    config = SplitConfig("label", group="customer")
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    one = parts(*run(tmp_path / "x", rows(90, 30), config))
    other = parts(*run(tmp_path / "y", rows(90, 30)[::-1], config))
    assert {part: sorted(cells) for part, cells in one.items()} == {
        part: sorted(cells) for part, cells in other.items()
    }


def test_rows_added_later_move_few_others(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    before = parts(*run(tmp_path / "x", rows(200), SplitConfig("label")))
    after = parts(*run(tmp_path / "y", rows(210), SplitConfig("label")))
    moved = sum(len(set(before[part]) - set(after[part])) for part in before)
    assert moved <= 10


def labelled(**counts: int) -> list[Row]:
    return [(f"{name} {at}", name, None) for name, count in counts.items() for at in range(count)]


@pytest.mark.parametrize("seed", range(20))
def test_no_label_is_missing_from_the_test_by_chance(tmp_path: Path, seed: int) -> None:
    given = labelled(lease=10, loan=10, notice=10, waiver=3)
    desk, result = run(tmp_path, given, SplitConfig("label", seed=seed))
    found = parts(desk, result, "label")
    assert Counter(found["test"]) == {"lease": 2, "loan": 2, "notice": 2, "waiver": 1}
    assert Counter(found["train"]) == {"lease": 7, "loan": 7, "notice": 7, "waiver": 2}


def test_large_shares_leave_every_label_a_row_to_learn_from(tmp_path: Path) -> None:
    config = SplitConfig("label", test=0.5, validation=0.49)
    desk, result = run(tmp_path, labelled(a=3, b=4, c=5), config)
    found = parts(desk, result, "label")
    assert set(found["train"]) == set(found["test"]) == {"a", "b", "c"}


@pytest.mark.parametrize("seed", range(8))
def test_one_large_document_of_a_label_does_not_leave_the_small_ones_to_the_test(
    tmp_path: Path, seed: int
) -> None:
    sizes = {"large": 200, "one": 3, "two": 3, "three": 3, "four": 3}
    lease = [(f"{name} {at}", "lease", name) for name, size in sizes.items() for at in range(size)]
    config = SplitConfig("label", test=0.3, group="customer", seed=seed)
    desk, result = run(tmp_path, [*lease, *rows(100)], config)
    found = parts(desk, result, "customer")
    assert len({*sizes} & {*found["train"]}) >= 2
    assert {*sizes} & {*found["test"]}


def test_labels_of_one_or_two_rows_together_keep_the_shares(tmp_path: Path) -> None:
    given = labelled(**{f"k{at}": 1 + at % 2 for at in range(400)})
    desk, result = run(tmp_path, given, SplitConfig("label"))
    sizes = {part: len(cells) / len(given) for part, cells in parts(desk, result).items()}
    assert sizes["test"] == pytest.approx(0.2, abs=0.04)
    assert sizes["validation"] == pytest.approx(0.1, abs=0.04)


def test_rows_added_to_one_label_move_no_row_of_another(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    few, many = labelled(a=13, b=40, c=2), labelled(a=13, b=97, c=2)
    before = parts(*run(tmp_path / "x", few, SplitConfig("label")))
    after = parts(*run(tmp_path / "y", many, SplitConfig("label")))
    for part, cells in before.items():
        others = {one for one in cells if not one.startswith("b")}
        assert others == {one for one in after[part] if not one.startswith("b")}


def test_a_row_of_several_labels_counts_for_its_rarest(tmp_path: Path) -> None:
    given: list[Row] = [(f"text {at}", "all;rare" if at < 5 else "all", None) for at in range(50)]
    desk, result = run(tmp_path, given, SplitConfig("label", "multilabel"))
    assert Counter(parts(desk, result, "label")["test"]) == {"all;rare": 1, "all": 9}


def test_another_seed_is_another_division(tmp_path: Path) -> None:
    one = parts(*run(tmp_path, rows(50), SplitConfig("label")))
    other = parts(*run(tmp_path, rows(50), SplitConfig("label", seed=8)))
    assert one != other


def test_a_row_without_a_label_is_dropped_with_a_reason(tmp_path: Path) -> None:
    given: list[Row] = [*rows(20), ("no label", None, "c1"), ("blank", "  ", "c1")]
    desk, result = run(tmp_path, given, SplitConfig("label"))
    ledger = read_ledger(desk.store, result.outputs["ledger"])
    assert list(ledger.decisions()) == [
        Decision(20, "no_label", None, None),
        Decision(21, "no_label", None, None),
    ]
    assert (ledger.header.kept, ledger.header.dropped) == (20, 2)
    counted = {
        name: count for name, count in result.claim.measures.items() if name.startswith("label")
    }
    assert sum(int(count or 0) for count in counted.values()) == 20
    assert "label_rows_train: a" in counted


def test_a_column_of_text_is_never_counted_as_labels(tmp_path: Path) -> None:
    given = [(f"text {at}", "a very long answer " * 9 + str(at), None) for at in range(20)]
    _, result = run(tmp_path, given, SplitConfig("label"))
    assert not [name for name in result.claim.measures if name.startswith("label_rows")]


def test_too_few_groups_are_an_error_with_advice(tmp_path: Path) -> None:
    config = SplitConfig("label", group="customer")
    with pytest.raises(InputError, match="20 labelled rows make 2 groups that share"):
        run(tmp_path, rows(20, 2), config)


def test_three_large_groups_are_one_for_each_part(tmp_path: Path) -> None:
    desk, result = run(tmp_path, rows(30, 3), SplitConfig("label", group="customer"))
    assert {len(cells) for cells in parts(desk, result).values()} == {10}


def test_no_validation_is_an_empty_dataset(tmp_path: Path) -> None:
    desk, result = run(tmp_path, rows(20), SplitConfig("label", validation=0))
    assert dataset_record(desk.store, result.outputs["validation"]).rows == 0


def test_what_the_recipe_says_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="no column 'answer'; they have: text, label, customer"
    ) as caught:
        run(tmp_path, rows(20), SplitConfig("answer"))
    assert caught.value.do == "Correct `label` under `task` in the recipe."
    with pytest.raises(InputError, match=r"Test 0\.7 and validation 0\.3 leave nothing"):
        run(tmp_path, rows(20), SplitConfig("label", test=0.7, validation=0.3))
    with pytest.raises(InputError, match="None of the 1 rows has a label in column 'label'"):
        run(tmp_path, [("text", None, None)], SplitConfig("label"))


def test_the_outputs_of_this_version_are_these(tmp_path: Path) -> None:
    """Raise VERSION when this fails on purpose."""
    desk, result = run(tmp_path, rows(40, 12), SplitConfig("label", group="customer"))
    prints = [
        dataset_record(desk.store, result.outputs[part]).fingerprint[:8]
        for part in ("train", "validation", "test")
    ]
    assert (split.VERSION, prints) == (3, ["0865aba3", "21e78af9", "7495285e"])


def run_cells(
    folder: Path,
    types: dict[str, str],
    cells: dict[str, list[Any]],
    config: SplitConfig,
) -> tuple[Desk, StageResult]:
    desk = make_desk(folder)
    columns = tuple(Column.model_validate({"name": n, "type": t}) for n, t in types.items())
    count = len(next(iter(cells.values())))
    members = [[sha256(f"{folder}{at}".encode()).digest()] for at in range(count)]
    batch = make_batch(columns, members, [[]] * count, cells)
    source = write_dataset(desk, "rows", columns, [batch], {"kept": count})
    ledger = decided(desk, count)
    return desk, split.run({"rows": source.manifest, "ledger": ledger}, config, desk)


TIMED = {"text": "text", "label": "text", "customer": "text", "filed_on": "date"}


def timed(days: Sequence[int | None], **more: list[Any]) -> dict[str, list[Any]]:
    count = len(days)
    return {
        "text": [f"text {at}" for at in range(count)],
        "label": [["a", "b"][at % 2] for at in range(count)],
        "customer": [None] * count,
        "filed_on": [None if day is None else date(2024, 1, day) for day in days],
        **more,
    }


def test_the_newest_rows_are_the_test(tmp_path: Path) -> None:
    days = [*range(1, 21)][::-1]
    desk, result = run_cells(tmp_path, TIMED, timed(days), SplitConfig("label", time="filed_on"))
    found = parts(desk, result, "filed_on")
    assert [day.day for day in found["test"]] == [20, 19, 18, 17]
    assert [day.day for day in found["validation"]] == [16, 15]
    assert result.claim.measures["test_rows_older_than_training"] == 0


def test_rows_of_one_day_are_not_torn_apart(tmp_path: Path) -> None:
    days = [1, 2, 2, 2, 3, 3, 3, 3, 3, 4]
    config = SplitConfig("label", time="filed_on", test=0.2, validation=0.2)
    desk, result = run_cells(tmp_path, TIMED, timed(days), config)
    found = {
        part: {day.day for day in days} for part, days in parts(desk, result, "filed_on").items()
    }
    assert found == {"train": {1, 2}, "validation": {3}, "test": {4}}


def test_a_customer_known_before_is_not_asked_again_by_time(tmp_path: Path) -> None:
    customers = ["c1", *[None] * 17, "c1", "c2"]
    given = timed([*range(1, 21)], customer=customers)
    config = SplitConfig("label", time="filed_on", group="customer")
    desk, result = run_cells(tmp_path, TIMED, given, config)
    assert parts(desk, result, "customer")["test"] == [None, None, "c2"]
    ledger = read_ledger(desk.store, result.outputs["ledger"])
    assert list(ledger.decisions()) == [Decision(18, "crosses_parts", None, 0)]
    assert result.claim.counts["crosses_parts"] == 1


def test_a_row_without_a_time_is_told_and_left_out(tmp_path: Path) -> None:
    given = timed([1, 2, None, *range(3, 11)])
    desk, result = run_cells(tmp_path, TIMED, given, SplitConfig("label", time="filed_on"))
    ledger = read_ledger(desk.store, result.outputs["ledger"])
    assert list(ledger.decisions()) == [Decision(2, "no_time", None, None)]
    assert sum(map(len, parts(desk, result).values())) == 10


def test_times_that_cannot_divide_are_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    (tmp_path / "z").mkdir()
    config = SplitConfig("label", time="filed_on")
    with pytest.raises(InputError, match="holds 2 different times") as refused:
        run_cells(tmp_path / "x", TIMED, timed([1, 1, 2, 2]), config)
    assert "Name another column as `time`" in refused.value.do
    with pytest.raises(InputError, match="it holds text, not days") as refused:
        run_cells(tmp_path / "y", TIMED, timed([1, 2, 3]), SplitConfig("label", time="customer"))
    assert "YYYY-MM-DD" in refused.value.do
    everywhere = timed([1, 2, 3], customer=["c1"] * 3)
    with pytest.raises(InputError, match=r"No row is left for the part .*'customer'") as refused:
        run_cells(
            tmp_path / "z",
            TIMED,
            everywhere,
            SplitConfig("label", time="filed_on", group="customer"),
        )
    assert refused.value.do.startswith("Take `group` out of `split`")


MARKED = {"text": "text", "label": "text", "source_part": "text"}


def marked(*given: tuple[str, str, str | None]) -> dict[str, list[Any]]:
    return {name: [one[at] for one in given] for at, name in enumerate(MARKED)}


def test_a_given_test_is_kept_and_its_copies_leave_the_training(tmp_path: Path) -> None:
    drawn = [(f"text {at}", "ab"[at % 2], None) for at in range(40)]
    given = [(f"text {at}", "a", "test") for at in (3, 100, 101)]
    config = SplitConfig("label", given=("test",))
    desk, result = run_cells(tmp_path, MARKED, marked(*drawn, *given), config)
    found = parts(desk, result)
    assert found["test"] == ["text 3", "text 100", "text 101"]
    assert [len(found[part]) for part in ("train", "validation")] == [35, 4]
    ledger = read_ledger(desk.store, result.outputs["ledger"])
    assert list(ledger.decisions()) == [Decision(3, "crosses_parts", None, 40)]
    assert result.claim.measures["shared_clusters_train_test"] == 0


def test_given_parts_without_rows_are_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    drawn: list[tuple[str, str, str | None]] = [(f"text {at}", "a", None) for at in range(9)]
    with pytest.raises(InputError, match="No row of the sources marked `part: test`") as refused:
        run_cells(tmp_path / "x", MARKED, marked(*drawn), SplitConfig("label", given=("test",)))
    assert (
        refused.value.do == "Fill in that column of theirs, or take `part: test` off in the recipe."
    )
    given = [(text, label, "test") for text, label, _ in drawn]
    with pytest.raises(InputError, match="nothing to train on") as refused:
        run_cells(tmp_path / "y", MARKED, marked(*given), SplitConfig("label", given=("test",)))
    assert refused.value.do == "Take `part` off one of the `sources` in the recipe."


def test_near_duplicates_stay_together_also_through_rows_that_were_dropped(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    texts = [f"text {at}" for at in range(60)]
    members = [[sha256(text.encode()).digest()] for text in texts]
    cells = {"text": texts, "label": ["a"] * 60, "customer": [None] * 60}
    batch = make_batch(COLUMNS, members, [[]] * 60, cells)
    source = write_dataset(desk, "rows", COLUMNS, [batch], {"kept": 60})
    # Two rows were dropped before: the row at 62 of curation's input is the sixtieth here.
    near = [(at, at - 1) for at in range(3, 22)] + [(1, 0), (30, 1), (61, 0)]
    ledger = decided(desk, 60, near, dropped=2)
    result = split.run({"rows": source.manifest, "ledger": ledger}, SplitConfig("label"), desk)
    found = parts(desk, result)
    for cluster in ({f"text {at}" for at in range(20)}, {"text 28", "text 59"}):
        assert [cluster <= set(cells) for cells in found.values()].count(True) == 1
    assert sum(map(len, found.values())) == 60
    assert [one.name for one in dataset_record(desk.store, result.outputs["train"]).columns] == [
        "text",
        "label",
        "customer",
    ]


def test_rows_bear_the_number_of_their_cluster_where_that_is_asked(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    texts = [f"text {at}" for at in range(30)]
    members = [[sha256(text.encode()).digest()] for text in texts]
    cells = {"text": texts, "label": ["a"] * 30, "customer": [None] * 30}
    batch = make_batch(COLUMNS, members, [[]] * 30, cells)
    source = write_dataset(desk, "rows", COLUMNS, [batch], {"kept": 30})
    near = [(5, 3), (8, 5), (20, 1)]  # of curation's input, whose first two rows were dropped
    config = SplitConfig("label", marks_clusters=True)
    inputs = {"rows": source.manifest, "ledger": decided(desk, 30, near, dropped=2)}
    result = split.run(inputs, config, desk)
    clusters: dict[Any, set[str]] = {}
    for part in ("train", "validation", "test"):
        batches = read_dataset(desk.store, result.outputs[part], ["text", "near_cluster"])
        for row in (row for batch in batches for row in batch.to_pylist()):
            clusters.setdefault(row["near_cluster"], set()).add(row["text"])
    assert clusters.pop(3) == {"text 1", "text 3", "text 6"}
    assert clusters.pop(1) == {"text 18"}  # the row it is like was dropped
    assert list(clusters) == [None]
    assert len(clusters[None]) == 26


def test_rows_are_copies_when_all_that_is_read_is_equal(tmp_path: Path) -> None:
    copies: list[Row] = [("the same text", "ab"[at % 2], f"c{at}") for at in range(40)]
    one = run(tmp_path / "x", [*rows(20), *copies], SplitConfig("label"))[1]
    both = run(
        tmp_path / "y", [*rows(20), *copies], SplitConfig("label", alike=("text", "customer"))
    )
    none = run(tmp_path / "z", [*rows(20), *copies], SplitConfig("label", alike=()))[1]
    names = [f"groups_{part}" for part in ("train", "validation", "test")]
    assert sum(int(str(one.claim.measures[name])) for name in names) == 21
    assert sum(int(str(both[1].claim.measures[name])) for name in names) == 60
    assert both[1].claim.measures["shared_clusters_train_test"] == 0
    assert sum(int(str(none.claim.measures[name])) for name in names) == 60


def test_numbers_are_divided_tenth_by_tenth_and_never_named(tmp_path: Path) -> None:
    given: list[Row] = [(f"text {at}", str(at * 1.5), f"c{at}") for at in range(200)]
    config = SplitConfig("label", "regression", test=0.2, validation=0.1)
    desk, result = run(tmp_path, given, config)
    values = [float(cell) for cell in parts(desk, result, "label")["test"]]
    assert len(values) == 40
    assert all(
        sum(30 * tenth <= value < 30 * tenth + 30 for value in values) == 4 for tenth in range(10)
    )
    named = [name for name in result.claim.measures if name.startswith("label_rows_")]
    assert sorted({name.partition(": ")[2] for name in named}) == sorted(
        f"tenth {number}" for number in range(1, 11)
    )
