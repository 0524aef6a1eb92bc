"""What helps after a verdict: to know the signer, or to write the bundle anew."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.kernel.verdict import Verdict

ASK_HER = (
    "To know the signer: ask her for her key (warrant key show) by telephone or on paper, "
    "then run: warrant key trust PATH --key KEY --name NAME; or name a folder of keys that "
    "you believe: --trust DIR"
)


def advice(verdict: Verdict, path: Path, trust: Path | None) -> Iterator[str]:
    """Say what helps.

    Args:
        verdict: of `verify_path`.
        path: what was verified, as the reader wrote it.
        trust: the folder named with --trust; None: the reader's own.

    Yields:
        Sentences; none where nothing helps.
    """
    from warrant.flow.check import find_grown

    if verdict.result == "consistent, signer unknown":
        command = _missing_log(verdict, path, trust)
        yield (
            f"Your trust folder has no log.policy, so no log is known: {command}"
            if command
            else ASK_HER
        )
    grown = find_grown(path)
    if grown:
        shown = grown if path.is_absolute() else os.path.relpath(grown)
        yield (
            "The workspace's log has grown since this bundle was written: "
            f"warrant run {shlex.quote(str(shown))} writes it anew."
        )


def _missing_log(verdict: Verdict, path: Path, trust: Path | None) -> str:
    """Give the command that adds the log of a signer who is known; empty if that is not it."""
    from warrant.kernel.key_file import config_dir
    from warrant.kernel.trust import Trust

    believed = Trust.load(trust or config_dir() / "trust")
    known = [one for one in believed.signers if one.name in verdict.signers]
    if believed.policy is not None or not known:
        return ""
    words = ["warrant", "key", "trust", str(path), "--key", known[0].key.text]
    place = ["--trust", str(trust)] if trust else []
    return shlex.join([*words, "--name", known[0].name, *place])
