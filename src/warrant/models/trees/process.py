"""LightGBM at arm's length: a process of its own that answers for a model, and may die of it."""

from __future__ import annotations

import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from warrant.errors import IntegrityError, MissingExtra, OutsideError
from warrant.models.trees import worker

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEMORY_BYTES = 4 * 2**30
"""Address space that the process may take."""

TIMEOUT_S = 300.0
"""Seconds for one request; a larger input is cut into several."""

BATCH_BYTES = 8 * 2**20
"""Numbers that go one way in one request, about."""

_PARTING_S = 1.0
_LIBRARIES = {"win32": "lib_lightgbm.dll", "darwin": "lib_lightgbm.dylib"}


class Trees:
    """Checked trees in a process of their own, which starts when it is first asked.

    Args:
        text: checked by `read_trees`.
        features: numbers of a row.
        scores: that a row gets.
        timeout_s: for one request.
        memory_bytes: of address space.
    """

    def __init__(
        self,
        text: bytes,
        features: int,
        scores: int,
        *,
        timeout_s: float = TIMEOUT_S,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._text = text
        self._features = features
        self._scores = scores
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up the leaves that each row falls into.

        Args:
            rows: shape (rows, features); missing numbers are NaN.

        Returns:
            Shape (rows, scores).

        Raises:
            IntegrityError: when LightGBM dies of the model.
            OutsideError: when it does not answer in time.
        """
        return self._ask(worker.SCORES, rows, self._scores)

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Divide each score among the features, exactly.

        Args:
            rows: as for `scores`.

        Returns:
            Shape (rows, scores, features + 1); the last is what every row gets. They add up to
            the score.

        Raises:
            IntegrityError: as `scores` does.
            OutsideError: as `scores` does.

        Source: Lundberg, Erion and Lee, "Consistent individualized feature attribution for tree
            ensembles" (2018), algorithm 2, as LightGBM's `pred_contrib` runs it.
        """
        width = self._features + 1
        found = self._ask(worker.CONTRIBUTIONS, rows, self._scores * width)
        return found.reshape(len(rows), self._scores, width)

    def _ask(self, kind: bytes, rows: NDArray[np.float64], width: int) -> NDArray[np.float64]:
        a_batch = max(1, BATCH_BYTES // (8 * max(width, self._features)))
        plain = np.ascontiguousarray(rows, dtype="<f8")
        found = np.empty((len(plain), width))
        with self._lock:
            for start in range(0, len(plain), a_batch):
                part = plain[start : start + a_batch]
                data = self._exchange(kind, part.tobytes(), 8 * len(part) * width)
                found[start : start + a_batch] = np.frombuffer(data, "<f8").reshape(-1, width)
        return found

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter and our own file
            [
                sys.executable, "-I", "-S", worker.__file__, str(library()),
                str(self._memory_bytes + len(self._text)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        weakref.finalize(self, _stop, self._process)
        self._exchange(worker.MODEL, self._text, 0)

    def _exchange(self, kind: bytes, data: bytes, expected: int) -> bytes:
        """Send data, and give an answer of the expected number of bytes."""
        if self._process is None:
            self._start()
        process = cast("subprocess.Popen[bytes]", self._process)
        timer = threading.Timer(self._timeout_s, process.kill)
        timer.start()
        try:
            status, answer = _speak(process, kind, len(data) // (8 * self._features), data)
        finally:
            is_late = not timer.is_alive()
            timer.cancel()
        if status != worker.WELL or len(answer) != expected:
            # What may still lie in its pipes belongs to no later request.
            self._process = None
            raise self._explain(_stop(process), is_late=is_late, status=status)
        return answer

    def _explain(self, code: int, *, is_late: bool, status: bytes) -> IntegrityError | OutsideError:
        if is_late:
            return OutsideError(
                f"LightGBM did not answer within {self._timeout_s:g} seconds and was stopped.",
                do="Run it again when the machine is less busy.",
            )
        how = f"died (code {code})" if not status else "gave no sound answer"
        return IntegrityError(
            f"LightGBM {how} over trees that had passed every check.",
            do="Do not use this model: keep its files, and train it again.",
        )


def _speak(
    process: subprocess.Popen[bytes], kind: bytes, rows: int, data: bytes
) -> tuple[bytes, bytes]:
    """Send one request; give status and bytes of the answer, nothing from a dead process."""
    sink, source = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    with suppress(BrokenPipeError):  # then there is no answer either
        sink.write(worker.REQUEST.pack(kind, rows, len(data)))
        sink.write(data)
        sink.flush()
    head = source.read(worker.ANSWER.size)
    if len(head) != worker.ANSWER.size:
        return b"", b""
    status, size = worker.ANSWER.unpack(head)
    return status, source.read(size) if status == worker.WELL else b""


@cache
def library() -> Path:
    """Find LightGBM's library without importing LightGBM.

    Returns:
        The shared library that its Python package brings.

    Raises:
        MissingExtra: when it is not installed.
    """
    spec = find_spec("lightgbm")
    name = _LIBRARIES.get(sys.platform, "lib_lightgbm.so")
    if spec is not None and spec.origin is not None:
        for folder in ("lib", "."):
            path = Path(spec.origin).parent / folder / name
            if path.is_file():
                return path
    raise MissingExtra(
        "A model of trees needs LightGBM, whose library was not found.",
        "Run in the checkout: pip install --force-reinstall lightgbm",
    )


def _stop(process: subprocess.Popen[bytes]) -> int:
    """End a process if it has not ended, and give its code."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what is left unsent to a dead process
                pipe.close()
    try:
        return process.wait(_PARTING_S)  # its input has ended, so does it
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
