"""OpenDocument text (.odt): the final version; tracked deletions and comments are counted.

Source: OASIS OpenDocument 1.3, part 3, sections 5 and 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.records.reason import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.docx import COMMENTS, DELETIONS, HIDDEN
from warrant.stages.ingest.builtin.package import Package, PackageError
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator


VERSION = "3"
"""Raised whenever the same bytes may give another text."""

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_HIDDEN = (f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph")
_LEFT_OUT = frozenset({f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note", *_HIDDEN})

NOT_ODT = Reason(
    code="not_odt",
    kind="drop",
    rule="odt",
    version=VERSION,
    words="The file is no OpenDocument text, or is locked. Open it and save it as .odt or .docx.",
)
BOMB = Reason(
    code="odt_unpacks_too_large",
    kind="drop",
    rule="odt",
    version=VERSION,
    words="The document unpacks to more than 64 MB and was not read. Divide it.",
)


def reader() -> apart.ApartReader:
    """Make the reader: an OpenDocument text as one document."""
    return apart.ApartReader("odt", (NOT_ODT, BOMB, DELETIONS, COMMENTS, HIDDEN), parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one file, in the worker.

    Args:
        data: the file.

    Returns:
        Its text and what was left out of it, or why there is none.
    """
    try:
        root = Package(data).xml("content.xml")
    except PackageError as error:
        return Unread(BOMB.code if error.is_bomb else NOT_ODT.code)
    counts = {
        DELETIONS.code: sum(1 for _ in root.iter(f"{_TEXT}deletion")),
        COMMENTS.code: sum(1 for _ in root.iter(f"{_OFFICE}annotation")),
        HIDDEN.code: sum(1 for _ in root.iter(*_HIDDEN)),
    }
    lines = [line for body in root.iter(f"{_OFFICE}text") for line in _blocks(body)]
    counted = tuple((code, float(count)) for code, count in counts.items() if count)
    return Document("\n".join(lines), counted=counted)


def _blocks(parent: Any) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    for child in parent:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _inline(child)
        elif child.tag == f"{_TABLE}table-row":
            yield "\t".join(" ".join(_blocks(cell)) for cell in child)
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _inline(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c", "1")), 100))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag not in _LEFT_OUT:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)
