"""The program that runs LightGBM's trees, alone in a process that may die.

Standard library only: it starts in about 30 ms, where `import lightgbm` takes more than a second.
It is started as a script with the path of LightGBM's library and a limit of memory, reads
requests from standard input and answers on standard output until its input ends.

A request is a kind (`m` a model's text, `s` scores of rows, `c` contributions), the number of rows
and of bytes, then the bytes. An answer is `k` (well) or `e` (an error) and a number of bytes, then
the bytes: numbers of 64 bits, or a message.

Source: LightGBM 4, include/LightGBM/c_api.h.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import BinaryIO

REQUEST = struct.Struct("<cQQ")
ANSWER = struct.Struct("<cQ")
MODEL, SCORES, CONTRIBUTIONS = b"m", b"s", b"c"
WELL, ERROR = b"k", b"e"

_NUMBERS_OF_64_BITS = 1
_BY_ROW = 1
_KINDS = {SCORES: 1, CONTRIBUTIONS: 3}
_ONE_THREAD = b"num_threads=1"


class LibraryError(Exception):
    """LightGBM reported an error."""


class Booster:
    """A model inside LightGBM.

    Args:
        path: of LightGBM's library.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        self._library.LGBM_GetLastError.restype = ctypes.c_char_p
        self._handle = ctypes.c_void_p()

    def load(self, text: bytes) -> None:
        """Load a model's text."""
        rounds = ctypes.c_int()
        self._call(
            "LGBM_BoosterLoadModelFromString",
            text,
            ctypes.byref(rounds),
            ctypes.byref(self._handle),
        )

    def answer(self, kind: bytes, rows: int, data: bytes) -> ctypes.Array[ctypes.c_double]:
        """Give scores or contributions of rows.

        Args:
            kind: `SCORES` or `CONTRIBUTIONS`.
            rows: how many.
            data: their numbers, row after row.

        Returns:
            Numbers, row after row.
        """
        length = ctypes.c_int64()
        number = ctypes.c_int(_KINDS[kind])
        self._call(
            "LGBM_BoosterCalcNumPredict",
            self._handle, ctypes.c_int(rows), number, ctypes.c_int(0), ctypes.c_int(-1),
            ctypes.byref(length),
        )  # fmt: skip
        found = (ctypes.c_double * length.value)()
        self._call(
            "LGBM_BoosterPredictForMat",
            self._handle, data, ctypes.c_int(_NUMBERS_OF_64_BITS), ctypes.c_int32(rows),
            ctypes.c_int32(len(data) // 8 // rows), ctypes.c_int(_BY_ROW), number, ctypes.c_int(0),
            ctypes.c_int(-1), _ONE_THREAD, ctypes.byref(length), found,
        )  # fmt: skip
        return found

    def _call(self, name: str, *arguments: object) -> None:
        if getattr(self._library, name)(*arguments):
            raise LibraryError(self._library.LGBM_GetLastError().decode("utf-8", "replace"))


def limit(memory_bytes: int) -> None:
    """Keep this process from taking more memory, writing files, or leaving a dump.

    Args:
        memory_bytes: of address space.
    """
    try:
        import resource
    except ImportError:  # Windows has none
        return
    for name, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, 0),
                       (resource.RLIMIT_CORE, 0)):  # fmt: skip
        hard = resource.getrlimit(name)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(name, (allowed, hard))
        except (ValueError, OSError):  # macOS knows no limit of address space
            continue


def serve(source: BinaryIO, sink: BinaryIO, booster: Booster) -> None:
    """Answer requests until there are none.

    Args:
        source: requests.
        sink: answers.
        booster: without a model; the first request brings it.
    """
    while head := source.read(REQUEST.size):
        kind, rows, size = REQUEST.unpack(head)
        data = source.read(size)
        found: bytes | ctypes.Array[ctypes.c_double] = b""
        status = WELL
        try:
            if kind == MODEL:
                booster.load(data)
            else:
                found = booster.answer(kind, rows, data)
        except (LibraryError, MemoryError) as error:
            status, found = ERROR, str(error).encode()
        sink.write(ANSWER.pack(status, memoryview(found).nbytes))
        sink.write(found)
        sink.flush()


def main() -> None:
    """Run as a program."""
    # LightGBM prints to standard output: keep that for answers only.
    with os.fdopen(os.dup(1), "wb") as sink:
        os.dup2(2, 1)
        booster = Booster(sys.argv[1])
        limit(int(sys.argv[2]))
        serve(sys.stdin.buffer, sink, booster)


if __name__ == "__main__":
    main()
