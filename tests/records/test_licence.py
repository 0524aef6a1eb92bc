from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrant.records.licence import combined, obligations_of

KNOWN = ["MIT", "CC0-1.0", "CC-BY-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-3.0", "ODbL-1.0", "unknown"]


@pytest.mark.parametrize(
    ("licence", "asked"),
    [
        ("CC0-1.0", set()),
        (" mit ", {"name the source"}),
        ("CC-BY-4.0", {"name the source"}),
        ("cc-by-nc-nd-2.5", {"name the source", "no commercial use", "no changed copies"}),
        ("CC-BY-SA-4.0", {"name the source", "share alike"}),
        ("AGPL-3.0-only", {"name the source", "share alike"}),
    ],
)
def test_a_licence_asks_what_its_text_says(licence: str, asked: set[str]) -> None:
    assert obligations_of(licence) == asked


@pytest.mark.parametrize("name", ["", "NONE", "Acme licence", "CC-BY-SA-ND-4.0", "CC-BY-9.0"])
def test_what_is_not_listed_is_not_judged(name: str) -> None:
    assert obligations_of(name) is None


@given(st.lists(st.sampled_from(KNOWN)), st.sampled_from(KNOWN))
def test_a_licence_more_never_takes_an_obligation_away(names: list[str], more: str) -> None:
    """Law of `records.licence`: one licence more never takes an obligation away."""
    assert set(combined(names)) <= set(combined([*names, more]))
