"""Web pages (.html, .htm): the text that a browser shows; nothing is run or fetched.

Source: HTML Living Standard, section 15.3 (which elements begin a line).
"""

from __future__ import annotations

import codecs
import re
from typing import Any, NamedTuple

from warrant.records.reason import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.css import Sheets
from warrant.stages.ingest.decoding import CP1252, UTF_16, Decoded, decode
from warrant.stages.ingest.reader import Document, Unread

VERSION = "4"
"""Raised whenever the same bytes may give another text."""

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "iframe", "object", "svg"})
_LINES = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset"}
    | {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
_SPACES = re.compile(r"[ \t\r\f\xa0]+")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_CHARSET_BYTES = 1024  # where a browser looks for it
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")

NOT_HTML = Reason(
    code="not_html",
    kind="drop",
    rule="html",
    version=VERSION,
    words="The file holds no web page. Save it as text.",
)
AS_DECLARED = Reason(
    code="text_as_declared",
    kind="change",
    rule="html",
    version=VERSION,
    words="The text was decoded from the encoding that the page itself names.",
)
HIDDEN = Reason(
    code="hidden_elements_left_out",
    kind="change",
    rule="html",
    version=VERSION,
    words="Parts of the page that it hides by itself were left out; value: how many.",
)


class Seen(NamedTuple):
    """What a browser would show of a page."""

    text: str
    """Lines without blank ones."""
    hidden: int
    """Elements left out since an attribute of theirs, or a style sheet of the page, hides them."""

    @property
    def counted(self) -> tuple[tuple[str, float], ...]:
        """What was left out, as a document tells it."""
        return ((HIDDEN.code, float(self.hidden)),) if self.hidden else ()


def reader() -> apart.ApartReader:
    """Make the reader: a web page as one document."""
    return apart.ApartReader("html", (NOT_HTML, UTF_16, CP1252, AS_DECLARED, HIDDEN), parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one page, in the worker.

    Args:
        data: the file.

    Returns:
        Its text, or why there is none.
    """
    decoded = _decode(data)
    seen = None if decoded is None else see(decoded.text)
    if decoded is None or seen is None:
        return Unread(NOT_HTML.code)
    notes = (decoded.note,) if decoded.note else ()
    return Document(seen.text, notes=notes, counted=seen.counted)


def _decode(data: bytes) -> Decoded | None:
    """Decode a page as UTF-8 when it is, else as the page says, else as any text."""
    found = decode(data)
    named = _CHARSET.search(data[:_CHARSET_BYTES])
    if named is None or (found is not None and found.note != CP1252.code):
        return found
    try:
        name = codecs.lookup(named[1].decode("ascii", "replace")).name
        if name in {"iso8859-1", "ascii", "cp1252"}:
            return found  # a browser reads all three as Windows-1252
        text = data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return found
    return Decoded(text, AS_DECLARED.code)


def see(page: str) -> Seen | None:
    """Give what a browser would show of a page.

    Args:
        page: HTML; style sheets in it count, others are not fetched.

    Returns:
        Its text; None when nothing can be parsed.
    """
    from lxml import etree

    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(_DECLARED.sub("", page), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    parts: list[str] = []
    hidden = _gather(root, parts)
    # White space of the source means nothing; a line begins where an element says so.
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(parts).split("\0"))
    return Seen("\n".join(line for line in lines if line), hidden)


def _gather(root: Any, parts: list[str]) -> int:  # noqa: ANN401 - lxml has no types
    from lxml import etree

    sheets = Sheets(style.text or "" for style in root.iter("style"))
    unseen = hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        is_line = element.tag in _LINES
        is_hidden = (bool(element.attrib) and "hidden" in element.attrib) or sheets.hides(element)
        hides = element.tag in _UNSEEN or is_hidden
        if event == "start":
            hidden += is_hidden and not unseen
            unseen += hides
            if not unseen:
                parts += ["\0" if is_line else "", _flat(element.text)]
                continue
        unseen -= hides if event == "end" else 0
        if event == "end" and not unseen:
            cell = "\t" if element.tag in ("td", "th") else ""
            parts += ["\0" if is_line else cell, _flat(element.tail)]
    return hidden


def _flat(text: str | None) -> str:
    return (text or "").replace("\0", " ").replace("\n", " ")
