"""A rule: what must hold before which steps, in words, in CEL, and what to do when it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast, get_args

from warrant.errors import InputError
from warrant.policy.expression import Expression, compile_expression
from warrant.policy.facts import FACTS, Fact, Scope
from warrant.records.yaml12 import unknown_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from warrant.records.yaml12 import Marks, Path, YamlValue

Step: TypeAlias = Literal[
    "ingest",
    "curate",
    "label",
    "split",
    "train",
    "evaluate",
    "report",
    "deploy",
    "serve",
    "predict",
]
Stage: TypeAlias = Literal["explore", "pilot", "production"]
Weight: TypeAlias = Literal["hard", "block", "warn"]

STEPS: Final[tuple[Step, ...]] = get_args(Step)
"""Every step that a rule can guard."""

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
"""The stages of use, from the laxest to the strictest."""

ROLES: Final = ("author", "reviewer", "approver", "operator")
"""The roles in which a person signs (`warrant.records.actor.Role`)."""

_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class Rule:
    """One guardrail of a pack, checked and compiled."""

    id: str
    """Its name, unique among the packs in use: lower-case words joined by hyphens."""

    title: str
    """What must hold, as one sentence without a full stop."""

    before: tuple[Step, ...]
    """The steps that it guards."""

    over: Scope
    """Whether it is judged once, for each source, or for each row."""

    needs: tuple[str, ...]
    """The facts that must be present."""

    ok: Expression = field(repr=False)
    """What must be true."""

    weight: Weight
    """`hard` stops every stage of use, `block` stops pilot and production, `warn` none."""

    since: Stage
    """The laxest stage of use in which it is asked (`from` in the file)."""

    reference: str
    """The law, standard or design section that it rests on."""

    remedy: str
    """What a person can do about a no."""

    except_by: tuple[str, ...]
    """The roles that may except it by a signed act; empty: nobody."""

    place: str
    """Where it is written, for messages."""

    known: Mapping[str, Fact] = field(default_factory=lambda: FACTS, repr=False, compare=False)
    """The list of facts that it was checked against."""

    def guards(self, step: Step, stage: Stage) -> bool:
        """Say whether it is asked before a step in a stage of use."""
        return step in self.before and STAGES.index(self.since) <= STAGES.index(stage)


def parse_rule(
    value: YamlValue, path: Path, marks: Marks, known: Mapping[str, Fact] = FACTS
) -> Rule:
    """Check one rule as read from YAML, and compile it.

    Args:
        value: the mapping of the rule.
        path: its path in the file.
        marks: the marks of the file.
        known: the list of facts.

    Returns:
        the rule.

    Raises:
        InputError: a key is unknown, missing or of the wrong kind, or the rule contradicts
            itself; the message names file, line, column and the nearest valid key.
    """
    return _Parser(value, path, marks, known).rule()


class _Parser:
    """Reads the keys of one mapping; each complaint knows its place."""

    KEYS: Final = (
        *("id", "title", "before", "over", "needs", "ok", "hard", "from", "severity"),
        *("reference", "remedy", "except_by"),
    )

    def __init__(
        self, value: YamlValue, path: Path, marks: Marks, known: Mapping[str, Fact]
    ) -> None:
        self._path = path
        self._marks = marks
        self._known = known
        if not isinstance(value, dict):
            raise InputError(
                f"{marks.place(path)}: a rule is a mapping of keys, not {_kind(value)}.",
                do=f"Write the keys {', '.join(self.KEYS)}.",
            )
        self._value = value
        for key in value:
            if key not in self.KEYS:
                raise unknown_key((*path, key), self.KEYS, marks)

    def rule(self) -> Rule:
        identity = self._text("id")
        if not _ID.match(identity):
            raise self._wrong("id", f"{identity!r} is not lower-case words joined by hyphens")
        over = cast("Scope", self._one("over", get_args(Scope)))
        needs = self._needs(over)
        weight = self._weight()
        since = cast("Stage", self._one("from", STAGES, default="explore"))
        if weight == "hard" and since != "explore":
            raise self._wrong("from", "a hard rule stops explore too, so it applies from there")
        return Rule(
            id=identity,
            title=self._text("title"),
            before=cast("tuple[Step, ...]", self._several("before", STEPS)),
            over=over,
            needs=needs,
            ok=compile_expression(
                self._text("ok"), needs, self._known, self._marks.place((*self._path, "ok"))
            ),
            weight=weight,
            since=since,
            reference=self._text("reference"),
            remedy=self._text("remedy"),
            except_by=self._several("except_by", ROLES, may_be_empty=True),
            place=self._marks.place(self._path),
            known=self._known,
        )

    def _needs(self, over: Scope) -> tuple[str, ...]:
        asked = [name for name, fact in self._known.items() if fact.scope in {"run", over}]
        needs = self._several("needs", asked)
        if not any(self._known[name].scope == over for name in needs):
            raise self._wrong("needs", f"a rule over {over} needs at least one {over} fact")
        return needs

    def _weight(self) -> Weight:
        hard = self._value.get("hard", False)
        if not isinstance(hard, bool):
            raise self._wrong("hard", f"expected true or false, found {_kind(hard)}")
        severity = self._one("severity", ("block", "warn"), default="block")
        if hard and severity == "warn":
            raise self._wrong("severity", "a hard rule always blocks")
        return "hard" if hard else cast("Weight", severity)

    def _text(self, key: str) -> str:
        value = self._present(key)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, f"expected text, found {_kind(value)}")
        return value.strip()

    def _one(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        if default is not None and key not in self._value:
            return default
        value = self._present(key)
        if not isinstance(value, str) or value not in allowed:
            raise self._unlisted(key, value, allowed)
        return value

    def _several(
        self, key: str, allowed: Collection[str], *, may_be_empty: bool = False
    ) -> tuple[str, ...]:
        value = self._present(key)
        if not isinstance(value, list) or (not value and not may_be_empty):
            raise self._wrong(key, f"expected a list, found {_kind(value)}")
        names: list[str] = []
        for item in value:
            if not isinstance(item, str) or item not in allowed:
                raise self._unlisted(key, item, allowed)
            if item in names:
                raise self._wrong(key, f"{item!r} stands there twice")
            names.append(item)
        return tuple(names)

    def _present(self, key: str) -> YamlValue:
        if key not in self._value:
            raise InputError(
                f"{self._marks.place(self._path)}: the rule has no {key!r}.",
                do=f"Add {key!r}; a rule has {', '.join(self.KEYS)}.",
            )
        return self._value[key]

    def _unlisted(self, key: str, value: YamlValue, allowed: Collection[str]) -> InputError:
        found = repr(value) if isinstance(value, str) else _kind(value)
        near = get_close_matches(value, allowed, n=1) if isinstance(value, str) else []
        do = f"Did you mean {near[0]!r}?" if near else f"Valid here: {', '.join(allowed)}."
        place = self._marks.place((*self._path, key))
        return InputError(f"{place}: {found} is not valid under {key!r}.", do=do)

    def _wrong(self, key: str, why: str) -> InputError:
        return InputError(
            f"{self._marks.place((*self._path, key))}: {key!r}: {why}.", do="Correct the rule."
        )


def _kind(value: YamlValue) -> str:
    """Name a value's kind as its writer would."""
    if value is None or value == "" or value == []:
        return "nothing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "a mapping")
