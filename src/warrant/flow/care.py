"""Caring for a workspace: making look-ups again, and looking for what will bite later."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warrant.errors import WarrantError
from warrant.flow.ground import ignores_case, network_drive, sync_client
from warrant.flow.workspace import STATE, Workspace, old_logs
from warrant.kernel.key_file import config_dir, key_names
from warrant.kernel.log import Log
from warrant.kernel.store import LocalStore
from warrant.kernel.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

_LOW_BYTES = 2 << 30
_NEEDED = ("cryptography", "rfc8785", "pydantic", "pyarrow", "sklearn", "cel_expr_python")


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    level: Literal["ok", "warning", "error"]
    """How bad it is."""
    text: str
    """What was found, and what to do about it."""


def rebuild(root: Path) -> int:
    """Make the look-ups again from store and log.

    Args:
        root: the workspace.

    Returns:
        Statements read.
    """
    path = root / STATE / "index.db"
    for name in ("", "-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    shutil.rmtree(root / STATE / "held", ignore_errors=True)
    workspace = Workspace.open(root)
    try:
        return len(workspace.index.entries())
    finally:
        workspace.close()


def doctor(root: Path | None = None) -> list[Finding]:
    """Look at machine and workspace.

    Args:
        root: a workspace; None: only the machine.

    Returns:
        Findings, what is well among them.
    """
    found = [_python(), *_libraries(), _keys()]
    if root is not None:
        found += [_disk(root), *_place(root), *_state(root)]
    return found


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("ok", f"Python {version}.")


def _libraries() -> list[Finding]:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return [
            Finding("error", f"Missing: {', '.join(missing)}. Run in the checkout: pip install .")
        ]
    return [Finding("ok", "All libraries are there.")]


def _keys() -> Finding:
    names = key_names("person")
    if not names:
        return Finding(
            "warning", f"No key in {config_dir() / 'keys'}. Run: warrant key new me --name 'You'"
        )
    return Finding("ok", f"Keys: {', '.join(names)}.")


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    text = f"{free / 1e9:.1f} GB free on this disk."
    return Finding("warning" if free < _LOW_BYTES else "ok", text)


def _place(root: Path) -> list[Finding]:
    client, drive = sync_client(root), network_drive(root)
    found = []
    if client:
        found.append(
            Finding(
                "warning",
                f"The workspace lies in a folder that {client} copies: it may copy half-written "
                "files, and the vault. Move the workspace out of it.",
            )
        )
    if drive:
        found.append(
            Finding(
                "warning",
                f"The workspace lies on a network drive ({drive}): two writers may not see one "
                "another there. Move the workspace to a disk of this machine.",
            )
        )
    if ignores_case(root):
        found.append(
            Finding(
                "warning",
                "The workspace lies where 'A' and 'a' are one file: of two files whose names "
                "differ in case only, one is lost. Keep no such names in your sources.",
            )
        )
    return found or [Finding("ok", "The workspace lies in an ordinary folder.")]


def _state(root: Path) -> list[Finding]:
    state = root / STATE
    if not state.is_dir():
        return [Finding("warning", f"No workspace here yet. Run: warrant run {root}")]
    lost = [name for name in ("log.pem", "vault.db") if not (state / "vault" / name).exists()]
    found = [
        Finding(
            "error",
            f"The vault has no {name!r}. Restore the vault from a backup; without one: "
            "warrant key recover",
        )
        for name in lost
    ]
    store = LocalStore(state / "store")
    logs = [Log(path) for path in (state / "log", *old_logs(state))]
    faults = [*store.check(), *(fault for log in logs for fault in log.check())]
    found += [Finding("warning" if one.is_leftover else "error", str(one)) for one in faults]
    if (state / "vault" / "erasing").exists():
        text = "An erasure was begun and not finished. Finish it: warrant run"
        found.append(Finding("error", text))
    if "vault.db" not in lost:
        found += _vault(state / "vault")
    return found or [Finding("ok", "Store, log and vault are sound.")]


def _vault(path: Path) -> list[Finding]:
    try:
        with Vault(path) as vault:
            vault.check()
    except WarrantError as error:
        return [Finding("error", str(error))]
    return []
