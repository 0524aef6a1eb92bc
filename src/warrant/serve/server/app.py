"""The routes: rows in and answers out, health, card, description, and a page to try it."""

from __future__ import annotations

import asyncio
import sys
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from warrant.serve.server.body import read_body, read_rows
from warrant.serve.server.guard import CARD_POLICY, Guard
from warrant.serve.server.openapi import describe
from warrant.serve.server.page import card_page, script, styles, try_page
from warrant.serve.server.problem import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from warrant.serve.server.service import Service

_HTML = "text/html; charset=utf-8"
_ADVICE = {
    HTTPStatus.NOT_FOUND: "See what there is: /openapi.json",
    HTTPStatus.METHOD_NOT_ALLOWED: "Rows go to /v1/predict with POST; all else is read with GET.",
}


def make_app(service: Service) -> Starlette:
    """Make the server's application (ASGI).

    Args:
        service: the model, its card, its limits.

    Returns:
        The application.
    """
    routes = [
        Route("/", lambda _: Response(try_page(service), media_type=_HTML)),
        Route("/page.css", lambda _: Response(styles(), media_type="text/css")),
        Route("/page.js", lambda _: Response(script(), media_type="text/javascript")),
        Route("/card", _Card(service).show),
        Route("/health", lambda _: JSONResponse(service.health.model_dump(mode="json"))),
        Route("/openapi.json", lambda _: JSONResponse(describe(service))),
        Route("/v1/predict", _Predict(service).answer, methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard)],
        exception_handlers={
            ProblemError: _problem,
            HTTPStatus.NOT_FOUND: _no_route,
            HTTPStatus.METHOD_NOT_ALLOWED: _no_route,
            Exception: _our_mistake,
        },
    )


class _Predict:
    """Answers rows; only so many requests wait."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._free = asyncio.Semaphore(service.limits.waiting)

    async def answer(self, request: Request) -> Response:
        if self._free.locked():
            raise ProblemError(
                "busy",
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._service.limits.waiting} requests are being answered already.",
                "Ask again in a second; one request may have several rows.",
            )
        async with self._free:
            body = await read_body(request, self._service.limits)
            content = await run_in_threadpool(self._content, body)
        return Response(content, media_type="application/json")

    def _content(self, body: bytes) -> bytes:
        asking = read_rows(body, self._service.limits)
        return self._service.answer(asking.rows).model_dump_json().encode()


class _Card:
    """Shows the card as the asker accepts it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def show(self, request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return Response(self._service.card, media_type="text/markdown; charset=utf-8")
        own = self._service.card_page is not None
        headers = {"content-security-policy": CARD_POLICY} if own else None
        return Response(card_page(self._service), headers=headers, media_type=_HTML)


def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, ProblemError)  # noqa: S101 - registered for it alone
    wait = problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    return problem.response({"retry-after": "1"} if wait else None)


def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for its codes alone
    status = HTTPStatus(error.status_code)
    known = status == HTTPStatus.METHOD_NOT_ALLOWED
    what = f"{request.method} is not understood here." if known else "There is nothing here."
    problem = ProblemError("no-route", status, what, _ADVICE[status])
    return problem.response(error.headers)


def _our_mistake(_: Request, error: Exception) -> Response:
    """Say where it went wrong; a message may hold a cell, so it is told to nobody."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {last.filename}:{last.lineno}"
    sys.stderr.write(f"A mistake of this program: {place}\n")
    return ProblemError(
        "our-mistake",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "A mistake of this program; no answer was given.",
        "Report what the server printed: it names a place in the program and no cell.",
    ).response()
