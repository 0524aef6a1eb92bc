"""Near duplicates: found by their words, counted exactly, tied or dropped with care."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outside import shared_path
from tests.stages.curate.amendments import COPIES, agreement, amended
from tests.stages.curate.test_curate import decisions, labels, run
from warrant.engine import dataset_record
from warrant.errors import InputError
from warrant.stages.curate import CurateConfig, FilterConfig
from warrant.stages.curate.similar import differing_words, may_change_meaning

NEAR = "near_duplicate"


def config(label: str | None = None, **settings: Any) -> CurateConfig:  # noqa: ANN401 - settings
    return CurateConfig((FilterConfig("near_duplicates", settings),), label=label)


def codes(folder: Path, texts: Sequence[str], **settings: Any) -> dict[str, int]:  # noqa: ANN401
    desk, result = run(folder, texts, config(**settings))
    counts: dict[str, int] = {}
    for decision in decisions(desk, result):
        counts[decision.code] = counts.get(decision.code, 0) + 1
    return counts


def test_rows_with_nearly_the_same_text_stay_and_name_their_peer(tmp_path: Path) -> None:
    draw = random.Random(3)
    one, other = agreement(draw).text(), agreement(random.Random(99)).text()
    desk, result = run(tmp_path, [one, other, COPIES[0](one)], config())
    assert labels(desk, result) == ["0", "1", "2"]
    (decision,) = decisions(desk, result)
    assert (decision.position, decision.code, decision.value, decision.peer) == (2, NEAR, 1.0, 0)
    assert result.claim.measures["near_duplicate_clusters"] == 1
    assert result.claim.measures["near_duplicate_largest_cluster"] == 2
    assert result.claim.measures["near_duplicate_pairs"] == 1


@pytest.mark.parametrize("action", ["group", "drop"])
def test_of_two_hundred_amendments_of_one_term_none_is_dropped(tmp_path: Path, action: str) -> None:
    draw = random.Random(17)
    pairs = [(one, amended(one, draw)) for one in (agreement(draw) for _ in range(200))]
    texts = [one.text() for pair in pairs for one in pair]
    desk, result = run(tmp_path, texts, config(action=action))
    assert dataset_record(desk.store, result.outputs["rows"]).rows == 400
    tied = {decision.position for decision in decisions(desk, result)}
    assert len(tied & set(range(1, 400, 2))) == 200  # each is found beside what it amends


def test_mere_copies_are_dropped_where_that_was_asked_for(tmp_path: Path) -> None:
    draw = random.Random(29)
    texts = []
    for _ in range(20):
        text = agreement(draw).text()
        texts += [text, *(copy(text) for copy in COPIES)]
    desk, result = run(tmp_path, texts, config(action="drop"))
    assert labels(desk, result) == [str(at) for at in range(0, len(texts), 1 + len(COPIES))]
    record = dataset_record(desk.store, result.outputs["rows"])
    assert record.counts == {"kept": 20, "near_duplicate_dropped": 20 * len(COPIES)}


def test_a_mere_copy_with_another_label_stays(tmp_path: Path) -> None:
    text = agreement(random.Random(5)).text()
    texts = [text, COPIES[1](text), COPIES[2](text)]
    desk, result = run(tmp_path, texts, config("label", action="drop"), ["a", "b", "a"])
    assert labels(desk, result) == ["a", "b"]
    found = [(one.position, one.code, one.peer) for one in decisions(desk, result)]
    assert found == [
        (1, "near_duplicate_with_another_label", 0),
        (2, "near_duplicate_dropped", 0),
    ]


def test_a_row_is_never_dropped_for_one_that_it_is_only_like_through_others(tmp_path: Path) -> None:
    words = [f"w{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(120)]
    chain = [" ".join(words[start : start + 60]) for start in (0, 5, 10, 15, 20)]
    desk, result = run(tmp_path, chain, config(action="drop", similarity=0.8))
    dropped = [one for one in decisions(desk, result) if one.code == "near_duplicate_dropped"]
    assert [(one.position, one.peer) for one in dropped] == [(1, 0), (3, 2)]
    assert all(one.value is not None and one.value >= 0.8 for one in dropped)


def test_what_later_filters_judge_is_what_this_one_kept(tmp_path: Path) -> None:
    text = agreement(random.Random(6)).text()
    both = CurateConfig(
        (
            FilterConfig("min_words", {"words": 3}),
            FilterConfig("near_duplicates", {"action": "drop"}),
            FilterConfig("drop_exact_duplicates"),
        )
    )
    desk, result = run(tmp_path, ["a b", text, COPIES[1](text), "", text], both)
    assert labels(desk, result) == ["1"]
    assert [(one.position, one.code) for one in decisions(desk, result)] == [
        (0, "too_short"),
        (2, "near_duplicate_dropped"),
        (3, "no_text"),
        (4, "near_duplicate_dropped"),
    ]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert codes(tmp_path, ["one two three four five six", "seven eight"]) == {}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"similarity": 0.5}, "above 0.5 and at most 1, got 0.5"),
        ({"similarity": True}, "above 0.5 and at most 1, got True"),
        ({"action": "merge"}, "knows the actions 'group' and 'drop', got 'merge'"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(
    tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words) as told:
        run(tmp_path, ["a"], config(**settings))
    assert told.value.do.startswith("Write for example: - near_duplicates: {similarity: 0.8")


@pytest.mark.parametrize(
    ("one", "other", "tells"),
    [
        ("the fee is due", "the fee is owed", False),
        ("the fee is due\nat once", "the fee,  is due at once", False),
        ("the fee of 5", "the fee of 6", True),
        ("the buyer pays", "the buyer does not pay", True),
        ("Alder pays Birch", "Birch pays Alder", True),
        ("in $", "in €", True),
        ("it may end", "it must end", True),
        ("sixty days", "ninety days", True),
    ],
)
def test_words_that_may_change_the_meaning_are_told(one: str, other: str, tells: bool) -> None:
    words = differing_words(one, other)
    assert may_change_meaning(words) == tells
    assert may_change_meaning(differing_words(other, one)) == tells


def test_texts_too_different_to_be_aligned_differ_in_all_that_is_between() -> None:
    one, other = [f"a{at}" for at in range(2500)], [f"b{at}" for at in range(10)]
    assert differing_words(f"x {' '.join(one)} y", f"x {' '.join(other)} y") == one + other


def test_the_real_agreements_hold_their_listed_pairs(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = shared_path("data/edgar_agreements")
    table = pq.read_table(folder / "documents.parquet", columns=["doc_id", "text"])
    place = {name: at for at, name in enumerate(table["doc_id"].to_pylist())}
    listed = pq.read_table(folder / "near_duplicate_pairs.parquet").to_pylist()
    wanted = {
        (pair["doc_id_a"], pair["doc_id_b"]): pair["jaccard_5gram"]
        for pair in listed
        if pair["jaccard_5gram"] >= 0.8
    }
    desk, result = run(tmp_path, table["text"].to_pylist(), config())
    assert result.claim.measures["near_duplicate_pairs"] == len(wanted)
    root: dict[int, int] = {}

    def find(row: int) -> int:
        while root.setdefault(row, row) != row:
            row = root[row]
        return row

    for decision in decisions(desk, result):
        assert decision.peer is not None
        root[find(decision.position)] = find(decision.peer)
    for one, other in wanted:
        assert find(place[one]) == find(place[other])


@given(st.lists(st.text("ab", max_size=40), max_size=90), st.integers(1, 200))
def test_texts_are_read_again_in_portions_that_fit(texts: list[str], most: int) -> None:
    from warrant.stages.curate.builtin import near_duplicates

    cells, rows = pa.array(texts, pa.large_string()), np.arange(len(texts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_duplicates, "_BYTES_AT_ONCE", most)
        patch.setattr(near_duplicates, "_ROWS_AT_ONCE", 64)
        found = list(near_duplicates._portions(rows, lambda some: cells.take(pa.array(some))))
    assert [row for some, _ in found for row in some.tolist()] == rows.tolist()
    assert [text for _, some in found for text in some.to_pylist()] == texts
    assert all(len(some) <= 64 for some, _ in found)
