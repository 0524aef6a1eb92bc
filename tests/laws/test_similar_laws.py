"""Laws of near duplicates: sets, signatures, clusters, and ties in the split."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from warrant.stages.curate import FILTERS
from warrant.stages.curate.similar import (
    Pairs,
    Tie,
    candidates,
    grow,
    measure,
    shingle,
    signatures,
    words_of,
)
from warrant.stages.split.near import tie_near
from warrant.stages.split.unit import Ties, find_units

WORDS = st.lists(
    st.sampled_from(
        ["the", "lease", "a", "überlang", "internationalisation", "9", "x_1", "合", "同"]
    ),
    max_size=14,
)
TEXTS = st.one_of(WORDS.map(" ".join), st.text(max_size=60))
GAPS = st.sampled_from([" ", "\n\n", "\t", ", ", " \N{EM DASH} ", "\u00a0", "\u3000", "\u2019 "])


def sets(texts: list[str]) -> list[frozenset[int]]:
    return [frozenset(one.tolist()) for one in shingle(pa.array(texts, pa.large_string())).sets()]


def by_hand(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[at : at + 5]) for at in range(max(1, len(words) - 4))} if words else set()


@given(st.lists(TEXTS, max_size=6))
def test_a_set_is_the_same_alone_and_among_others(texts: list[str]) -> None:
    """Law of `stages.curate.similar.shingles`: the set of a text is the same ..."""
    assert sets(texts) == [sets([text])[0] for text in texts]


@given(WORDS, st.data())
def test_spaces_punctuation_and_case_change_no_set(words: list[str], data: st.DataObject) -> None:
    """Law of `stages.curate.similar.shingles`: white space, punctuation and case ..."""
    gaps = [data.draw(GAPS) for _ in words]
    changed = "".join(gap + word for gap, word in zip(gaps, words, strict=True)).upper()
    plain = " ".join(word.upper() for word in words)
    assert sets([plain]) == sets([changed])


@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_similarity_is_what_counting_words_by_hand_gives(texts: list[str]) -> None:
    """Law of `stages.curate.builtin.near_duplicates`: a pair that is said to be similar ..."""
    pairs = [(one, other) for other in range(len(texts)) for one in range(other)]
    places = Pairs(np.array([one for one, _ in pairs]), np.array([other for _, other in pairs]))
    found = shingle(pa.array(texts, pa.large_string())).sets()
    byhand = [by_hand(text) for text in texts]
    for (one, other), value in zip(pairs, measure(places, dict(enumerate(found))), strict=True):
        together = byhand[one] | byhand[other]
        assert value == len(byhand[one] & byhand[other]) / max(1, len(together))


@given(st.text(max_size=80))
@example("one\u1680two")
def test_words_are_those_of_a_plain_search(text: str) -> None:
    for word in words_of(text):
        assert word
        assert not re.search(r"[\s\x00-\x2f\u2000-\u206f\u3000-\u303f\u0080-\u00bf]", word)
    ascii_only = re.sub(r"[^\x00-\x7f]", " ", text)
    assert words_of(ascii_only) == re.findall(r"\w+", ascii_only.lower(), re.ASCII)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_the_same_members_give_the_same_signature(lists: list[list[str]]) -> None:
    """Law of `stages.curate.similar.minhash`: sets with the same members have ..."""
    texts = [" ".join(words) for words in lists]
    bands = signatures(shingle(pa.array(texts + texts[::-1], pa.large_string())))
    assert np.array_equal(bands[: len(texts)], bands[len(texts) :][::-1])
    assert [bool(row.any()) for row in bands[: len(texts)]] == [bool(words_of(t)) for t in texts]


@given(st.lists(st.integers(1, 3), min_size=2, max_size=40))
def test_candidates_are_exactly_those_that_share_a_band(keys: list[int]) -> None:
    bands = np.array([[key, 100 + at] for at, key in enumerate(keys)], np.uint64)
    pairs = candidates(bands)
    expected = [
        (one, other)
        for one in range(len(keys))
        for other in range(one + 1, len(keys))
        if keys[one] == keys[other]
    ]
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == expected


def test_in_a_crowd_each_is_paired_with_those_before_it_and_with_the_first() -> None:
    pairs = candidates(np.ones((200, 1), np.uint64))
    found = set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    assert found == {
        (one, other)
        for other in range(200)
        for one in range(other)
        if one == 0 or other - one <= 64
    }


TIES = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from([0.8, 0.9, 1.0])), max_size=20
).map(lambda found: [Tie(min(a, b), max(a, b), value) for a, b, value in found if a != b])


def connected(ties: list[Tie]) -> dict[int, frozenset[int]]:
    groups: dict[int, frozenset[int]] = {at: frozenset([at]) for at in range(13)}
    for tie in ties:
        joined = groups[tie.first] | groups[tie.second]
        for at in joined:
            groups[at] = joined
    return groups


@given(TIES)
def test_clusters_are_what_chains_of_pairs_connect(ties: list[Tie]) -> None:
    """Law of `stages.curate.similar.forest`: two texts are in one cluster exactly when ..."""
    forest = grow(ties)
    assert connected(list(forest.ties)) == connected(ties)
    clusters = {group for group in connected(ties).values() if len(group) > 1}
    assert forest.sizes == tuple(sorted(map(len, clusters), reverse=True))
    assert len(forest.ties) == sum(size - 1 for size in forest.sizes)
    assert set(forest.ties) <= set(ties)


@given(TIES)
def test_rows_of_one_cluster_stay_together_in_the_split(ties: list[Tie]) -> None:
    """Law of `stages.split.near`: two rows of one cluster are tied, ..."""
    groups = connected(ties)
    near = {at: min(group) for at, group in groups.items() if len(group) > 1}
    own = [Ties((bytes([at]) * 32,), ()) for at in range(13)]
    units = find_units(tie_near(own, range(13), near), seed=7)
    assert {frozenset(unit.rows) for unit in units} == set(groups.values())


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=8), st.sampled_from([0.6, 0.8, 1.0]))
def test_a_dropped_row_is_like_its_peer_and_its_peer_stays(texts: list[str], least: float) -> None:
    """Law of `stages.curate.builtin.near_duplicates`: a dropped row is at least as similar ..."""
    cells = pa.array(texts, pa.large_string())
    rule = FILTERS.load("near_duplicates")(similarity=least, action="drop")
    rule.look(cells, range(len(texts)))  # type: ignore[attr-defined]
    with TemporaryDirectory() as scratch:
        rule.settle(lambda rows: cells.take(pa.array(rows)), Path(scratch))  # type: ignore[attr-defined]
    found = rule.judge(cells, range(len(texts))).verdicts
    dropped = {one.row: one for one in found if one.code == "near_duplicate_dropped"}
    for row, verdict in dropped.items():
        assert verdict.peer is not None
        assert verdict.peer not in dropped
        one, other = by_hand(texts[row]), by_hand(texts[verdict.peer])
        assert verdict.value == len(one & other) / len(one | other) >= least
