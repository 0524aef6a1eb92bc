"""Laws of failure tests."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.evaluate.failure_test import FAILURE_TESTS, Row, is_about, make_test

NEEDS = {
    "swap_words": {"words": ["fee", "due"]},
    "missed_terms": {"words": ["fee"]},
    "below_limit": {"limit": 10},
}
TEXTS = [name for name in FAILURE_TESTS.builtin if is_about(name) == "text" and name != "templates"]


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
