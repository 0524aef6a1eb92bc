"""What tests need from outside the checkout: data in `../shared`, software of the `peers` extra.

Absent things skip a test with a reason that starts with one of the two phrases below. With
WARRANT_CI=1 such a skip is a failure (tests/conftest.py): a green run there means "checked".
A checkout with no `../shared` at all has nothing to miss: those skips stay skips.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""

SHARED = ROOT.parent / "shared"
"""Published vectors and real data, beside the checkout where a machine has them."""

PEER_MISSING = "peer missing:"
SHARED_MISSING = "shared data missing:"
FATAL_IN_CI = (PEER_MISSING, SHARED_MISSING)
"""A skip whose reason starts with one of these fails when WARRANT_CI=1."""


def shared_path(relative: str) -> Path:
    """Give a path under `../shared`, or skip the test (or the module) that asks."""
    if not SHARED.is_dir():
        pytest.skip(f"no ../shared beside this checkout: {relative}", allow_module_level=True)
    place = SHARED / relative
    if not place.exists():
        pytest.skip(f"{SHARED_MISSING} {relative}", allow_module_level=True)
    return place


@contextmanager
def place_for_everyone() -> Iterator[Path]:
    """Make a folder that every account of this machine reaches, and remove it at the end.

    None of pytest's: each session that begins shuts the folder above them all to others.
    """
    with TemporaryDirectory(prefix="warrant-") as name:
        folder = Path(name)
        for place in (folder, *folder.parents):
            if not place.stat().st_mode & 0o001:
                place.chmod(0o755)
        yield folder


def peer(module: str) -> Any:  # noqa: ANN401 - a module of unknown shape
    """Import a module of the `peers` extra, or skip the test (or the module) that asks."""
    try:
        return import_module(module)
    except ImportError as error:
        pytest.skip(
            f"{PEER_MISSING} {module} ({error}). Run: pip install '.[peers]'",
            allow_module_level=True,
        )
