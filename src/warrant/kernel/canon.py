"""Canonical JSON: one value, one spelling, and a strict reader for it.

Two encodings of one fact are an attack: whatever we sign or hash is written by
`canonical`, and whatever we read back is read by `parse_canonical`.

Law: `parse(canonical(value)) == value` for every value that `canonical` takes.
Law: `fast_canonical(value) == canonical(value)`, or both refuse with one message.
Law: `parse` of any bytes returns a value or raises `InputError`, nothing else.

Source: RFC 8785 (JCS); RFC 7493 (I-JSON), section 2.
"""

from __future__ import annotations

import codecs
import json
import re
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import rfc8785

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value that JSON can say."""

MAX_INTEGER = 2**53 - 1
"""The largest integer that a JSON number carries exactly; the smallest is its negative."""

DEPTH_LIMIT = 64
"""How many lists and objects may stand inside one another."""

_INTEGER_DIGITS = 17  # sign and digits of any integer within bounds; longer ones are not converted
_WHOLE_FLOAT_DIGITS = 22

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


def canonical(value: object) -> bytes:
    """Write a value as canonical JSON.

    Args:
        value: None, bool, int within `MAX_INTEGER`, finite float, str, and lists,
            tuples and dicts of these, at most `DEPTH_LIMIT` deep.

    Returns:
        UTF-8 bytes, no white space, object keys in the order of their UTF-16 units.

    Raises:
        InputError: when the value has no canonical form. The message never holds the value.

    Source: RFC 8785, section 3.2.
    """
    _check_depth(value, DEPTH_LIMIT)
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.IntegerDomainError:
        fault = "an integer lies beyond ±(2^53−1); write it as a decimal string"
    except rfc8785.FloatDomainError:
        fault = "a number is infinite or not a number; leave it out or write null"
    except UnicodeEncodeError:
        fault = "a text holds half of a surrogate pair; decode the source again"
    except rfc8785.CanonicalizationError as error:
        fault = f"{_kind_of_fault(error)}; use text, numbers, booleans, null, lists and objects"
    what, _, do = fault.partition("; ")
    raise InputError(f"Value cannot be written as canonical JSON: {what}.", do=_sentence(do))


def fast_canonical(value: object) -> bytes:
    """Write a value as canonical JSON, some ten times faster than `canonical`.

    Args:
        value: what `canonical` takes; anything unusual is handed to it.

    Returns:
        The bytes of `canonical(value)`.

    Raises:
        InputError: as `canonical` does.

    Source: RFC 8785, section 3.2.
    """
    try:
        return _write(value, DEPTH_LIMIT).encode()
    except (_UnusualError, TypeError, UnicodeEncodeError):
        return canonical(value)


def write_text(text: str) -> str:
    """Write a text as a JSON string.

    Args:
        text: any text; lone surrogates pass and fail later, at the encoding to UTF-8.

    Returns:
        The text in quotes, escaped no more than needed.

    Source: RFC 8785, section 3.2.2.2.
    """
    return encode_basestring(text)


def write_integer(number: int) -> str:
    """Write an integer as a JSON number.

    Args:
        number: within ±`MAX_INTEGER`.

    Returns:
        Decimal digits.

    Raises:
        InputError: when the number is out of bounds.

    Source: RFC 8785, section 3.2.2.3; RFC 7493, section 2.2.
    """
    if -MAX_INTEGER <= number <= MAX_INTEGER:
        return int.__repr__(number)
    return canonical(number).decode()


def write_float(number: float) -> str:
    """Write a float as a JSON number.

    Python and ECMAScript choose the same digits; they differ only in when they turn to
    exponents, which a `repr` without a letter rules out.

    Args:
        number: any finite float.

    Returns:
        The shortest digits that give the float back, as ECMAScript prints them.

    Raises:
        InputError: when the number is infinite or not a number.

    Source: RFC 8785, section 3.2.2.3.
    """
    text = float.__repr__(number)
    if "e" in text or "n" in text:
        return canonical(number).decode()
    if not text.endswith(".0"):
        return text
    return text[:-2] if number else "0"


def parse(data: bytes) -> Json:
    """Read JSON strictly.

    Args:
        data: UTF-8 text of one JSON value, without a byte order mark.

    Returns:
        The value: dict, list, str, int, float, bool or None.

    Raises:
        InputError: for a repeated key, an integer beyond ±(2^53−1) (but a float that
            `canonical` writes as digits alone is read back), a number that is not finite,
            half of a surrogate pair, nesting beyond `DEPTH_LIMIT`, a byte order mark, or
            text that is not UTF-8 or not JSON.

    Source: RFC 8259; RFC 7493, section 2.
    """
    if data.startswith(codecs.BOM_UTF8):
        _refuse("it starts with a byte order mark")
    _check_written_depth(data)
    try:
        value: Json = _DECODER.decode(data.decode())
        if b"\\u" in data:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        _refuse(f"byte {error.start} is not UTF-8", error)
    except UnicodeEncodeError as error:
        _refuse("a text holds half of a surrogate pair", error)
    except json.JSONDecodeError as error:
        _refuse(f"{error.msg} at line {error.lineno}, column {error.colno}", error)
    return value


def parse_canonical(data: bytes) -> Json:
    """Read JSON that must be spelt canonically.

    Args:
        data: bytes as `canonical` writes them.

    Returns:
        The value, of which `canonical` gives `data` again.

    Raises:
        InputError: when `parse` refuses, or the spelling is not the canonical one.

    Source: RFC 8785, section 3.
    """
    value = parse(data)
    if fast_canonical(value) != data:
        raise InputError(
            "JSON is not in canonical form: the value is sound, its spelling is not RFC 8785's.",
            do="Use the file as it was written, or write the value again with canonical JSON.",
        )
    return value


class _UnusualError(Exception):
    """A value that the fast encoder leaves to `canonical`."""


_SCALARS: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: write_integer,
    float: write_float,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}


def _write(value: object, left: int) -> str:
    kind = type(value)
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar(value)
    if not left:
        raise _UnusualError
    if isinstance(value, dict) and kind is dict:
        names = sorted(value)
        if not "".join(names).isascii():
            names.sort(key=_utf16)
        pairs = [encode_basestring(name) + ":" + _write(value[name], left - 1) for name in names]
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple) and kind in {list, tuple}:
        texts = [
            scalar(item) if (scalar := _SCALARS.get(type(item))) else _write(item, left - 1)
            for item in value
        ]
        return "[" + ",".join(texts) + "]"
    raise _UnusualError


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _check_depth(value: object, left: int) -> None:
    children: Iterable[object]
    if isinstance(value, dict):
        children = value.values()
    elif isinstance(value, list | tuple):
        children = value
    else:
        return
    if not left:
        raise InputError(
            f"Value cannot be written as canonical JSON: it nests deeper than {DEPTH_LIMIT}.",
            do="Flatten it, or store the inner part as its own record.",
        )
    for child in children:
        _check_depth(child, left - 1)


def _check_written_depth(data: bytes) -> None:
    if data.count(b"[") + data.count(b"{") <= DEPTH_LIMIT:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH_LIMIT:
            _refuse(f"it nests deeper than {DEPTH_LIMIT}")


def _kind_of_fault(error: rfc8785.CanonicalizationError) -> str:
    text = str(error)
    if "keys" in text:
        return "an object key is not text"
    if "UTF-8" in text:
        return "a text holds half of a surrogate pair"
    return "it holds a type that JSON does not have"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _refuse(fault: str, cause: Exception | None = None) -> NoReturn:
    raise InputError(
        f"JSON cannot be read: {fault}.", do="Use the file as it was written, or correct it there."
    ) from cause


def _read_integer(text: str) -> int | float:
    if len(text) <= _INTEGER_DIGITS and abs(int(text)) <= MAX_INTEGER:
        return int(text)
    # A whole float below 10^21 is written as digits alone; digits that no float gives are lost.
    if len(text) <= _WHOLE_FLOAT_DIGITS and write_float(float(text)) == text:
        return float(text)
    _refuse("an integer lies beyond ±(2^53−1)")


def _read_float(text: str) -> float:
    number = float(text)
    if number - number != 0:
        _refuse("a number is too large for a float")
    return number


def _read_constant(text: str) -> NoReturn:
    _refuse(f"{text} is not a JSON number")


def _read_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    read = dict(pairs)
    if len(read) != len(pairs):
        _refuse("an object names one key twice")
    return read


_DECODER = json.JSONDecoder(
    object_pairs_hook=_read_object,
    parse_int=_read_integer,
    parse_float=_read_float,
    parse_constant=_read_constant,
)
