"""Who may ask: only this machine, and no page of another site in its browser.

A server on the loopback interface is reached by every page that a browser has open; two headers
that a page cannot forge tell them apart: `Host` (a name that was made to point here) and `Origin`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from warrant.serve.server.problem import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names of this machine that other machines cannot reach."""

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CARD_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of a card: its styles stand in it, and nothing in it runs."""

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": PAGE_POLICY,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """Lets through what this machine asks, and marks each answer.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            _require_own(Headers(scope=scope))
        except ProblemError as problem:
            await problem.response()(scope, receive, marked)
        else:
            await self._app(scope, receive, marked)


def is_loopback(host: str) -> bool:
    """Say whether a name is this machine's own, for itself alone."""
    return host in LOOPBACK


def _require_own(headers: Headers) -> None:
    host = headers.get("host", "")
    if not is_loopback(_name(f"//{host}")):
        raise ProblemError(
            "other-host",
            HTTPStatus.MISDIRECTED_REQUEST,
            "The request is for another host: this server answers this machine alone.",
            "Ask 127.0.0.1 or localhost.",
        )
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host}".lower():
        raise ProblemError(
            "other-origin",
            HTTPStatus.FORBIDDEN,
            "The request comes from a page of another site.",
            "Ask from the page of this server, or from a program.",
        )


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
