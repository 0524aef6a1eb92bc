from __future__ import annotations

import pytest

from tests.stages.bench import Whole, run_whole
from tests.workers import new_workers as new_workers
from tests.workers import workers_stay as workers_stay


@pytest.fixture(scope="session", name="whole")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return run_whole(tmp_path_factory.mktemp("whole"))
