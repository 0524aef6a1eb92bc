"""A pack: a folder of rules for a domain. YAML and no code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from warrant.catalog import Catalog
from warrant.errors import InputError
from warrant.policy.facts import FACTS, Fact
from warrant.policy.rule import STAGES, Rule, parse_rule
from warrant.records.yaml12 import Loaded, YamlValue, load_yaml, unknown_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.policy.decide import Impact, Use

PACKS: Final[Catalog[Path]] = Catalog(
    kind="guardrail pack",
    group="warrant.packs",
    builtin={
        "core": "warrant.policy.packs:CORE",
        "finance": "warrant.policy.packs:FINANCE",
        "healthcare": "warrant.policy.packs:HEALTHCARE",
        "healthcare-operations": "warrant.policy.packs:HEALTHCARE_OPERATIONS",
        "legal": "warrant.policy.packs:LEGAL",
    },
)
"""Packs by name; an entry's value is the path of its folder."""

KEYS: Final = ("pack", "name", "version", "title", "impact", "files")
"""The keys of `pack.yaml`."""


@dataclass(frozen=True)
class Pack:
    """The rules of one domain, checked and compiled."""

    name: str
    """As the recipe names it."""

    version: int
    """Raised whenever a decision may change."""

    title: str
    """What the pack guards, as one sentence without a full stop."""

    impact: Impact | None
    """The least impact of any use under this pack; None: as the person answered."""

    rules: tuple[Rule, ...]
    """In the order of the files."""

    digest: str
    """SHA-256, in hex, over each file's name and bytes: which text decided."""


@dataclass(frozen=True)
class Description:
    """One rule in words, for a listing."""

    id: str
    """The rule's id."""

    title: str
    """What must hold."""

    before: str
    """The steps that it guards."""

    stops: str
    """The stages of use that it stops."""

    needs: tuple[str, ...]
    """The meaning of each fact that it reads."""

    ok: str
    """Its CEL text."""

    remedy: str
    """What to do about a no."""

    reference: str
    """What it rests on."""

    except_by: str
    """Who may except it."""


def load_packs(
    names: Sequence[str], base: Path | None = None, known: Mapping[str, Fact] = FACTS
) -> tuple[Pack, ...]:
    """Load the packs that a recipe names.

    Args:
        names: names from the catalog, or paths of folders, which hold a slash.
        base: the recipe's folder, from which paths are read; None: the current one.
        known: the list of facts.

    Returns:
        the packs, in order.

    Raises:
        InputError: a pack is unknown, or one of its files is wrong.
    """
    folders = ((base or Path()) / name if "/" in name else _find(name) for name in names)
    return tuple(load_pack(folder, known) for folder in folders)


def _find(name: str) -> Path:
    try:
        return PACKS.load(name)
    except InputError as error:
        if name in PACKS.names() or "Did you mean" in error.do:
            raise
        do = f"Take {name!r} out of 'guardrails', or write its folder with a slash. {error.do}"
        raise InputError(error.what, do=do) from error


def load_pack(folder: Path, known: Mapping[str, Fact] = FACTS) -> Pack:
    """Load the pack in a folder.

    Args:
        folder: holds `pack.yaml` and the files of rules that it lists, and no other YAML.
        known: the list of facts.

    Returns:
        the pack, each rule checked and compiled.

    Raises:
        InputError: a file is missing, unlisted, unreadable or wrong; file and line are named.
    """
    texts = {"pack.yaml": _read(folder / "pack.yaml")}
    head = _head(folder, texts["pack.yaml"])
    listed = cast("list[str]", head["files"])
    for name in listed:
        texts[name] = _read(folder / name)
    _refuse_unlisted(folder, texts)
    rules = [
        rule for name in listed for rule in _rules(f"{folder.name}/{name}", texts[name], known)
    ]
    return Pack(
        name=cast("str", head["name"]),
        version=cast("int", head["version"]),
        title=cast("str", head["title"]),
        impact=cast("Impact | None", head.get("impact")),
        rules=tuple(rules),
        digest=_digest(texts),
    )


def rules_of(packs: Sequence[Pack]) -> tuple[Rule, ...]:
    """List the rules of some packs, in order."""
    return tuple(rule for pack in packs for rule in pack.rules)


def raised(use: Use, packs: Sequence[Pack]) -> Use:
    """Raise a use's impact to what the packs ask for; never lower it."""
    high = use.impact == "high" or any(pack.impact == "high" for pack in packs)
    return replace(use, impact="high" if high else "low")


def describe(pack: Pack) -> tuple[Description, ...]:
    """Put each rule of a pack into words, for `warrant guardrails`."""
    return tuple(
        Description(
            id=rule.id,
            title=rule.title,
            before=", ".join(rule.before),
            stops=_stops(rule),
            needs=tuple(f"{name}: {rule.known[name].meaning}" for name in rule.needs),
            ok=rule.ok.text,
            remedy=rule.remedy,
            reference=rule.reference,
            except_by=" or ".join(rule.except_by) or "nobody",
        )
        for rule in pack.rules
    )


def _stops(rule: Rule) -> str:
    if rule.weight == "warn":
        return "nothing; it is noted"
    first = "explore" if rule.weight == "hard" else max("pilot", rule.since, key=STAGES.index)
    return ", ".join(STAGES[STAGES.index(first) :])


def _read(path: Path) -> str:
    where = f"{path.parent.name}/{path.name}"
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError(
            f"The guardrail file {where!r} cannot be read: {error.strerror}.",
            do="Restore it, or install the pack again.",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where}: byte {error.start} is not UTF-8.", do="Save it as UTF-8."
        ) from (error)


def _head(folder: Path, text: str) -> dict[str, YamlValue]:
    loaded = load_yaml(text, f"{folder.name}/pack.yaml")
    value = _mapping(loaded, KEYS)
    for key, kind, what in (
        ("pack", int, "the number 1"),
        ("name", str, "text"),
        ("version", int, "a whole number"),
        ("title", str, "text"),
        ("files", list, "a list of file names"),
    ):
        if type(value.get(key)) is not kind:
            raise _wrong(loaded, key, what)
    if value["pack"] != 1:
        raise _wrong(loaded, "pack", "the number 1, the format that this version reads")
    if value.get("impact") not in [None, "low", "high"]:  # a list: a value may be unhashable
        raise _wrong(loaded, "impact", "low or high, or no such key")
    files = cast("list[YamlValue]", value["files"])
    names = {name for name in files if isinstance(name, str) and name == Path(name).name}
    if not files or len(names) != len(files) or "pack.yaml" in names:
        raise _wrong(loaded, "files", "different names of files that lie beside it")
    return value


def _rules(source: str, text: str, known: Mapping[str, Fact]) -> Sequence[Rule]:
    return _usual_rules(source, text) if known is FACTS else _compile(source, text, known)


@lru_cache(maxsize=64)
def _usual_rules(source: str, text: str) -> tuple[Rule, ...]:
    """Compile a file of rules once in a process: a server asks the same ones again and again."""
    return tuple(_compile(source, text, FACTS))


def _compile(source: str, text: str, known: Mapping[str, Fact]) -> list[Rule]:
    loaded = load_yaml(text, source)
    listed = _mapping(loaded, ("rules",)).get("rules")
    if not isinstance(listed, list) or not listed:
        raise _wrong(loaded, "rules", "a list of rules")
    return [
        parse_rule(value, ("rules", at), loaded.marks, known) for at, value in enumerate(listed)
    ]


def _mapping(loaded: Loaded, keys: Sequence[str]) -> dict[str, YamlValue]:
    if not isinstance(loaded.value, dict):
        raise InputError(
            f"{loaded.marks.place(())}: the file is not a mapping of keys.",
            do=f"Write the keys {', '.join(keys)}.",
        )
    for key in loaded.value:
        if key not in keys:
            raise unknown_key((key,), keys, loaded.marks)
    return loaded.value


def _wrong(loaded: Loaded, key: str, expected: str) -> InputError:
    return InputError(f"{loaded.marks.place((key,))}: {key!r} is not {expected}.", do="Correct it.")


def _refuse_unlisted(folder: Path, texts: Mapping[str, str]) -> None:
    """Refuse a file of rules that nobody reads: its writer believes that it guards."""
    for path in sorted(folder.iterdir()):
        if path.suffix in {".yaml", ".yml"} and path.name not in texts:
            raise InputError(
                f"{folder.name}/pack.yaml does not list {path.name!r}, which lies beside it.",
                do="Add it to `files`, or remove it.",
            )


def _digest(texts: Mapping[str, str]) -> str:
    total = hashlib.sha256(b"warrant/pack/1\0")
    for name, text in sorted(texts.items()):
        for part in (name.encode(), text.encode()):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()
