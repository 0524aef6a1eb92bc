"""The words of Warrant are explained, and what is nearly one of them too."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.flow.words import WORDS, explain

OURS = [
    "workspace",
    "recipe",
    "store",
    "log",
    "record",
    "stage",
    "step",
    "content-key",
    "claim",
    "statement",
    "document",
    "row",
    "decision",
    "ledger",
    "fingerprint",
    "guardrail",
    "pack",
    "regime",
    "bundle",
    "catalog",
    "registry",
]
"""Those of the design, section 2."""

SHOWN = [
    "explore",
    "pilot",
    "production",
    "author",
    "reviewer",
    "approver",
    "operator",
    "impact",
    "rights",
    "input",
    "tier",
    "floor",
    "interval",
    "expectation",
    "attempt",
    "slice",
    "threshold",
    "abstain",
    "leak",
    "mask",
    "recogniser",
    "tagger",
    "pseudonym",
    "quasi-identifier",
    "k-anonymity",
    "erase",
    "receipt",
    "key",
    "vault",
    "salt",
    "card",
    "plan",
]
"""Those that recipe, card and messages use."""


@pytest.mark.parametrize("word", [one.replace("-", " ") for one in (*OURS, *SHOWN)])
def test_every_word_that_a_reader_meets_is_explained(word: str) -> None:
    assert explain(word) == WORDS[word]
    assert WORDS[word].endswith(".")


@pytest.mark.parametrize(
    ("typed", "word"),
    [("Inputs", "input"), ("  stage  of use", "stage of use"), ("Slices", "slice")],
)
def test_case_blanks_and_the_plural_do_not_matter(typed: str, word: str) -> None:
    assert explain(typed) == WORDS[word]


@pytest.mark.parametrize(
    ("typed", "do"),
    [
        ("receipe", "Run: warrant explain 'recipe'"),
        ("finger print", "Run: warrant explain 'fingerprint'"),
        ("probability", "Run: warrant explain 'threshold'"),
        ("duplicate", "Run: warrant explain 'near duplicate'"),
        ("xyzzy", "Words there are: workspace, recipe, "),
    ],
)
def test_a_near_miss_is_told_the_word(typed: str, do: str) -> None:
    with pytest.raises(InputError) as caught:
        explain(typed)
    assert caught.value.what == f"{typed!r} is not one of our words."
    assert caught.value.do.startswith(do)
