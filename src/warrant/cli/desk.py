"""Opening a workspace to read in it, or to sign in it with one's own key."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from warrant.cli.screen import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.flow.commit import Pen
    from warrant.flow.workspace import Workspace
    from warrant.kernel.statement import Role


@contextmanager
def reading(root: Path) -> Iterator[Workspace]:
    """Open a workspace to read; nobody is locked out.

    Args:
        root: the folder with the recipe.

    Yields:
        The workspace.
    """
    from warrant.flow.workspace import Workspace

    workspace = Workspace.open(root)
    try:
        yield workspace
    finally:
        workspace.close()


@contextmanager
def signing(
    root: Path,
    command: str,
    key: str | None = None,
    role: Role = "author",
    *,
    unprotected: bool = False,
) -> Iterator[Pen]:
    """Open a workspace to sign in it; the lock is held.

    Args:
        root: the folder with the recipe.
        command: what those who wait are told.
        key: name of the person's key; None when there is exactly one.
        role: in which she acts.
        unprotected: True lets a key without a passphrase pass.

    Yields:
        The pen.
    """
    from warrant.flow.clock import instant
    from warrant.flow.session import Desk, load_person, open_pen

    desk = Desk(unprotected=unprotected)
    with reading(root) as workspace:
        identity = load_person(desk, key, role)
        with workspace.writing(command, instant(desk.clock()), lambda text: say(text, err=True)):
            yield open_pen(workspace, desk, identity)
