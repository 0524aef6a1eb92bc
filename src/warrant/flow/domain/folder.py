"""A domain's folder: `domain.yaml`, `failure_tests.yaml`, word lists. Data, never code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from warrant.catalog import Catalog
from warrant.errors import InputError
from warrant.flow.domain.entries import Entry, read_entry
from warrant.records.yaml12 import Loaded, load_yaml, unknown_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.records.yaml12 import Marks, YamlValue
    from warrant.records.yaml12 import Path as Where

FOLDERS = Path(__file__).parent / "folders"

LEGAL = FOLDERS / "legal"
FINANCE = FOLDERS / "finance"
HEALTHCARE = FOLDERS / "healthcare"
HEALTHCARE_OPERATIONS = FOLDERS / "healthcare-operations"

DOMAINS: Catalog[Path] = Catalog(
    kind="domain",
    group="warrant.domains",
    builtin={
        "finance": "warrant.flow.domain.folder:FINANCE",
        "healthcare": "warrant.flow.domain.folder:HEALTHCARE",
        "healthcare-operations": "warrant.flow.domain.folder:HEALTHCARE_OPERATIONS",
        "legal": "warrant.flow.domain.folder:LEGAL",
    },
)
"""Domains by name; an entry's value is the path of its folder."""

KEYS = ("domain", "name", "version", "title", "guardrails", "slices", "card")
"""The keys of `domain.yaml`."""
_QUESTION = re.compile(r"[a-z][a-z0-9_]*")
FILES = ("domain.yaml", "failure_tests.yaml", "workflow.yaml", "examples.yaml")
"""The YAML files of a domain; the first two are needed."""


@dataclass(frozen=True)
class Section:
    """A part of the card that a domain adds: questions that its readers ask."""

    title: str
    questions: tuple[tuple[str, str], ...]
    """Name, as `warrant card --answer` takes it, and words; each is a visible gap until a person
    answers it."""


@dataclass(frozen=True)
class Domain:
    """A domain, read and checked."""

    name: str
    version: int
    """Raised whenever its tests or words change."""
    title: str
    """What it is for, in one line."""
    guardrails: tuple[str, ...]
    """Packs, as `load_packs` takes them from the recipe's folder."""
    slices: tuple[str, ...]
    """Columns that are measured apart where rows have them."""
    sections: tuple[Section, ...]
    failure_tests: tuple[Entry, ...]
    rules: tuple[tuple[str, str], ...]
    """Of a workflow: name and CEL."""
    folder: Path


def load_domain(name: str, base: Path) -> Domain:
    """Load a domain by its name or folder.

    Args:
        name: of the catalog, or a folder, which holds a slash.
        base: the recipe's folder, from which folders are named.

    Returns:
        The domain.

    Raises:
        InputError: nobody offers it, or one of its files is wrong; file and line are named.
    """
    return read_domain(base / name if "/" in name else _find(name))


def _find(name: str) -> Path:
    try:
        return DOMAINS.load(name)
    except InputError as error:
        do = f"{error.do} A folder of your own is written with a slash: domain: ./{name}"
        raise InputError(error.what, do=do) from error


def read_domain(folder: Path) -> Domain:
    """Read a domain's folder.

    Args:
        folder: of YAML and CSV.

    Returns:
        The domain.

    Raises:
        InputError: a file is missing, unreadable or wrong; file and line are named.
    """
    head = load(folder, "domain.yaml")
    value = mapping(head, KEYS)
    for key, kind, what in (
        ("domain", int, "the number 1"),
        ("name", str, "text"),
        ("version", int, "a whole number"),
        ("title", str, "text"),
    ):
        if type(value.get(key)) is not kind:
            raise wrong(head.marks, (key,), f"{key!r} is not {what}")
    if value["domain"] != 1:
        raise wrong(head.marks, ("domain",), "'domain' is not the number 1, the format read here")
    return Domain(
        name=str(value["name"]),
        version=cast("int", value["version"]),
        title=str(value["title"]),
        guardrails=_packs(folder, texts(head, ("guardrails",), ("core",))),
        slices=texts(head, ("slices",), ()),
        sections=_sections(head),
        failure_tests=_failure_tests(folder),
        rules=_rules(folder),
        folder=folder,
    )


def load(folder: Path, name: str) -> Loaded:
    """Read one YAML file of a folder.

    Args:
        folder: the domain's.
        name: of the file.

    Returns:
        Its value and marks.

    Raises:
        InputError: it is missing, not UTF-8, or no YAML.
    """
    source = f"{folder.name}/{name}"
    try:
        text = (folder / name).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"There is no file {source!r}.",
            do="Write it, or begin a domain with: warrant domain new NAME",
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{source!r} is not UTF-8 text.", do="Save it as UTF-8.") from None
    return load_yaml(text, source)


def mapping(loaded: Loaded, keys: Sequence[str]) -> dict[str, YamlValue]:
    """Give the keys of a file, none of them unknown.

    Args:
        loaded: the file.
        keys: those it may have.

    Returns:
        Its value.

    Raises:
        InputError: it is no mapping, or has another key.
    """
    if not isinstance(loaded.value, dict):
        raise wrong(loaded.marks, (), f"the file has none of the keys {', '.join(keys)}")
    for key in loaded.value:
        if key not in keys:
            raise unknown_key((key,), keys, loaded.marks)
    return loaded.value


def wrong(marks: Marks, where: Where, why: str) -> InputError:
    """Make the error of something at a place of a file."""
    return InputError(f"{marks.place(where)}: {why}.", do="Correct it, and check the domain again.")


def texts(loaded: Loaded, where: Where, default: tuple[str, ...]) -> tuple[str, ...]:
    """Read a list of texts.

    Args:
        loaded: the file.
        where: path of the list in it.
        default: in place of a list that is not there.

    Returns:
        The texts.

    Raises:
        InputError: it is no list of texts.
    """
    value: Any = loaded.value
    for key in where:
        if isinstance(value, dict) and key not in value:
            return default
        value = value[key]
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise wrong(loaded.marks, where, f"{where[-1]!r} is no list of texts")
    return tuple(cast("list[str]", value))


def _packs(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Name packs; one with a slash lies in the domain's folder."""
    return tuple(str((folder / one).absolute()) if "/" in one else one for one in names)


def _sections(head: Loaded) -> tuple[Section, ...]:
    listed = cast("dict[str, Any]", head.value).get("card", [])
    if not isinstance(listed, list):
        raise wrong(head.marks, ("card",), "'card' is no list of sections")
    found = []
    for at, one in enumerate(listed):
        if not isinstance(one, dict) or set(one) != {"title", "questions"}:
            raise wrong(head.marks, ("card", at), "a section has 'title' and 'questions'")
        asked = one["questions"]
        if not isinstance(asked, dict) or not all(
            isinstance(words, str) for words in asked.values()
        ):
            raise wrong(head.marks, ("card", at, "questions"), "a question is NAME: its words")
        for name in asked:
            if not _QUESTION.fullmatch(name):
                raise wrong(
                    head.marks,
                    ("card", at, "questions"),
                    f"{name!r} is no name of a question: small letters, digits and _",
                )
        prefix = f"{cast('dict[str, Any]', head.value)['name']}."
        questions = tuple((prefix + name, str(words)) for name, words in asked.items())
        found.append(Section(str(one["title"]), questions))
    return tuple(found)


def _failure_tests(folder: Path) -> tuple[Entry, ...]:
    loaded = load(folder, "failure_tests.yaml")
    listed = mapping(loaded, ("failure_tests",)).get("failure_tests")
    if not isinstance(listed, list) or not listed:
        raise wrong(loaded.marks, ("failure_tests",), "'failure_tests' is no list of tests")
    found = []
    for at, one in enumerate(listed):
        place = loaded.marks.place(("failure_tests", at))
        named = {one: None} if isinstance(one, str) else one
        if not isinstance(named, dict) or len(named) != 1:
            raise wrong(loaded.marks, ("failure_tests", at), "a test is its name, or NAME: {…}")
        [(test, settings)] = named.items()
        if not isinstance(settings or {}, dict):
            raise wrong(loaded.marks, ("failure_tests", at), f"{test!r} has no settings by name")
        said = cast("dict[str, Any]", settings or {})
        found.append(read_entry(test, said, "domain", place, folder))
    return tuple(found)


def _rules(folder: Path) -> tuple[tuple[str, str], ...]:
    """Read the rules of a workflow; none where the domain has no such file."""
    if not (folder / "workflow.yaml").is_file():
        return ()
    loaded = load(folder, "workflow.yaml")
    listed = mapping(loaded, ("rules",)).get("rules")
    if not isinstance(listed, list) or not listed:
        raise wrong(loaded.marks, ("rules",), "'rules' is no list of rules")
    found = []
    for at, one in enumerate(listed):
        if not isinstance(one, dict) or set(one) != {"name", "ok"}:
            raise wrong(loaded.marks, ("rules", at), "a rule has 'name' and 'ok'")
        found.append((str(one["name"]), str(one["ok"])))
    return tuple(found)
