"""A demo workspace made once, and a way to type commands at it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.drawing import drawing_once
from tests.drawing import nothing_new_is_drawn as nothing_new_is_drawn
from tests.workers import workers_stay as workers_stay
from warrant.cli import main
from warrant.flow.demo import Demo, make_demo
from warrant.flow.report import Silent

CONTRACTS = 60
"""The fewest that the demo invents."""


class NoAudience:
    """Shows the demo to nobody."""

    reporter = Silent()

    def scene(self, title: str, *lines: str) -> None: ...

    def ran(self, report: object) -> None: ...

    def checked(self, path: Path, verdict: object) -> None: ...


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever a command prints
        return json.loads(self.out)


Type = Callable[..., Done]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Give a demo workspace; it is only read."""
    with drawing_once():
        return make_demo(tmp_path_factory.mktemp("demo") / "demo", NoAudience(), CONTRACTS)


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command and see what it prints; nothing more is typed unless a test does."""
    monkeypatch.setattr("sys.stdin", StringIO())

    def run(*words: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def author(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """Sit at the desk of the demo's author, to read."""
    monkeypatch.setenv("WARRANT_CONFIG_DIR", str(demo.folder / "reader"))
    return demo


@pytest.fixture
def own(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the demo to write in, at its author's desk, in the folder above it."""
    folder = tmp_path / "demo"
    shutil.copytree(demo.folder, folder)
    monkeypatch.setenv("WARRANT_CONFIG_DIR", str(folder / "reader"))
    monkeypatch.chdir(tmp_path)
    return folder
