"""The journal of a batch: parts beside the output, so that a killed batch goes on where it was.

A part is a file of JSON lines that is whole or absent: names of the user's own columns, then one
array a line. What is not in a part is answered again.

Law: a batch that was killed any number of times ends with the bytes of one that was not.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.durable import explained, sweep, write_file
from warrant.kernel.lock import Claim, FileLock
from warrant.serve.sheet import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from warrant.serve.cells import Cell

FORMAT = "warrant/answers-part/2"
_PLAN, _LOCK = "plan.json", "lock"
_WAIT_S = 1.0


class Journal:
    """The parts of one batch.

    Args:
        folder: `OUT.parts`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self, plan: Mapping[str, object], *, afresh: bool) -> Iterator[None]:
        """Begin a batch, or go on with it; nobody else may meanwhile.

        Args:
            plan: what decides the answers: model, input, settings.
            afresh: take no part over from an earlier batch.

        Yields:
            Nothing.

        Raises:
            InputError: when the parts belong to another batch.
            Busy: when another process works on it.
        """
        self._require_own()
        with explained(self.folder):
            self.folder.mkdir(exist_ok=True)
        with FileLock(self.folder / _LOCK, Claim("warrant predict"), wait_s=_WAIT_S):
            wanted, path = canonical(plan), self.folder / _PLAN
            if afresh:
                self._clear()
            sweep(self.folder)
            if self._parts() and path.exists() and path.read_bytes() != wanted:
                raise InputError(
                    f"{self.folder.name!r} holds parts of another batch: of another model, other "
                    "input or other settings.",
                    do="Run the same command with --force to begin anew, or finish that batch.",
                )
            write_file(path, wanted)
            try:
                yield
            finally:
                if not self._parts():  # nothing to go on with: the next batch may be another one
                    self.remove()

    def done(self) -> int:
        """Count the lines in whole parts."""
        return sum(_head(path)["lines"] for path in self._parts())

    def asked(self) -> int:
        """Count the rows whose lines are in whole parts."""
        return sum(_head(path)["asked"] for path in self._parts())

    def add(self, lines: Sequence[Line], asked: int | None = None) -> None:
        """Write the next part, durably.

        Args:
            lines: in order.
            asked: rows that they answer; None: as many.
        """
        names = list(dict.fromkeys(name for line in lines for name in line.own))
        rows = len(lines) if asked is None else asked
        head = {"asked": rows, "columns": names, "format": FORMAT, "lines": len(lines)}
        texts = [json.dumps(head, ensure_ascii=False)]
        for line in lines:
            own = [_encoded(line.own.get(name)) for name in names]
            texts.append(json.dumps([own, list(line.given)], ensure_ascii=False))
        number = len(self._parts())
        data = ("\n".join(texts) + "\n").encode()
        write_file(self.folder / f"{number:08}.jsonl", data)

    def own_columns(self) -> list[str]:
        """Name the user's own columns, in the order of first sight."""
        return list(
            dict.fromkeys(name for path in self._parts() for name in _head(path)["columns"])
        )

    def lines(self) -> Iterator[Line]:
        """Go through all lines, from the first on."""
        for path in self._parts():
            with path.open(encoding="utf-8", newline="\n") as file:
                names = json.loads(next(file))["columns"]
                for text in file:
                    own, given = json.loads(text)
                    cells = dict(zip(names, map(_decoded, own), strict=True))
                    yield Line(cells, tuple(given))

    def remove(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _require_own(self) -> None:
        """Refuse a folder that somebody else made: at the end it would be removed."""
        own = (self.folder / _PLAN, self.folder / _LOCK)
        if self.folder.exists() and not any(path.is_file() for path in own):
            raise InputError(
                f"{str(self.folder)!r} is there already, and not from a stopped batch.",
                do="Move it away, or name another output.",
            )

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]" * 8 + ".jsonl"))

    def _clear(self) -> None:
        for path in (*self._parts(), self.folder / _PLAN):
            path.unlink(missing_ok=True)


def _head(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="\n") as file:
        found: dict[str, Any] = json.loads(next(file))
    return found


def _encoded(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return {"clock": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return cell  # infinities too: Python's own JSON reads what it writes


def _decoded(value: Any) -> Cell:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        is_day = "day" in value
        return (
            date.fromisoformat(value["day"]) if is_day else datetime.fromisoformat(value["clock"])
        )
    cell: Cell = value
    return cell
