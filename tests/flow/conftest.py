"""One finished workspace, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drawing import drawing_nothing
from tests.drawing import nothing_new_is_drawn as nothing_new_is_drawn
from tests.flow.bench import Bench, copy_bench, make_bench
from tests.workers import workers_stay as workers_stay


@pytest.fixture(name="finished", scope="session")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Run the recipe once; nobody may write here."""
    bench = make_bench(tmp_path_factory.mktemp("finished") / "notes")
    with drawing_nothing():
        bench.run()
    return bench


@pytest.fixture(name="bench")
def _bench(finished: Bench, tmp_path: Path) -> Bench:
    return copy_bench(finished, tmp_path / "notes")
