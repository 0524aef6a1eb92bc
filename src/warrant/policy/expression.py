"""The one place that knows CEL: compile an expression, and judge values by it.

`cel-expr-python` 0.1.3 has four habits that would turn a no into a yes, so nothing
outside this file touches it:

- an evaluation error is not raised: it is a result of type ERROR whose value is a
  text, and a text is true in Python;
- an undeclared type or a mixed list gives a result of type DYN;
- a boolean is taken for an integer, a date without zone for one in UTC, an integer
  for a float;
- some texts (lone surrogates) do raise, a bare RuntimeError.

Source: CEL language definition, https://github.com/google/cel-spec, sections "Evaluation"
and "Macros".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.policy.facts import Fact, FactType

MAX_LENGTH: Final = 1000
"""Characters of an expression; a person must be able to read it."""

FUNCTIONS: Final = frozenset(
    {"contains", "double", "duration", "endsWith", "int", "matches", "size", "startsWith"}
    | {"timestamp", "getFullYear", "getMonth", "getDate"}
)
"""What an expression may call. All run in time linear in their input and none asks whether a
fact is present."""

_STRING: Final = re.compile(r'"[^"\n]*"|' + r"'[^'\n]*'")
_CALL: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")
_NAME: Final = re.compile(r"(?<![.\w])([A-Za-z_]\w*)\b(?!\s*\()", re.ASCII)
_WORDS: Final = frozenset({"true", "false", "null", "in"})
_FAULT: Final = re.compile(r"<input>:(\d+):(\d+): ([^\n]*)")


@dataclass(frozen=True)
class Expression:
    """A checked expression over some facts."""

    text: str
    """The CEL text."""

    _program: Any = field(compare=False, repr=False)
    """The compiled program; `cel-expr-python` ships no types."""

    def judge(self, values: Mapping[str, object]) -> bool | None:
        """Judge values by the expression.

        Args:
            values: a value for each variable; one that is absent may be decided by the
                others (`a && b` is False when a is), else the result is an error.

        Returns:
            True or False when the result's type is BOOL; None for an error and for
            every other type.
        """
        try:
            result = self._program.eval(data=values)
        except RuntimeError:
            return None
        value = result.value() if result.type().name() == "BOOL" else None
        return value if isinstance(value, bool) else None


def compile_expression(
    text: str, needs: tuple[str, ...], known: Mapping[str, Fact], place: str
) -> Expression:
    """Check and compile an expression.

    Only the needed facts are declared, so that an expression cannot use another one.

    Args:
        text: the CEL text.
        needs: the facts that it uses, each in `known`.
        known: the list of facts.
        place: where it stands, for messages.

    Returns:
        the expression, whose result's type is BOOL.

    Raises:
        InputError: it is too long, calls what it may not, uses a fact that it does not
            need, does not use one that it needs, mixes types, or is not a BOOL.
    """
    _refuse_words(text, f"{place}: `ok`")
    types = {name: known[name].type for name in needs}
    program = _compile(text, types)
    if isinstance(program, str):
        raise _fault(program, known, place)
    if program.return_type().name() != "BOOL":
        raise InputError(
            f"{place}: `ok` gives {program.return_type().name()}, not BOOL.",
            do="Compare: write for example training_rows > 0.",
        )
    for name in needs:
        others = {other: kind for other, kind in types.items() if other != name}
        if not isinstance(_compile(text, others), str):
            raise InputError(
                f"{place}: the rule needs {name!r}, but its `ok` does not use it.",
                do=f"Remove {name!r} from `needs`, or use it.",
            )
    return Expression(text, program)


def names_in(text: str) -> tuple[str, ...]:
    """List the variables that an expression names.

    Args:
        text: the CEL text.

    Returns:
        Each once, in order; without what stands in quotes and what is called.
    """
    code = _STRING.sub('""', text)
    return tuple(dict.fromkeys(name for name in _NAME.findall(code) if name not in _WORDS))


def compile_over_columns(text: str, types: Mapping[str, FactType], place: str) -> Expression:
    """Check and compile an expression over the columns of rows.

    Args:
        text: the CEL text.
        types: by variable, the type of its column.
        place: where it stands, for messages.

    Returns:
        the expression, whose result's type is BOOL.

    Raises:
        InputError: it is too long, calls what it may not, mixes types, or is not a BOOL.
    """
    _refuse_words(text, f"{place}: the rule")
    program = _compile(text, types)
    said = ", ".join(f"{name} is {kind}" for name, kind in types.items())
    if isinstance(program, str):
        raise InputError(
            f"{place}: the rule is not valid CEL: {_said(program)}.",
            do=f"Compare each column with a value of its own type: {said}.",
        )
    if program.return_type().name() != "BOOL":
        raise InputError(
            f"{place}: the rule gives {program.return_type().name()}, not BOOL.",
            do=f"Compare: {said}.",
        )
    return Expression(text, program)


def fits(value: object, fact: FactType) -> bool:
    """Say whether a value is of a fact's type, exactly.

    Args:
        value: any Python value.
        fact: the type that the list of facts declares.

    Returns:
        whether CEL would read the value as what it is. Not a number, an infinite one, an
        integer beyond 64 bits, an instant that is not UTC and a text that UTF-8 cannot hold
        do not fit; nor do values of numpy's types.
    """
    if fact == "INT":
        return type(value) is int and -(2**63) <= value < 2**63
    if fact == "DOUBLE":
        return type(value) is float and math.isfinite(value)
    if fact == "STRING":
        return type(value) is str and not any("\ud800" <= char <= "\udfff" for char in value)
    if fact == "TIMESTAMP":
        return type(value) is datetime and value.utcoffset() == timedelta(0)
    return type(value) is bool


def _refuse_words(text: str, what: str) -> None:
    """Refuse what would make an expression long, slow, or pass on what is absent."""
    if len(text) > MAX_LENGTH:
        raise InputError(
            f"{what} has {len(text)} characters; at most {MAX_LENGTH} are allowed.",
            do="Split the rule in two.",
        )
    code = _STRING.sub('""', text)
    for mark, held, where in (
        ("\\", "an escape", text),
        ('"""', "a text in triple quotes", text),
        ("'''", "a text in triple quotes", text),
        ("{", "a map", code),
        ("//", "a comment", code),
    ):
        if mark in where:
            raise InputError(
                f"{what} holds {held} ({mark}).",
                do="Use facts, texts in plain quotes, comparisons, && and ||.",
            )
    for call in _CALL.findall(code):
        if call == "has":
            raise InputError(
                f"{what} asks with has() whether a fact is present.",
                do="List the fact under `needs`: what is missing is a no.",
            )
        if call != "in" and call not in FUNCTIONS:
            raise InputError(
                f"{what} calls {call}(), which is not allowed.",
                do=f"Allowed are: {', '.join(sorted(FUNCTIONS))}.",
            )


def _compile(text: str, types: Mapping[str, FactType]) -> Any:  # noqa: ANN401 (no types in the wheel)
    """Compile; gives the fault's text, not an exception, since a fault may be expected."""
    # Here, because `warrant --help` judges nothing.
    from cel_expr_python import cel

    variables = {name: getattr(cel.Type, kind) for name, kind in types.items()}
    try:
        return cel.NewEnv(variables=variables).compile(text)
    except RuntimeError as error:
        return str(error)


def _said(message: str) -> str:
    found = _FAULT.search(message)
    return f"column {found.group(2)}: {found.group(3)}" if found else message.splitlines()[0]


def _fault(message: str, known: Mapping[str, Fact], place: str) -> InputError:
    undeclared = _UNDECLARED.search(message)
    if undeclared is None:
        return InputError(
            f"{place}: `ok` is not valid CEL: {_said(message)}.",
            do="Compare each fact with a value of its own type.",
        )
    name = undeclared.group(1)
    if name in known:
        return InputError(
            f"{place}: `ok` uses {name!r}, which is not under `needs`.",
            do=f"Add {name!r} to `needs`.",
        )
    if name == "use_stage":
        return InputError(
            f"{place}: `ok` asks for the stage of use, which could let a stricter stage pass.",
            do="Write `from: pilot` or `from: production` instead.",
        )
    near = get_close_matches(name, known, n=1)
    do = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
    return InputError(f"{place}: there is no fact {name!r}.", do=do)
