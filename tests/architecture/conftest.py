"""What was parsed for these tests is forgotten: later tests would wait for its garbage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.architecture import house

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def syntax_trees_are_forgotten() -> Iterator[None]:
    yield
    house.tree.cache_clear()
