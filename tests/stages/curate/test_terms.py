"""Rows that may not be held go out, each with its reason, whatever else is said of them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.test_stage_laws import FEW
from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.plan import STEPS
from warrant.flow.recipe import parse_recipe
from warrant.stages.curate import CurateConfig
from warrant.stages.curate.builtin.terms import RowTerms

SETTINGS = {
    "consent": "agreed",
    "keep_until": "until",
    "residency": {"column": "where", "allowed": ["EU", "CH"]},
    "as_of": "2026-03-01",
}
LATER, PAST = "2026-03-01", "2026-02-28"


def codes(rows: list[tuple[object, str | None, str | None]], **more: object) -> list[str | None]:
    """Give the reason of each row; None: it stays without one."""
    rule = RowTerms(**(SETTINGS | more))  # type: ignore[arg-type]
    cells = pa.array([{"agreed": one, "until": day, "where": place} for one, day, place in rows])
    found = {one.row: one.code for one in rule.judge(cells, range(len(rows))).verdicts}
    return [found.get(row) for row in range(len(rows))]


def test_consent_last_day_and_place_decide() -> None:
    rows: list[tuple[object, str | None, str | None]] = [
        ("yes", LATER, "EU"),
        ("Given", "never", " ch "),
        ("withdrawn", LATER, "EU"),
        ("yes", PAST, "EU"),
        ("yes", LATER, "US"),
        (None, LATER, "EU"),
        ("yes", "soon", "EU"),
        ("yes", LATER, ""),
        ("perhaps", PAST, "EU"),
    ]
    assert codes(rows) == [
        None, None, "consent_refused", "kept_too_long", "residency_not_allowed",
        "terms_unknown", "terms_unknown", "terms_unknown", "kept_too_long",
    ]  # fmt: skip
    assert codes(rows[5:6], unknown="keep") == ["terms_unknown_kept"]
    assert codes([(True, LATER, "EU"), (False, LATER, "EU")]) == [None, "consent_refused"]


@FEW
@given(
    st.sampled_from(["yes", "no", "", "?"]),
    st.sampled_from([LATER, PAST, "never", "", "soon"]),
    st.sampled_from(["EU", "US", ""]),
    st.sampled_from(["drop", "keep"]),
)
def test_one_no_is_enough(agreed: str, until: str, where: str, unknown: str) -> None:
    """Law of `stages.curate.builtin.terms`: a row of which one column says no is dropped, ..."""
    (code,) = codes([(agreed, until, where)], unknown=unknown)
    if agreed == "no" or until == PAST or where == "US":
        assert code in {"consent_refused", "kept_too_long", "residency_not_allowed"}
    else:
        assert code in {None, "terms_unknown", "terms_unknown_kept"}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"consent": "a", "unknown": "ask"},
        {"keep_until": "a"},
        {"residency": {"column": "a"}},
        {"residency": {"column": "a", "allowed": []}},
    ],
)
def test_settings_that_do_not_fit_are_refused_with_an_example(settings: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"row_terms.*Write for example: - row_terms"):
        RowTerms(**settings)  # type: ignore[arg-type]


def test_a_run_judges_as_of_its_day() -> None:
    recipe = parse_recipe(
        "warrant: 1\nname: a\nsources: [{path: a}]\ntask: {label: kind}\n"
        "curate: [{row_terms: {keep_until: until}}]\n"
    )
    (step,) = [one for one in STEPS if one.stage == "curate"]
    from pathlib import Path

    config = step.configure(recipe, Addition(Path(), today=date(2026, 3, 1).isoformat()))
    assert isinstance(config, CurateConfig)
    assert config.filters[0].settings == {"as_of": "2026-03-01", "keep_until": "until"}
