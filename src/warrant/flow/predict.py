"""Batch prediction: a bundle that verifies, rows read as training read them, answers in a table.

Answers are written in portions beside the output; a run that was killed goes on after the last
whole portion and gives the same bytes. Nothing is logged yet, and the receipt says so.
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError, IntegrityError
from warrant.flow.check import verify_path
from warrant.flow.report import Reporter, Silent
from warrant.kernel.canon import MAX_INTEGER, canonical
from warrant.kernel.digest import hash_file
from warrant.kernel.durable import write_file
from warrant.kernel.merkle import leaf_hashes, tree_root
from warrant.serve.answers import Answerer, require_columns, withheld
from warrant.serve.opened import open_bundle
from warrant.serve.table import Legend, suffix_of, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.flow.session import Desk
    from warrant.kernel.verdict import Verdict
    from warrant.serve.opened import Opened
    from warrant.serve.table import Row
    from warrant.stages.ingest.look import Look, Seen

PORTION_ROWS = 1000
"""Rows that a kill can cost."""

BANNERS = {
    "explore": "exploration: not for decisions",
    "pilot": "pilot use",
    "production": "production use",
}
"""Said beside every answer, by stage of use."""

_OURS = {
    "file": "File in which the row was found.",
    "answer": "What the model says; several labels with '; ' between them.",
    "probability": "Probability of the answer, 0 to 1; of several labels the least.",
    "abstained": "True when the answer must not be relied on; 'why' says why.",
    "why": "Why the model abstained, or why the file could not be read.",
    "deciding words": "Words that spoke most for the answer.",
    "use": "How far answers of this model may be relied on.",
    "model": "First 12 characters of the bundle digest.",
}


_LACKS = "A line of a table that lacks a column which the model reads."
_ANSWERED, _ABSTAINED, _UNREAD = b"a", b"b", b"u"  # how a row went, in the portions


@dataclass(frozen=True)
class Predicted:
    """How a batch ended."""

    output: Path
    """The file with the answers."""
    receipt: Path
    """What was answered by which model, beside it."""
    rows: int
    """Lines in the output."""
    abstained: int
    """Of them, those without an answer to rely on; unread files are not among them."""
    unread: int
    """Of them, files or records that could not be read."""
    resumed: int
    """Rows whose answers were kept from a run that was stopped."""
    root: str
    """RFC 6962 root over the lines of the output, in hex."""
    bundle_digest: str
    """Of the model's bundle, in hex."""
    stage_of_use: str
    """How far it may be relied on."""
    headline: str
    """What verification said of the bundle."""


@dataclass(frozen=True)
class Wish:
    """What is to be answered."""

    bundle: Path
    """The model's bundle."""
    source: Path
    """A folder, a file or a table."""
    output: Path
    """Ends in .xlsx, .csv, .parquet or .jsonl."""
    words: bool = True
    """Whether to look for the words that decided."""
    overwrite: bool = False
    """Whether an output that exists is replaced."""


def predict(
    wish: Wish, desk: Desk, trust: Path | None = None, reporter: Reporter | None = None
) -> Predicted:
    """Answer everything in a folder or table.

    Args:
        wish: bundle, input, output.
        desk: the reader's trust and clock.
        trust: another trust folder.
        reporter: told how far it is.

    Returns:
        What was done.

    Raises:
        IntegrityError: when the bundle is refused.
        InputError: when input or output do not fit; no cell is quoted.
    """
    from warrant.stages.ingest.look import Look

    suffix_of(wish.output)
    _require_paths(wish)
    verdict = _verify(wish.bundle, desk, trust)
    look = Look(wish.source)
    with tempfile.TemporaryDirectory(prefix="warrant-") as scratch:
        opened = open_bundle(wish.bundle, Path(scratch) / "model")
        require_columns(opened.record.inputs, look.columns or ("text",))
        batch = _Batch(wish, opened, look)
        batch.answer(reporter or Silent())
    return batch.finish(verdict)


def _verify(bundle: Path, desk: Desk, trust: Path | None) -> Verdict:
    verdict = verify_path(bundle, trust=trust or desk.trust, now=desk.clock(), seen=desk.seen)
    if verdict.exit_code == 1:
        raise IntegrityError(
            f"The bundle {bundle.name!r} is refused: {verdict.faults[0]}",
            do=f"Do not use it. See all faults: warrant verify {bundle}",
        )
    return verdict


def _require_paths(wish: Wish) -> None:
    if not wish.source.exists():
        raise InputError(
            f"There is nothing at {str(wish.source)!r}.", do="Name a folder, a file or a table."
        )
    if wish.output.exists() and not wish.overwrite:
        raise InputError(
            f"{str(wish.output)!r} is there already.",
            do="Name another file, or replace it with --force.",
        )
    if not wish.output.absolute().parent.is_dir():
        raise InputError(
            f"The folder of {str(wish.output)!r} is not there.", do="Make it, or name another."
        )


class _Batch:
    """The answers of one batch, portion by portion."""

    def __init__(self, wish: Wish, opened: Opened, look: Look) -> None:
        self._wish, self._opened, self._look = wish, opened, look
        self._answerer = Answerer(opened, words=wish.words)
        self._parts = wish.output.with_name(wish.output.name + ".parts")
        own = look.columns or ()
        self._names = {name: _free_name(name, own) for name in _OURS}
        self._own = own
        self._abstained = len(own) + list(_OURS).index("abstained")
        self._resumed = 0
        self._count = 0

    def answer(self, reporter: Reporter) -> None:
        """Answer what no earlier run has answered."""
        self._open_parts()
        for number, portion in enumerate(_portions(self._look)):
            part = self._parts / f"{number:08}.jsonl"
            if part.exists():
                self._resumed += len(portion)
            else:
                write_file(part, b"".join(self._lines_of(portion)))
            self._count += len(portion)
            reporter.progress(self._count, None, "rows")
        if not self._count:
            raise InputError(
                f"{str(self._wish.source)!r} holds nothing to answer.",
                do="Name a folder with documents, or a table with lines under its header.",
            )

    def _open_parts(self) -> None:
        """Take up the portions of an earlier run of the same work; others are thrown away."""
        key = canonical(
            {
                "bundle": self._opened.digest.hex,
                "input": self._look.digest.hex,
                "rows": PORTION_ROWS,
                "words": self._wish.words,
            }
        )
        mark = self._parts / "batch.json"
        if mark.is_file() and mark.read_bytes() == key:
            return
        if self._parts.exists():
            if not mark.is_file():
                raise InputError(
                    f"{str(self._parts)!r} is there already, and not from a stopped batch.",
                    do="Move it away, or name another output.",
                )
            shutil.rmtree(self._parts)
        self._parts.mkdir()
        write_file(mark, key)

    def _lines_of(self, portion: Sequence[Seen]) -> Iterator[bytes]:
        """Give a line a row: how it went, then its cells as canonical JSON."""
        for one, row in zip(portion, self._rows(portion), strict=True):
            went = (
                _UNREAD if self._unread(one) else _ABSTAINED if row[self._abstained] else _ANSWERED
            )
            yield went + canonical(list(row)) + b"\n"

    def _rows(self, portion: Sequence[Seen]) -> Iterator[Row]:
        readable = [one for one in portion if not self._unread(one)]
        answers = iter(self._answerer.answer([one.cells for one in readable]))
        for one in portion:
            told = withheld(why) if (why := self._unread(one)) else next(answers)
            yield (
                *(_plain(one.cells.get(name)) for name in self._own),
                one.file,
                told.answer,
                told.probability,
                told.abstained,
                told.why,
                told.words,
                BANNERS[self._opened.stage_of_use],
                self._opened.digest.hex[:12],
            )

    def _unread(self, one: Seen) -> str:
        """Say why there is nothing to answer; a table that lies beside documents has no text."""
        lacks = any(name not in one.cells for name in self._opened.record.inputs)
        return one.unread or (_LACKS if lacks else "")

    def _lines(self) -> Iterator[bytes]:
        for part in sorted(self._parts.glob("*.jsonl")):
            yield from part.read_bytes().removesuffix(b"\n").split(b"\n")

    def finish(self, verdict: Verdict) -> Predicted:
        """Write output and receipt from the portions, and throw the portions away."""
        root = tree_root(b"".join(leaf_hashes(line[1:] for line in self._lines()))).hex()
        went = Counter(line[:1] for line in self._lines())
        abstained, unread = went[_ABSTAINED], went[_UNREAD]
        wish, opened = self._wish, self._opened
        names = [*self._own, *self._names.values()]
        facts = self._facts(verdict, root, abstained, unread)
        legend = Legend(
            tuple(facts.items()), tuple((self._names[name], words) for name, words in _OURS.items())
        )
        draft = wish.output.with_name(f"tmp-{wish.output.name}")
        rows = (tuple(json.loads(line[1:])) for line in self._lines())
        write_table(draft, names, rows, legend, self._names["probability"])
        draft.replace(wish.output)
        receipt = wish.output.with_name(wish.output.name + ".receipt.json")
        write_file(receipt, self._receipt(root))
        shutil.rmtree(self._parts)
        return Predicted(
            output=wish.output,
            receipt=receipt,
            rows=self._count,
            abstained=abstained,
            unread=unread,
            resumed=self._resumed,
            root=root,
            bundle_digest=opened.digest.hex,
            stage_of_use=opened.stage_of_use,
            headline=verdict.headline,
        )

    def _facts(self, verdict: Verdict, root: str, abstained: int, unread: int) -> Mapping[str, str]:
        opened = self._opened
        return {
            "Model": opened.name,
            "Use": BANNERS[opened.stage_of_use],
            "Bundle digest": opened.digest.hex,
            "Verification": verdict.headline,
            "Approval": verdict.approval or "not stated",
            "Rows": str(self._count),
            "Abstained": str(abstained),
            "Could not be read": str(unread),
            "Root over the rows": root,
            "Log": "These answers are not logged.",
            "Formulas": "Cells that look like formulas are text and are not run.",
        }

    def _receipt(self, root: str) -> bytes:
        opened = self._opened
        facts: dict[str, Any] = {
            "format": "warrant/batch/1",
            "bundle": opened.digest.hex,
            "input": self._look.digest.hex,
            "is_logged": False,
            "name": opened.name,
            "output_sha256": hash_file(self._wish.output).hex,
            "root": root,
            "rows": self._count,
            "stage_of_use": opened.stage_of_use,
        }
        return canonical(facts) + b"\n"


def _portions(look: Iterable[Seen]) -> Iterator[list[Seen]]:
    seen = iter(look)
    while portion := list(islice(seen, PORTION_ROWS)):
        yield portion


def _free_name(name: str, taken: Sequence[str]) -> str:
    """Give our column another name where the user's table has one of that name."""
    while name in taken:
        name = f"{name} (warrant)"
    return name


def _plain(cell: object) -> str | int | float | bool | None:
    """Give a cell as JSON can hold it; a number that it cannot hold becomes text."""
    if cell is None or isinstance(cell, str | bool):
        return cell
    if isinstance(cell, int) and abs(cell) <= MAX_INTEGER:
        return cell
    return cell if isinstance(cell, float) and math.isfinite(cell) else str(cell)
