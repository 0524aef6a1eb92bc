"""No group, document or text crosses, whichever way rows are divided."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.stages.split import SplitConfig
from warrant.stages.split.deal import PARTS
from warrant.stages.split.division import Division, divide
from warrant.stages.split.survey import Survey
from warrant.stages.split.unit import Ties


def digest(kind: str, number: int) -> bytes:
    return sha256(f"{kind} {number}".encode()).digest()


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Rows of which some share a group, a document or a text, with times and given parts."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 12) | st.none(),
                st.integers(0, 40),
                st.integers(0, 40),
                st.sampled_from("ab"),
                st.integers(0, 9),
                st.sampled_from([None, None, "train", "validation", "test"]),
            ),
            min_size=1,
            max_size=30,
        )
    )
    found = Survey([], [], [], [], [], [], [], [])
    for place, (group, document, text, label, time, mark) in enumerate(rows):
        documents, texts = (digest("document", document),), (digest("text", text),)
        own = documents if group is None else (digest("group", group),)
        others = texts if group is None else (*documents, *texts)
        found.positions.append(place)
        found.ties.append(Ties(own, others))
        found.row_ids.append(digest("row", place))
        found.texts.append(texts[0])
        found.labels.append((label,))
        found.times.append(time)
        found.marks.append(mark)
        found.sites.append(str(time % 3))
    return found


def divided(found: Survey, config: SplitConfig) -> Division:
    try:
        return divide(found, config)
    except InputError:
        assume(False)
        raise


def require_apart(found: Survey, division: Division) -> None:
    keys = {
        part: {
            key
            for row in division.rows[part]
            for key in (*found.ties[row].groups, *found.ties[row].others)
        }
        for part in PARTS
    }
    assert not keys["train"] & keys["test"]
    assert not keys["train"] & keys["validation"]
    assert not keys["validation"] & keys["test"]
    placed = [row for part in PARTS for row in division.rows[part]]
    gone = [row for row, _ in division.crossing]
    assert sorted([*placed, *gone]) == list(range(len(found.ties)))
    for row, peer in division.crossing:
        one, other = found.ties[row], found.ties[peer]
        assert {*one.groups, *one.others} & {*other.groups, *other.others}
        assert peer in placed


@given(surveys(), st.integers(0, 5))
def test_drawn_rows_that_share_anything_stay_together(found: Survey, seed: int) -> None:
    """Law of `stages.split.division`: no group, document or text stands in two parts."""
    division = divided(found, SplitConfig("label", test=0.3, validation=0.2, seed=seed))
    require_apart(found, division)
    assert not division.crossing


@given(surveys())
def test_by_time_no_test_row_is_older_than_a_training_row(found: Survey) -> None:
    """Law of `stages.split.division`: by time, every test row is newer than every row of ..."""
    division = divided(found, SplitConfig("label", test=0.3, validation=0.2, time="filed_on"))
    require_apart(found, division)
    train, validation, test = ([found.times[row] for row in division.rows[part]] for part in PARTS)
    assert max(train) < min(validation)
    assert max(validation) < min(test)


@given(surveys(), st.integers(0, 5))
def test_given_rows_stand_in_their_part_or_nowhere(found: Survey, seed: int) -> None:
    """Law of `stages.split.division`: no row given for one part stands in another."""
    parts: Any = tuple({mark for mark in found.marks if mark})
    assume(parts)
    division = divided(found, SplitConfig("label", given=parts, seed=seed))
    require_apart(found, division)
    for part in PARTS:
        assert {found.marks[row] for row in division.rows[part]} <= {None, part}


@given(surveys(), st.integers(0, 5))
def test_a_given_test_is_the_same_whatever_else_is_given(found: Survey, seed: int) -> None:
    assume("test" in found.marks)
    config = SplitConfig("label", given=("test",), seed=seed)
    marked = found._replace(marks=[mark if mark == "test" else None for mark in found.marks])
    whole = divided(marked, config)
    assert sorted(whole.rows["test"]) == [
        row for row, mark in enumerate(found.marks) if mark == "test"
    ]
    again = divided(marked, replace(config, seed=seed + 1))
    assert sorted(again.rows["test"]) == sorted(whole.rows["test"])


@given(surveys())
def test_a_site_that_is_held_out_is_the_test(found: Survey) -> None:
    """Law of `stages.split.division`: where a site is held out, its rows are the test, and ..."""
    division = divided(found, SplitConfig("label", held_out=("site", "1")))
    require_apart(found, division)
    assert {found.sites[row] for row in division.rows["test"]} == {"1"}
    kept = [*division.rows["train"], *division.rows["validation"]]
    assert "1" not in {found.sites[row] for row in kept}
    left = {row for row, _ in division.crossing}
    assert sorted([*kept, *division.rows["test"], *left]) == list(range(len(found.ties)))
    assert all(found.sites[row] != "1" for row in left)
