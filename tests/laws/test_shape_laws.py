"""Laws of shapes: what passes has the form, and no message tells a value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from warrant.errors import InputError
from warrant.kernel import shape

MANY = settings(max_examples=8 * settings.default.max_examples)
"""For a law whose cases are many and very cheap."""

SECRET = "Privatissimum"
"""Stands for personal data in generated values."""


class Form(NamedTuple):
    """A shape, and what it should take, said in another way."""

    takes: shape.Shape
    fits: Callable[[Any], bool]


def _is_instant(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        read = datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return read.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20) == value


SIMPLE = st.sampled_from(
    [
        Form(shape.anything, lambda _: True),
        Form(shape.text, lambda value: type(value) is str and value != ""),
        Form(shape.boolean, lambda value: value is True or value is False),
        Form(shape.number, lambda value: type(value) in {int, float}),
        Form(shape.count, lambda value: type(value) is int and value >= 0),
        Form(
            shape.hexdigest,
            lambda value: (
                type(value) is str and len(value) == 64 and set(value) <= set("0123456789abcdef")
            ),
        ),
        Form(shape.instant, _is_instant),
        Form(shape.one_of("a", "b"), lambda value: type(value) is str and value in {"a", "b"}),
    ]
)
NAMES = st.sampled_from(["a", "b", "c"])


def _exact(fields: dict[str, Form]) -> Form:
    def fits(value: object) -> bool:
        return (
            isinstance(value, dict)
            and set(value) == set(fields)
            and all(form.fits(value[name]) for name, form in fields.items())
        )

    return Form(shape.exact({name: form.takes for name, form in fields.items()}), fits)


def _having(fields: dict[str, Form]) -> Form:
    def fits(value: object) -> bool:
        return isinstance(value, dict) and all(
            name in value and form.fits(value[name]) for name, form in fields.items()
        )

    return Form(shape.having({name: form.takes for name, form in fields.items()}), fits)


def _mapping(form: Form) -> Form:
    return Form(
        shape.mapping(form.takes),
        lambda value: isinstance(value, dict) and all(map(form.fits, value.values())),
    )


def _list(form: Form, least: int, room: int | None) -> Form:
    most = None if room is None else least + room
    return Form(
        shape.list_of(form.takes, least=least, most=most),
        lambda value: (
            isinstance(value, list)
            and least <= len(value) <= (len(value) if most is None else most)
            and all(map(form.fits, value))
        ),
    )


def _nullable(form: Form) -> Form:
    return Form(shape.nullable(form.takes), lambda value: value is None or form.fits(value))


FORMS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.dictionaries(NAMES, inner, max_size=2).map(_exact),
        st.dictionaries(NAMES, inner, max_size=2).map(_having),
        inner.map(_mapping),
        st.builds(_list, inner, st.integers(0, 1), st.none() | st.integers(0, 1)),
        inner.map(_nullable),
    ),
    max_leaves=4,
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.just(0.5),
    st.sampled_from(["", "a", "b", "c", "ab" * 32, "AB" * 32, "a" * 63, f"x{SECRET}", SECRET]),
    st.sampled_from(["2026-03-02T09:00:00Z", "2026-02-30T09:00:00Z", "2026-03-02T09:00:00", "9"]),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(NAMES | st.just(SECRET), inner, max_size=2)
    ),
    max_leaves=4,
)


def passes(form: Form, value: object) -> bool:
    try:
        form.takes(value, "place")
    except InputError:
        return False
    return True


@MANY
@given(st.dictionaries(NAMES, SIMPLE, max_size=2), st.data())
def test_what_passes_has_exactly_its_fields_and_no_other(
    fields: dict[str, Form], data: st.DataObject
) -> None:
    """Law of `kernel.shape`: a value that passes `exact({...})` has those fields and no other."""
    near = st.fixed_dictionaries(
        dict.fromkeys(fields, PLAIN), optional=dict.fromkeys({*"az"} - {*fields}, PLAIN)
    )
    value = data.draw(near | VALUES)
    form = _exact(fields)
    assert passes(form, value) is form.fits(value)


@MANY
@given(FORMS, VALUES)
def test_a_value_passes_exactly_when_it_fits(form: Form, value: object) -> None:
    before = repr(value)
    assert passes(form, value) is form.fits(value)
    assert repr(value) == before


@MANY
@given(FORMS, VALUES)
def test_a_message_tells_the_place_and_never_the_value(form: Form, value: object) -> None:
    message = "place"
    with suppress(InputError):
        try:
            form.takes(value, "place")
        except InputError as error:
            message = str(error)
            raise
    assert message.startswith("place")
    assert SECRET not in message
