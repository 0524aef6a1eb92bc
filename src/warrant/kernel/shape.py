"""Shapes of JSON values, checked once at the wall without a framework.

A shape is a function that takes a value and its place, and raises when the value does not fit.
Messages name the place and what was expected, never the value: it may be personal data.

Law: a value that passes `exact({...})` has those fields and no other.

Source: STYLE, "parse once at the wall, then trust the type".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn, TypeAlias

from warrant.errors import InputError

Shape: TypeAlias = Callable[[object, str], None]
"""Takes a value and its place such as `statement.subject`; raises InputError."""

_HEX = re.compile(r"[0-9a-f]{64}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def misfit(place: str, expected: str) -> NoReturn:
    """Refuse a value.

    Args:
        place: where it stands, such as `statement.subject[0].name`.
        expected: what should stand there.

    Raises:
        InputError: always.
    """
    raise InputError(
        f"{place} is not as the format says: expected {expected}.",
        do="Use the file as Warrant wrote it.",
    )


def exact(fields: Mapping[str, Shape]) -> Shape:
    """Make the shape of an object with these fields and no other.

    Args:
        fields: shape by name.

    Returns:
        The shape.
    """
    names = ", ".join(sorted(fields))

    def check(value: object, place: str) -> None:
        if not isinstance(value, dict) or value.keys() != fields.keys():
            misfit(place, f"an object with exactly {names}")
        for name, shape in fields.items():
            shape(value[name], f"{place}.{name}")

    return check


def having(fields: Mapping[str, Shape]) -> Shape:
    """Make the shape of an object with these fields and perhaps others.

    Args:
        fields: shape by name.

    Returns:
        The shape.
    """
    names = ", ".join(sorted(fields))

    def check(value: object, place: str) -> None:
        if not isinstance(value, dict) or not value.keys() >= fields.keys():
            misfit(place, f"an object with {names}")
        for name, shape in fields.items():
            shape(value[name], f"{place}.{name}")

    return check


def mapping(shape: Shape) -> Shape:
    """Make the shape of an object whose keys are free and whose values share a shape.

    Args:
        shape: of each value.

    Returns:
        The shape.
    """

    def check(value: object, place: str) -> None:
        if not isinstance(value, dict):
            misfit(place, "an object")
        for item in value.values():
            shape(item, f"{place}.*")

    return check


def list_of(shape: Shape, *, least: int = 0, most: int | None = None) -> Shape:
    """Make the shape of a list.

    Args:
        shape: of each item.
        least: the fewest items.
        most: the most items; None for no limit.

    Returns:
        The shape.
    """
    if most is None:
        expected = f"at least {least}"
    else:
        expected = f"exactly {least}" if least == most else f"{least} to {most}"

    def check(value: object, place: str) -> None:
        if not isinstance(value, list):
            misfit(place, "a list")
        if len(value) < least or (most is not None and len(value) > most):
            misfit(place, expected)
        for index, item in enumerate(value):
            shape(item, f"{place}[{index}]")

    return check


def nullable(shape: Shape) -> Shape:
    """Make the shape of something that may be null.

    Args:
        shape: of what is not null.

    Returns:
        The shape.
    """

    def check(value: object, place: str) -> None:
        if value is not None:
            shape(value, place)

    return check


def one_of(*texts: str) -> Shape:
    """Make the shape of a text out of a few.

    Args:
        *texts: the texts allowed.

    Returns:
        The shape.
    """

    def check(value: object, place: str) -> None:
        if value not in texts:
            misfit(place, " or ".join(map(repr, texts)))

    return check


def read_by(parse: Callable[[str], object]) -> Shape:
    """Make the shape of a text that a parser takes.

    Args:
        parse: raises InputError for what it does not take.

    Returns:
        The shape.
    """

    def check(value: object, place: str) -> None:
        text(value, place)
        parse(str(value))

    return check


def anything(value: object, place: str) -> None:
    """Accept any value."""


def text(value: object, place: str) -> None:
    """Accept a text of at least one character."""
    if not isinstance(value, str) or not value:
        misfit(place, "a text that is not empty")


def boolean(value: object, place: str) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        misfit(place, "true or false")


def number(value: object, place: str) -> None:
    """Accept a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        misfit(place, "a number")


def count(value: object, place: str) -> None:
    """Accept an integer of 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        misfit(place, "an integer of 0 or more")


def hexdigest(value: object, place: str) -> None:
    """Accept a SHA-256 digest as lower-case hex."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        misfit(place, "64 lower-case hex digits")


def instant(value: object, place: str) -> None:
    """Accept an instant: `YYYY-MM-DDTHH:MM:SSZ`, UTC, whole seconds, in the calendar."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            misfit(place, "an instant that the calendar has")
        return
    misfit(place, "an instant such as 2026-03-02T09:00:00Z")
