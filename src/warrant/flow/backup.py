"""A copy of everything that cannot be made again: recipe, store, log, vault."""

from __future__ import annotations

import os
import tarfile
from typing import TYPE_CHECKING

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warrant.flow.workspace import Workspace

_LEFT_OUT = ("index.db", "runs", "lock")
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
    with workspace.writing("backup"):
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(workspace.root, arcname=workspace.root.name, filter=_only_needed(workspace))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    return target.stat().st_size


def _only_needed(
    workspace: Workspace,
) -> Callable[[tarfile.TarInfo], tarfile.TarInfo | None]:
    skipped = {f"{workspace.root.name}/.warrant/{name}" for name in _LEFT_OUT}
    state = f"{workspace.root.name}/.warrant"

    def chosen(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        inside = member.name == workspace.root.name or member.name.startswith(state)
        wanted = inside or member.name.endswith("recipe.yaml")
        return (
            None if not wanted or any(member.name.startswith(name) for name in skipped) else member
        )

    return chosen
