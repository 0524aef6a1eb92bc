"""What dividing a text promises."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.ingest import RowsConfig
from warrant.stages.ingest.segment import Segment, divide

TEXTS = st.lists(
    st.sampled_from(
        ["The end.", "Mr. X", "1.2 Rent", "(a) so", "\n", "\n\n", "\f", " ", "§ 3", "é?"]
    )
    | st.text(max_size=4),
    max_size=20,
).map("".join)


@given(TEXTS, st.sampled_from(["whole", "pages", "paragraphs", "sentences", "clauses"]))
def test_pieces_hold_every_visible_character_once(text: str, segment: str) -> None:
    """Law of `stages.ingest.segment`: pieces other than windows are disjoint and in ..."""
    pieces = divide(text, RowsConfig(cast("Segment", segment)))
    assert all(one.end <= two.start for one, two in pairwise(pieces))
    assert [piece.number for piece in pieces] == list(range(len(pieces)))
    covered = "".join(text[piece.start : piece.end] for piece in pieces)
    assert "".join(covered.split()) == "".join(text.split())
    if text.strip():
        assert all(text[piece.start : piece.end].strip() for piece in pieces)
        ends = text.count("\f")
        pages = [1 + text.count("\f", 0, piece.start) if ends else 0 for piece in pieces]
        assert [piece.page for piece in pieces] == pages


@given(TEXTS, st.integers(1, 6), st.integers(0, 5))
def test_windows_hold_every_word(text: str, more: int, overlap: int) -> None:
    """Law of `stages.ingest.segment`: windows begin in order, none is inside ..."""
    pieces = divide(text, RowsConfig("windows", overlap + more, overlap))
    assert all(one.start < two.start and one.end < two.end for one, two in pairwise(pieces))
    words = text.split()
    found = [text[piece.start : piece.end].split() for piece in pieces]
    rebuilt = [*found[0], *(word for part in found[1:] for word in part[overlap:])]
    assert rebuilt == words
    assert all(len(part) <= overlap + more for part in found)
