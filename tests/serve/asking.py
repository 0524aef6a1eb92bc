"""A client of the server's application, without a socket."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.serve.bench import SERVED, linear
from warrant.serve import Answerer
from warrant.serve.server import Limits, Service, make_app

CARD = "# A card\n\n<script>alert(1)</script>\n"
HOME = "http://127.0.0.1:8400"


def service(answerer: Answerer | None = None, **settings: Any) -> Service:  # noqa: ANN401
    return Service(answerer or Answerer(linear(), SERVED), CARD, **settings)


def limited(**limits: Any) -> Service:  # noqa: ANN401
    return service(limits=Limits(**limits))


def ask(
    asked: Service,
    method: str,
    path: str,
    **request: Any,  # noqa: ANN401
) -> httpx.Response:
    """Send one request to a new application."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(make_app(asked), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            return await client.request(method, path, **request)

    return asyncio.run(send())


def predict(asked: Service, rows: object) -> Any:  # noqa: ANN401
    """Ask for answers to rows."""
    answer = ask(asked, "POST", "/v1/predict", json={"rows": rows})
    assert answer.status_code == 200, answer.text
    return answer.json()
