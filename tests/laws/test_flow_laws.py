"""Laws of flow: what a content key depends on, and that a recipe is read as it was written."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from warrant.flow.done import content_key
from warrant.flow.recipe import Recipe, explain_recipe, parse_recipe
from warrant.kernel.digest import Digest
from warrant.records.claim import Plugin

Step: TypeAlias = tuple[str, int, dict[str, object], dict[str, Digest], tuple[tuple[str, str], ...]]

names = st.text("abcdefgh_", min_size=1, max_size=8)
settings = st.dictionaries(
    names, st.one_of(st.integers(0, 99), st.booleans(), st.none(), names), max_size=3
)
digests = st.integers(0, 2**64).map(lambda number: Digest.of(b"%d" % number))
inputs = st.dictionaries(names, digests, min_size=1, max_size=3)
plugins = st.lists(st.tuples(names, names), max_size=2).map(tuple)
steps = st.tuples(
    st.sampled_from(("curate", "split", "train")), st.integers(0, 9), settings, inputs, plugins
)


def key_of(step: Step) -> Digest:
    """Compute the content key as a run does, without a workspace."""
    stage, version, configuration, read, used = step
    module: Any = SimpleNamespace(NAME=stage, VERSION=version)
    named = {name: digest.hex for name, digest in read.items()}
    return content_key(
        module, [Plugin(name=name, version=number) for name, number in used], configuration, named
    )


@given(steps, steps)
def test_a_content_key_changes_exactly_when_what_decides_the_bytes_changes(
    one: Step, other: Step
) -> None:
    """Law of `flow.done`: a content key changes exactly when stage, version, plug-ins ..."""
    assert (key_of(one) == key_of(other)) == (repr_of(one) == repr_of(other))
    assert key_of(one) == key_of((one[0], one[1], dict(one[2]), dict(one[3]), one[4]))


def repr_of(step: Step) -> str:
    stage, version, configuration, read, used = step
    return repr((stage, version, sorted(configuration.items()), sorted(read.items()), used))


@given(steps, st.sampled_from(range(5)), st.data())
def test_a_change_of_any_one_part_changes_the_key(
    step: Step, part: int, data: st.DataObject
) -> None:
    strategies = (
        st.sampled_from(("curate", "split", "train")),
        st.integers(0, 9),
        settings,
        inputs,
        plugins,
    )
    parts: list[Any] = list(step)
    parts[part] = data.draw(strategies[part])
    changed: Any = tuple(parts)
    assert (key_of(changed) != key_of(step)) == (repr_of(changed) != repr_of(step))


words = st.text("abcdefghijklmnopqrstuvwxyz -:#'\"éß0123456789", min_size=1, max_size=20)
shares = st.floats(0.01, 0.99).map(lambda share: round(share, 6))
recipes = st.fixed_dictionaries(
    {
        "warrant": st.just(1),
        "name": st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
        "sources": st.lists(
            st.fixed_dictionaries(
                {"path": words},
                optional={
                    "licence": words,
                    "special_category": st.booleans(),
                    "rights": st.fixed_dictionaries(
                        {}, optional={"train": st.booleans(), "expires": st.just("2030-01-31")}
                    ),
                    "keep": st.sampled_from(("copy", "reference")),
                },
            ),
            min_size=1,
            max_size=3,
        ),
        "task": st.fixed_dictionaries({"label": words}),
    },
    optional={
        "split": st.fixed_dictionaries({"test": shares, "seed": st.integers(0, 2**31)}),
        "expect": st.fixed_dictionaries({"value": shares, "sure": shares}),
        "guardrails": st.lists(words, max_size=2),
        "curate": st.lists(
            st.one_of(words, st.fixed_dictionaries({"min_words": st.just({"words": 4})})),
            max_size=2,
        ),
    },
)


@given(recipes)
def test_a_recipe_is_read_as_it_was_written(recipe: dict[str, Any]) -> None:
    first = parse_recipe(as_json(recipe))
    assert isinstance(first, Recipe)
    again = first.model_dump(mode="json")
    assert parse_recipe(as_json(again)) == first


@given(recipes)
def test_every_setting_is_explained_exactly_once(recipe: dict[str, Any]) -> None:
    lines = explain_recipe(parse_recipe(as_json(recipe)))
    told = [name for name, _, _ in lines]
    assert len(told) == len(set(told))
    assert {origin for _, _, origin in lines} <= {"set", "default"}
    assert ("name", recipe["name"], "set") in lines


def as_json(value: object) -> str:
    """Write a recipe as JSON, which YAML 1.2 contains."""
    return json.dumps(value, ensure_ascii=False)
