"""Fixtures: a desk of its own for each test, copied from one that its module makes once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.mistakes.desk import Desk, make_template, seated


@pytest.fixture(name="template", scope="module")
def template_of_module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in seated(folder).items():
            patch.setenv(name, value)
        os.chdir(folder)
        make_template(folder)
        os.chdir(before)
    return folder


@pytest.fixture(name="desk")
def desk_of_template(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    folder = tmp_path / "desk"
    shutil.copytree(template, folder)
    for name, value in seated(folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return Desk(folder)
