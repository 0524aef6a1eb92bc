"""From the bytes of a request to rows; what does not fit is a problem that quotes no cell."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError

from warrant.serve.server.problem import ProblemError
from warrant.serve.server.wire import Asking

if TYPE_CHECKING:
    from starlette.requests import Request

    from warrant.serve.server.limits import Limits

EXAMPLE = '{"rows": [{"text": "…"}]}'


async def read_body(request: Request, limits: Limits) -> bytes:
    """Read a body within its limits.

    Args:
        request: its headers have come.
        limits: of size and time.

    Returns:
        The whole body.

    Raises:
        ProblemError: when it is no JSON by its type, too long, or too slow.
    """
    _require_json(request)
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and int(said) > limits.body_bytes:
        raise _too_long(limits)
    body = bytearray()
    try:
        async with asyncio.timeout(limits.time_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.body_bytes:
                    raise _too_long(limits)
    except TimeoutError:
        raise ProblemError(
            "slow-body",
            HTTPStatus.REQUEST_TIMEOUT,
            f"The body did not arrive within {limits.time_s:g} seconds.",
            "Send it again, in one go.",
        ) from None
    return bytes(body)


def read_rows(body: bytes, limits: Limits) -> Asking:
    """Read the rows in a body.

    Args:
        body: JSON in UTF-8.
        limits: of rows.

    Returns:
        What is asked.

    Raises:
        ProblemError: when it is no JSON, has another shape, or too many rows.
    """
    try:
        asking = Asking.model_validate(_parse(body))
    except ValidationError as error:
        raise _other_shape(error) from None
    if len(asking.rows) > limits.rows:
        raise ProblemError(
            "too-many-rows",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The request has {len(asking.rows):,} rows; one may have {limits.rows:,}.",
            f"Send at most {limits.rows:,} rows at a time, or run: warrant predict",
        )
    return asking


def _require_json(request: Request) -> None:
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != "application/json":
        raise ProblemError(
            "no-json",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The request is not marked as JSON.",
            f"Send the header 'content-type: application/json' and a body such as {EXAMPLE}",
        )


def _parse(body: bytes) -> object:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError(
            "no-utf-8",
            HTTPStatus.BAD_REQUEST,
            f"The body is no UTF-8: byte {error.start} does not fit.",
            "Encode it as UTF-8.",
        ) from None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
    except (RecursionError, ValueError):
        where = "a number is none or too long, or the nesting too deep"
    raise ProblemError(
        "no-json",
        HTTPStatus.BAD_REQUEST,
        f"The body is no JSON: {where}.",
        f"Send a body such as {EXAMPLE}",
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _other_shape(error: ValidationError) -> ProblemError:
    """Say what has another shape, by its place and kind alone: a message may quote cells."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ""
    for part in first["loc"][:2]:  # deeper ones are names that the asker chose
        place += f"[{part}]" if isinstance(part, int) else str(part)[:40]
    said = {"missing": "is missing", "extra_forbidden": "is unknown", "too_short": "has no row"}
    told = said.get(first["type"], "has another type than it should")
    return ProblemError(
        "other-shape",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{place!r} {told}." if place else "The body is no JSON object.",
        f"Send a body such as {EXAMPLE}; each row is an object with a cell for each column.",
    )


def _too_long(limits: Limits) -> ProblemError:
    return ProblemError(
        "too-long",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body is longer than {limits.body_bytes:,} bytes.",
        "Send fewer rows at a time, or run: warrant predict",
    )
