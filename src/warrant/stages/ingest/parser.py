"""The process that parses documents: bytes in, text out, nothing written.

It imports what its reader needs and no more, because it is started again and again. Started as
`python -m` this module by `warrant.stages.ingest.apart`, which says what goes in and out.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import astuple
from typing import TYPE_CHECKING, BinaryIO, cast

from warrant.catalog import Place
from warrant.kernel.disk import limit_cpu, limit_process
from warrant.stages.ingest.apart import CRASHED, MEMORY_BYTES, NO_TEXT, TOO_LONG, receive, send
from warrant.stages.ingest.decoding import LONGEST_BYTES
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from warrant.stages.ingest.apart import ApartReader


def serve(parser: ApartReader, cpu_seconds: int, requests: BinaryIO, answers: BinaryIO) -> None:
    """Parse until nobody asks any more; what a parser raises is a crash of that file alone.

    Args:
        parser: of the files that will come.
        cpu_seconds: the most for one file, or page that is recognised.
        requests: files, as `send` sends them.
        answers: get what was found in each.
    """

    def page_done() -> None:
        limit_cpu(cpu_seconds)
        send(answers, b"")

    while (data := receive(requests)) is not None:
        limit_cpu(cpu_seconds)
        try:
            found = parser.parse(data, page_done)
        except Exception:  # noqa: BLE001 - hostile bytes raise anything; the ledger says so
            found = Unread(CRASHED.code)
        if isinstance(found, Document) and not (found.text or "").strip():
            found = Unread(NO_TEXT.code)
        if isinstance(found, Document) and len(found.text or "") > LONGEST_BYTES:
            found = Unread(TOO_LONG.code)
        send(answers, _write_answer(found))


def _write_answer(found: Document | Unread) -> bytes:
    if isinstance(found, Unread):
        return json.dumps({"unread": found.code}).encode()
    told = {"text": found.text, "notes": found.notes, "counted": found.counted}
    if found.pages:
        told["pages"] = tuple(map(astuple, found.pages))
    return json.dumps(told).encode()


def _make(reader: str, ocr: str | None) -> ApartReader:
    """Make the reader that stands at a place; with OCR, that of an ending."""
    if ocr is None:
        make = cast("Callable[[], ApartReader]", Place(reader, "", "").load())
        return make()
    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.offer import make_reader

    return cast("ApartReader", make_reader(reader, OcrConfig(**json.loads(ocr))))


def _main(cpu_seconds: str, reader: str, ocr: str | None = None) -> None:
    limit_process(MEMORY_BYTES, writes_files=False)
    parser = _make(reader, ocr)
    gc.freeze()  # what was imported stays: the collector need not look at it again and again
    # What a library prints must not come between answers: its output goes where errors go.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(parser, int(cpu_seconds), sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main(*sys.argv[1:])
