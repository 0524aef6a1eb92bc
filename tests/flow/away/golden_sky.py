"""Write the golden tasks of SkyPilot. Run: python -m tests.flow.away.golden_sky."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from warrant.flow.away.sky import Sky, render_task
from warrant.stages.train.away import Ceiling

FOLDER = Path(__file__).parent / "golden"
TASKS: dict[str, Callable[[], str]] = {
    "spot-card.yaml": lambda: render_task(
        Sky("runpod", "A100-80GB:1"), Ceiling(20, 1.39, 0.5), "/job"
    ),
    "processor.yaml": lambda: render_task(Sky("lambda"), Ceiling(), "/job"),
    "any-cloud.yaml": lambda: render_task(Sky("any"), Ceiling(5, 0.2), "/job"),
}
"""By name of the file."""

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, task in TASKS.items():
        (FOLDER / name).write_text(task(), "utf-8")
