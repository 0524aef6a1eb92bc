"""A workspace: a folder with a recipe and a `.warrant/` directory.

Readers never lock. Writers hold `.warrant/lock`; the second waits ten seconds saying who holds it.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.index import Index
from warrant.kernel.lock import Claim, FileLock
from warrant.kernel.log import Log
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STATE = ".warrant"
RECIPE = "recipe.yaml"


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
        """
        state = root / STATE
        if not state.is_dir():
            if not create:
                raise InputError(
                    f"{str(root)!r} is not a workspace: it has no {STATE!r} folder.",
                    do=f"Run: warrant run {root}",
                )
            state.mkdir(parents=True, mode=0o700)
        (state / "runs").mkdir(exist_ok=True)
        vault = state / "vault"
        has_vault = (vault / "vault.db").exists()
        if not has_vault and not (state / "log" / "checkpoint").exists():
            Vault.create(vault).close()
        workspace = cls(
            root=root,
            store=LocalStore(state / "store"),
            vault=Vault(vault),
            log=Log(state / "log"),
            index=Index(state / "index.db"),
        )
        workspace.index.catch_up(workspace.log, workspace.store)
        return workspace

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
        self, command: str, since: str = "", tell: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Hold the writer's lock; leftovers of a killed writer are swept first.

        Args:
            command: what those who wait are told.
            since: the instant it began, for them.
            tell: called once with a sentence when somebody else holds the lock.

        Yields:
            Nothing; the lock is free again at the end.

        Raises:
            Busy: if somebody else holds it for longer than ten seconds.
        """
        with FileLock(self.state / "lock", Claim(command, since), tell=tell):
            self.store.sweep()
            self.log.sweep()
            shutil.rmtree(self.state / "runs" / "scratch", ignore_errors=True)
            yield

    def close(self) -> None:
        """Close the open files."""
        self.index.close()
        self.vault.close()
