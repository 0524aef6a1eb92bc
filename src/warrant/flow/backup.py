"""A copy of everything that cannot be made again: recipe, store, log, vault."""

from __future__ import annotations

import os
import tarfile
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.recipe import read_recipe
from warrant.flow.workspace import RECIPE, STATE
from warrant.kernel.durable import explained

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warrant.flow.workspace import Workspace

_LEFT_OUT = ("index.db", "held", "runs", "lock")
"""Made again from the rest, or of this moment only."""


def back_up(workspace: Workspace, target: Path) -> int:
    """Write a tar file with the whole workspace, vault included.

    Unpacked anywhere, it is the workspace again.

    Args:
        workspace: the workspace; its lock is held while copying.
        target: the file to write, readable by its owner only.

    Returns:
        Size of the file in bytes.

    Raises:
        InputError: if the file exists already.
        Busy: if somebody else writes.
    """
    if target.exists():
        raise InputError(f"{str(target)!r} exists already.", do="Name a file that does not.")
    part = target.with_name(f"tmp-{target.name}")
    root = workspace.root.resolve()
    with workspace.writing("backup"), explained(target):
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
                tar.add(root, arcname=root.name, filter=_only_needed(root.name))
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target.stat().st_size


def read_outside(workspace: Workspace) -> tuple[str, ...]:
    """Name what a backup leaves out: the folders and sheets that the recipe reads.

    Args:
        workspace: whose recipe is read.

    Returns:
        Paths as the recipe writes them, each once; none when the recipe cannot be read.
    """
    try:
        sources = read_recipe(workspace.recipe_path).sources
    except InputError:
        return ()  # a recipe that is being mended is no reason to refuse a backup
    named = (path for source in sources for path in (source.path, source.metadata))
    return tuple(dict.fromkeys(path for path in named if path))


def _only_needed(name: str) -> Callable[[tarfile.TarInfo], tarfile.TarInfo | None]:
    state = f"{name}/{STATE}"
    wanted = (name, f"{name}/{RECIPE}", state)
    skipped = tuple(f"{state}/{part}" for part in _LEFT_OUT)

    def chosen(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        is_needed = member.name in wanted or member.name.startswith(f"{state}/")
        return member if is_needed and not member.name.startswith(skipped) else None

    return chosen
