"""Peak memory while texts stream through ingest."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, memory_line
from benchmarks.track import GB

if TYPE_CHECKING:
    from benchmarks.track import Track

STREAMED_FILE_BYTES = 100_000

HEADING = "Memory"
REMARKS = """\
One round. `--full` streams 10 GB, else 1 GB stands in for them; files of 100 KB, originals
kept. The table is a csv of 50 MB, with `--full` of 2 GB, each of its rows a document of 2 KB.
"""


def race(track: Track) -> list[Line]:
    """Peak memory while texts stream through ingest."""
    size = 10 * GB if track.full else GB // 10 if track.quick else GB
    free = shutil.disk_usage(track.folder).free
    if free < 4 * size:
        words = f"{4 * size / GB:.1f} GB of disk needed, {free / GB:.1f} free: not run"
        return [Line(f"{size / GB:g} GB through ingest", "1,000 MB", words, met=False)]
    texts, place = track.folder / "stream", track.folder / "streamed"
    track.make("stream", texts, str(size // STREAMED_FILE_BYTES), str(STREAMED_FILE_BYTES))
    table, table_size = track.folder / "table.csv", 2 * GB if track.full else GB // 20
    track.make("table", table, str(table_size))
    found = replace(track, rounds=1).run(
        Contender("stream", own("ingest", place, texts)),
        Contender("table", own("ingest", track.folder / "tabled", table)),
    )
    rows = f"peak while the rows of a csv of {table_size / 1e6:,.0f} MB stream through ingest"
    return [
        memory_line(f"peak while {size / GB:g} GB stream through ingest", found["stream"], GB),
        memory_line(rows, found["table"], 1.5 * GB),
    ]
