"""Batch prediction: a bundle that verifies, rows read as training read them, a file of answers."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from warrant.flow.answering import Wish, answering
from warrant.flow.asked import Question, Source
from warrant.flow.report import Silent
from warrant.kernel.durable import TEMPORARY
from warrant.serve.batch import Job, require_free, run_batch
from warrant.serve.outputs.workbook import require_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from warrant.flow.report import Reporter
    from warrant.flow.session import Desk
    from warrant.records.batch_receipt import BatchReceipt

STANDARD_INPUT = "-"
"""Written for the input, it means JSON lines from standard input."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Order:
    """One batch: what is asked, where the answers go."""

    bundle: Path
    """The model's bundle."""

    source: str
    """A folder, a sheet, a table, a file; `-`: JSON lines from standard input."""

    output: Path
    """Ends in .xlsx, .csv, .parquet or .jsonl."""

    sheet: Path | None = None
    """A sheet with one line per file of the folder."""

    join: str | None = None
    """The sheet's column that names the file; None: it is found."""

    force: bool = False
    """Replace an output that is there, and begin anew."""


@dataclass(frozen=True)
class Predicted:
    """How a batch ended."""

    output: Path
    """The file of answers."""

    receipt_path: Path
    """The receipt beside it."""

    receipt: BatchReceipt
    """What it says."""

    resumed: int
    """Lines that an earlier run had answered."""

    notes: tuple[str, ...]
    """What a reader must be told about the bundle."""


def predict(
    order: Order,
    desk: Desk,
    wish: Wish | None = None,
    reporter: Reporter | None = None,
    stdin: BinaryIO | None = None,
) -> Predicted:
    """Answer everything in a folder, sheet or file.

    Args:
        order: bundle, input, output.
        desk: the reader's trust and clock.
        wish: how the bundle shall answer.
        reporter: told how far it is.
        stdin: what `-` reads; None: standard input.

    Returns:
        What was done.

    Raises:
        InputError: when input or output do not fit; no cell is quoted.
        IntegrityError: when the bundle is refused.
        PolicyRefusal: when a guardrail stops it.
        Busy: when another process works on the same output.
    """
    shown = reporter or Silent()
    job = Job(order.output, order.source, "", force=order.force)
    require_free(job)
    with (
        answering(order.bundle, desk, wish or Wish()) as opened,
        _question(job, order, stdin) as asked,
    ):
        source = Source(asked, opened.answerer, opened.rows, opened.ocr)
        if order.output.suffix.lower() == ".xlsx":
            require_room(source.count_large())
        done = run_batch(
            replace(job, fingerprint=source.fingerprint),
            source.ask,
            opened.answerer,
            lambda lines: shown.progress(lines, source.total, "rows"),
        )
        return Predicted(order.output, job.receipt, done.receipt, done.resumed, opened.notes)


@contextmanager
def _question(job: Job, order: Order, stdin: BinaryIO | None) -> Iterator[Question]:
    """Say where the rows are; what comes through standard input is kept beside the output first."""
    if order.source != STANDARD_INPUT:
        path = Path(order.source)
        yield Question(path, order.source, order.sheet, order.join, _own_files(job, path))
        return
    with TemporaryDirectory(prefix="warrant-", dir=order.output.parent) as folder:
        kept = Path(folder) / "standard-input.jsonl"
        with kept.open("wb") as file:
            shutil.copyfileobj(stdin or sys.stdin.buffer, file, _CHUNK)
        yield Question(kept, "standard input", by_content=True)


def _own_files(job: Job, folder: Path) -> tuple[str, ...]:
    """Give what lies in the folder and is ours: output, receipt, parts."""
    place = job.output.absolute().parent
    root = folder.absolute()
    if place != root and root not in place.parents:
        return ()
    within = place.relative_to(root).as_posix()
    start = "" if within == "." else f"{within}/"
    return (f"{start}{job.output.name}", f"{start}{TEMPORARY}")
