"""The engine that a recipe names, and what a step sends away, whatever comes of it.

What leaves this machine is written down before it does, in `.warrant/runs/sent/STEP.json`: a
failure, a stop, a kill or other settings forget nothing. The next claim of that step says it, and
then it goes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from warrant.kernel.durable import write_file
from warrant.records.claim import Egress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from warrant.engine.on_processes import ProcessEngine
    from warrant.engine.on_ray import RayEngine
    from warrant.flow.recipe_engine import EngineChoice
    from warrant.flow.workspace import Workspace
    from warrant.records.interfaces import Engine, Item, Made, StageResult

ON_ENGINE = frozenset({"ingest", "curate"})
"""Steps that have work done on an engine."""

_PURPOSES = {
    "ingest": "files, to be read on Ray",
    "curate": "rows, to be judged on Ray",
    "train": "training rows, to be trained on there",
}
"""Why something is sent, by steps."""


class Sent:
    """Bytes that a step sent away, its failed tries counted.

    Args:
        place: where they are written down.
        purpose: why they are sent.
    """

    def __init__(self, place: Path, purpose: str) -> None:
        self._place, self._purpose = place, purpose
        self._sizes: dict[str, int] = {}
        if place.is_file():
            told = json.loads(place.read_bytes())
            self._sizes = {str(host): int(size) for host, size in told.items()}

    @property
    def left(self) -> tuple[Egress, ...]:
        """What left this machine, by where to."""
        return tuple(
            Egress(host=host, size=size, purpose=self._purpose)
            for host, size in sorted(self._sizes.items())
        )

    def carry(self, host: str, size: int) -> None:
        """Write down, before it happens, that something is sent.

        Args:
            host: where to.
            size: bytes.
        """
        self._sizes[host] = self._sizes.get(host, 0) + size
        self._place.parent.mkdir(mode=0o700, exist_ok=True)
        write_file(self._place, json.dumps(self._sizes).encode())

    def stated(self, result: StageResult) -> StageResult:
        """Let a step's claim say what was sent for it.

        Args:
            result: of the step.

        Returns:
            The same, with a claim that says so.
        """
        if not self._sizes:
            return result
        claim = result.claim.model_copy(update={"left_this_machine": self.left})
        return replace(result, claim=claim)

    def told(self) -> str:
        """Say what was sent for a step that did not come to its end; empty when nothing was."""
        listed = "; ".join(f"{one.size:,} bytes to {one.host} ({one.purpose})" for one in self.left)
        return (
            f"Left this machine, though the step was not done: {listed}. "
            "Its next claim says so too."
            if listed
            else ""
        )

    def drop(self) -> None:
        """Forget, once it is claimed."""
        self._place.unlink(missing_ok=True)


def open_sent(workspace: Workspace, stage: str) -> Sent:
    """Give what a step has sent away so far.

    Args:
        workspace: whose lock is held.
        stage: name of the step.

    Returns:
        Its count.
    """
    place = workspace.state / "runs" / "sent" / f"{stage}.json"
    return Sent(place, _PURPOSES.get(stage, ""))


class Workers:
    """The engine that the recipe names, reached when there is work for the first time.

    Args:
        choice: which, and its address or number of processes.
    """

    def __init__(self, choice: EngineChoice) -> None:
        self._choice = choice
        self._engine: RayEngine | ProcessEngine | None = None
        self._sent: Sent | None = None

    def for_step(self, sent: Sent) -> Engine:
        """Give the engine of one step.

        Args:
            sent: counts what leaves for it.

        Returns:
            The engine.
        """
        self._sent = sent
        return self

    def stream(self, work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
        """Do work on each item; the results come in the order of the items."""
        if self._engine is None:
            self._engine = self._reach()
        return self._engine.stream(work, items)

    def end_step(self) -> None:
        """Give this machine's processes back, and their memory; a cluster is kept for the run."""
        if self._choice.kind != "ray":
            self.close()

    def close(self) -> None:
        """Leave the engine, where it was reached."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _reach(self) -> RayEngine | ProcessEngine:
        from warrant.engine.on_processes import ProcessEngine
        from warrant.engine.on_ray import RayEngine

        if self._choice.kind != "ray":
            return ProcessEngine(self._choice.cpus)
        return RayEngine(self._choice.address, self._choice.cpus, self._carry)

    def _carry(self, host: str, size: int) -> None:
        if self._sent is not None:
            self._sent.carry(host, size)
