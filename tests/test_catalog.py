from __future__ import annotations

import ast
import sys
from importlib import import_module
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from warrant import __version__, catalog
from warrant.catalog import OURS, Catalog, Place, loads_on_demand
from warrant.errors import InputError

GROUP = "warrant.animals"


def offer(monkeypatch: pytest.MonkeyPatch, *entries: EntryPoint) -> None:
    """Let other distributions offer these entries."""
    monkeypatch.setattr(catalog, "_offered", lambda _path: EntryPoints(entries))


def foreign(name: str, value: str) -> EntryPoint:
    entry = EntryPoint(name, value, GROUP)
    vars(entry)["dist"] = SimpleNamespace(name="zoo", version="2.1")
    return entry


def animals(**builtin: str) -> Catalog[Any]:
    return Catalog(kind="animal", group=GROUP, builtin=builtin)


def test_a_name_gives_what_stands_at_its_place() -> None:
    import fractions

    assert animals(half="fractions:Fraction").load("half") is fractions.Fraction


def test_nothing_is_imported_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "this", raising=False)
    catalog = animals(zen="this:s")
    assert catalog.names() == ["zen"]
    assert catalog.place("zen") == Place("this:s", OURS, __version__)
    assert "this" not in sys.modules


def test_another_distribution_adds_a_name_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, foreign("cat", "json:loads"), EntryPoint("dog", "json:dumps", "other.group"))
    catalog = animals(ant="json:dump")
    assert catalog.names() == ["ant", "cat"]
    assert catalog.place("cat") == Place("json:loads", "zoo", "2.1")


def test_an_entry_without_a_distribution_is_named_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, EntryPoint("cat", "json:loads", GROUP))
    assert animals().place("cat") == Place("json:loads", "unknown", "")


def test_two_owners_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, foreign("ant", "zoo.ants:Ant"))
    with pytest.raises(InputError) as caught:
        animals(ant="json:dump").load("ant")
    assert str(caught.value) == (
        "Two places offer the animal 'ant': json:dump and zoo.ants:Ant. "
        "Uninstall one of the packages, or rename its entry."
    )


def test_a_near_miss_is_answered_with_the_near_name() -> None:
    with pytest.raises(InputError) as caught:
        animals(min_words="json:dump").load("min_word")
    assert str(caught.value) == "No animal is called 'min_word'. Did you mean 'min_words'?"


def test_a_far_miss_is_answered_with_all_names() -> None:
    with pytest.raises(InputError) as caught:
        animals(bee="json:dump", ant="json:dump").load("zebra")
    assert str(caught.value) == "No animal is called 'zebra'. There are: ant, bee."


def test_an_empty_catalog_says_where_names_come_from() -> None:
    with pytest.raises(InputError) as caught:
        animals().load("zebra")
    assert str(caught.value) == (
        "No animal is called 'zebra'. "
        "None is installed: a package offers one in the group 'warrant.animals'."
    )


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("no_such_module:Cat", "No module named 'no_such_module'"),
        ("json:Cat", "module 'json' has no attribute 'Cat'"),
    ],
)
def test_a_broken_place_names_the_owner(
    monkeypatch: pytest.MonkeyPatch, target: str, cause: str
) -> None:
    offer(monkeypatch, foreign("cat", target))
    with pytest.raises(InputError) as caught:
        animals().load("cat")
    assert str(caught.value) == (
        f"The animal 'cat' of zoo cannot be loaded from {target!r}: {cause}. "
        "Install zoo again, or choose another animal."
    )


def imports_for_readers(package: str) -> dict[str, str]:
    """Give the module of each public name, as a package says it to type checkers."""
    tree = ast.parse(Path(str(import_module(package).__file__)).read_text("utf-8"))
    told = next(one for one in tree.body if isinstance(one, ast.If))
    return {
        name.name: str(one.module)
        for one in told.body
        if isinstance(one, ast.ImportFrom)
        for name in one.names
    }


@pytest.mark.parametrize(
    "package", [f"warrant.stages.{name}" for name in ("evaluate", "ingest", "report")]
)
def test_a_name_that_is_loaded_on_demand_is_the_one_that_type_checkers_see(package: str) -> None:
    found, told = import_module(package), imports_for_readers(package)
    assert sorted(told) == sorted(found.__all__)
    for name, home in told.items():
        assert getattr(found, name) is getattr(import_module(home), name)
        assert vars(found)[name] is getattr(found, name)  # asked for once


def test_what_no_home_offers_is_an_attribute_error() -> None:
    load = loads_on_demand("json", ["nothing"], ["decoder"])
    for name in ("nothing", "JSONDecoder"):
        with pytest.raises(AttributeError, match=f"module 'json' has no attribute '{name}'"):
            load(name)
