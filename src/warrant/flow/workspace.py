"""A workspace: a folder with a recipe and a `.warrant/` directory.

Readers never lock. Writers hold `.warrant/lock`; the second waits ten seconds saying who holds it.
"""

from __future__ import annotations

import difflib
import shutil
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.flow.index import Index
from warrant.kernel.durable import sweep
from warrant.kernel.lock import WAIT_S, Claim, FileLock
from warrant.kernel.log import Log
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STATE = ".warrant"
RECIPE = "recipe.yaml"


def old_logs(state: Path) -> list[Path]:
    """List the logs that the present one continues, the oldest first.

    Args:
        state: the `.warrant` folder.

    Returns:
        Folders `log-old-1`, `log-old-2` …, as `warrant key recover` moved them aside.
    """
    found = [path for path in state.glob("log-old-*") if path.name[8:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[8:]))


@dataclass(frozen=True)
class Workspace:
    """One opened workspace.

    Args:
        root: the folder with the recipe.
        store: bytes by digest.
        vault: salts, the log key, erased digests.
        log: the signed statements' log.
        index: look-ups.
    """

    root: Path
    """The folder with the recipe."""
    store: LocalStore
    """Bytes by digest."""
    vault: Vault
    """Salts, log key, erased digests."""
    log: Log
    """The log of signed statements."""
    index: Index
    """Look-ups."""

    @classmethod
    def open(cls, root: Path, *, create: bool = False) -> Workspace:
        """Open a workspace.

        Args:
            root: the folder with the recipe.
            create: make `.warrant/` when it is absent.

        Returns:
            The workspace, its index caught up with the log.

        Raises:
            InputError: if there is no workspace and `create` is False.
            IntegrityError: if there is a log whose vault is lost.
        """
        state = root / STATE
        if not state.is_dir():
            if not create:
                raise InputError(
                    f"{str(root)!r} is not a workspace: it has no {STATE!r} folder.",
                    do=f"Run: warrant run {root}"
                    if (root / RECIPE).is_file()
                    else other_workspace(root),
                )
            state.mkdir(parents=True, mode=0o700)
        (state / "runs").mkdir(exist_ok=True)
        vault = state / "vault"
        if not (vault / "vault.db").exists():
            if (state / "log" / "checkpoint").exists():
                raise IntegrityError(
                    f"The vault of {str(root)!r} is lost: salts and the memory of what was erased.",
                    do="Restore .warrant/vault from a backup. Without one, go on with a new log "
                    "that names this one: warrant key recover",
                )
            Vault.create(vault).close()
        with ExitStack() as stack:
            opened = stack.enter_context(Vault(vault))
            index = stack.enter_context(closing(Index(state / "index.db")))
            store, log = LocalStore(state / "store"), Log(state / "log")
            index.catch_up(log, store)
            stack.pop_all()
        return cls(root, store, opened, log, index)

    @property
    def state(self) -> Path:
        """The `.warrant` folder."""
        return self.root / STATE

    @property
    def recipe_path(self) -> Path:
        """Where the recipe lies."""
        return self.root / RECIPE

    @contextmanager
    def writing(
        self,
        command: str,
        since: str = "",
        tell: Callable[[str], None] | None = None,
        wait_s: float = WAIT_S,
    ) -> Iterator[None]:
        """Hold the writer's lock; leftovers of a killed writer are swept first.

        Args:
            command: what those who wait are told.
            since: the instant it began, for them.
            tell: called once with a sentence when somebody else holds the lock.
            wait_s: how long to wait for somebody else, in seconds.

        Yields:
            Nothing; the lock is free again at the end.

        Raises:
            Busy: if somebody else holds it for longer.
            IntegrityError: if the log is damaged, or a statement in it is missing.
        """
        with FileLock(self.state / "lock", Claim(command, since), wait_s=wait_s, tell=tell):
            self.store.sweep()
            self.log.sweep()
            for folder in ("vault", "runs", "held"):
                sweep(self.state / folder)
            # Whoever waited may find a longer log; and a decision rests on the log alone.
            self.index.read_anew(self.log, self.store)
            shutil.rmtree(self.state / "runs" / "scratch", ignore_errors=True)
            yield

    def close(self) -> None:
        """Close the open files."""
        self.index.close()
        self.vault.close()


_SHOWN = 3
"""Workspaces that a message names."""


def other_workspace(root: Path) -> str:
    """Say what to do about a folder that was taken for a workspace.

    Args:
        root: as the reader wrote it.

    Returns:
        The act: another folder beside it that has a recipe, else how one is made.
    """
    beside = root.parent.iterdir() if root.parent.is_dir() else ()
    homes = {one.name: str(one) for one in sorted(beside) if (one / RECIPE).is_file()}
    close = difflib.get_close_matches(root.name, homes, n=1, cutoff=0.6)
    near = [homes[name] for name in close or homes]
    if len(near) == 1:
        return f"Write {near[0]!r} in place of {str(root)!r}."
    if near:
        shown = ", ".join(map(repr, near[:_SHOWN])) + (", …" if len(near) > _SHOWN else "")
        return (
            f"Name one of those beside it: {shown}; for a new one: warrant new NAME --from FOLDER"
        )
    source = root if root.is_dir() else "FOLDER"
    return (
        f"For your own files run: warrant new NAME --from {source}; to look around: "
        "warrant demo ./demo"
    )
