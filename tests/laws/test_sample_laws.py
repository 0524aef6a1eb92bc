"""Laws of samples."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.ingest.sample import Picker, shares

LABELS = st.one_of(st.none(), st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple))
DOCUMENTS = st.lists(LABELS, max_size=40)


def picked(documents: list[tuple[int, tuple[str, ...] | None]], size: int) -> list[int]:
    picker: Picker[int] = Picker(size)
    for number, labels in documents:
        picker.add(sha256(str(number).encode()).digest(), number, labels)
    return picker.picked()


@given(DOCUMENTS, st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_pick_does_not_depend_on_the_order(
    documents: list[tuple[str, ...] | None], size: int, any_: object
) -> None:
    """Law of `stages.ingest.sample`: the pick does not depend on the order of files or records."""
    numbered = list(enumerate(documents))
    found = picked(numbered, size)
    any_.shuffle(numbered)  # type: ignore[attr-defined]
    assert sorted(picked(numbered, size)) == sorted(found)
    assert len(found) == len(set(found)) == min(size, len(documents))


@given(DOCUMENTS, st.integers(1, 20))
def test_what_has_an_answer_comes_first(documents: list[tuple[str, ...] | None], size: int) -> None:
    found = picked(list(enumerate(documents)), size)
    answered = sum(labels is not None for labels in documents)
    assert sum(documents[number] is not None for number in found) == min(size, answered)


@given(st.integers(0, 200), st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=6))
def test_a_sample_is_shared_whole(size: int, counts: list[int | None]) -> None:
    given_ = shares(size, counts)
    assert all(one <= count for one, count in zip(given_, counts, strict=True) if count is not None)
    room = size if None in counts else min(size, sum(count or 0 for count in counts))
    assert sum(given_) == room
