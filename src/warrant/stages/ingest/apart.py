"""Parsing in a process of its own: a file that breaks a parser costs that file, not the run.

The worker gets bytes and gives text back; it knows no path, no passphrase and no token, writes
nothing, and imports nothing from the working folder. Where the system can, it limits memory and,
for each file, processor time: a busy machine makes no good file too slow. By the clock on the wall
a file has much longer, for a parser that waits for ever. Where pages are recognised one by one,
both limits hold for each page. Request: length as unsigned 64-bit big-endian, then the file.
Answer: length, then JSON; before it, an empty one for each page that is done. The worker itself is
`warrant.stages.ingest.parser`.

Law: what a worker gives for a file does not depend on the files before it.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import weakref
from dataclasses import asdict
from threading import Timer
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from warrant.kernel.disk import ended_by_cpu
from warrant.records.reason import Reason
from warrant.stages.ingest.reader import READERS, Document, Page, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.files import OpenFile

VERSION = "3"
"""Raised whenever a limit changes."""

CPU_SECONDS = 60
"""Of processor time, for one file."""

PAGE_CPU_SECONDS = 180
"""Of processor time, for one page that is recognised: it may be turned three times."""

WALL_SECONDS = 900.0
"""Of the clock on the wall, for one file: fifteen busy processes may share the processor."""

MEMORY_BYTES = 4 << 30
"""Address space of the worker."""

LARGEST_BYTES = 512 << 20
"""A larger file is not handed over: parsers hold a file whole."""

_PARSER = "warrant.stages.ingest.parser"
_LENGTH = struct.Struct(">Q")
_ENVIRONMENT = frozenset(
    {"PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}
)
_KEEP_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(256 << 20), "MALLOC_TOP_PAD_": str(64 << 20)}
"""glibc would give memory back after each document and ask for it again; others do not read it."""


def _dropped(code: str, words: str) -> Reason:
    return Reason(code=code, kind="drop", rule="apart", version=VERSION, words=words)


CRASHED = _dropped(
    "reader_crashed",
    "The file broke the program that reads it. Open it and save it again, or leave it out.",
)
TOO_SLOW = _dropped(
    "reader_too_slow",
    "Reading the file took more than 60 seconds of computing. Divide it, or save it as text.",
)
TOO_LARGE = _dropped(
    "file_too_large", "The file has more than 512 MB. Divide it, or save it as text."
)
NO_TEXT = _dropped(
    "file_without_text",
    "The file holds no text, perhaps pictures of text. Run text recognition on it, or leave it "
    "out.",
)
TOO_LONG = _dropped("text_too_long", "The text has more than 64 MB. Divide it.")
REASONS = (CRASHED, TOO_SLOW, TOO_LARGE, NO_TEXT, TOO_LONG)
"""What any reader that parses apart may say."""


class Worker:
    """A process that parses files of one kind; started with the first file, replaced when broken.

    Args:
        suffix: name of the reader in the catalog.
        wall_seconds: the most for one file, or page that is recognised.
        cpu_seconds: of them, with the processor.
        ocr: how text is recognised on pictures of pages; None: it is not.
    """

    def __init__(
        self,
        suffix: str,
        wall_seconds: float = WALL_SECONDS,
        cpu_seconds: int = CPU_SECONDS,
        ocr: OcrConfig | None = None,
    ) -> None:
        self._suffix = suffix
        self._ocr = ocr
        self._wall_seconds = wall_seconds
        self._cpu_seconds = cpu_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, file: OpenFile) -> Document | Unread:
        """Let the worker parse one file.

        Args:
            file: any bytes.

        Returns:
            What its reader says, or why there is nothing.

        Raises:
            OSError: when the file cannot be read.
        """
        data = file.read()
        if len(data) > LARGEST_BYTES:
            return Unread(TOO_LARGE.code)
        process = self._started()
        answer, is_late = self._answer(process, data)
        if not answer:
            self._process = None
            end_process(process)
            is_late = is_late or ended_by_cpu(process.returncode)
            return Unread(TOO_SLOW.code if is_late else CRASHED.code)
        return _read_answer(json.loads(answer))

    def _answer(self, process: subprocess.Popen[bytes], data: bytes) -> tuple[bytes | None, bool]:
        """Give the answer to one file, None where there is none, and whether time ran out."""
        asked: bytes | None = data
        while True:
            timer = Timer(self._wall_seconds, process.kill)
            timer.start()
            try:
                if asked is not None:
                    send(cast("BinaryIO", process.stdin), asked)
                asked, answer = None, receive(cast("BinaryIO", process.stdout))
            except OSError:
                answer = None
            finally:
                is_late = not timer.is_alive()
                timer.cancel()
            if answer != b"" or is_late:  # an empty answer says that a page is done
                return answer, is_late

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own module and a catalog's name
                # -P: else whoever lends us documents could lend us a module in their folder.
                [sys.executable, "-P", "-m", _PARSER, *self._asked()],
                env=environment() | _KEEP_MEMORY,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a parser's complaints quote the text
            )
            weakref.finalize(self, end_process, self._process)
        return self._process

    def _asked(self) -> list[str]:
        if self._ocr:
            return [str(self._cpu_seconds), self._suffix, json.dumps(asdict(self._ocr))]
        # Where it stands: to look it up again would cost the worker more than all its imports.
        return [str(self._cpu_seconds), READERS.place(self._suffix).target]


class Paged(NamedTuple):
    """How a reader recognises the pages of a file."""

    ocr: OcrConfig
    """The settings."""
    parse: Callable[[bytes, Callable[[], None]], Document | Unread]
    """Turns one file into its document, and calls what it is given after each page."""


class ApartReader:
    """A reader of single documents whose parsing happens in a worker; see `Reader`.

    Args:
        suffix: name of the reader in the catalog, by which the worker finds it.
        reasons: what its parser may say, besides what any worker may.
        parse: turns one file into its document; any exception counts as a crash of that file.
        paged: what parses it where its pages are recognised; None: they are not.
    """

    has_records = False

    def __init__(
        self,
        suffix: str,
        reasons: tuple[Reason, ...],
        parse: Callable[[bytes], Document | Unread],
        paged: Paged | None = None,
    ) -> None:
        self.reasons = (*REASONS, *reasons)
        self._parse = parse
        self._paged = paged
        self._worker = (
            Worker(suffix, cpu_seconds=PAGE_CPU_SECONDS, ocr=paged.ocr) if paged else Worker(suffix)
        )

    def parse(self, data: bytes, page_done: Callable[[], None] = lambda: None) -> Document | Unread:
        """Parse one file here and now: what the worker does.

        Args:
            data: any bytes.
            page_done: called after each page that is recognised.

        Returns:
            Its document, or why there is none.
        """
        return self._paged.parse(data, page_done) if self._paged else self._parse(data)

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        """Read one file."""
        yield self._worker.parse(file)


def environment() -> dict[str, str]:
    """Give what a worker may know of the environment: no passphrase, no token."""
    return {name: os.environ[name] for name in _ENVIRONMENT & os.environ.keys()}


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End a worker and close what leads to it."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            continue  # what was still to be sent to a dead process


def send(stream: BinaryIO, data: bytes) -> None:
    """Send a request or an answer."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Give what was sent; None when the other side has gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def _read_answer(answer: dict[str, Any]) -> Document | Unread:
    if "unread" in answer:
        return Unread(answer["unread"])
    counted = tuple((code, float(value)) for code, value in answer["counted"])
    pages = tuple(
        Page(number, sure, kept, turned, tuple((a, b, c, d, e, f) for a, b, c, d, e, f in lines))
        for number, sure, kept, turned, lines in answer.get("pages", ())
    )
    return Document(answer["text"], notes=tuple(answer["notes"]), counted=counted, pages=pages)
