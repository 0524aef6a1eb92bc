"""Writes what is said of each broken case: `python -m tests.stages.train.golden_findings`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.stages.train.corpus import BROKEN, draw
from tests.stages.train.test_detector import look

GOLDEN = Path(__file__).parent / "golden" / "findings.txt"
SEED = 7


def written() -> str:
    """Give every message of one drawing, by case."""
    parts = []
    with tempfile.TemporaryDirectory() as home:
        for name, case in sorted(draw(BROKEN, SEED).items()):
            found = sorted(
                f"  {one.severity} {one.code}: {one.what}\n    {one.do}"
                for one in look(case, Path(home) / name)
            )
            parts.append("\n".join([name, *found]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(written(), "utf-8")
