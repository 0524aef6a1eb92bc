"""Folders in which a step keeps what a stop or a kill shall not cost: one per content key.

They lie in `.warrant/runs/kept/` and hold what was computed from rows, so an erasure removes them.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.workspace import Workspace
    from warrant.kernel.digest import Digest

MOST = 3
"""So many pieces of unfinished work are kept; the oldest go."""


def _home(workspace: Workspace) -> Path:
    return workspace.state / "runs" / "kept"


def open_kept(workspace: Workspace, key: Digest) -> Path:
    """Give the folder of a step, with what an earlier try left in it.

    Args:
        workspace: whose lock is held.
        key: content key of the step.

    Returns:
        The folder; it exists.
    """
    home = _home(workspace)
    home.mkdir(mode=0o700, exist_ok=True)
    others = [one for one in home.iterdir() if one.name != key.hex]
    for old in sorted(others, key=lambda one: one.stat().st_mtime)[: -(MOST - 1)]:
        shutil.rmtree(old, ignore_errors=True)
    folder = home / key.hex
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def leave_kept(folder: Path) -> None:
    """Remove the folder of a step that kept nothing.

    Args:
        folder: as `open_kept` gave it.
    """
    with suppress(OSError):  # it holds something, or is gone
        folder.rmdir()


def clear_kept(workspace: Workspace, key: Digest) -> None:
    """Remove what a step kept, once it is committed.

    Args:
        workspace: whose lock is held.
        key: content key of the step.
    """
    shutil.rmtree(_home(workspace) / key.hex, ignore_errors=True)


def clear_all_kept(workspace: Workspace) -> None:
    """Remove everything that was kept: it was computed from rows that must go.

    Args:
        workspace: whose lock is held.
    """
    shutil.rmtree(_home(workspace), ignore_errors=True)
