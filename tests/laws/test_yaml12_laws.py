"""Laws of the YAML reader, over generated texts and values."""

from __future__ import annotations

import json
import re

import yaml
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.records.yaml12 import YamlValue, load_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_json_means_the_same_here(value: YamlValue) -> None:
    """YAML 1.2 contains JSON: what `json` writes in ASCII reads back equal, types included."""
    text = json.dumps(value)
    # A pair of escapes is one character in JSON and two in YAML: write it as YAML does.
    text = re.sub(
        r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})",
        lambda pair: json.loads(f'"{pair.group(0)}"'),
        text,
    )
    assert repr(load_yaml(text, "x").value) == repr(value)


@given(VALUES)
def test_every_value_has_a_mark_and_every_key_too(value: YamlValue) -> None:
    text = yaml.safe_dump(json.loads(json.dumps(value)), allow_unicode=False)
    try:
        loaded = load_yaml(text, "x")
    except InputError:  # YAML 1.1 writes some numbers with tags and characters as pairs
        return

    def check(inner: YamlValue, path: tuple[str | int, ...]) -> None:
        assert path in loaded.marks.values
        if isinstance(inner, dict):
            for key, child in inner.items():
                assert loaded.marks.keys[*path, key].line >= 1
                check(child, (*path, key))
        if isinstance(inner, list):
            for position, child in enumerate(inner):
                check(child, (*path, position))

    check(loaded.value, ())


@given(st.text(max_size=40) | st.text("{}[]:,-#&*!|>'\"%@` \n\tab1\\~<?.xuU", max_size=40))
def test_any_text_is_a_value_or_an_input_error(text: str) -> None:
    try:
        answer = load_yaml(text, "x").value
    except InputError as error:
        answer = str(error)
        assert answer.startswith("x")
    assert json.loads(json.dumps(answer)) == answer
