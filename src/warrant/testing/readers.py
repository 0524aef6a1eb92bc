"""The suite that every source reader passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.ingest import Document, OpenFile, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from warrant.stages.ingest import Reader


def check_reader(make: Callable[[], Reader], files: Mapping[str, bytes], folder: Path) -> None:
    """Check what `Reader` promises, on files of the author's choice and on broken ones.

    Args:
        make: gives a fresh reader, as the catalog does.
        files: name to bytes; at least one that gives a document.
        folder: an empty folder to write them to.

    Raises:
        AssertionError: with the promise that was broken.
    """
    reader = make()
    codes = {reason.code: reason for reason in reader.reasons}
    _require(len(codes) == len(reader.reasons), "each reason has a code of its own")
    _require(all(one.rule and one.version for one in reader.reasons), "a reason names its rule")
    broken = {
        f"broken of {name}": data[: len(data) // 2] + b"\0\xff" for name, data in files.items()
    }
    found = 0
    tried = {**files, "empty": b"", **broken}
    paths = {name: folder / f"{number:04d}" for number, name in enumerate(tried)}
    for name, path in paths.items():
        path.write_bytes(tried[name])
    # In the other order: what a reader remembers of one file may not show in the next.
    other = make()
    second = {
        name: list(other.read(OpenFile("another name", str(paths[name]), None)))
        for name in reversed(tried)
    }
    for name, data in tried.items():
        items = list(reader.read(OpenFile(name, str(paths[name]), data)))
        again = second[name]
        _require(items == again, "the same bytes give the same documents, in memory or not")
        _require(reader.has_records or len(items) == 1, "without records: exactly one item a file")
        for item in items:
            _check_item(item, codes, data)
        found += sum(isinstance(item, Document) for item in items) if name in files else 0
    _require(found > 0, "at least one of the files gives a document")


def _check_item(item: Document | Unread, codes: Mapping[str, object], data: bytes) -> None:
    if isinstance(item, Unread):
        _require(item.code in codes, "a refusal names one of the reader's reasons")
        _require(getattr(codes[item.code], "kind", "") == "drop", "a refusal's reason is a drop")
        return
    for note in item.notes:
        _require(note in codes, "a note names one of the reader's reasons")
        _require(getattr(codes[note], "kind", "") == "change", "a note's reason is a change")
    for code, value in item.counted:
        _require(code in codes, "what is counted names one of the reader's reasons")
        kind = getattr(codes[code], "kind", "")
        _require(kind in ("change", "measure") and value > 0, "a count says what was changed")
    if item.is_verbatim:
        _require((item.text or "").encode() == data, "a verbatim text is the file's bytes")


def _require(holds: bool, promise: str) -> None:  # noqa: FBT001 - reads as the promise
    if not holds:
        raise AssertionError(f"A reader promises: {promise}.")
