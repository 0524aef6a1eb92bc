"""The process that opens archives and messages: bytes in, members out, nothing written.

It gets one file at a time and gives each member in pieces; it knows no path, and its memory and,
for each member, its processor time are limited. Whoever asked writes the members down, counts
them, and ends this process when there are too many. Started as `python -m` this module.

Request: suffix and file, each after its length (unsigned 64-bit big-endian). Answer: frames of a
letter, a length and so many bytes: `N` the name of a member, `D` a piece of it, `R` the code why
it cannot be had; last `E` when all were given, or `X` with the code why the file was given up.

Law: what is given for a file does not depend on the files before it.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, BinaryIO

from warrant.kernel.disk import limit_cpu, limit_process
from warrant.stages.ingest.apart import CRASHED, MEMORY_BYTES
from warrant.stages.ingest.container import CONTAINERS, Refused

if TYPE_CHECKING:
    from warrant.stages.ingest.container import Member

LENGTH = struct.Struct(">Q")
"""Before each part of a request."""
HEAD = struct.Struct(">cQ")
"""Before each frame of an answer: its letter and its length."""


def read_part(stream: BinaryIO) -> bytes | None:
    """Read one part of a request; None when the other side has gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def write_part(stream: BinaryIO, data: bytes) -> None:
    """Write one part of a request."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)


def serve(requests: BinaryIO, answers: BinaryIO, cpu_seconds: int) -> None:
    """Open files until nobody asks any more.

    Args:
        requests: as described above.
        answers: likewise.
        cpu_seconds: the most for the list of members, and for each of them.
    """
    while (suffix := read_part(requests)) is not None:
        data = read_part(requests)
        if data is None:
            return
        limit_cpu(cpu_seconds)
        try:
            for member in CONTAINERS.load(suffix.decode())(data):
                limit_cpu(cpu_seconds)
                _give(member, answers)
        except Refused as refusal:
            _write(answers, b"X", refusal.code.encode())
        except BrokenPipeError:
            return  # nobody waits for the answer
        except Exception:  # noqa: BLE001 - hostile bytes raise anything; the ledger says so
            _write(answers, b"X", CRASHED.code.encode())
        else:
            _write(answers, b"E", b"")
        answers.flush()


def _give(member: Member, answers: BinaryIO) -> None:
    _write(answers, b"N", member.name.encode("utf-8", "replace"))
    try:
        for chunk in member.chunks:
            _write(answers, b"D", chunk)
    except Refused as refusal:
        _write(answers, b"R", refusal.code.encode())


def _write(answers: BinaryIO, letter: bytes, data: bytes) -> None:
    answers.write(HEAD.pack(letter, len(data)))
    answers.write(data)


if __name__ == "__main__":
    limit_process(MEMORY_BYTES, writes_files=False)
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[1]))
