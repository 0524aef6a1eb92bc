"""`warrant serve` as a user starts it, asks it and stops it, on the demo's bundle."""

from __future__ import annotations

import csv
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Type
from tests.laws.test_server_laws import as_line
from warrant import Bundle, Workspace
from warrant.flow.demo import Demo
from warrant.flow.session import Desk

LEASE = "This lease is made between landlord and tenant; the tenant pays rent for the premises."
ROWS = [
    {"id": "1", "text": LEASE},
    {"id": "2", "text": ""},
    {"id": "3", "text": "=cmd|' /C calc'!A0"},
    {"id": "4", "text": "<script>alert(1)</script> The lender lends; the borrower repays."},
    {"id": "5", "text": "Überlassung — naïve\nsecond line; call +1 202 555 0143"},
]

LAST = "This machine alone can ask. Ctrl-C stops it.\n"
Start = Callable[..., "Server"]


class Server:
    """A server in a process of its own."""

    def __init__(self, *words: object) -> None:
        command = [sys.executable, "-c", "from warrant.cli import main; main()", "serve"]
        self.process = subprocess.Popen(
            [*command, *map(str, words), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout
        self.head = [*iter(self.process.stdout.readline, LAST)]
        self.url = self.head[0].rsplit(" ", 1)[-1].strip().rstrip("/")

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Server] = []

    def begin(*words: object) -> Server:
        running.append(Server(*words))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a process is interrupted by a signal")
def test_a_server_answers_as_a_batch_does_and_stops_on_ctrl_c(
    demo: Demo, tmp_path: Path, start: Start
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    with source.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, ["id", "text"])
        sheet.writeheader()
        sheet.writerows(ROWS)
    Bundle.open(demo.report.bundle, Desk(demo.trust.parent)).predict(source, output)
    lines = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    server = start(demo.report.bundle, "--trust", demo.trust)
    assert server.head[0].startswith(
        f"contracts-demo (bundle {demo.report.bundle_digest[:12]}) answers at http://127.0.0.1:"
    )
    assert server.head[1] == "The bundle: holds, signed by Dana Demo (fictional). Approval: none.\n"
    assert "exploration: not for decisions.\n" in server.head
    assert server.head[-1].startswith("Not logged. Rows: POST http://127.0.0.1:")
    answer = httpx.post(f"{server.url}/v1/predict", json={"rows": ROWS})
    found = answer.json()
    assert found["model"]["digest"] == demo.report.bundle_digest
    for line, said in zip(lines, found["answers"], strict=True):
        told = as_line(said)
        assert {name: line[name] for name in told} == told
        near = said["nearest"] or {"path": None, "similarity": None}
        assert (line["nearest training row"], line["similarity"]) == tuple(near.values())
    card = httpx.get(f"{server.url}/card")
    assert card.text == demo.report.card.read_text("utf-8")
    refused = httpx.post(f"{server.url}/v1/predict", json={"rows": [{"Text": LEASE}]})
    assert refused.status_code == 422
    assert "Is it 'Text'? Rename that column 'text'" in refused.json()["do"]
    code, out, err = server.stop()
    assert (code, err) == (0, "")
    assert out == (
        "\nStopped. 1 request with 5 rows answered; not logged.\nLeft this machine: nothing.\n"
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a process is interrupted by a signal")
def test_an_open_request_is_answered_before_a_server_stops(demo: Demo, start: Start) -> None:
    server = start(demo.report.bundle, "--no-neighbours", "--no-words")
    body = json.dumps({"rows": [{"text": LEASE}]}).encode()
    address = ("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        httpx.get(f"{server.url}/health")  # by now the first request was begun
        server.process.send_signal(signal.SIGTERM)
        client.sendall(body)
        answer = b""
        while part := client.recv(1 << 16):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200 OK")
    out, _ = server.process.communicate(timeout=20)
    assert (server.process.returncode, "1 request with 1 row answered" in out) == (0, True)


def test_a_host_that_others_reach_is_refused(demo: Demo, typed: Type) -> None:
    done = typed("serve", demo.report.bundle, "--host", "0.0.0.0")  # noqa: S104 - refused
    assert done.code == 2
    assert "'0.0.0.0' would let other machines ask" in done.err
    assert "ssh -L 8400:127.0.0.1:8400 YOU@THIS-MACHINE" in done.err
    odd = typed("serve", demo.report.bundle, "--port", "70000")
    assert (odd.code, "There is no port 70000: expected 0 to 65535." in odd.err) == (2, True)


def test_a_port_that_is_taken_is_named(demo: Demo, typed: Type) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = typed("serve", demo.report.bundle, "--port", port, "--trust", demo.trust)
    assert done.code == 6
    assert f"Nothing can listen at port {port} of '127.0.0.1': Address already in use." in done.err
    assert "take any free port: --port 0" in done.err


def test_a_bundle_that_does_not_hold_is_not_served(demo: Demo, typed: Type) -> None:
    done = typed("serve", demo.changed, "--port", 0, "--trust", demo.trust)
    assert done.code == 1
    assert "is refused: (9) 'card.md'" in done.err


def test_a_workspace_answers_with_its_own_bundle(demo: Demo, tmp_path: Path) -> None:
    source, output = tmp_path / "a.txt", tmp_path / "a.jsonl"
    source.write_text(LEASE, "utf-8")
    workspace = Workspace.open(demo.folder, Desk(demo.trust.parent))
    done = workspace.predict(source, output)
    assert done.receipt.bundle == demo.report.bundle_digest
    line: dict[str, Any] = json.loads(output.read_text("utf-8"))
    assert line["answer"] == "Lease"
    assert workspace.bundle.verify().exit_code == 0
