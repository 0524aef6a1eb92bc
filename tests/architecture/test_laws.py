"""Every law that a docstring states is named by a property of hypothesis.

A law is a paragraph of a docstring in the package, `Law: ...`, up to the next law or blank line.
A property names it in its own docstring by the module and the law's first words, to its end or to
three dots: "Law of `kernel.lock`: of two processes, at most one is inside ...".
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

from tests.architecture import house

WORD = re.compile(r"^\s*Laws?\b", re.MULTILINE)
LAW = re.compile(r"^\s*Law: (.*?)(?=\n\s*\n|\n\s*Laws?\b|\n\s*[A-Z][a-z]+:\n|\Z)", re.M | re.S)
NAMED = re.compile(r"^\s*Law of `([\w.]+)`: (.*?)$", re.MULTILINE)
FEWEST_WORDS = 2


class Law(NamedTuple):
    """A law, or what a property quotes of one."""

    module: str
    """Without the package's name: `kernel.lock`."""
    words: str


def strings(source: str) -> list[str]:
    """List the strings of a module that stand alone: docstrings, those of attributes too."""
    if "Law" not in source:
        return []  # no law: not worth parsing
    return [
        node.value.value
        for node in house.statements(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def stated_in(module: str, source: str) -> list[Law]:
    return [
        Law(module, " ".join(words.split()))
        for text in strings(source)
        for words in LAW.findall(text)
    ]


def quoted_in(source: str) -> list[Law]:
    """List what the properties of a module of the tests quote."""
    if "Law of `" not in source:
        return []
    tests = [
        node
        for node in house.statements(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and is_property(node)
    ]
    texts = [ast.get_docstring(node) or "" for node in tests]
    return [Law(*found) for text in texts for found in NAMED.findall(text)]


def is_property(test: ast.FunctionDef) -> bool:
    calls = [one.func for one in test.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(call, ast.Name) and call.id == "given" for call in calls)


def names(quote: Law, law: Law) -> bool:
    start = quote.words.removesuffix("...").strip()
    whole = law.words == quote.words or f"{law.words}." == quote.words
    is_cut = quote.words.endswith("...") and len(start.split()) >= FEWEST_WORDS
    return quote.module == law.module and (whole or (is_cut and law.words.startswith(start)))


@cache
def laws() -> tuple[Law, ...]:
    return tuple(
        law
        for path in house.sources()
        for law in stated_in(
            house.module_name(path).removeprefix("warrant."), path.read_text("utf-8")
        )
    )


@cache
def quotes() -> tuple[Law, ...]:
    files = sorted((house.ROOT / "tests").rglob("test_*.py"))
    return tuple(one for path in files for one in quoted_in(path.read_text("utf-8")))


def test_every_law_has_a_property() -> None:
    assert [one for one in laws() if not any(names(quote, one) for quote in quotes())] == []


def test_every_property_names_one_law() -> None:
    wrong = [one for one in quotes() if sum(names(one, law) for law in laws()) != 1]
    assert wrong == []


def test_every_law_is_written_as_a_law() -> None:
    """`Laws: ...` and the like would be passed over."""
    for path in house.sources():
        for text in strings(path.read_text("utf-8")):
            assert len(WORD.findall(text)) == len(LAW.findall(text)), house.shown(path)


def test_the_search_sees_what_it_should() -> None:
    source = '"""Do.\n\nLaw: `a` is\nb.\nLaw: c.\n"""\nX = 1\n"""One.\n\nLaw: d.\n\nSource: e.\n"""'
    assert stated_in("m", source) == [Law("m", "`a` is b."), Law("m", "c."), Law("m", "d.")]
    test = '@given(x)\ndef test_it(): "Law of `m`: `a` is b."\ndef test_no(): "Law of `m`: c."'
    assert quoted_in(test) == [Law("m", "`a` is b.")]
    law = Law("m", "of two processes, at most one.")
    assert names(Law("m", "of two processes, at ..."), law)
    assert not names(Law("m", "of ..."), law)
    assert not names(Law("n", law.words), law)
