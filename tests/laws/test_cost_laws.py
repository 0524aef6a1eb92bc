from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warrant.flow.cost.priced import at_most
from warrant.stages.train import Range

figures = st.lists(st.floats(0, 1e12), min_size=3, max_size=3).map(sorted).map(lambda f: Range(*f))


@given(figures, st.floats(1, 10))
def test_no_range_is_wider_than_was_said(figure: Range, widest: float) -> None:
    """Law of `flow.cost.priced`: the high value is at most `widest` times the low one, and ..."""
    found = at_most(figure, widest)
    assert found.high <= widest * found.low * (1 + 1e-9)
    assert found.expected == figure.expected
    assert at_most(found, widest * (1 + 1e-9)) == found
