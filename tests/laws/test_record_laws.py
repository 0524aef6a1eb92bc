"""Laws of records: a schema and its record take the same values, and give them back."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warrant.kernel.canon import MAX_INTEGER, canonical
from warrant.records.schemas import RECORDS, schema_of

TEXT = st.characters(exclude_categories=["Cs"])


def _text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        pattern = schema["pattern"].replace(r"\d", "[0-9]")
        return st.from_regex(pattern, fullmatch=pattern.endswith("$")).filter(
            lambda text: text.encode(errors="replace").decode() == text
        )
    return st.text(
        TEXT,
        min_size=schema.get("minLength", 0),
        max_size=min(schema.get("maxLength", 12), schema.get("minLength", 0) + 12),
    )


def _array(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*(values(one, defs) for one in schema["prefixItems"])).map(list)
    return st.lists(values(schema["items"], defs), max_size=3)


def _object(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" in schema:
        return st.fixed_dictionaries(
            {name: values(one, defs) for name, one in schema["properties"].items()}
        )
    free = schema.get("additionalProperties")
    inner = values(free, defs) if isinstance(free, dict) else st.none() | st.booleans()
    return st.dictionaries(st.text(TEXT, max_size=6), inner, max_size=3)


def values(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give a strategy for what a schema allows."""
    if "$ref" in schema:
        return values(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        return st.one_of([values(one, defs) for one in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    low, high = schema.get("minimum", -MAX_INTEGER), schema.get("maximum", MAX_INTEGER)
    makers: dict[str, Any] = {
        "string": lambda: _text(schema),
        "integer": lambda: st.integers(low, high),
        "number": lambda: st.floats(low, high, allow_nan=False),
        "boolean": st.booleans,
        "null": st.none,
        "array": lambda: _array(schema, defs),
        "object": lambda: _object(schema, defs),
    }
    made: st.SearchStrategy[Any] = makers[schema["type"]]()
    return made


@cache
def judge_and_makers(name: str) -> tuple[jsonschema.Draft202012Validator, st.SearchStrategy[Any]]:
    """Give what judges by the schema of a record, and a strategy for what it allows."""
    schema = schema_of(name)
    return jsonschema.Draft202012Validator(schema), values(schema, schema.get("$defs", {}))


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_what_a_schema_allows_is_read_and_given_back(name: str, data: st.DataObject) -> None:
    """Law of `records.base`: `T.from_bytes(x.to_bytes()) == x`.

    Law of `records.schemas`: what a record writes is valid under its schema, and what is ...
    """
    validator, allowed = judge_and_makers(name)
    value = data.draw(allowed)
    validator.validate(value)
    written = canonical(value)
    record = RECORDS[name].from_bytes(written)
    assert record.to_bytes() == written
    assert RECORDS[name].from_bytes(record.to_bytes()) == record
