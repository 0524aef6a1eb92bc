"""Laws of the compiled loops of near duplicates: they change how fast, and nothing else."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("numba", reason="the extra 'fast' is not installed")

from tests.laws.test_similar_laws import TEXTS
from warrant.stages.curate.similar import (
    load_loops,
    sets_of,
    shingle,
    sign,
    signatures,
    sketch,
)
from warrant.stages.curate.similar.shingles import prepare

LONG = st.lists(
    st.sampled_from(["lease", "internationalisation", "a", "été", "合同"]), max_size=400
)


@given(st.lists(st.one_of(TEXTS, LONG.map(" ".join)), max_size=6))
@example(
    ["", "one", "1234567", "12345678", "123456789", "a" * 16, "a" * 17, "合同\u3000合", "é\u00a0é"]
)
@example(["one two three four", "one two three four five", "one two three"])
def test_compiled_loops_change_nothing(texts: list[str]) -> None:
    """Law of `stages.curate.similar.sketch`: it makes no difference whether loops are compiled."""
    assert load_loops()
    cells = pa.array(texts, pa.string())
    plain = shingle(cells)
    assert (sign(cells) == signatures(plain)).all()
    found, expected = sets_of(cells), plain.sets()
    assert [one.tolist() for one in found] == [one.tolist() for one in expected]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_each_member_is_that_of_numpy(texts: list[str]) -> None:
    """Law of `stages.curate.similar.compiled`: the compiled loops give what numpy gives ..."""
    from warrant.stages.curate.similar import compiled

    assert load_loops()
    plain = shingle(pa.array(texts))
    ready = prepare(pa.array(texts, pa.large_string()))
    out = np.empty(len(ready.data), np.uint64)
    counts = np.empty(len(texts), np.int64)
    number = compiled.all_members(ready.eight, ready.offsets, ready.breaks, out, counts)
    assert out[:number].tolist() == plain.numbers.tolist()
    assert counts.tolist() == np.bincount(plain.owners, minlength=len(texts)).tolist()


def test_loops_are_loaded_once_they_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch, "_seen", 0)
    assert sketch._loops(sketch.PAYS_BYTES) is None
    assert sketch._loops(1) is not None
    assert sketch._loops(1) is not None


def test_without_numba_the_same_comes_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch, "_compiled", lambda: None)
    assert not load_loops()
    cells = pa.array(["one two three four five six", None])
    assert (sign(cells) == signatures(shingle(cells))).all()
    assert [len(one) for one in sets_of(cells)] == [2, 0]
