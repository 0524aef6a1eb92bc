"""Training reads what fits into memory, and says what it did not read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.desk import make_desk
from tests.stages.train.test_train import CONFIG, rows_of, train_on
from warrant.flow.job import _not_read
from warrant.models.examples import LabelColumn
from warrant.stages.train.portion import choose_portion

LABEL = LabelColumn("kind", "multiclass")


def batches(texts: list[str | None], kinds: list[str | None]) -> list[Any]:
    table = pa.table({"text": pa.array(texts, pa.large_string()), "kind": pa.array(kinds)})
    return table.to_batches(max_chunksize=3)


@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.sampled_from(["a", "b", None])), min_size=1, max_size=40
    ),
    st.integers(0, 400),
    st.integers(0, 5),
)
def test_a_portion_has_at_most_the_characters_asked_for(
    rows: list[tuple[str, str | None]], most: int, seed: int
) -> None:
    """Law of `stages.train.portion`: the rows of a portion have at most the ..."""
    texts, kinds = [text for text, _ in rows], [kind for _, kind in rows]
    labelled = [at for at, kind in enumerate(kinds) if kind is not None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warrant.stages.train.portion.FIRST_OF_A_LABEL", 2)
        found = choose_portion(batches([*texts], kinds), ["text"], LABEL, most, seed)
    total = sum(len(texts[at]) for at in labelled)
    assert (found is None) == (total <= most)
    if found is not None:
        chosen = found.tolist()
        assert chosen == sorted(set(chosen) & set(labelled))
        assert {kinds[at] for at in chosen} == {kinds[at] for at in labelled}
        beyond = sorted((len(texts[at]) for at in chosen), reverse=True)[2:]
        assert sum(beyond) <= most


def test_a_rare_label_keeps_its_rows_while_they_fit() -> None:
    kinds: list[str | None] = ["b", "b", "b", *["a"] * 97]
    found = choose_portion(batches(["word"] * 100, kinds), ["text"], LABEL, 40, 1)
    assert found is not None
    assert len(found) == 10
    assert sum(kinds[at] == "b" for at in found.tolist()) == 3


def test_long_first_rows_of_labels_do_not_outgrow_memory() -> None:
    kinds: list[str | None] = [f"label {at % 5}" for at in range(100)]
    found = choose_portion(batches(["x" * 1000] * 100, kinds), ["text"], LABEL, 20_000, 1)
    assert found is not None
    assert len(found) == 20
    assert {kinds[at] for at in found.tolist()} == set(kinds)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_rows_that_do_not_fit_are_drawn_and_counted(tmp_path: Path) -> None:
    rows = rows_of(*["Lease", "Loan"] * 300, "Gift", "Gift", "Gift", "Gift")
    desk = make_desk(tmp_path)
    loose = replace(CONFIG, accepted_leaks={"text": "A test knows its answers."})
    config = replace(loose, most_characters=8_000)
    claim = train_on(desk, rows, config).claim
    assert 5 < claim.counts["rows"] < 400
    assert claim.counts["rows"] + claim.counts["rows_not_read"] == 604
    assert claim.counts["rare_labels"] == 0
    (note,) = _not_read(claim)
    assert note.startswith(f"{claim.counts['rows_not_read']} training rows were not read, ")
    assert "most_characters: and a larger number" in note
    all_read = train_on(make_desk(_made(tmp_path / "all")), rows, loose).claim
    assert (all_read.counts["rows_not_read"], _not_read(all_read)) == (0, ())


def test_columns_that_are_no_text_have_no_characters() -> None:
    table = pa.table({"text": pa.array([1, 2]), "kind": pa.array(["a", "b"])})
    assert choose_portion(table.to_batches(), ["text"], LABEL, 0, 1) is None
    empty: list[Any] = []
    assert choose_portion(empty, ["text"], LABEL, 0, 1) is None
    found = choose_portion(batches(["aa", None], ["a", "b"]), ["text"], LABEL, 1, 1)
    assert found is not None
    assert found.tolist() == [0, 1]
