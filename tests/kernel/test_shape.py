"""Shapes name the place and what was expected, never the value."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.kernel import shape
from warrant.kernel.digest import Digest

HEX = "ab" * 32


@pytest.mark.parametrize(
    ("taken", "value"),
    [
        (shape.exact({"a": shape.text}), {"a": "x"}),
        (shape.mapping(shape.count), {"any name": 0}),
        (shape.list_of(shape.text), []),
        (shape.list_of(shape.text, least=1, most=1), ["x"]),
        (shape.nullable(shape.text), None),
        (shape.nullable(shape.text), "x"),
        (shape.one_of("a", "b"), "b"),
        (shape.read_by(Digest.from_hex), HEX),
        (shape.anything, object()),
        (shape.boolean, False),
        (shape.number, 0.5),
        (shape.number, 1),
        (shape.count, 3),
        (shape.hexdigest, HEX),
        (shape.instant, "2028-02-29T23:59:59Z"),
    ],
)
def test_what_fits_passes(taken: shape.Shape, value: object) -> None:
    before = repr(value)
    taken(value, "place")
    assert repr(value) == before


@pytest.mark.parametrize(
    ("refused", "value", "place", "expected"),
    [
        (
            shape.exact({"b": shape.text, "a": shape.text}),
            {"a": "x"},
            "at",
            "an object with exactly a, b",
        ),
        (shape.exact({"a": shape.text}), {"a": "x", "z": 1}, "at", "an object with exactly a"),
        (shape.exact({"a": shape.text}), [], "at", "an object with exactly a"),
        (shape.exact({"a": shape.text}), {"a": 1}, "at.a", "a text that is not empty"),
        (shape.mapping(shape.text), [], "at", "an object"),
        (shape.mapping(shape.text), {"secret": 1}, "at.*", "a text that is not empty"),
        (shape.list_of(shape.text), "x", "at", "a list"),
        (shape.list_of(shape.text), ["x", ""], "at[1]", "a text that is not empty"),
        (shape.list_of(shape.text, least=1), [], "at", "at least 1"),
        (shape.list_of(shape.text, least=1, most=1), ["a", "b"], "at", "exactly 1"),
        (shape.list_of(shape.text, least=1, most=2), ["a", "b", "c"], "at", "1 to 2"),
        (shape.one_of("a", "b"), "c", "at", "'a' or 'b'"),
        (shape.one_of("a"), ["a"], "at", "'a'"),
        (shape.read_by(Digest.from_hex), 7, "at", "a text that is not empty"),
        (shape.boolean, 1, "at", "true or false"),
        (shape.number, True, "at", "a number"),
        (shape.number, "1", "at", "a number"),
        (shape.count, True, "at", "an integer of 0 or more"),
        (shape.count, 1.0, "at", "an integer of 0 or more"),
        (shape.count, -1, "at", "an integer of 0 or more"),
        (shape.hexdigest, HEX.upper(), "at", "64 lower-case hex digits"),
        (shape.hexdigest, 7, "at", "64 lower-case hex digits"),
        (shape.instant, "2026-02-30T00:00:00Z", "at", "an instant that the calendar has"),
        (shape.instant, "2026-02-03 00:00:00Z", "at", "an instant such as 2026-03-02T09:00:00Z"),
        (shape.instant, None, "at", "an instant such as 2026-03-02T09:00:00Z"),
    ],
)
def test_what_does_not_fit_is_refused_without_its_value(
    refused: shape.Shape, value: object, place: str, expected: str
) -> None:
    with pytest.raises(InputError) as caught:
        refused(value, "at")
    assert str(caught.value) == (
        f"{place} is not as the format says: expected {expected}. Use the file as Warrant wrote it."
    )


def test_a_parser_says_itself_what_it_does_not_take() -> None:
    with pytest.raises(InputError, match="is not a SHA-256 digest"):
        shape.read_by(Digest.from_hex)("ab", "at")
