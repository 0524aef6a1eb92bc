"""Seconds of an answer about lineage: a trace over many versions, an absence proof of a large one.

What is asked was read before: the look-ups of a version, and the tree of a part, are made once.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.kernel_rows import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warrant.flow.commit import Pen

ROWS = 1_000_000
VERSIONS = 50
PROOF_ROWS = 10_000_000
LEDGER_LINES = 10_000_000


def trace_versions(n: int = ROWS) -> Figure:
    """Measure tracing a file that all versions hold, and one that none holds; the dearer counts."""
    from warrant.flow.trace import trace
    from warrant.flow.workspace import Workspace

    with tempfile.TemporaryDirectory(prefix="warrant-bench-") as made:
        root = Path(made) / "work"
        _fill(root, n // VERSIONS)
        workspace = Workspace.open(root)
        try:
            trace(workspace, "note-7.txt")  # reads each version once
            asked = [_seconds(partial(trace, workspace, name)) for name in ("note-7.txt", "no.txt")]
            assert len(trace(workspace, "note-7.txt").held) == VERSIONS
        finally:
            workspace.close()
    return Figure(name="trace", cpu_s=max(asked), n=n, goal=1.0)


def absence_proof(n: int = PROOF_ROWS) -> Figure:
    """Measure one absence proof of a part: two tokens a row, a document and a text."""
    import numpy as np

    from warrant.flow.held import Tokens
    from warrant.kernel.absence import Crown, follow

    halves = np.random.default_rng(7).integers(0, 2**64, (2 * n, 2), np.uint64).astype(">u8")
    halves = halves[np.lexsort((halves[:, 1], halves[:, 0]))]
    tokens = Tokens(memoryview(halves.tobytes()))
    crown = Crown.over(tokens, max((len(tokens) // 1024).bit_length(), 1))
    root, sizes, asked = crown.root(), [], []
    for _ in range(20):
        token = secrets.token_bytes(16)
        start = time.process_time()
        reach = crown.reach(token)
        way = reach.path(token, tokens[reach.low : reach.high])
        asked.append(time.process_time() - start)
        sizes.append(len(way.siblings))
        assert follow(token, way) == root
    return Figure(name=f"{max(sizes)} hashes", cpu_s=max(asked), n=max(sizes), goal=1.0)


def look_up(n: int = LEDGER_LINES) -> dict[str, float]:
    """Measure finding the lines of one row in an open ledger, and opening it."""
    import numpy as np

    from warrant.engine import Ledger, LedgerFile
    from warrant.kernel.store import LocalStore
    from warrant.records.ledger import Reason

    reason = Reason(code="copy", kind="measure", rule="bench", version="1", words="A copy.")
    ledger, draw = Ledger("bench", (reason,)), np.random.default_rng(7)
    positions = np.sort(draw.integers(0, 4 * n, n)).astype(np.uint64)
    ledger._position.frombytes(positions.tobytes())  # noqa: SLF001 - ten million calls of `add`
    ledger._peer.frombytes((positions // np.uint64(2)).tobytes())  # noqa: SLF001
    ledger._value.frombytes(draw.random(n).round(3).tobytes())  # noqa: SLF001
    ledger._reason.frombytes(np.zeros(n, np.uint16).tobytes())  # noqa: SLF001
    ledger.counts["copy"] = n
    with tempfile.TemporaryDirectory() as made:
        store = LocalStore(Path(made))
        digest = ledger.finish(store, None, 4 * n, 4 * n)
        size = store.size(digest)
        start = time.process_time()
        with LedgerFile(store, digest) as file:
            opened = time.process_time() - start
            asked = [_seconds(partial(file.at, int(at))) for at in positions[:: max(1, n // 20)]]
    return {"cpu_s": max(asked), "opened_s": opened, "bytes": size, "n": n}


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _fill(root: Path, rows: int) -> None:
    """Make a workspace whose log has fifty versions of invented notes."""
    from warrant.flow.session import Desk, new_person, open_pen
    from warrant.flow.workspace import Workspace

    desk = Desk(root / "reader", unprotected=True)
    workspace = Workspace.open(root, create=True)
    try:
        with workspace.writing("bench"):
            pen = open_pen(workspace, desk, new_person(desk, "me", "Bench"))
            for version in range(VERSIONS):
                _add(pen, root, version, rows)
    finally:
        workspace.close()


def _add(pen: Pen, root: Path, version: int, rows: int) -> None:
    from datetime import UTC, datetime

    from warrant.engine import write_dataset
    from warrant.kernel.digest import Digest
    from warrant.records.claim import Claim
    from warrant.records.dataset import Column
    from warrant.records.interfaces import Desk, StageResult

    columns = tuple(Column(name=name, type="text") for name in ("path", "text"))
    workspace = pen.workspace
    desk = Desk(workspace.store, workspace.vault, root, lambda *_: None)
    written = write_dataset(
        desk, "documents", columns, _batches(columns, version, rows), {"kept": rows}
    )
    claim = Claim(stage="ingest", version=1, inputs=(), outputs=(written.link(),), counts={})
    pen.step(
        StageResult({"documents": written.manifest}, claim),
        content_key=Digest.of(b"%d" % version),
        configuration={},
        inputs={},
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _batches(columns: object, version: int, rows: int) -> Iterator[object]:
    from warrant.engine import make_batch

    for start in range(0, rows, 10_000):
        numbers = range(start, min(start + 10_000, rows))
        cells = {
            "path": [f"notes/note-{number}.txt" for number in numbers],
            "text": [f"Note {number} as version {version} has it." for number in numbers],
        }
        members = [[sha256(b"%d" % number).digest()] for number in numbers]
        yield make_batch(columns, members, [[0]] * len(numbers), cells)  # type: ignore[arg-type]
