"""20,000 texts into the store, and looked at again, against `dvc add` and `dvc status`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.measure import ROUND, Contender, own, program, run_child
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Into the store"
REMARKS = """\
Peers: `dvc add` and `dvc status`. Ours ends in a manifest, a row tree and a signed log entry.
The step of `warrant run` besides decodes every text, keeps the original, writes the rows as
Parquet and asks policy; the kernel alone scans, stores, hashes and logs.

What is missed, and why. A step of `warrant run` does for each text what `dvc add` does not: by
samples of its stack a fifth of its time goes into loading numpy, pyarrow and pydantic, a
quarter into finding and hashing the files (before the step, because its content key needs their
digests), a fifth into Parquet and the row tree, a tenth into reading, a tenth into typed cells,
the rest into salts, policy and the log. Compressed packs are zlib at its lightest level, with a
smaller table of hashes than is usual, which takes two to three CPU seconds for 200 MB by
itself; Huffman coding alone would be a third cheaper, and real contracts would lie in 58 % of
their size instead of 34 %; zstd would do it in half the time and is not in the standard
library, with which `verify.py` must read every pack. When nothing has changed, most of
the time is the start of Python with pydantic, YAML and the rules, whatever the number of files. By
a profile the look at 20,000 files is a third, loading the rules a ninth, pydantic's models for
recipe and records another; numpy, scipy and pyarrow are no longer loaded then. LibYAML, not
installed everywhere, was not tried.
"""


def race(track: Track) -> list[Line]:
    """20,000 texts into the store, and looked at again, against `dvc add` and `dvc status`."""
    texts = track.folder / "prose"
    files = 2_000 if track.quick else 20_000
    track.make("prose", texts, str(files), "10240")
    dvc = track.folder / f"dvc-{ROUND}"

    def copy_for_dvc(number: int) -> None:
        place = track.folder / f"dvc-{number}"
        place.mkdir()
        run_child([program("dvc"), "init", "-q", "--no-scm"], track.environment, place)
        shutil.copytree(texts, place / "prose")

    contenders = [Contender("dvc add", [program("dvc"), "add", "-q", "prose"], copy_for_dvc, dvc)]
    for piece in ("ingest", "kernel"):
        for codec in ("plain", "compressed"):
            place = track.folder / f"{piece}-{codec}-{ROUND}"
            contenders.append(Contender(f"{piece}, {codec}", own(piece, place, texts, codec)))
    # What is looked at again must not be the youngest: every add comes before any second look.
    contenders.append(Contender("dvc status", [program("dvc"), "status", "-q"], folder=dvc))
    for piece, codec in (("ingest", "plain"), ("kernel", "again")):
        place = track.folder / f"{piece}-plain-{ROUND}"
        contenders.append(Contender(f"{piece} again", own(piece, place, texts, codec)))
    found = track.run(*contenders)
    for cost in found["ingest again"].costs:
        assert cost.answer == {"computed": [], "entries": 2}, cost.answer
    what = f"{files:,} texts of 10 KB"
    add, status = found["dvc add"], found["dvc status"]
    return [
        ratio_line(f"`warrant run`, ingest: {what}", found["ingest, plain"], add, 5),
        ratio_line("`warrant run`, ingest, packs compressed", found["ingest, compressed"], add, 3),
        ratio_line(f"kernel alone: {what}", found["kernel, plain"], add, 5),
        ratio_line("kernel alone, packs compressed", found["kernel, compressed"], add, 3),
        ratio_line("`warrant run`, ingest: nothing changed", found["ingest again"], status, 4),
        ratio_line("kernel alone: nothing changed", found["kernel again"], status, 4),
    ]
