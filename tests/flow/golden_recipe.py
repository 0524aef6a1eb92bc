"""Write every recipe setting into its page. Run: python -m tests.flow.golden_recipe."""

from __future__ import annotations

import ast
import inspect
import re
import types
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from warrant.flow.recipe import Filter, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "recipe.md"

WORDS: Final = {str: "text", bool: "true or false", int: "whole number", float: "number"}
BEGIN: Final = "<!-- settings: begin -->\n"
END: Final = "<!-- settings: end -->"
ASKED: Final = ("train", "commercial", "expires", "licence", "origin", "special_category")
"""Settings that a guardrail or the card asks for: left out, they are not answered."""
MEANT: Final = {
    "curate[].name": "Name of a filter; alone on its line it stands for `{name: …}`.",
    "curate[].settings": "What the filter is told; `- NAME: {…}` is the short form.",
}
"""What a docstring in the model does not say."""


def page(written: str) -> str:
    """Write the table of settings into the page, between its marks."""
    head, start, rest = written.partition(BEGIN)
    _, end, tail = rest.partition(END)
    lines = "\n".join(["| setting | type | default | meaning |", "| --- | --- | --- | --- |"])
    return f"{head}{start}{lines}\n" + "\n".join(_rows(Recipe, "")) + f"\n{end}{tail}"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    meanings = _docstrings(model)
    for name, field in model.model_fields.items():
        place = prefix + (field.alias or name)
        meaning = meanings.get(name) or MEANT[place]
        part, is_list = _part(field.annotation)
        if part is None:
            kind = _kind(field.annotation, field.metadata)
            yield f"| `{place}` | {kind} | {_default(name, field)} | {meaning} |"
            continue
        shown = "list of mappings" if is_list else "mapping"
        default = "required" if field.is_required() else _whole(field.default)
        yield f"| `{place}` | {shown} | {default} | {meaning} |"
        yield from _rows(part, f"{place}{'[]' if is_list else ''}.")


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Read the strings that stand under the attributes."""
    (body,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


def _part(annotation: Any) -> tuple[type[BaseModel] | None, bool]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for inner in get_args(annotation):
        part, _ = _part(inner)
        if part:
            return part, get_origin(annotation) is tuple
    return None, False


def _kind(annotation: Any, metadata: list[Any]) -> str:  # noqa: ANN401 - as above
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(inner[0], list(inner[1:]))
    if origin in (Union, types.UnionType):
        (one,) = [arg for arg in inner if arg is not type(None)]
        return _kind(one, metadata)
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        return f"list of {_kind(inner[0], [])}"
    if origin is dict:
        return "mapping"
    return WORDS[annotation] + "".join(_bounds(metadata))


def _bounds(metadata: list[Any]) -> Iterator[str]:
    flat = [one for part in metadata for one in getattr(part, "metadata", [part])]
    for one in flat:
        match one:
            case annotated_types.Ge(ge=bound):
                yield f", at least {bound:,}"
            case annotated_types.Gt(gt=bound):
                yield f", above {bound:,}"
            case annotated_types.Le(le=bound):
                yield f", at most {bound:,}"
            case annotated_types.Lt(lt=bound):
                yield f", below {bound:,}"
            case _:
                pattern = getattr(one, "pattern", None)
                yield f", `{pattern.replace('|', chr(92) + '|')}`" if pattern else ""


def _default(name: str, field: Any) -> str:  # noqa: ANN401 - pydantic's FieldInfo
    if field.default is PydanticUndefined:
        return "required"
    if field.default is None:
        return "not answered" if name in ASKED else "left out"
    if isinstance(field.default, tuple):
        return ", ".join(f"`{one}`" for one in field.default) or "none"
    return f"`{field.default}`" if field.default != {} else "none"


def _whole(default: Any) -> str:  # noqa: ANN401 - a mapping, a list of them, or None
    if isinstance(default, tuple) and default:
        return ", ".join(f"`{one.name}`" for one in default if isinstance(one, Filter))
    return "left out" if default is None or default == () else "as below"


def examples(written: str) -> list[str]:
    """Give every recipe that stands on the page."""
    return re.findall(r"^```yaml\n(.*?)^```", written, re.MULTILINE | re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
