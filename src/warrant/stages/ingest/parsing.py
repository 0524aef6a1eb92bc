"""Getting documents out of opened files: here, one after another, or on an engine, many at a time.

An engine gets what is dear: files that are parsed apart (PDF, Word, mail and the like), as bytes.
Texts and tables are read here: to send them would cost more than to read them. Whoever parses them
there must have the very versions of here, or the claim would name others than were used.

Law: the same files give the same documents in the same order, with an engine and without.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.stages.ingest.apart import ApartReader
from warrant.stages.ingest.files import OpenFile
from warrant.stages.ingest.intake import deciding
from warrant.stages.ingest.offer import make_reader
from warrant.stages.ingest.reader import READERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from warrant.records.interfaces import Engine
    from warrant.stages.ingest.config import OcrConfig
    from warrant.stages.ingest.files import FoundFile
    from warrant.stages.ingest.reader import Document, Reader, Unread

SENT_FILES, SENT_BYTES = 32, 8 << 20
"""So much is parsed together on an engine: what a killed worker costs."""
HELD_FILES, HELD_BYTES = 1024, 16 << 20
"""So much waits together, what is read here counted too."""


class Ready(NamedTuple):
    """A file that was opened, or the reason why it gives nothing."""

    source: int
    """Number of its source."""
    file: FoundFile
    """As it was found, with the digest of what was read."""
    opened: OpenFile | None = None
    """As its reader gets it."""
    reader: Reader | None = None
    """Who reads it."""
    code: str | None = None
    """Of the reason why it gives nothing; then nobody reads it."""

    @property
    def is_dear(self) -> bool:
        """Whether an engine may parse it: by itself, from its bytes."""
        held = self.opened is not None and self.opened.data is not None
        return held and isinstance(self.reader, ApartReader)

    def read(self) -> Iterable[Document | Unread]:
        """Read it here."""
        return self.reader.read(self.opened) if self.reader and self.opened else ()


class Parcel(NamedTuple):
    """Files on their way to an engine."""

    files: tuple[tuple[str, bytes], ...]
    """Name of the reader in the catalog, and the bytes."""
    versions: tuple[tuple[str, str], ...]
    """Of what decides what is read, as they are here."""
    ocr: OcrConfig | None = None
    """How text is recognised on pictures of pages; None: it is not."""


def parsed(
    files: Iterable[Ready],
    engine: Engine | None,
    versions: Mapping[str, str],
    ocr: OcrConfig | None = None,
) -> Iterator[tuple[Ready, Iterable[Document | Unread]]]:
    """Give the documents of each file.

    Args:
        files: in order; on an engine, some are opened ahead.
        engine: does the dear work; None: it is done here.
        versions: by name, of what decides what is read from dear files.
        ocr: how text is recognised on pictures of pages; None: it is not.

    Yields:
        Each file, with what its reader says.

    Raises:
        InputError: when the engine's processes have other versions.
    """
    if engine is None:
        for one in files:
            yield one, one.read()
        return
    waiting = deque[list[Ready]]()
    empty = Parcel((), tuple(sorted(versions.items())), ocr)
    for answers in engine.stream(parse_there, _parcels(files, waiting, empty)):
        answer = iter(answers)
        for one in waiting.popleft():
            yield one, (next(answer),) if one.is_dear else one.read()


def parse_there(parcel: Parcel) -> list[Document | Unread]:
    """Parse some files, in a process of the engine.

    Args:
        parcel: bytes only; no path, no name.

    Returns:
        What the reader of each says, in order.

    Raises:
        InputError: when this process has other versions.
    """
    _require_same(parcel)
    return [
        document
        for suffix, data in parcel.files
        for document in _reader(suffix, parcel.ocr).read(OpenFile("", "", data))
    ]


def _parcels(
    files: Iterable[Ready], waiting: deque[list[Ready]], empty: Parcel
) -> Iterator[Parcel]:
    """Divide files into parcels, and remember all until the answers come."""
    for held in _portions(files, 1 if empty.ocr else SENT_FILES):  # a scan takes long by itself
        waiting.append(held)
        dear = ((one.file.suffix, one.opened) for one in held if one.is_dear)
        sent = tuple((suffix, opened.data or b"") for suffix, opened in dear if opened)
        yield empty._replace(files=sent)


def _portions(files: Iterable[Ready], most: int) -> Iterator[list[Ready]]:
    held: list[Ready] = []
    sent = sent_bytes = held_bytes = 0
    for one in files:
        size = len(one.opened.data or b"") if one.opened else 0
        held.append(one)
        held_bytes += size
        if one.is_dear:
            sent, sent_bytes = sent + 1, sent_bytes + size
        is_full = sent >= most or sent_bytes >= SENT_BYTES
        if is_full or len(held) >= HELD_FILES or held_bytes >= HELD_BYTES:
            yield held
            held, sent, sent_bytes, held_bytes = [], 0, 0, 0
    if held:
        yield held


@cache
def _reader(suffix: str, ocr: OcrConfig | None) -> Reader:
    """Make a reader once in a process: it starts the one that parses apart."""
    return make_reader(suffix, ocr) or READERS.load(suffix)()


@cache
def _found(suffixes: frozenset[str], ocr: OcrConfig | None) -> Mapping[str, str]:
    return deciding(suffixes, ocr)


def _require_same(parcel: Parcel) -> None:
    wanted = dict(parcel.versions)
    found = _found(frozenset(suffix for suffix, _ in parcel.files), parcel.ocr)
    for name, version in found.items():
        if version != wanted.get(name):
            here = wanted.get(name, "none")
            raise InputError(
                f"The engine's processes have {name!r} in version {version}, this machine has "
                f"{here}: they might read another text.",
                do=f"Install {name}=={here} there, or take `engine:` out of the recipe: the rows "
                "are the same.",
            )
