"""A recipe with a wrong value says what to write instead."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.flow.recipe import parse_recipe

LEAST = """\
warrant: 1
name: notes
sources: [{path: notes}]
task: {label: kind}
"""


def advice(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_recipe(text)
    return caught.value.do


@pytest.mark.parametrize(
    ("old", "new", "do"),
    [
        ("name: notes", "name: My Notes!", "Write: name: my-notes"),
        ("name: notes", "name: '!'", "Write: name: my-model"),
        ("warrant: 1", "warrant: 2", "Write: warrant: 1"),
        ("warrant: 1\n", "", "Add the line: warrant: 1"),
        ("task: {label: kind}\n", "", "Add the line: task: {label: COLUMN}"),
        ("sources: [{path: notes}]", "sources: {path: a}", ""),
        ("path: notes", "licence: x", "Add the line: path: …"),
        ("path: notes", "path: n, rights: {train: yes}", "Write: train: true"),
        ("path: notes", "path: n, rights: {train: no}", "Write: train: false"),
        ("path: notes", "path: n, rights: {train: 3}", "Write: train: true, or false"),
        ("path: notes", "path: n, rights: {expires: 31/12/2030}", "Write: expires: 2030-12-31"),
        ("path: notes", "path: n, rights: {expires: 12/31/2030}", "Write: expires: 2030-12-31"),
        (
            "path: notes",
            "path: n, rights: {expires: soon}",
            "Write: expires: 2030-12-31, or another day as YYYY-MM-DD, or never",
        ),
        ("kind}", "kind, kind: multi-class}", "Write: kind: multiclass"),
        ("kind}", "kind, kind: x1}", "Write: kind: binary, or one of the others"),
    ],
)
def test_a_wrong_value_is_answered_with_a_right_one(old: str, new: str, do: str) -> None:
    expected = do or "What it takes stands in docs/reference/recipe.md."
    assert advice(LEAST.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("line", "do"),
    [
        ("split: {test: '0.3'}", "Write: test: 0.3"),
        ("split: {test: much}", "Write: test: 0.5, or another number"),
        ("split: {test: 20}", "Write: test: 0.2"),
        ("split: {test: 0}", "Write: test: 0.2, or another share between 0 and 1"),
        ("split: {test: 1e300}", "Write: test: 0.2, or another share between 0 and 1"),
        ("split: {seed: seven}", "Write: seed: 7, or another whole number"),
        ("split: {seed: 8.0}", "Write: seed: 8"),
        ("split: {seed: -1}", "Write: seed: 0, or more"),
        ("split: {label: kind}", "Move it: 'label' stands under 'task'."),
        ("evaluate: {resamples: 5}", "Write: resamples: 100, or more"),
        ("evaluate: {resamples: 1000000}", "Write: resamples: 100000, or less"),
        ("evaluate: {plan: [{metric: f1, at_least: 1}]}", "Write: metric: micro_f1"),
        ("evaluate: {plan: [{metric: macro_f1, at_least: 50}]}", "Write '0.5' in place of '50'"),
        ("guardrails: core", "Write: guardrails: [core]"),
        ("guardrails: [1]", "What it takes stands in docs/reference/recipe.md."),
    ],
)
def test_a_setting_is_answered_with_what_was_probably_meant(line: str, do: str) -> None:
    assert advice(f"{LEAST}{line}\n") == do
