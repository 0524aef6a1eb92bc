"""Word documents (.docx): what a reader of the final version sees, the rest counted.

Insertions are in and deletions out, as if all changes were accepted. Comments, hidden text,
headers, footers and footnotes are left out: a deleted clause or a privileged comment must not
train a model.

Source: ECMA-376, part 1, section 17 (WordprocessingML).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from warrant.records.reason import Kind, Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.package import Package, PackageError, parse_xml
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


VERSION = "2"
"""Raised whenever the same bytes may give another text."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAIN = "word/document.xml"
_STYLES = "word/styles.xml"
_TEXT = f"{_W}t"
_TABS = frozenset({f"{_W}tab", f"{_W}ptab"})
_SIGNS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_SHOWN = (_TEXT, *_TABS, *_SIGNS)
_SPECIAL = (
    *(f"{_W}{name}" for name in ("del", "moveFrom", "ins", "moveTo", "vanish", "txbxContent")),
    _MC_FALLBACK,
)
"""Elements that most documents hold none of; one without them is read faster."""
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_SHOWING = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"windows-1252"})
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", _MC_FALLBACK, f"{_W}instrText"})


def _reason(code: str, kind: Kind, words: str) -> Reason:
    return Reason(code=code, kind=kind, rule="docx", version=VERSION, words=words)


NOT_DOCX = _reason(
    "not_docx", "drop", "The file is no Word document. Open it and save it as .docx."
)
ENCRYPTED = _reason(
    "docx_encrypted", "drop", "The document is locked by a password. Save it without one."
)
BOMB = _reason(
    "docx_unpacks_too_large",
    "drop",
    "The document unpacks to more than 64 MB and was not read. Divide it.",
)
DELETIONS = _reason(
    "deletions_left_out", "change", "Tracked deletions were left out; value: how many."
)
INSERTIONS = _reason(
    "insertions_taken_in", "change", "Tracked insertions were taken in; value: how many."
)
COMMENTS = _reason("comments_left_out", "change", "Comments were left out; value: how many.")
HIDDEN = _reason(
    "hidden_text_left_out", "change", "Hidden text was left out; value: how many pieces."
)
MARGINS = _reason(
    "headers_and_notes_left_out",
    "change",
    "Headers, footers, footnotes and endnotes were left out; value: how many parts.",
)


def reader() -> apart.ApartReader:
    """Make the reader: a Word document as one document."""
    reasons = (NOT_DOCX, ENCRYPTED, BOMB, DELETIONS, INSERTIONS, COMMENTS, HIDDEN, MARGINS)
    return apart.ApartReader("docx", reasons, parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one file, in the worker.

    Args:
        data: the file.

    Returns:
        Its text and what was left out of it, or why there is none.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return Unread(ENCRYPTED.code)  # an OLE container: what Word makes of a password
    try:
        package = Package(data)
        root = package.xml(_MAIN)
        comments = _count(package, "word/comments.xml", f"{_W}comment")
        styles = _hiding_styles(package)
        _mark_hidden(root, styles)
    except PackageError as error:
        return Unread(BOMB.code if error.is_bomb else NOT_DOCX.code)
    if root.tag != f"{_W}document":
        return Unread(NOT_DOCX.code)  # "Strict Open XML" among others: no text would be found
    held = Counter(element.tag for element in root.iter(*_SPECIAL))
    hides = bool(styles) or f"{_W}vanish" in held
    margins = ("word/header", "word/footer", "word/footnotes", "word/endnotes")
    counts = {
        DELETIONS.code: held[f"{_W}del"] + held[f"{_W}moveFrom"],
        INSERTIONS.code: held[f"{_W}ins"] + held[f"{_W}moveTo"],
        COMMENTS.code: comments,
        HIDDEN.code: sum(map(_is_hidden, root.iter(f"{_W}r"))) if hides else 0,
        MARGINS.code: sum(name.startswith(margins) for name in package.names),
    }
    is_plain = not hides and not held.keys() - {f"{_W}ins", f"{_W}moveTo"}
    read = _plain if is_plain else _paragraph
    lines = [line for body in root.iter(f"{_W}body") for line in _blocks(body, read)]
    counted = tuple((code, float(count)) for code, count in counts.items() if count)
    return Document("\n".join(lines), counted=counted)


def _hides_nothing(data: bytes) -> bool:
    """Say whether no style hides text, by looking at the bytes; most hide none."""
    declared = _DECLARED.search(data, 0, 200)
    is_shown = b"\0" not in data and (not declared or declared[1].lower() in _SHOWING)
    return is_shown and b"vanish" not in data


def _count(package: Package, name: str, tag: str) -> int:
    return sum(1 for _ in package.xml(name).iter(tag)) if name in package.names else 0


def _hiding_styles(package: Package) -> frozenset[str]:
    """Name the styles that hide text by themselves, or by the style they are based on."""
    if _STYLES not in package.names:
        return frozenset()
    data = package.read(_STYLES)
    if _hides_nothing(data):
        return frozenset()
    styles = list(parse_xml(data).iter(f"{_W}style"))
    hiding = {one.get(f"{_W}styleId") for one in styles if _is_hidden(one)}
    for _ in styles:  # a chain of styles is no longer than there are styles
        more = {
            one.get(f"{_W}styleId")
            for one in styles
            if _value(one, "basedOn") in hiding and one.find(f"{_W}rPr/{_W}vanish") is None
        }
        if more <= hiding:
            break
        hiding |= more
    return frozenset(hiding)


def _mark_hidden(root: Any, styles: frozenset[str]) -> None:  # noqa: ANN401 - lxml has no types
    """Write into each run that a style hides that it is hidden."""
    if not styles:
        return
    for run in root.iter(f"{_W}r"):
        paragraph = next(run.iterancestors(f"{_W}p"), run)
        named = {_value(run, f"rPr/{_W}rStyle"), _value(paragraph, f"pPr/{_W}pStyle")}
        if named & styles and run.find(f"{_W}rPr/{_W}vanish") is None:
            properties = run.find(f"{_W}rPr")
            if properties is None:
                properties = run.makeelement(f"{_W}rPr")
                run.insert(0, properties)
            properties.append(run.makeelement(f"{_W}vanish"))


def _value(element: Any, path: str) -> str | None:  # noqa: ANN401 - lxml has no types
    found = element.find(f"{_W}{path}")
    value: str | None = None if found is None else found.get(f"{_W}val")
    return value


def _blocks(parent: Any, read: Callable[[Any], str]) -> Iterator[str]:  # noqa: ANN401
    """Give a line for each paragraph, as `read` gives it, and for each row of a table."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield read(child)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                is_inner = next(row.iterancestors(f"{_W}tbl")) is not child
                if is_inner or row.find(f"{_W}trPr/{_W}del") is not None:
                    continue
                cells = (" ".join(_blocks(cell, read)) for cell in row.iterchildren(f"{_W}tc"))
                yield "\t".join(cells)
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child, read)


def _plain(paragraph: Any) -> str:  # noqa: ANN401 - lxml has no types
    """Give the text of a paragraph in which nothing is left out."""
    parts: list[str] = []
    for child in paragraph.iter(*_SHOWN):
        tag = child.tag
        if tag == _TEXT:
            parts.append(child.text or "")
            if len(child):
                parts.extend(one.tail or "" for one in child)
        elif tag not in _TABS:
            parts.append(_SIGNS[tag])
        elif child.getparent().tag != f"{_W}tabs":  # there it says where a tab leads
            parts.append("\t")
    return "".join(parts)


def _paragraph(paragraph: Any) -> str:  # noqa: ANN401 - lxml has no types
    parts: list[str] = []
    _gather(paragraph, parts)
    return "".join(parts)


def _gather(element: Any, parts: list[str]) -> None:  # noqa: ANN401 - lxml has no types
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            parts.append(child.text or "")
            parts.extend(one.tail or "" for one in child)  # what stands behind an entity
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            parts.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}pPr" or tag in _LEFT_OUT or (tag == f"{_W}r" and _is_hidden(child)):
            continue
        elif tag == f"{_W}txbxContent":
            parts.append("\n" + "\n".join(_blocks(child, _paragraph)) + "\n")
        else:
            _gather(child, parts)


def _is_hidden(run: Any) -> bool:  # noqa: ANN401 - lxml has no types
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false", "off")
