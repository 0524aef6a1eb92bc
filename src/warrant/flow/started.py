"""Work on a recipe from its start to its end: the workspace locked, an erasure finished first."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from warrant.flow.clock import instant
from warrant.flow.erase import finish_erasure
from warrant.flow.keys import list_model_key
from warrant.flow.session import Desk, load_person, open_pen
from warrant.flow.workspace import Workspace
from warrant.kernel.durable import explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.flow.commit import Pen
    from warrant.flow.report import Reporter


@contextmanager
def started(
    command: str, root: Path, desk: Desk, key_name: str | None, reporter: Reporter
) -> Iterator[Pen]:
    """Begin to write in a workspace; whatever happens, lock and workspace are given back.

    Args:
        command: who writes, as others are told meanwhile.
        root: the folder with the recipe.
        desk: where keys and trust lie.
        key_name: whose key signs; None when there is exactly one.
        reporter: told whom it waits for.

    Yields:
        What signs and logs.

    Raises:
        Busy: if somebody else writes in this workspace.
    """
    begun = instant(desk.clock())
    identity = load_person(desk, key_name)
    workspace = Workspace.open(root, create=True)
    try:
        with (
            workspace.writing(command, begun, reporter.note, desk.wait_s),
            explained(workspace.state),
        ):
            finish_erasure(workspace)
            pen = open_pen(workspace, desk, identity)
            list_model_key(pen)  # a second author signs bundles with a key of her own
            yield pen
    finally:
        workspace.close()
