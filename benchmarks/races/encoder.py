"""An encoder trained on, against transformers' Trainer on the same rows."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, own
from benchmarks.results import Line, ratio_line

if TYPE_CHECKING:
    from benchmarks.track import Track

HEADING = "Encoders"
REMARKS = """\
Peer: transformers' Trainer on the same MiniLM-L6, rows, batch of 32 and number of updates, one
thread each; CPU seconds of the updates alone. Ours computes the texts of a batch one behind the
other, so that nothing is computed for what fills up, works in bf16, moves only the vectors of words
that occur, and leaves no attention out at random; the Trainer pads each batch to its longest row,
or each row to 128 tokens, which many examples do. At equal precision the lines say what is left
without bf16.

Padded to 128, every update costs the same. Ours hangs on which batches are among them: of few rows
the batch of the longest weighs much, so that all legs have the same 512 rows.

What bounds it. One thread of an AMD processor (AVX-512 with bf16) multiplies matrices of these
sizes at 400 GFLOP/s in bf16. An update of 32 rows, 527 real tokens, is 34 GFLOP and takes 0.16 CPU
s, which is half of that ceiling. Padded, as it was before, the same rows are 658 tokens; packing
took a fifth of the time away, attention by plain products in it. Of many rows that are sorted
by length within fifty batches little is padded: of 3,200 packing takes a thirtieth away. Two more
were tried beside it and left out: norms that stay in bf16, a tenth, for what they lose in digits;
random bytes instead of torch's dropout, a fiftieth. Of other families than BERT, RoBERTa and their
like texts are padded still.
"""

LEGS = ("ours_bf16", "ours_fp32", "trainer_fp32", "trainer_bf16", "trainer_padded")


def absent() -> str:
    """Name what is not installed of both sides."""
    missing = [one for one in ("torch", "transformers", "accelerate") if find_spec(one) is None]
    return ", ".join(missing)


def race(track: Track) -> list[Line]:
    """An encoder trained on, against transformers' Trainer on the same rows."""
    rows = 128 if track.quick else 512
    found = track.run(
        *(Contender(leg, own("figure", "encoder", leg, str(rows)), inside=True) for leg in LEGS)
    )
    for name, shown in (
        ("trainer_fp32", "the Trainer in float32, dynamic padding"),
        ("trainer_bf16", "the Trainer in bf16, dynamic padding"),
        ("trainer_padded", "the Trainer in float32, padded to 128"),
    ):
        found[name].name = shown
    what = f"{rows} rows of 16 tokens in the mean"
    ours = found["ours_bf16"]
    return [
        ratio_line(f"{what}, bf16", ours, found["trainer_fp32"], 4),
        ratio_line(f"{what}, bf16, against padded rows", ours, found["trainer_padded"], 15),
        ratio_line(f"{what}, both bf16", ours, found["trainer_bf16"]),
        ratio_line(f"{what}, both float32", found["ours_fp32"], found["trainer_fp32"]),
    ]
