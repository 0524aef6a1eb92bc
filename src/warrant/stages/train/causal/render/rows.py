"""Rows as other programs read them: one conversation a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from warrant.stages.train.causal.prepare import conversations_of
from warrant.stages.train.causal.render.plan import TRAIN, VALIDATION

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.stages.train.backend import Job


def write_rows(job: Job, folder: Path) -> tuple[int, int]:
    """Write the rows of a job; test rows are never among them.

    Args:
        job: rows and settings.
        folder: gets `train.jsonl` and `validation.jsonl`, for their owner alone.

    Returns:
        Rows and bytes.
    """
    rows = size = 0
    for name, part in ((TRAIN, job.train), (VALIDATION, job.validation)):
        path = folder / name
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for row in conversations_of(part, job.config):
                messages = [{"role": one.role, "content": one.content} for one in row]
                file.write(json.dumps({"messages": messages}, ensure_ascii=False) + "\n")
                rows += 1
        size += path.stat().st_size
    return rows, size
