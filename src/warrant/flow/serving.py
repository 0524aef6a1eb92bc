"""Serving: a bundle that verifies, answering over HTTP on this machine until it is stopped."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError, OutsideError
from warrant.flow.answering import Wish, answering
from warrant.flow.stopping import stopped_by_termination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import uvicorn

    from warrant.flow.session import Desk
    from warrant.serve.answer import Served
    from warrant.serve.server import Limits, Service

PORT = 8400
"""Where the server listens unless told otherwise."""

_MOST_PORT = 65535
_STOP_S = 10
"""Longest that open requests are waited for when the server stops, in seconds."""


@dataclass(frozen=True)
class Post:
    """Where a server listens."""

    host: str = "127.0.0.1"
    """A name of this machine that no other machine reaches."""

    port: int = PORT
    """0: any that is free."""


@dataclass(frozen=True)
class Listening:
    """A server that listens."""

    url: str
    """Of its page."""

    served: Served
    """Which model answers."""

    notes: tuple[str, ...]
    """What a reader must be told about the bundle."""


@dataclass(frozen=True)
class Stopped:
    """How a server ended."""

    requests: int
    """Requests that got answers."""

    rows: int
    """Rows in them."""


def serve(
    bundle: Path,
    desk: Desk,
    announce: Callable[[Listening], None],
    post: Post | None = None,
    wish: Wish | None = None,
    limits: Limits | None = None,
) -> Stopped:
    """Answer over HTTP until Ctrl-C or a termination signal; open requests are finished first.

    Args:
        bundle: the model's bundle; it is verified, then policy is asked.
        desk: the reader's trust and clock.
        announce: told once the server listens.
        post: where; None: the loopback interface, port 8400.
        wish: how the bundle shall answer.
        limits: of a request.

    Returns:
        How much was answered.

    Raises:
        InputError: when the host is not this machine's own, or the bundle is none.
        IntegrityError: when the bundle is refused.
        PolicyRefusal: when a guardrail stops it.
        OutsideError: when the port is taken.
    """
    with _listening(bundle, desk, post or Post(), wish, limits) as (service, listener, told):
        announce(told)
        # Once it has stopped, uvicorn raises the signal that stopped it again.
        with stopped_by_termination(), suppress(KeyboardInterrupt):
            _server(service).run(sockets=[listener])
    return Stopped(service.tally.requests, service.tally.rows)


@contextmanager
def serving(
    bundle: Path, desk: Desk, post: Post | None = None, wish: Wish | None = None
) -> Iterator[Listening]:
    """Answer over HTTP while something else is done; open requests are finished at the end.

    Args:
        bundle: the model's bundle; it is verified, then policy is asked.
        desk: the reader's trust and clock.
        post: where; None: the loopback interface, port 8400.
        wish: how the bundle shall answer.

    Yields:
        Where it answers.

    Raises:
        InputError: when the host is not this machine's own, or the bundle is none.
        IntegrityError: when the bundle is refused.
        PolicyRefusal: when a guardrail stops it.
        OutsideError: when the port is taken.
    """
    with _listening(bundle, desk, post or Post(), wish) as (service, listener, told):
        server = _server(service)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _listening(
    bundle: Path, desk: Desk, where: Post, wish: Wish | None, limits: Limits | None = None
) -> Iterator[tuple[Service, socket.socket, Listening]]:
    _require_loopback(where)
    with answering(bundle, desk, wish or Wish("serve")) as opened:
        from warrant.serve.server import Limits, Service

        service = Service(opened.answerer, opened.card, opened.card_page, limits=limits or Limits())
        with _listen(where) as listener:
            port = listener.getsockname()[1]
            shown = f"[{where.host}]" if ":" in where.host else where.host
            url = f"http://{shown}:{port}/"
            yield service, listener, Listening(url, opened.answerer.served, opened.notes)


def _server(service: Service) -> uvicorn.Server:
    import uvicorn

    from warrant.serve.server import make_app

    config = uvicorn.Config(
        make_app(service),
        access_log=False,  # a line per request would be a log
        http="h11",
        lifespan="off",
        log_config=None,
        log_level="critical",  # a traceback may hold cells
        loop="asyncio",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_S,
        ws="none",
    )
    return uvicorn.Server(config)


def _require_loopback(post: Post) -> None:
    from warrant.serve.server.guard import LOOPBACK, is_loopback

    if not is_loopback(post.host):
        raise InputError(
            f"{post.host!r} would let other machines ask, and this server answers its own alone: "
            f"{', '.join(LOOPBACK)}.",
            do="Leave --host out. From another machine, open a tunnel there: ssh -L "
            f"{post.port or PORT}:127.0.0.1:{post.port or PORT} YOU@THIS-MACHINE",
        )
    if not 0 <= post.port <= _MOST_PORT:
        raise InputError(
            f"There is no port {post.port}: expected 0 to {_MOST_PORT}.",
            do=f"Leave --port out, or name another: --port {PORT}",
        )


def _listen(post: Post) -> socket.socket:
    family = socket.AF_INET6 if ":" in post.host else socket.AF_INET
    try:
        return socket.create_server((post.host, post.port), family=family)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise OutsideError(
            f"Nothing can listen at port {post.port} of {post.host!r}: {why}.",
            do="Stop what listens there, or take any free port: --port 0",
        ) from error
