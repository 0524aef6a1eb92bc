"""Nothing grows fat unnoticed: lines per file and function, parameters, names of modules."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.architecture import house

LINES_PER_FILE = 600
LINES_PER_FUNCTION = 60
PARAMETERS = 7
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "handler", "misc"}
LEAST_REASON = 15


class Excess(NamedTuple):
    """Something over its budget."""

    place: str
    budget: str


def exceptions() -> dict[Excess, str]:
    listed = tomllib.loads(Path(__file__).with_name("exceptions.toml").read_text("utf-8"))[
        "exception"
    ]
    return {Excess(one["place"], one["budget"]): one["reason"] for one in listed}


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function from its `def` on, without its docstring."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    named = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in named if name not in {"self", "cls"}])


def excesses(place: str, source: str) -> set[Excess]:
    """List what of a source file is over its budget."""
    found = {Excess(place, "lines")} if len(source.splitlines()) > LINES_PER_FILE else set()
    for node in house.statements(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if body_lines(node) > LINES_PER_FUNCTION:
                found.add(Excess(f"{place}::{node.name}", "function"))
            if parameters(node) > PARAMETERS:
                found.add(Excess(f"{place}::{node.name}", "parameters"))
    return found


@cache
def all_excesses() -> frozenset[Excess]:
    files = house.programs()
    return frozenset().union(
        *(excesses(house.shown(path), path.read_text("utf-8")) for path in files)
    )


def test_nothing_is_over_its_budget_without_a_reason() -> None:
    assert sorted(all_excesses() - set(exceptions())) == []


def test_no_exception_outlives_its_need_and_each_has_a_reason() -> None:
    assert sorted(set(exceptions()) - all_excesses()) == []
    assert [one for one, reason in exceptions().items() if len(reason) < LEAST_REASON] == []


def test_the_budgets_count_what_they_say() -> None:
    long_body = "\n".join("    x = 1" for _ in range(LINES_PER_FUNCTION))
    docstring = '    """One.\n\n    Two.\n    """\n'
    assert excesses("a.py", f"def f():\n{docstring}{long_body}") == {Excess("a.py::f", "function")}
    assert excesses("a.py", f"def f():\n{docstring}{long_body[10:]}") == set()
    assert excesses("a.py", "def f(self, a, b, c, d, e, *, g, h): ...") == set()
    assert excesses("a.py", "def f(a, b, c, d, e, *, g, h, i): ...") == {
        Excess("a.py::f", "parameters")
    }
    assert excesses("a.py", "\n" * (LINES_PER_FILE + 1)) == {Excess("a.py", "lines")}


def test_no_module_is_called_something_that_means_nothing() -> None:
    names = [
        part for path in house.sources() for part in Path(house.shown(path)).with_suffix("").parts
    ]
    assert sorted(NAMELESS & set(names)) == []
