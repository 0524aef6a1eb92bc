"""Sign and verify a model of 1 GB against `model_signing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import ROUND, Contender, own, program
from benchmarks.results import Line, bound_line, ratio_line
from benchmarks.track import GB

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.track import Track

HEADING = "Model signatures"
REMARKS = """\
Peer: `model_signing` with a key, on the same folder of 4 weight files and 3 small ones.

What is missed, and why. SHA-256 of 1 GB that lies in memory takes 0.56 CPU s with bare
`hashlib` on this machine, copying it from the page cache 0.05 to 0.07 more, starting Python
with `cryptography` 0.08. To map the files instead of reading them would save 0.04; a disk that
fails, or a file cut short meanwhile, would then kill the process instead of being told, so they
are read. Pieces of 64 KB to 1 MB cost within 8 % of one another, and reading into one buffer at
most 4 % less; `cryptography` itself imports ciphers and SSH keys, unasked, which is 0.02.
"""


def race(track: Track) -> list[Line]:
    """Sign and verify a model of 1 GB against `model_signing`."""
    place = track.folder / "models"
    size = GB // 10 if track.quick else GB
    track.make("model", place, str(size))
    model = place / "model"
    theirs: tuple[str | Path, ...] = ("--signature", place / "theirs.sig")
    found = track.run(
        Contender(
            "model_signing sign",
            [
                program("model_signing"),
                "sign",
                "key",
                model,
                *theirs,
                "--private_key",
                place / "private.pem",
            ],
        ),
        Contender("sign", own("sign", place)),
        Contender(
            "model_signing verify",
            [
                program("model_signing"),
                "verify",
                "key",
                model,
                *theirs,
                "--public_key",
                place / "public.pem",
            ],
        ),
        Contender("verify", own("verify", place)),
        Contender("sign after an edit", own("edit", place, ROUND), inside=True),
    )
    lines = []
    for verb in ("sign", "verify"):
        ours, theirs_ = found[verb], found[f"model_signing {verb}"]
        lines.append(bound_line(f"{verb} a model of {size / GB:g} GB", ours, 0.7))
        lines.append(ratio_line(f"{verb} a model of {size / GB:g} GB", ours, theirs_, 1.5))
    what = "sign again after a README edit, with the stat cache, inside a running process"
    return [*lines, bound_line(what, found["sign after an edit"], 0.05)]
