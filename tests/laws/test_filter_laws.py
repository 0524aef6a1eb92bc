"""What the filters of curation state of themselves."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from warrant.stages.curate import FILTERS, Filter
from warrant.stages.curate.builtin.repetition import LIMITS, shares

WORDS = st.sampled_from(
    ["a", "the lease", "Delaware", "draft", "Draft ", "\u017fpecimen", "é", "1", "\n"]
)
TEXTS = st.lists(st.none() | st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=9))


def dropped(rule: Filter, texts: list[str | None]) -> set[int]:
    verdicts = rule.judge(pa.array(texts, pa.large_string()), range(len(texts))).verdicts
    kinds = {reason.code: reason.kind for reason in rule.reasons}
    return {one.row for one in verdicts if kinds[one.code] == "drop"}


@given(TEXTS)
def test_allow_and_deny_divide_the_rows(texts: list[str | None]) -> None:
    """Law of `stages.curate.builtin.listed`: of the same list, `deny` drops exactly ..."""
    values = ["draft", "specimen", "é"]
    denied = dropped(FILTERS.load("deny")(values=values), texts)
    missing = dropped(FILTERS.load("allow")(values=values), texts)
    assert denied | missing == set(range(len(texts)))
    assert not denied & missing


@given(TEXTS)
def test_matching_and_not_matching_divide_the_rows(texts: list[str | None]) -> None:
    """Law of `stages.curate.builtin.pattern`: of the same expression, `drop_matching` drops ..."""
    matching = dropped(FILTERS.load("drop_matching")(pattern="[ad]"), texts)
    others = dropped(FILTERS.load("keep_matching")(pattern="[ad]"), texts)
    assert matching | others == set(range(len(texts)))
    assert not matching & others


@given(st.lists(WORDS | st.text(max_size=5), max_size=60).map(" ".join))
def test_shares_of_repetition_are_shares(text: str) -> None:
    """Law of `stages.curate.builtin.repetition`: every share lies between 0 and 1, and a ..."""
    words = text.split()
    found = dict(shares(text, words))
    assert list(found) == list(LIMITS)
    assert all(0 <= share <= 1 for share in found.values())
    if len(set(words)) == len(words):
        assert not any(found.values())


@given(
    st.lists(st.lists(st.sampled_from(["Acme Corp 1", "Acme corp 22", "x y", "z", ""])), max_size=6)
)
def test_rare_lines_stay(rows: list[list[str]]) -> None:
    """Law of `stages.curate.builtin.boilerplate`: a line that stands in fewer rows than the ..."""
    rule = FILTERS.load("boilerplate")(rows=2, action="remove")
    texts = pa.array(["\n".join(lines) for lines in rows], pa.large_string())
    rule.look(texts, range(len(rows)))
    rule.settle(lambda at: texts.take(pa.array(at)), Path())
    changed = rule.judge(texts, range(len(rows))).changed
    for before, after in zip(rows, (changed or texts).to_pylist(), strict=True):
        for line in before:
            if sum(line in other for other in rows) < 2 and not line.startswith("Acme"):
                assert line in after.split("\n")


@given(
    st.sampled_from(["Delaware", "New York", "the State of New York", "the Province of Ontario"]),
    st.sampled_from(["governed by", "construed under", "SUBJECT TO"]),
    st.booleans(),
    st.sampled_from([" ", "\n", "   "]),
)
def test_a_kept_jurisdiction_stays(name: str, verb: str, upper: bool, gap: str) -> None:
    """Law of `stages.curate.builtin.jurisdiction`: a row that names a kept ..."""
    text = f"This lease is {verb} the laws of {name}, without more.".replace(" ", gap)
    rule = FILTERS.load("keep_jurisdictions")(values=["delaware", "new york", "Ontario"])
    assert not rule.judge(pa.array([text.upper() if upper else text]), [0]).verdicts


@given(st.lists(st.none() | st.integers(-5, 5), min_size=1))
def test_a_row_stays_by_a_plain_yes(years: list[int | None]) -> None:
    """Law of `stages.curate.builtin.where`: a row stays without a line exactly when the rule ..."""
    rule = FILTERS.load("keep_where")(rule="year >= 0")
    cells = pa.array([{"year": year} for year in years], pa.struct([("year", pa.int64())]))
    said = {one.row for one in rule.judge(cells, range(len(years))).verdicts}
    assert said == {at for at, year in enumerate(years) if year is None or year < 0}
