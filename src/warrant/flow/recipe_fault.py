"""What is wrong in a recipe, as its author needs it: the place, and what to write there."""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from warrant.errors import InputError
from warrant.records.yaml12 import Marks, unknown_key

if TYPE_CHECKING:
    from pydantic import ValidationError

PAGE = "docs/reference/recipe.md"
"""Where every key is explained."""

_TRUE = {"yes", "y", "on", "ja", "oui", "si", "true"}
_FALSE = {"no", "n", "off", "nein", "non", "false"}
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_UPPER = ("less_than", "less_than_equal")
_LOWER = ("greater_than", "greater_than_equal")


class AdviceError(ValueError):
    """What a validator finds wrong, with what helps.

    Args:
        what: goes on after the place in the recipe.
        do: the act.
    """

    def __init__(self, what: str, do: str) -> None:
        super().__init__(what)
        self.what = what
        self.do = do


def located(error: ValidationError, model: type[BaseModel], marks: Marks) -> InputError:
    """Say what is wrong first, where it stands, and what to write instead.

    Args:
        error: of the whole recipe.
        model: the recipe's model.
        marks: places in the file.

    Returns:
        The error, for the caller to raise.
    """
    found = error.errors(include_url=False)
    # A key that is missing is often one that is misspelt: name the misspelling.
    first = min(found, key=lambda one: one["type"] != "extra_forbidden")
    path = tuple(part for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown(path, model, marks)
    place = ".".join(str(part) for part in path)
    told = first.get("ctx", {}).get("error")
    if isinstance(told, AdviceError):
        within = f" {place!r}:" if place else ""
        return InputError(f"{marks.place(path)}:{within} {told.what}.", do=told.do)
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if first["type"] == "missing":
        return InputError(f"{marks.place(path)}: {place!r} is missing.", do=_addition(path, key))
    value = correction(first["type"], first["input"], first.get("ctx", {}))
    do = f"Write: {key}: {value}" if value else f"What it takes stands in {PAGE}."
    return InputError(f"{marks.place(path)}: {place!r}: {first['msg']}.", do=do)


def _addition(path: tuple[str | int, ...], key: str) -> str:
    """Say which line to add."""
    known = {"warrant": "warrant: 1", "sources": "sources: [{path: PATH}]", "name": "name: NAME"}
    if path == ("task",):
        return "Add the line: task: {label: COLUMN}"
    return f"Add the line: {known.get(key, f'{key}: …') if len(path) == 1 else f'{key}: …'}"


def _unknown(path: tuple[str | int, ...], model: type[BaseModel], marks: Marks) -> InputError:
    """Name the nearest key, or the part in which an unknown key is known."""
    key, known = str(path[-1]), _fields_at(path[:-1], model)
    error = unknown_key(path, known, marks)
    homes = [
        part
        for part, field in model.model_fields.items()
        if (inner := _try_model(field.annotation)) and key in _names(inner)
    ]
    if not difflib.get_close_matches(key, known, n=1, cutoff=0.5) and homes:
        return InputError(error.what, do=f"Move it: {key!r} stands under {homes[0]!r}.")
    return error


def correction(kind: str, given: object, context: dict[str, Any]) -> str:
    """Write the value that was probably meant, as YAML.

    Args:
        kind: of pydantic's error.
        given: what stands there.
        context: of the error: bounds, choices.

    Returns:
        The value, perhaps with "or another"; empty when nothing can be guessed.
    """
    if kind == "literal_error":
        return _choice(given, context["expected"])
    if kind == "bool_type":
        word = str(given).lower()
        return "true" if word in _TRUE else "false" if word in _FALSE else "true, or false"
    if kind in {"float_type", "int_type", "int_from_float"}:
        return _number(given, whole=kind != "float_type")
    if kind in (*_UPPER, *_LOWER):
        return _bounded(kind, given, context)
    if kind == "string_pattern_mismatch":
        return _day(str(given)) if "never" in context["pattern"] else _slug(str(given))
    if kind == "tuple_type" and isinstance(given, str):
        return f"[{given}]"
    return ""


def _choice(given: object, expected: str) -> str:
    names: list[str] = re.findall(r"'([^']*)'", expected) or [expected]
    near = difflib.get_close_matches(str(given), names, n=1, cutoff=0.5) or [
        name for name in names if str(given) in name
    ]
    if near or len(names) == 1:
        return (near or names)[0]
    return f"{names[0]}, or one of the others"


def _number(given: object, *, whole: bool) -> str:
    try:
        number = float(str(given))
    except ValueError:
        return "7, or another whole number" if whole else "0.5, or another number"
    return f"{number:.0f}" if whole else f"{number:g}"


def _bounded(kind: str, given: object, context: dict[str, Any]) -> str:
    """Take a percentage for a share; else the bound itself, where it is allowed."""
    number = float(str(given))
    if kind in _UPPER and context.get("lt", context.get("le")) == 1 and 2 <= number < 100:
        return f"{number / 100:g}"
    bound = context.get("le", context.get("ge"))
    if bound is None:
        return "0.2, or another share between 0 and 1"
    return f"{bound:g}, or {'less' if kind in _UPPER else 'more'}"


def _day(given: str) -> str:
    found = _DAY.fullmatch(given)
    if found:
        first, second, year = map(int, found.groups())
        for month, day in ((second, first), (first, second)):
            with suppress(ValueError):
                return date(year, month, day).isoformat()
    return "2030-12-31, or another day as YYYY-MM-DD, or never"


def _slug(given: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")[:63] or "my-model"


def _fields_at(path: tuple[str | int, ...], model: Any) -> list[str]:  # noqa: ANN401 (a class of models)
    for part in path:
        if isinstance(part, int):
            continue
        model = _model_in(model.model_fields[part].annotation)  # no mapping bears an alias
    return _names(model)


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel]:  # noqa: ANN401 (typing offers no better name for an annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [found for part in getattr(annotation, "__args__", ()) if (found := _try_model(part))]
    return inner[0]


def _try_model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 (as above)
    try:
        return _model_in(annotation)
    except IndexError:
        return None
