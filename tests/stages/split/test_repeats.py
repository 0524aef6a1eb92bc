"""Decontamination: what repeats or contains a held-out row is found, with share and peer."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outside import shared_path
from tests.stages.split.test_split import Row, run
from warrant.engine import dataset_record, read_ledger
from warrant.errors import InputError
from warrant.kernel.digest import hash_file
from warrant.records.interfaces import Desk, StageResult
from warrant.stages.split import SplitConfig
from warrant.stages.split.config import Benchmark, RepeatsConfig
from warrant.stages.split.repeats import find_repeats, read_benchmark

HELD = "The tenant pays the whole rent on the first day of each month to the landlord"
LONGER = f"Before anything else is said: {HELD}. After that much more is agreed upon by both."
NEAR = HELD.replace("landlord", "owner")
OTHER = "The lender may call the loan when two instalments in a row have not been paid in time"


def test_a_copy_a_near_copy_and_what_contains_it_are_found_and_nothing_else() -> None:
    texts = {0: HELD, 1: HELD.upper() + " !", 2: LONGER, 3: NEAR, 4: OTHER, 5: "rent", 6: "Rent."}
    found = find_repeats(texts, [1, 2, 3, 4, 5, 7], [0, 6], RepeatsConfig(similarity=0.6))
    assert [(one.row, one.peer) for one in found] == [(1, 0), (2, 0), (3, 0), (5, 6)]
    assert [one.share for one in found][:2] == [1.0, 1.0]
    assert 0.6 <= found[2].share < 1.0
    assert {one.code for one in found} == {"repeats_held_out"}
    strict = find_repeats(texts, [1, 2, 3, 4], [0], RepeatsConfig(similarity=1.0))
    assert [one.row for one in strict] == [1, 2]


def test_a_short_phrase_inside_a_row_is_no_repeat() -> None:
    texts = {0: "the tenant pays the rent", 1: f"{HELD}, and the tenant pays the rent"}
    assert find_repeats(texts, [1], [0], RepeatsConfig()) == []


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), max_size=25).map(" ".join)


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6), st.sampled_from([0.5, 0.8, 1.0]))
def test_what_stays_repeats_nothing(train: list[str], held: list[str], least: float) -> None:
    """Law of `stages.split.repeats`: no training row that stays has the share of any ..."""
    texts = dict(enumerate([*train, *held]))
    rows = range(len(train))
    outside = range(len(train), len(texts))
    gone = {one.row for one in find_repeats(texts, rows, outside, RepeatsConfig(similarity=least))}

    def parts(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}

    for row in set(rows) - gone:
        for other in outside:
            wanted = parts(texts[other])
            if len(texts[other].split()) >= 8:
                assert len(wanted & parts(texts[row])) < least * len(wanted)
            assert not texts[other] or texts[row] != texts[other]


def rows_of(desk: Desk, result: StageResult, part: str) -> int:
    return dataset_record(desk.store, result.outputs[part]).rows


def many() -> list[Row]:
    rows: list[Row] = [
        (
            f"note {n} about matter {n * 7} of the year {n * 3} in the town {n * 11}",
            "ab"[n % 2],
            None,
        )
        for n in range(40)
    ]
    return rows


def test_the_step_drops_them_with_the_peer_and_the_share(tmp_path: Path) -> None:
    rows = many()
    longer = [
        (f"Said in court: {text}, and nothing more was said.", label, None)
        for text, label, _ in rows
    ]
    config = SplitConfig("label", test=0.3, validation=0.1, decontaminate=RepeatsConfig())
    desk, result = run(tmp_path / "one", [*rows, *longer], config)
    lines = read_ledger(desk.store, result.outputs["ledger"])
    gone = [one for one in lines.decisions() if one.code == "repeats_held_out"]
    assert gone
    assert all(one.value == 1.0 and one.peer is not None for one in gone)
    kept = sum(rows_of(desk, result, part) for part in ("train", "validation", "test"))
    assert kept + len(gone) == len(rows) + len(longer)
    assert result.claim.counts["repeats_held_out"] == len(gone)
    without = SplitConfig("label", test=0.3, validation=0.1)
    other, before = run(tmp_path / "two", [*rows, *longer], without)
    assert rows_of(other, before, "train") == rows_of(desk, result, "train") + len(gone)
    assert before.outputs["test"] == result.outputs["test"] or rows_of(
        other, before, "test"
    ) == rows_of(desk, result, "test")


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_rows_of_a_named_benchmark_are_left_out(tmp_path: Path, ending: str) -> None:
    rows = many()
    path = tmp_path / f"outside.{ending}"
    texts = [rows[n][0] for n in range(10)]
    if ending == "parquet":
        pq.write_table(pa.table({"question": texts}), path)
    elif ending == "csv":
        path.write_text("question\n" + "\n".join(f'"{text}"' for text in texts) + "\n", "utf-8")
    else:
        path.write_text("".join(f'{{"question": "{text}"}}\n' for text in texts), "utf-8")
    benchmark = Benchmark("Outside", path.name, "question", hash_file(path).hex)
    config = SplitConfig(
        "label",
        test=0.3,
        validation=0.1,
        decontaminate=RepeatsConfig(benchmarks=(benchmark,), folder=tmp_path),
    )
    desk, result = run(tmp_path / "desk", rows, config)
    lines = read_ledger(desk.store, result.outputs["ledger"])
    gone = [one for one in lines.decisions() if one.code == "repeats_benchmark_0"]
    assert 0 < len(gone) <= 10
    assert all(one.peer is None and one.value == 1.0 for one in gone)
    words = {reason.code: reason.words for reason in lines.header.reasons}
    assert "a row of the benchmark 'Outside'" in words["repeats_benchmark_0"]
    assert str(tmp_path) not in str(config.portable())


def test_a_benchmark_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "outside.txt"
    path.write_text("text", "utf-8")
    digest = hash_file(path).hex
    with pytest.raises(InputError, match=r"cannot be read: expected parquet, csv or jsonl"):
        list(read_benchmark(tmp_path, Benchmark("x", path.name, "text", digest)))
    broken = tmp_path / "broken.parquet"
    broken.write_text("text", "utf-8")
    with pytest.raises(InputError, match=r"'broken\.parquet' cannot be read"):
        list(read_benchmark(tmp_path, Benchmark("x", broken.name, "text", digest)))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("question\nWhy?\n", "utf-8")
    with pytest.raises(InputError, match=r"has no column 'text'; it has: question\."):
        list(read_benchmark(tmp_path, Benchmark("x", sheet.name, "text", hash_file(sheet).hex)))
    with pytest.raises(InputError, match=r"was changed while it was being read"):
        list(read_benchmark(tmp_path, Benchmark("x", sheet.name, "question", digest)))


def test_all_rows_gone_is_an_error(tmp_path: Path) -> None:
    rows = many()
    path = tmp_path / "all.csv"
    path.write_text("text\n" + "\n".join(f'"{row[0]}"' for row in rows) + "\n", "utf-8")
    benchmark = Benchmark("All", path.name, "text", hash_file(path).hex)
    wanted = RepeatsConfig(benchmarks=(benchmark,), folder=tmp_path)
    config = SplitConfig("label", test=0.3, validation=0.1, decontaminate=wanted)
    with pytest.raises(InputError, match=r"Every training row repeats a row that is held out"):
        run(tmp_path / "desk", rows, config)


def test_the_thirteen_leaked_sentences_of_fomc_are_all_found() -> None:
    train = pq.read_table(shared_path("data/fomc/train.parquet")).to_pylist()
    test = pq.read_table(shared_path("data/fomc/test.parquet")).to_pylist()
    texts = dict(enumerate(row["text"] for row in (*train, *test)))
    held = range(len(train), len(texts))
    found = find_repeats(texts, range(len(train)), held, RepeatsConfig(similarity=1.0))
    same = {row["text"] for row in train} & {row["text"] for row in test}
    assert sum(row["text"] in same for row in test) == 13
    assert {texts[one.row] for one in found} >= same
