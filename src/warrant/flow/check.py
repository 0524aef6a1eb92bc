"""Verification with its rim: trust folder, checkpoints seen, row reader, vault.

Light for a bundle: what decodes rows is imported only for a workspace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from warrant.errors import InputError, IntegrityError
from warrant.flow.clock import instant
from warrant.kernel.log_view import parse_checkpoint
from warrant.kernel.merkle import leaf_hashes, prove_consistency
from warrant.kernel.tree import RowTree
from warrant.kernel.trust import Seen, Trust
from warrant.kernel.verdict import Report
from warrant.kernel.verify import WORKSPACE_FOLDER, open_evidence, verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from warrant.flow.workspace import Workspace
    from warrant.kernel.merkle import Head
    from warrant.kernel.trust import Prove
    from warrant.kernel.verdict import Verdict
    from warrant.kernel.workspace_contents import RowReader, Rows


def verify_path(path: Path, *, trust: Path, now: datetime, seen: Path | None = None) -> Verdict:
    """Verify a bundle or a workspace.

    Args:
        path: a bundle file, or a workspace folder.
        trust: the reader's trust folder; an absent one trusts nobody.
        now: the reader's time, UTC.
        seen: folder of checkpoints accepted before, which this one joins; None: neither read
            nor kept.

    Returns:
        The verdict.

    Raises:
        InputError: if the path is neither, or the trust folder cannot be read.
    """
    rows = _rows(path) if (path / WORKSPACE_FOLDER).is_dir() else None
    kept = Seen(seen) if seen else None
    verdict = verify(open_evidence(path, rows), Trust.load(trust), instant(now), seen=kept)
    if kept and verdict.checkpoint and verdict.exit_code != 1:
        kept.remember(verdict.checkpoint.decode(), _prover(path))
    return verdict


def find_grown(bundle: Path) -> Path | None:
    """Find the workspace in which a bundle lies, if its log has grown since.

    Args:
        bundle: a file, sound or not.

    Returns:
        The nearest folder above it with a log; None when that is another log, has not grown, or
        cannot be read.
    """
    homes = (folder for folder in bundle.absolute().parents if _note(folder).is_file())
    home = next(homes, None)
    if home is None or not bundle.is_file():
        return None
    evidence = open_evidence(bundle)
    try:
        evidence.check_container(Report())
        _, then = parse_checkpoint(evidence.read_checkpoint() or b"")
        _, now = parse_checkpoint(_note(home).read_bytes())
    except (IntegrityError, InputError, OSError):
        return None  # this is advice beside a verdict, which has said already what is wrong
    finally:
        evidence.close()
    return home if now.origin == then.origin and now.size > then.size else None


def _note(folder: Path) -> Path:
    return folder / WORKSPACE_FOLDER / "log" / "checkpoint"


def _prover(path: Path) -> Prove:
    """Make what proves that this log grew from an earlier checkpoint; the evidence was verified."""
    evidence = open_evidence(path)
    try:
        evidence.check_container(Report())
        evidence.read_checkpoint()
        tree = RowTree.over(leaf_hashes(evidence.read_entries()))
    finally:
        evidence.close()

    def prove(old: Head, new: Head) -> Sequence[bytes]:
        return prove_consistency(old.size, new.size, tree.read)

    return prove


def is_sound(workspace: Workspace, now: datetime) -> bool:
    """Say whether log, statements and stored bytes of a workspace verify; signers do not matter.

    Args:
        workspace: to be checked.
        now: the time of asking, UTC.

    Returns:
        True when nothing is refused.
    """
    rows = _rows(workspace.root)
    verdict = verify(open_evidence(workspace.root, rows), Trust(), instant(now))
    return verdict.exit_code != 1


def _rows(root: Path) -> Rows:
    from warrant.engine import read_rows
    from warrant.kernel.vault import Vault
    from warrant.kernel.workspace_contents import Rows

    vault = root / WORKSPACE_FOLDER / "vault"
    salt = Vault(vault).known_salts if (vault / "vault.db").exists() else None
    return Rows(cast("RowReader", read_rows), salt)
