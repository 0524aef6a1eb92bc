"""Every test asserts something, and its name says what."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.architecture import house

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted((house.ROOT / "tests").rglob("test_*.py"))
ASSERTING_CALLS = {"raises", "warns", "fail", "deprecated_call"}
ASSERTING_PREFIXES = ("assert_", "check_", "expect_")
FEWEST_WORDS = 3


def called(node: ast.AST) -> set[str]:
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    names = [f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls]
    return set(names)


def asserts(node: ast.AST, asserting: set[str]) -> bool:
    if any(isinstance(one, ast.Assert) for one in house.statements(node)):
        return True
    names = called(node)
    return bool(names & (ASSERTING_CALLS | asserting)) or any(
        name.startswith(ASSERTING_PREFIXES) for name in names
    )


def asserting_in(source: str) -> set[str]:
    """List the functions of a module that assert something, themselves or through each other."""
    functions = functions_of(ast.parse(source))
    asserting: set[str] = set()
    while more := {f.name for f in functions if f.name not in asserting and asserts(f, asserting)}:
        asserting |= more
    return asserting


def functions_of(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in house.statements(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


@cache
def asserting_of(place: Path) -> frozenset[str]:
    """List the asserting functions of a module that other modules may import."""
    return frozenset(asserting_in(place.read_text("utf-8")))


def imported_asserting(tree: ast.Module) -> set[str]:
    """List the asserting functions that a module takes from other modules of the tests."""
    found: set[str] = set()
    for node in house.statements(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            place = house.ROOT.joinpath(*node.module.split(".")).with_suffix(".py")  # type: ignore[union-attr]
            if place.is_file():
                found |= {one.name for one in node.names} & asserting_of(place)
    return found


def silent_tests(source: str) -> list[str]:
    """List the tests of a module that assert nothing, not even through functions of the tests."""
    tree = ast.parse(source)
    functions = functions_of(tree)
    asserting = set(imported_asserting(tree))
    while more := {f.name for f in functions if f.name not in asserting and asserts(f, asserting)}:
        asserting |= more
    return [f.name for f in functions if f.name.startswith("test_") and f.name not in asserting]


@pytest.mark.parametrize("path", FILES, ids=house.shown)
def test_every_test_asserts_something(path: Path) -> None:
    assert silent_tests(path.read_text("utf-8")) == []


def test_a_silent_test_is_found() -> None:
    source = "def look(): assert 1\ndef test_a(): look()\n"
    source += "def test_b(): print(1)\ndef test_c(): raises(x)"
    assert silent_tests(source) == ["test_b"]


@pytest.mark.parametrize("path", FILES, ids=house.shown)
def test_the_name_of_a_test_is_a_sentence(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = [node.name for node in house.statements(tree) if isinstance(node, ast.FunctionDef)]
    short = [name for name in names if name.startswith("test_") and name.count("_") < FEWEST_WORDS]
    assert short == []
