r"""Rich text (.rtf), as striprtf reads it, without tracked deletions and hidden text.

Source: Rich Text Format Specification 1.9.1, "Font (Character) Formatting Properties" (`\v`,
`\plain`) and "Track Changes (Revision Marks)" (`\deleted`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from warrant.records.reason import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.docx import DELETIONS, HIDDEN
from warrant.stages.ingest.reader import Document, Unread

VERSION = "2"
"""Raised whenever the same bytes may give another text."""

_TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|(?P<brace>[{}])|(?P<star>\\\*)"
    r"|(?P<text>\\'[0-9a-fA-F]{2}|\\[^a-z]|[^\\{}\r\n]+)|[\r\n]+|\\"
)
_ASIDE = frozenset({"stylesheet", "fonttbl", "colortbl", "info", "pict"})
_SHOWN = frozenset({"par", "line", "tab", "cell", "row", "page", "sect", "u", "emdash", "endash"})
_SHOWN_TOO = frozenset({"bullet", "lquote", "rquote", "ldblquote", "rdblquote", "emspace"})

NOT_RTF = Reason(
    code="not_rtf",
    kind="drop",
    rule="rtf",
    version=VERSION,
    words="The file is no rich text. Open it and save it as .docx.",
)


def reader() -> apart.ApartReader:
    """Make the reader: rich text as one document."""
    return apart.ApartReader("rtf", (NOT_RTF, DELETIONS, HIDDEN), parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one file, in the worker.

    Args:
        data: the file.

    Returns:
        Its text, or why there is none.
    """
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        return Unread(NOT_RTF.code)
    # RTF is ASCII with escapes; striprtf decodes those by the code page that the file names.
    seen = without_unseen(data.decode("latin-1"))
    text = rtf_to_text(seen.rtf, errors="replace")  # type: ignore[no-untyped-call]
    counts = ((DELETIONS.code, seen.deletions), (HIDDEN.code, seen.hidden))
    counted = tuple((code, float(count)) for code, count in counts if count)
    return Document(text.strip("\n"), counted=counted)


class Seen(NamedTuple):
    """Rich text without what its final version does not show."""

    rtf: str
    """Still rich text."""
    deletions: int
    """Pieces taken out since they were deleted."""
    hidden: int
    """Pieces taken out since they were hidden."""


class _Group(NamedTuple):
    is_deleted: bool = False
    is_hidden: bool = False
    is_aside: bool = False

    def after(self, word: str, number: str | None) -> _Group:
        """Give what holds after a control word."""
        if word == "deleted":
            return self._replace(is_deleted=number != "0")
        if word == "v":
            return self._replace(is_hidden=number != "0")
        if word == "plain":
            return self._replace(is_deleted=False, is_hidden=False)
        return self._replace(is_aside=True) if word in _ASIDE else self


def without_unseen(rtf: str) -> Seen:
    """Take tracked deletions and hidden text out; striprtf would show both.

    Args:
        rtf: a whole file.

    Returns:
        The rest, in which all other control words and all braces stand as they stood.
    """
    groups, kept = [_Group()], list[str]()
    counts = {"deleted": 0, "hidden": 0}
    was_out: str | None = None
    for token in _TOKEN.finditer(rtf):
        now, word = groups[-1], token["word"]
        out = "deleted" if now.is_deleted else "hidden" if now.is_hidden else None
        if token["brace"] == "{":
            groups.append(now)
        elif token["brace"] and len(groups) > 1:
            groups.pop()
        elif token["star"]:
            groups[-1] = now._replace(is_aside=True)
        elif word:
            groups[-1] = now.after(word, token["number"])
        if out and (token["text"] or word in _SHOWN or word in _SHOWN_TOO):
            counts[out] += out != was_out and not now.is_aside
            was_out = out
            continue
        if token["text"]:
            was_out = None
        kept.append(token[0])
    return Seen("".join(kept), counts["deleted"], counts["hidden"])
