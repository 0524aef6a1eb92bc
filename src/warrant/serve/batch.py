"""The story of a batch: rows in, a file of answers and its receipt out.

(1) Rows are answered portion by portion, each a part in the journal. (2) The parts become one file
of answers, with one Merkle root over it. (3) The receipt is written, the file gets its name, the
parts go.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

import warrant
from warrant.errors import InputError
from warrant.kernel.digest import hash_file
from warrant.kernel.durable import TEMPORARY, explained, write_file
from warrant.records.batch_receipt import BatchReceipt
from warrant.serve.journal import Journal
from warrant.serve.legend import columns, legend
from warrant.serve.outputs import Table, require_suffix, write_table
from warrant.serve.outputs.workbook import require_room
from warrant.serve.sheet import (
    ABSTAINED,
    HEADINGS,
    NO,
    PROBABILITY,
    UNREAD,
    YES,
    chosen_places,
    constants,
    header,
    headings,
    make_line,
    make_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Literal

    from warrant.serve.answer import Answerer
    from warrant.serve.cells import Cell
    from warrant.serve.outputs import Written
    from warrant.serve.sheet import Asked, Line

    Ask = Callable[[int], Iterable[Asked]]

PORTION_LINES = 2000
PORTION_CHARACTERS = 8 << 20
"""A part of the journal ends at so many lines, or so many characters of text."""

RECEIPT = ".receipt.json"
PARTS = ".parts"


class Done(NamedTuple):
    """How a batch ended."""

    receipt: BatchReceipt
    """As it lies beside the output."""
    resumed: int
    """Lines that an earlier run had answered."""


_COUNTED = {NO: "answered", YES: "abstained", UNREAD: "unread"}


@dataclass(frozen=True)
class Job:
    """One batch."""

    output: Path
    """The file of answers; its ending says the format."""

    source: str
    """What is asked about, as it was named."""

    fingerprint: str
    """Changes whenever other rows would be asked."""

    force: bool = False
    """Replace an output that is there, and take over no part of an earlier batch."""

    @property
    def receipt(self) -> Path:
        """Where the receipt goes."""
        return self.output.with_name(self.output.name + RECEIPT)

    @property
    def parts(self) -> Path:
        """Where the journal lies until the batch is done."""
        return self.output.with_name(self.output.name + PARTS)


def require_free(job: Job) -> None:
    """Refuse an output that is there already, or that cannot be written.

    Args:
        job: the batch.

    Raises:
        InputError: what is in the way.
    """
    require_suffix(job.output)
    if job.output.is_dir() or not job.output.parent.is_dir():
        what = "is a folder" if job.output.is_dir() else "lies in a folder that is not there"
        raise InputError(
            f"The output {str(job.output)!r} {what}.",
            do="Name a file in a folder that is there: -o answers.xlsx",
        )
    if job.output.exists() and not job.force:
        raise InputError(
            f"The output {str(job.output)!r} is there already.",
            do="Name another one, or replace it: --force",
        )


def run_batch(
    job: Job, ask: Ask, answerer: Answerer, tell: Callable[[int], None] | None = None
) -> Done:
    """Answer all rows, or those that an earlier run of the same batch left.

    Args:
        job: output and input.
        ask: gives the rows from a place on, counted from 0, always in the same order.
        answerer: answers them.
        tell: told after each part how many lines there are so far.

    Returns:
        The receipt, and how much was taken over.

    Raises:
        InputError: when the output is in the way, parts belong to another batch, there is no row,
            or the format cannot hold as many.
        Busy: when another process works on the same output.
    """
    require_free(job)
    journal = Journal(job.parts)
    with journal.opened(_plan(job, answerer), afresh=job.force):
        resumed = journal.done()
        _answer_rest(job, ask, answerer, journal, tell or (lambda _: None))
        receipt = _finish(job, answerer, journal)
    journal.remove()
    return Done(receipt, resumed)


def _plan(job: Job, answerer: Answerer) -> dict[str, object]:
    return {
        "bundle": answerer.served.digest,
        "columns": [heading.name for heading in headings(answerer)],
        "format": "warrant/answers-plan/1",
        "input": job.fingerprint,
        "version": warrant.__version__,
    }


def _answer_rest(
    job: Job, ask: Ask, answerer: Answerer, journal: Journal, tell: Callable[[int], None]
) -> None:
    done, written = journal.asked(), journal.done()
    for portion in _portions(ask(done)):
        done += len(portion)
        lines = answer_lines(portion, answerer)
        written += len(lines)
        if require_suffix(job.output) == ".xlsx":
            require_room(written)
        journal.add(lines, len(portion))
        tell(done)
    if not done:
        raise InputError(
            f"{job.source!r} holds no row to answer.",
            do="Name a folder with documents, or a sheet with lines under its header.",
        )


def answer_lines(portion: list[Asked], answerer: Answerer) -> list[Line]:
    """Answer one portion.

    Args:
        portion: rows, and files that could not be read.
        answerer: answers them.

    Returns:
        One line for each, in order; of places found one for each of them.
    """
    readable = [asked for asked in portion if asked.unread is None]
    answers = iter(answerer.answer([asked.cells for asked in readable]))
    lines: list[Line] = []
    for asked in portion:
        answer = None if asked.unread is not None else next(answers)
        if answer is not None and answer.spans is not None:
            lines += make_lines(asked, answer, answerer.columns[0].column)
        else:
            lines.append(make_line(asked, answer))
    return lines


def _portions(rows: Iterable[Asked]) -> Iterator[list[Asked]]:
    portion: list[Asked] = []
    characters = 0
    for asked in rows:
        portion.append(asked)
        characters += sum(len(cell) for cell in asked.cells.values() if isinstance(cell, str))
        if len(portion) >= PORTION_LINES or characters >= PORTION_CHARACTERS:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def _finish(job: Job, answerer: Answerer, journal: Journal) -> BatchReceipt:
    """Make one file of the parts, and its receipt."""
    served, given, own = answerer.served, headings(answerer), journal.own_columns()
    names, places = header(own, given), chosen_places(given)
    abstained = HEADINGS.index(ABSTAINED)
    counts = Counter(str(line.given[abstained]) for line in journal.lines())
    told = {word: counts[value] for value, word in _COUNTED.items()}

    def lines() -> Iterator[list[Cell]]:
        last = constants(served)
        for line in journal.lines():
            mine = [line.own.get(name) for name in own]
            yield [*mine, *(line.given[place] for place in places), *last]

    def explain(written: Written) -> Iterator[tuple[str, str]]:
        yield from legend(served, job.source, told, written)
        yield "check it", f"warrant verify {job.receipt.name}"
        yield from columns(own, given, names)

    table = Table(names, lines, counts.total(), len(own) + given.index(PROBABILITY))
    draft = job.output.with_name(f"{TEMPORARY}{secrets.token_hex(8)}{job.output.suffix}")
    try:
        with explained(job.output):
            written = write_table(draft, require_suffix(job.output), table, explain)
            _sync(draft)
            receipt = BatchReceipt(
                approval=served.approval,
                bundle=served.digest,
                columns=tuple(names),
                counts=told,
                input=job.source,
                lines=table.count,
                made_by=f"warrant {warrant.__version__}",
                name=served.name,
                notice=served.notice,
                output=job.output.name,
                root=written.root.hex(),
                sha256=hash_file(draft).hex,
                stage_of_use=cast('Literal["explore", "pilot", "production"]', served.stage_of_use),
                verified=served.verified,
            )
            write_file(job.receipt, receipt.to_bytes())
            draft.replace(job.output)
    finally:
        draft.unlink(missing_ok=True)
    return receipt


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
