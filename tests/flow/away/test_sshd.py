"""Training over a real ssh, to a server on this machine that ends with the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.flow.away.test_pack import told
from tests.flow.bench import Bench
from warrant.flow.away import carrier_for, train_only

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SSHD is None or shutil.which("ssh") is None, reason="no sshd here"),
]

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/mine.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
SetEnv PYTHON={python}
ForceCommand cd {folder}/home && eval "$SSH_ORIGINAL_COMMAND"
"""
CLIENT = """\
Host far.example
  HostName 127.0.0.1
  Port {port}
  IdentityFile {folder}/mine
  StrictHostKeyChecking no
  UserKnownHostsFile {folder}/known
  LogLevel ERROR
"""


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the home of a user of a server that listens on this machine alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("host", "mine"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True
        )
    (tmp_path / "home").mkdir()
    said = {"port": port, "folder": tmp_path, "python": sys.executable}
    (tmp_path / "config").write_text(CONFIG.format(**said), "utf-8")
    (tmp_path / "client").write_text(CLIENT.format(**said), "utf-8")
    with suppress(OSError):
        Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(tmp_path / "config")])
    programs = tmp_path / "programs"
    programs.mkdir()
    ssh = shutil.which("ssh")
    (programs / "ssh").write_text(f'#!/bin/sh\nexec {ssh} -F {tmp_path}/client "$@"\n', "utf-8")
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    try:
        _wait(port)
        yield tmp_path / "home"
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int) -> None:
    end = monotonic() + 20
    while monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.1)
    pytest.skip("the server did not begin to listen")


def test_a_real_ssh_carries_the_job_there_and_the_result_back(bench: Bench, far: Path) -> None:
    user = os.environ.get("USER", "root")
    where = f"ssh:{user}@far.example"
    recipe = told(f'elsewhere: ["{where}"]', 18)
    report = train_only(bench.root, recipe, bench.desk, carrier=carrier_for(where))
    assert report.rows > 0
    assert report.computed.endswith("as declared, not witnessed")
    assert [host for host, _, _ in report.left] == [where]
    assert list(far.iterdir()) == []
    assert bench.entries()[-1] == "train"
