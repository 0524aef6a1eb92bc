"""What the log costs: batched durable appends, in CPU seconds.

Each function makes its own data in a folder it is given, and returns `name`, `cpu_s` (of this
process, system time included), `n` and `goal` (the most CPU seconds that `n` may cost).
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.log import Log

LEAVES = 200_000
BATCHES = 4
GOAL_LEAVES_PER_CPU_S = 200_000


def leaf(number: int) -> bytes:
    """Make a leaf of the size that the log holds."""
    return (
        b'{"envelope":"%064x","format":"warrant/leaf/1","key":"%064x","pae":"%064x",'
        b'"predicate":"urn:x-warrant:stage:evaluate:v1","recorded_at":"2026-01-01T00:00:00Z"}'
    ) % (number, 7, number * 3)


def append(folder: Path) -> dict[str, object]:
    """Append in a few batches, each durable and under its own checkpoint."""
    log, signer = Log(folder / "log"), Ed25519Signer.generate()
    leaves = [leaf(number) for number in range(LEAVES)]
    step = LEAVES // BATCHES
    start = time.process_time()
    for first in range(0, LEAVES, step):
        log.append(leaves[first : first + step], signer)
    cpu_s = time.process_time() - start
    assert log.recompute() == log.head()
    goal = LEAVES / GOAL_LEAVES_PER_CPU_S
    return {"name": "log: batched durable append", "cpu_s": cpu_s, "n": LEAVES, "goal": goal}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(append(Path(made)))
