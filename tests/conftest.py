"""What holds for every test: a home of its own, no network, no wait, and no silent gap in CI."""

from __future__ import annotations

import gc
import os
import socket
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import cost, outside

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

FOLDERS_WITH_A_MARK = ("slow", "peers", "faults")
"""A test in tests/slow/ carries the mark `slow`, and so on."""

WAIT_FOR_THE_DISK = ("test_disk.py", "test_durable.py", "test_disk_laws.py")
"""Tests of writing itself; those in tests/faults/ wait too."""

LOCAL = ("127.0.0.1", "::1", "localhost")

# Ray keeps a token in the home folder, and refuses a second start of one process in another home.
os.environ["RAY_AUTH_TOKEN"] = "token-of-these-tests-alone-as-good-as-any"

# Shared machines stall: a deadline would measure the neighbour. `test-all` looks for more examples
# (--hypothesis-profile=thorough); the fast run stays fast, in CI too. Where a change is judged
# (WARRANT_CI=1) the examples depend on the test alone, so that the same change always gets the
# same answer; everywhere else each run looks at new ones.
settings.register_profile(
    "here",
    deadline=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("WARRANT_CI") == "1",
)
settings.register_profile("thorough", parent=settings.get_profile("here"), max_examples=150)
settings.load_profile("here")


@pytest.fixture(scope="session", name="homes")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    # pytest would look at all earlier homes, thousands, to number one more.
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home: nobody's keys, trust or checkpoints are read or written."""
    home = next(homes)
    home.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("APPDATA", str(home / "AppData"))
    monkeypatch.delenv("WARRANT_PASSPHRASE_FILE", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return home


@pytest.fixture(autouse=True)
def no_wait_for_the_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the disk for no flush: no test pulls the plug, and each flush waits some milliseconds."""
    waits = request.path.name in WAIT_FOR_THE_DISK or request.node.get_closest_marker("faults")
    if not waits:
        monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave the machine."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as in socket
        if isinstance(address, tuple) and address[0] not in LOCAL:
            pytest.fail(f"A test tried to reach {address!r}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)


@pytest.fixture(name="shared_path")
def _shared_path() -> Callable[[str], Path]:
    return outside.shared_path


@pytest.fixture(name="peer")
def _peer() -> Callable[[str], Any]:
    return outside.peer


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what is imported to itself: the collector of garbage would look at it all again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = folder_of(item.path)
        if folder in FOLDERS_WITH_A_MARK:
            item.add_marker(folder)


@cache
def folder_of(path: Path) -> str:
    here = Path(__file__).parent
    return path.relative_to(here).parts[0] if path.is_relative_to(here) else ""


def fail_a_silent_gap(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip for something that CI must have into a failure."""
    if os.environ.get("WARRANT_CI") != "1" or not report.skipped:
        return
    if not isinstance(report.longrepr, tuple):
        return
    path, line, message = report.longrepr
    reason = message.removeprefix("Skipped: ")
    if reason.startswith(outside.FATAL_IN_CI):
        report.outcome = "failed"
        report.longrepr = f"{path}:{line}: WARRANT_CI=1 allows no gap: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    before = cost.cpu_s()
    try:
        return (yield)
    finally:
        item.user_properties.append(("cpu_s", cost.cpu_s() - before))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    dear = cost.dear_tests(one for one in ended if isinstance(one, pytest.TestReport))
    if dear:
        words = f"fast tests over {cost.MOST_CPU_S:g} CPU s: make them cheaper, or mark them slow"
        terminalreporter.section(words)
        terminalreporter.write_line("\n".join(dear))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    fail_a_silent_gap(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    fail_a_silent_gap(report)
    return report
