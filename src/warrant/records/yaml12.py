"""A strict reader of YAML 1.2, core schema, that knows where everything stands.

Recipes and rule files are read by people who are not programmers, and what they
mean decides what a model may learn from. So one text has one meaning: `no`, `yes`
and `on` are text, a date is text, and anchors, aliases, tags, merge keys, duplicate
keys and keys that are not text are refused. PyYAML finds the tokens; what a plain
scalar means is decided here, since PyYAML itself follows YAML 1.1.

Source: YAML 1.2.2, section 10.3 (core schema).
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, cast

import yaml
from yaml.reader import ReaderError

from warrant.errors import InputError
from warrant.records.yaml_fault import diagnose

YamlValue: TypeAlias = "str | int | float | bool | list[YamlValue] | dict[str, YamlValue] | None"
Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH: Final = 50
"""Lists and mappings inside one another; a person's file has fewer than ten."""

MAX_INTEGER: Final = 2**63
"""Integers lie from -MAX_INTEGER to MAX_INTEGER - 1, as in signed 64 bits."""

_NULL: Final = re.compile(r"(?:null|Null|NULL|~|)\Z")
_TRUE: Final = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE: Final = re.compile(r"(?:false|False|FALSE)\Z")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL: Final = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITE: Final = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")

# YAML 1.1, and so PyYAML, breaks lines at these three; YAML 1.2 does not.
_OLD_LINE_BREAKS: Final = re.compile("[\x85\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Mark(NamedTuple):
    """A place in a file, as editors count: the first line and column are 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Marks:
    """Where each key and each value of one file stands.

    A path is the tuple of keys and list positions that leads to a value: the value
    of `a: [x, {b: 1}]` at `("a", 1, "b")` is 1. The whole document has path `()`.
    """

    source: str
    """The file's name as it is shown in messages."""

    keys: Mapping[Path, Mark]
    """Where the last key of a path is written; list positions have none."""

    values: Mapping[Path, Mark]
    """Where the value at a path begins."""

    def mark(self, path: Path) -> Mark:
        """Give the place of a path's key, else of its value, else of its parent.

        A parent stands in for what is absent, so that "missing key" can point at
        the mapping that lacks it.
        """
        for end in range(len(path), -1, -1):
            found = self.keys.get(path[:end]) or self.values.get(path[:end])
            if found is not None:
                return found
        return Mark(1, 1)

    def place(self, path: Path) -> str:
        """Say where a path stands: `recipe.yaml, line 3, column 5`."""
        return _place(self.source, self.mark(path))


class Loaded(NamedTuple):
    """A file's value and the places of everything in it."""

    value: YamlValue
    marks: Marks


def load_yaml(text: str, source: str) -> Loaded:
    """Read one YAML 1.2 document, core schema, strictly.

    Args:
        text: the whole file.
        source: the file's name, for messages.

    Returns:
        the value and its marks. An empty file is None.

    Raises:
        InputError: the text is not YAML, or uses what is refused here: more than
            one document, directives other than `%YAML 1.2`, anchors, aliases, tags,
            merge keys, keys that are not text, duplicate keys, numbers that are not
            finite or beyond 64 bits, characters that no UTF-8 file can hold.
    """
    for pattern, why in (
        (_OLD_LINE_BREAKS, "is a line break in old YAML and a character in new"),
        (_SURROGATE, "is half of a character"),
    ):
        if stray := pattern.search(text):
            line = text.count("\n", 0, stray.start()) + 1
            column = stray.start() - text.rfind("\n", 0, stray.start())
            raise InputError(
                f"{_place(source, Mark(line, column))}: the character "
                f"U+{ord(stray.group()):04X} {why}.",
                do="Delete it, or write it as an escape inside double quotes.",
            )
    return _Reader(source).read(text)


def unknown_key(path: Path, allowed: Collection[str], marks: Marks) -> InputError:
    """Make the error for a key that nobody reads, with the nearest one that is.

    Args:
        path: the path that ends in the unknown key.
        allowed: the keys that are valid in its place.
        marks: the marks of its file.

    Returns:
        the error, for the caller to raise.
    """
    key = str(path[-1])
    near = difflib.get_close_matches(key, sorted(allowed), n=1, cutoff=0.5)
    do = f"Write {near[0]!r}?" if near else f"Known here: {', '.join(sorted(allowed))}."
    return InputError(f"{marks.place(path)}: unknown key {key!r}.", do=do)


def _place(source: str, mark: Mark) -> str:
    return f"{source}, line {mark.line}, column {mark.column}"


class _Reader:
    """Reads one document from PyYAML's events; used once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys: dict[Path, Mark] = {}
        self._values: dict[Path, Mark] = {}

    def read(self, text: str) -> Loaded:
        try:
            value = self._document(yaml.parse(text, Loader=yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error, text) from None
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            column = error.position - text.rfind("\n", 0, error.position)
            raise InputError(
                f"{_place(self._source, Mark(line, column))}: the character "
                f"U+{error.character:04X} may not stand in YAML.",
                do="Delete it, or write it as an escape inside double quotes.",
            ) from None
        except (ValueError, OverflowError):
            # PyYAML turns "\UFFFFFFFF" into a character without asking whether
            # there is one.
            raise InputError(
                f"{self._source}: an escape in double quotes names no character.",
                do="Use \\u followed by four hexadecimal digits, at most \\U0010FFFF.",
            ) from None
        return Loaded(value, Marks(self._source, self._keys, self._values))

    def _document(self, events: Iterator[yaml.Event]) -> YamlValue:
        next(events)  # the stream's start
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            self._values[()] = Mark(1, 1)
            return None
        start = cast("yaml.DocumentStartEvent", first)
        if start.tags or start.version not in {None, (1, 2)}:
            raise self._refuse(
                first, "a directive is not allowed", "Remove the line that begins with %."
            )
        value = self._value(next(events), events, ())
        next(events)  # the document's end
        more = next(events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise self._refuse(more, "a second document begins", "Put it in its own file.")
        return value

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> YamlValue:
        self._values[path] = _mark(event)
        self._plainly(event)
        if len(path) > MAX_DEPTH:
            raise self._refuse(
                event,
                f"more than {MAX_DEPTH} lists or mappings stand inside one another",
                "Flatten it.",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, path)
        return self._mapping(events, path)

    def _plainly(self, event: yaml.Event) -> None:
        """Refuse what makes a value mean something that is not written there."""
        if isinstance(event, yaml.AliasEvent):
            what = f"the alias *{event.anchor} is not allowed"
            raise self._refuse(event, what, "Write the value again.")
        node = cast("yaml.ScalarEvent | yaml.CollectionStartEvent", event)
        if node.anchor is not None:
            what = f"the anchor &{node.anchor} is not allowed"
            raise self._refuse(event, what, "Remove it; no alias may use it.")
        if node.tag is not None:
            what = f"the tag {node.tag!r} is not allowed"
            raise self._refuse(event, what, "Remove it; write text in quotes.")

    def _list(self, events: Iterator[yaml.Event], path: Path) -> list[YamlValue]:
        items: list[YamlValue] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, YamlValue]:
        entries: dict[str, YamlValue] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in entries:
                first = self._keys[*path, key].line
                raise self._refuse(
                    event, f"the key {key!r} already stands in line {first}", "Keep one."
                )
            self._keys[*path, key] = _mark(event)
            entries[key] = self._value(next(events), events, (*path, key))
        return entries

    def _key(self, event: yaml.Event) -> str:
        self._plainly(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(
                event, "a list or a mapping is used as a key", "Use text as the key."
            )
        if event.implicit[0] and event.value == "<<":
            raise self._refuse(event, "the merge key << is not allowed", "Write the keys out.")
        key = self._scalar(event)
        if not isinstance(key, str):
            raise self._refuse(
                event,
                f"the key {event.value} is not text",
                f'Put it in quotes: "{event.value}".',
            )
        return key

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | float | bool | None:
        text: str = event.value
        if _SURROGATE.search(text):
            raise self._refuse(
                event,
                "an escape is half of a character",
                "Write the character itself, or \\U and eight hexadecimal digits.",
            )
        if not event.implicit[0]:  # quoted or a block: always text
            return text
        if _NULL.match(text):
            return None
        if _TRUE.match(text):
            return True
        if _FALSE.match(text):
            return False
        return self._number(event)

    def _number(self, event: yaml.ScalarEvent) -> str | int | float:
        """Read a plain scalar that is neither null nor a boolean."""
        text: str = event.value
        for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
            if pattern.match(text):
                return self._integer(event, base)
        if _INFINITE.match(text) or (_FLOAT.match(text) and not math.isfinite(float(text))):
            raise self._refuse(event, f"the number {text} is not finite", "Write a number.")
        return float(text) if _FLOAT.match(text) else text

    def _integer(self, event: yaml.ScalarEvent, base: int) -> int:
        digits: str = event.value
        # A length first: int() of a very long text is slow, or refused by Python.
        value = int(digits, base) if len(digits) <= 80 else MAX_INTEGER
        if not -MAX_INTEGER <= value < MAX_INTEGER:
            raise self._refuse(
                event, "this integer is beyond 64 bits", "Put it in quotes to keep it as text."
            )
        return value

    def _refuse(self, event: yaml.Event, what: str, do: str) -> InputError:
        return InputError(f"{_place(self._source, _mark(event))}: {what}.", do=do)

    def _not_yaml(self, error: yaml.MarkedYAMLError, text: str) -> InputError:
        at = cast("yaml.Mark", error.problem_mark)
        found = diagnose(text, at.line + 1, str(error.problem))
        mark = Mark(found.line, at.column + 1 if found.line == at.line + 1 else 1)
        return InputError(f"{_place(self._source, mark)}: {found.what}.", do=found.do)


def _mark(event: yaml.Event) -> Mark:
    at = cast("yaml.Mark", event.start_mark)
    return Mark(at.line + 1, at.column + 1)
