"""What documents say is so: commands, examples, links, names."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

import tasks
from tests.architecture import house

if TYPE_CHECKING:
    from pathlib import Path

FENCE = re.compile(r"^( *)```([a-z]*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
DISTRIBUTION_OF_A_STRANGER = re.compile(r"pip install (?:-\S+ )*['\"]?" + r"warrant\b(?!-ml)")
TODO_WITHOUT_ISSUE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b(?!\(#\d+\))")


class Example(NamedTuple):
    """A fenced block of a document or docstring."""

    place: str
    language: str
    text: str


def examples() -> list[Example]:
    found = [(house.shown(path), path.read_text("utf-8")) for path in house.documents()]
    for path in house.sources():
        source = path.read_text("utf-8")
        if "```" not in source:
            continue  # parsing takes most of the time
        tree = ast.parse(source)
        nodes = [one for one in (tree, *house.statements(tree)) if isinstance(one, DOCUMENTED)]
        found += [(house.shown(path), ast.get_docstring(node) or "") for node in nodes]
    return [
        Example(place, match[2], re.sub(f"^{match[1]}", "", match[3], flags=re.MULTILINE))
        for place, text in found
        for match in FENCE.finditer(text)
    ]


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
EXAMPLES = examples()


def commands(example: Example) -> list[list[str]]:
    lines = [line[2:] for line in example.text.splitlines() if line.startswith("$ ")]
    return [shlex.split(line, comments=True) for line in lines]


def parse(example: Example) -> object:
    """Parse an example in its own language; raise when it does not parse."""
    match example.language:
        case "python":
            return ast.parse(example.text)
        case "console":
            return commands(example)
        case "json":
            return json.loads(example.text)
        case "toml":
            return tomllib.loads(example.text)
        case "yaml":
            return list(yaml.safe_load_all(example.text))
        case _:
            return example.text


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda one: f"{one.place}:{one.language or 'text'}"
)
def test_every_fenced_example_parses(example: Example) -> None:
    assert parse(example) is not None


def makefile_targets() -> set[str]:
    lines = (house.ROOT / "Makefile").read_text("utf-8").splitlines()
    return {name for line in lines if line.startswith(".PHONY:") for name in line.split()[1:]}


def test_makefile_and_tasks_offer_the_same() -> None:
    assert makefile_targets() == set(tasks.TASKS)


@pytest.mark.parametrize("path", house.documents(), ids=house.shown)
def test_every_task_a_document_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    named = re.findall(r"(?:^\$ |`)make ([a-z-]+)", text, re.MULTILINE)
    named += re.findall(r"python3? -m tasks ([a-z-]+)", text)
    assert sorted(set(named) - set(tasks.TASKS)) == []


def test_every_command_in_the_readme_is_there() -> None:
    if not (house.PACKAGE / "cli" / "__init__.py").exists():
        pytest.skip("not built yet: warrant.cli")
    import typer

    from warrant import cli

    group = typer.main.get_command(cli.app)
    known = set(group.commands)  # type: ignore[attr-defined]
    named = {
        words[1]
        for example in EXAMPLES
        if example.language == "console" and example.place.endswith(".md")
        for words in commands(example)
        if words and words[0] == "warrant"
    }
    assert "verify" in named
    assert sorted(named - known) == []


def test_documents_name_the_python_that_is_required() -> None:
    required = tomllib.loads((house.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lowest = required["requires-python"].removeprefix(">=")
    for name in ("README.md", "CONTRIBUTING.md"):
        said = set(re.findall(r"Python\s(\d+\.\d+)", (house.ROOT / name).read_text("utf-8")))
        assert said == {lowest}, name
    assert tuple(map(int, lowest.split("."))) == tasks.OLDEST


def test_nothing_tells_the_reader_to_install_a_stranger() -> None:
    found = [
        house.shown(path)
        for path in house.texts()
        if DISTRIBUTION_OF_A_STRANGER.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


def test_every_relative_link_leads_somewhere() -> None:
    broken = [
        (house.shown(path), target)
        for path in house.documents()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if ":" not in target and not (path.parent / target).exists()
    ]
    if not (house.ROOT / "verify.py").exists():
        broken = [one for one in broken if one != ("README.md", "verify.py")]
    assert broken == []


def test_a_todo_names_its_issue() -> None:
    found = [
        house.shown(path)
        for path in house.programs()
        if TODO_WITHOUT_ISSUE.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_decisions_are_numbered_in_order() -> None:
    names = sorted(path.name for path in (house.ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
