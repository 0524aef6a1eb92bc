"""CPU seconds of six filters over texts: curation with its ledger, bare Daft, datatrove.

Generated prose of about a kilobyte, some of it short, repeated, marked as a draft, or a list. Five
rules are each library's own; the sixth, Gopher's, is the same Python in all of them. Ours reads
its dataset and ends in a dataset with row digests, commitments and tree, and a ledger that says of
every row that went why; Daft ends in a Parquet file of those that stay; datatrove writes what each
of its filters drops beside it, which is how it tells why. Imports are left out.
"""

from __future__ import annotations

import tempfile
import time
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIZE = 1200
LEAST_CHARACTERS, LEAST_WORDS, MOST_WORDS = 200, 30, 5000
DRAFT = "(?i)draft, not for signature"
PORTION = 2000
WARM = 100
"""So many texts go first, unmeasured: what is loaded once in a process is loaded then."""


class Figure(TypedDict):
    """What one way took."""

    cpu_s: float
    """CPU seconds."""
    ledger_s: float
    """Of them for the ledger's lines, added and stored once more by themselves."""
    n: int
    """Bytes of text."""
    rows: int
    """Texts that came in."""
    kept: int
    """Texts that stay."""


def ours(count: int) -> Figure:
    """Curate a dataset: six filters, rows, ledger."""
    _ours(WARM)
    return _ours(count)


def daft(count: int) -> Figure:
    """Do the same in bare Daft."""
    _daft(WARM)
    return _daft(count)


def datatrove(count: int) -> Figure:
    """Do the same with datatrove's local executor, in this process, by its own Gopher rules."""
    _datatrove(WARM, own_rules=True)
    return _datatrove(count, own_rules=True)


def datatrove_same(count: int) -> Figure:
    """Do the same with datatrove's local executor, by our own Gopher rules."""
    _datatrove(WARM, own_rules=False)
    return _datatrove(count, own_rules=False)


def _ours(count: int) -> Figure:
    from warrant.stages.curate import CurateConfig, FilterConfig
    from warrant.stages.curate import run as curate

    settings: dict[str, dict[str, Any]] = {
        "characters": {"least": LEAST_CHARACTERS},
        "min_words": {"words": LEAST_WORDS},
        "max_words": {"words": MOST_WORDS},
        "drop_matching": {"pattern": DRAFT},
        "quality": {"values": ["gopher"], "leave_out": ["gopher_stop_words"]},
        "drop_exact_duplicates": {},
    }
    config = CurateConfig(tuple(FilterConfig(name, one) for name, one in settings.items()))
    with tempfile.TemporaryDirectory() as made:
        desk, source, size = _dataset(Path(made), count)
        started = time.process_time()
        done = curate({"documents": source}, config, desk)
        cpu_s = time.process_time() - started
        ledger_s = _ledger_again(desk, source, done.outputs["ledger"], done.claim.counts)
    return Figure(
        cpu_s=cpu_s, ledger_s=ledger_s, n=size, rows=count, kept=done.claim.counts["kept"]
    )


def _daft(count: int) -> Figure:
    import daft
    import pyarrow.parquet as pq
    from daft import DataType, col

    rule = _gopher()

    @daft.udf(return_dtype=DataType.bool())
    def is_good(texts: Any) -> list[bool]:  # noqa: ANN401 - a series of Daft
        cells = texts.to_arrow()
        bad = {one.row for one in rule.judge(cells, range(len(cells))).verdicts}
        return [row not in bad for row in range(len(cells))]

    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        table, size = _table(count)
        pq.write_table(table, place / "in.parquet", compression="zstd", compression_level=1)
        del table
        started = time.process_time()
        frame = daft.read_parquet(str(place / "in.parquet"))
        frame = frame.where(col("text").length() >= LEAST_CHARACTERS)
        words = col("text").regexp_count(r"\S+")
        frame = frame.where(words >= LEAST_WORDS).where(words <= MOST_WORDS)
        frame = frame.where(~col("text").regexp(DRAFT))
        frame = frame.where(is_good(col("text")))
        frame.distinct("text").write_parquet(str(place / "out"), compression="zstd")
        cpu_s = time.process_time() - started
        kept = sum(pq.read_metadata(one).num_rows for one in (place / "out").glob("*.parquet"))
    return Figure(cpu_s=cpu_s, ledger_s=0, n=size, rows=count, kept=kept)


def _datatrove(count: int, *, own_rules: bool) -> Figure:
    import pyarrow.parquet as pq
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.filters import GopherQualityFilter, LambdaFilter, RegexFilter
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import JsonlWriter, ParquetWriter

    rule, seen = _gopher(), set[bytes]()

    def is_new(document: Any) -> bool:  # noqa: ANN401 - a document of datatrove
        digest = sha256(document.text.encode()).digest()
        is_known = digest in seen
        seen.add(digest)
        return not is_known

    def is_good(document: Any) -> bool:  # noqa: ANN401
        import pyarrow as pa

        return not rule.judge(pa.array([document.text]), [0]).verdicts

    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        table, size = _table(count)
        (place / "in").mkdir()
        pq.write_table(table, place / "in" / "in.parquet", compression="zstd")
        names = iter("abcdef")

        def aside() -> Any:  # noqa: ANN401 - a writer of datatrove
            return JsonlWriter(str(place / "dropped" / next(names)))

        pipeline = [
            ParquetReader(str(place / "in"), id_key="path"),
            LambdaFilter(lambda one: len(one.text) >= LEAST_CHARACTERS, aside()),
            LambdaFilter(lambda one: len(one.text.split()) >= LEAST_WORDS, aside()),
            LambdaFilter(lambda one: len(one.text.split()) <= MOST_WORDS, aside()),
            RegexFilter(DRAFT, aside()),
            GopherQualityFilter(min_stop_words=None, exclusion_writer=aside())
            if own_rules
            else LambdaFilter(is_good, aside()),
            LambdaFilter(is_new, aside()),
            ParquetWriter(str(place / "out"), compression="zstd"),
        ]
        executor = LocalPipelineExecutor(
            pipeline, tasks=1, workers=1, logging_dir=str(place / "logs")
        )
        started = time.process_time()
        executor.run()
        cpu_s = time.process_time() - started
        kept = sum(pq.read_metadata(one).num_rows for one in (place / "out").glob("*.parquet"))
    return Figure(cpu_s=cpu_s, ledger_s=0, n=size, rows=count, kept=kept)


def _gopher() -> Any:  # noqa: ANN401 - a filter
    from warrant.stages.curate.builtin.quality import Quality

    return Quality(["gopher"], leave_out=["gopher_stop_words"])


@cache
def texts(count: int) -> Sequence[str]:
    """Invent texts, of which the rules drop about a quarter."""
    from benchmarks.prose import make_texts

    made: list[str] = []
    for number, text in enumerate(make_texts(count, SIZE)):
        if number % 10 == 3:
            made.append(made[number - 2])
        elif number % 10 == 5:
            made.append(text[:120])
        elif number % 20 == 7:
            made.append(f"{text[:600]} DRAFT, not for signature. {text[600:]}")
        elif number % 40 == 9:
            made.append("\n".join(f"- {line}" for line in text.split(". ")))
        else:
            made.append(text)
    return made


def _table(count: int) -> tuple[Any, int]:
    import pyarrow as pa

    some = texts(count)
    paths = [f"notes/note-{number}.txt" for number in range(count)]
    table = pa.table({"path": paths, "text": pa.array(some, pa.large_string())})
    return table, sum(map(len, some))


def _dataset(place: Path, count: int) -> tuple[Any, Any, int]:
    from warrant.engine import make_batch, write_dataset
    from warrant.kernel.store import LocalStore
    from warrant.records.dataset import Column
    from warrant.records.interfaces import Desk

    columns = tuple(Column(name=name, type="text") for name in ("path", "text"))
    table, size = _table(count)

    def batches() -> Iterator[Any]:
        for start in range(0, count, PORTION):
            some = table.slice(start, PORTION).combine_chunks()
            numbers = range(start, start + some.num_rows)
            members = [[sha256(b"%d" % number).digest()] for number in numbers]
            cells = {name: some.column(name).to_pylist() for name in ("path", "text")}
            yield make_batch(columns, members, [[]] * len(numbers), cells)

    (place / "scratch").mkdir()
    desk = Desk(LocalStore(place / "store"), _vault(place), place / "scratch", lambda *_: None)
    written = write_dataset(desk, "documents", columns, batches(), {"kept": count})
    return desk, written.manifest, size


def _ledger_again(desk: Any, source: Any, digest: Any, counts: Mapping[str, int]) -> float:  # noqa: ANN401
    """Add and store the same lines once more, and take the time of that alone."""
    from warrant.engine import Ledger, read_ledger

    lines = read_ledger(desk.store, digest)
    every = list(lines.decisions())
    started = time.process_time()
    again = Ledger("again", lines.header.reasons)
    for position, code, value, peer in every:
        again.add(position, code, value, peer)
    again.finish(desk.store, source, counts["documents"], counts["kept"])
    return time.process_time() - started


def _vault(place: Path) -> Any:  # noqa: ANN401
    from warrant.kernel.vault import Vault

    Vault.create(place / "vault").close()
    return Vault(place / "vault")
