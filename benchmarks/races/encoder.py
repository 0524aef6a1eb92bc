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
thread each; CPU seconds of the updates alone. Ours sorts rows by length within fifty batches, so
that a batch pads little, computes in bf16, moves only the vectors of words that occur, and leaves
no attention out at random; the Trainer pads each batch to its longest row, or each row to 128
tokens, which many examples do. At equal precision the lines say what is left without bf16.

Padded to 128, every update costs the same. Ours hangs on which batches are among them, so that
line has 320 rows and eight updates; with 160 rows and three, 5.3 times was measured, since one was
the batch of the longest rows. Measured apart at a load of eight to twelve (2026-11-29, 13:27 UTC):
among 1,600 rows ours cost 0.317 CPU s in the mean of 48 updates, the padded Trainer 4.16 in the
mean of four: 13 times, not 15.

What bounds it. One thread of this processor (AVX-512 with bf16, no AMX) multiplies matrices at 98
GFLOP/s in float32 and 215 in bf16. An update of 32 rows, 512 real tokens, is 33 GFLOP: 0.15 CPU s
at that speed, 0.26 as it is among 512 rows, which is 58 % of the ceiling. An update costs some 0.06
whatever its rows, and the rest grows with their tokens. Of what is no large product a profile shows
conversions to bf16 and back (a twelfth of the update), the small products of attention (a twelfth),
random numbers of dropout (a sixteenth), softmax, gelu and the optimiser (a thirtieth each). Tried
by themselves: random bytes instead of torch's dropout, 10 ms of the 260; attention by bare
products, 3 ms; memory that is never given back, nothing.
"""

LEGS = ("ours_bf16", "ours_fp32", "trainer_fp32", "trainer_bf16")


def absent() -> str:
    """Name what is not installed of both sides."""
    missing = [one for one in ("torch", "transformers", "accelerate") if find_spec(one) is None]
    return ", ".join(missing)


def race(track: Track) -> list[Line]:
    """An encoder trained on, against transformers' Trainer on the same rows."""
    many, few = (128, 96) if track.quick else (512, 320)
    found = track.run(
        *(Contender(leg, own("figure", "encoder", leg, str(many)), inside=True) for leg in LEGS),
        Contender("ours, few", own("figure", "encoder", "ours_bf16", str(few)), inside=True),
        Contender(
            "Trainer, padded to 128",
            own("figure", "encoder", "trainer_padded", str(few)),
            inside=True,
        ),
    )
    for name, shown in (
        ("trainer_fp32", "the Trainer in float32, dynamic padding"),
        ("trainer_bf16", "the Trainer in bf16, dynamic padding"),
    ):
        found[name].name = shown
    what = "rows of 16 tokens in the mean"
    return [
        ratio_line(f"{many} {what}, bf16", found["ours_bf16"], found["trainer_fp32"], 4),
        ratio_line(f"{few} {what}, bf16", found["ours, few"], found["Trainer, padded to 128"], 15),
        ratio_line(f"{many} {what}, both bf16", found["ours_bf16"], found["trainer_bf16"]),
        ratio_line(f"{many} {what}, both float32", found["ours_fp32"], found["trainer_fp32"]),
    ]
