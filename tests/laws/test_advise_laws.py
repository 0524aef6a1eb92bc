"""What the arithmetic and the filter behind advice state of themselves."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from warrant.metrics.growth import fit_law
from warrant.stages.curate import FILTERS
from warrant.stages.curate.builtin.corrections import HEADER, CorrectLabels
from warrant.stages.train.reliance import one_of_each

ROWS = np.array([50.0, 100.0, 200.0, 400.0])


@given(st.floats(0, 5), st.integers(1, 15), st.floats(0, 0.4))
def test_a_law_is_found_again(scale: float, tenths: int, rest: float) -> None:
    """Law of `metrics.growth`: on points of a law whose exponent is one of those tried, ..."""
    asked = np.append(ROWS, 1000.0)
    true = scale * asked ** -(tenths / 10) + rest
    found = fit_law(ROWS, true[:-1])
    assert np.allclose([found.error(rows) for rows in asked], true, atol=1e-6)


@given(
    st.lists(st.sampled_from(["lease", "loan"]), min_size=1, max_size=20),
    st.sets(st.integers(0, 19)),
)
def test_only_rows_that_are_named_change(labels: list[str], named: set[int]) -> None:
    """Law of `stages.curate.builtin.corrections`: a row that the file does not name is left ..."""
    ids = [bytes([at]) * 32 for at in range(len(labels))]
    lines = [f"{bytes([at]).hex() * 32},{label},other" for at, label in enumerate(labels)
             if at in named]  # fmt: skip
    rule = FILTERS.load("correct_labels")(file="corrections.csv", column="kind")
    assert isinstance(rule, CorrectLabels)
    with TemporaryDirectory() as folder:
        text = "\n".join([",".join(HEADER), *lines]) + "\n"
        (Path(folder) / "corrections.csv").write_text(text, "utf-8")
        rule.learn(Path(folder))
    rule.identify(ids)
    cells = pa.StructArray.from_arrays([pa.array(labels, pa.large_string())], ["kind"])
    judged = rule.judge(cells, range(len(labels)))
    after = labels if judged.columns is None else judged.columns["kind"].to_pylist()
    assert after == ["other" if at in named else label for at, label in enumerate(labels)]
    assert len(judged.verdicts) == len(named & set(range(len(labels))))


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(0, 9))
def test_one_row_of_each_group_is_drawn(groups: list[int], seed: int) -> None:
    """Law of `stages.train.reliance`: no two of the rows are of one group, and each group ..."""
    kept = one_of_each(groups, seed).tolist()
    assert kept == sorted(kept)
    assert sorted(groups[at] for at in kept) == sorted(set(groups))
