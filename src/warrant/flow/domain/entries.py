"""Failure tests as a recipe or a domain writes them, and the word lists they name."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from warrant.records.failure_test import ChosenBy
    from warrant.stages.evaluate import FailureTestConfig

OWN = ("expect", "name", "column", "labels", "within")
"""Settings of every failure test; all others are of its generator."""


@dataclass(frozen=True)
class Entry:
    """One failure test as it is written."""

    test: str
    """The generator's name."""
    settings: Mapping[str, Any]
    """As written; word lists are read."""
    chosen_by: ChosenBy
    """Who wrote it."""
    place: str
    """Where it stands, for messages."""
    said_by: Mapping[str, ChosenBy] = field(default_factory=dict)
    """Who wrote each setting, where it is another one."""

    @property
    def name(self) -> str:
        """As a plan's bound names it."""
        return str(self.settings.get("name", self.test))

    def over(self, other: Entry) -> Entry:
        """Give this entry with what it does not say taken from another one.

        Args:
            other: of the same name, as a domain has it.

        Returns:
            The entry.
        """
        settings = {**other.settings, **self.settings}
        mine = dict.fromkeys(self.settings, self.chosen_by)
        theirs = dict.fromkeys(other.settings, other.chosen_by)
        return replace(self, settings=settings, said_by={**theirs, **mine})


def read_entry(
    test: str, settings: Mapping[str, Any], chosen_by: ChosenBy, place: str, folder: Path
) -> Entry:
    """Read one entry, and the file of words that it names.

    Args:
        test: the generator's name.
        settings: as written.
        chosen_by: who wrote it.
        place: where it stands, for messages.
        folder: from which files are named.

    Returns:
        The entry.

    Raises:
        InputError: the file of words is not there or cannot be read.
    """
    words = settings.get("words")
    if isinstance(words, str):
        settings = {**settings, "words": read_words(folder, words, place)}
    expect = settings.get("expect")
    if isinstance(expect, dict) and len(expect) == 1:
        settings = {**settings, "expect": " ".join(map(str, *expect.items()))}
    return Entry(test, settings, chosen_by, place)


def read_words(folder: Path, name: str, place: str) -> list[list[str]]:
    """Read a list of words: CSV without a header line; `#` starts a line that is not read.

    Args:
        folder: in which the file lies.
        name: of the file, relative to the folder.
        place: where it is named, for messages.

    Returns:
        The cells of each line.

    Raises:
        InputError: there is no such file below the folder, it is not UTF-8, or it is empty.
    """
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise InputError(
            f"{place}: there is no file of words {name!r}.",
            do=f"Put it into the folder {folder.name!r}, or correct its name.",
        )
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{name!r} is not UTF-8 text.", do="Save it as UTF-8.") from None
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    words = [[cell.strip() for cell in cells] for cells in csv.reader(kept)]
    if not words:
        raise InputError(f"The file of words {name!r} is empty.", do="Write one entry a line.")
    return words


def merged(first: Sequence[Entry], second: Sequence[Entry]) -> list[Entry]:
    """Put entries over others of the same name; new ones stand last.

    Args:
        first: of a domain.
        second: of the recipe.

    Returns:
        Each name once.

    Raises:
        InputError: one list has a name twice.
    """
    for entries in (first, second):
        names = [one.name for one in entries]
        for one in entries:
            if names.count(one.name) > 1:
                raise InputError(
                    f"{one.place}: two failure tests are called {one.name!r}.",
                    do=f"Give one of them another name, for example: name: {one.name}-2",
                )
    found = {one.name: one for one in first}
    for one in second:
        old = found.get(one.name)
        found[one.name] = one.over(old) if old and old.test == one.test else one
    return list(found.values())


def configured(entry: Entry) -> FailureTestConfig:
    """Turn an entry into the settings of a failure test, and try them.

    Args:
        entry: as written.

    Returns:
        The settings.

    Raises:
        InputError: with the place: nobody offers the test, a setting or the expectation is wrong,
            or a recipe does not say what should come of it and nothing is safe to expect.
    """
    from warrant.stages.evaluate import FailureTestConfig
    from warrant.stages.evaluate.failure_test import make_test, require_expectation

    own = {key: value for key, value in entry.settings.items() if key in OWN}
    others = {key: value for key, value in entry.settings.items() if key not in OWN}
    try:
        made = make_test(entry.test, str(own.get("column", "")), others)
    except InputError as error:
        raise InputError(f"{entry.place}: {error.what}", do=error.do) from None
    expect = own.get("expect")
    if expect is not None:
        expect = require_expectation(str(expect), entry.place)
    elif made.safe is None and entry.chosen_by == "recipe":
        raise InputError(
            f"{entry.place}: what should come of {entry.name!r} depends on the task, and nobody "
            "says it.",
            do=f"Write for example: {entry.test}: {{expect: changes}}, or same, becomes LABEL, "
            "rises LABEL, falls LABEL.",
        )
    labels = own.get("labels", ())
    return FailureTestConfig(
        entry.test,
        entry.name,
        expect,
        entry.said_by.get("expect", entry.chosen_by),
        own.get("column"),
        tuple(map(str, labels)) if isinstance(labels, (list, tuple)) else (str(labels),),
        float(own.get("within", 0.0)),
        dict(others),
    )
