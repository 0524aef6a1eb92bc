"""Laws of failure tests."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.evaluate.failure_test import FAILURE_TESTS, Row, is_about, make_test
from warrant.stages.evaluate.moving import moved, parts_of

NEEDS = {
    "swap_words": {"words": ["fee", "due"]},
    "missed_terms": {"words": ["fee"]},
    "below_limit": {"limit": 10},
}
TEXTS = [
    name
    for name in FAILURE_TESTS.builtin
    if is_about(name) == "text" and name not in ("templates", "grounded")
]


@given(
    name=st.sampled_from(TEXTS),
    parts=st.lists(
        st.sampled_from(["The fee", "shall", "2024-03-05", "$1,000", "5 mg.", "left", "Texas", "?"])
        | st.text(max_size=8),
        max_size=8,
    ),
    seed=st.integers(0, 9),
)
def test_the_same_draws_give_the_same_change(name: str, parts: list[str], seed: int) -> None:
    """Law of `stages.evaluate.failure_test`: the same row and the same draws ..."""
    row = Row({"text": " ".join(parts)}, ())
    test = make_test(name, "text", NEEDS.get(name, {}))
    change = test.change(row, Random(seed))
    assert change == test.change(row, Random(seed))
    assert change is None or change.cells["text"] != row.cells["text"]


WORDS = st.lists(
    st.sampled_from(["a", "fee", "1,000.5", "2024-03-05", " ", ",", "\n"]) | st.text(max_size=3)
)


@given(WORDS, WORDS)
def test_parts_cover_both_texts_and_kept_ones_are_the_same(
    one: list[str], other: list[str]
) -> None:
    """Law of `stages.evaluate.moving`: the parts cover both texts from end to end ..."""
    before, after = "".join(one), "".join(other)
    parts = parts_of(before, after)
    assert "".join(before[at.start : at.end] for at in parts) == before
    assert "".join(after[at.new_start : at.new_end] for at in parts) == after
    for part in parts:
        if part.is_kept:
            assert before[part.start : part.end] == after[part.new_start : part.new_end]
    for at in range(len(before)):
        found = moved(parts, at, len(before))
        assert found is None or 0 <= found[0] < found[1] <= len(after)
