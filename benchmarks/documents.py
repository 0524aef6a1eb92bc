"""CPU seconds of getting the text out of PDFs and Word documents, ours and by hand.

Documents are generated prose, made before the clock starts. Ours reads them as ingest does, in a
process apart, whose start and end count; by hand is the same library in one loop, its import
counted, with no limits, nothing left out and nothing counted. Each gives a digest of all words.
"""

from __future__ import annotations

import gc
import os
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, TypedDict
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.prose import make_texts
from warrant.flow.demo_documents import as_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE = 40_960
"""Characters of a document: twelve pages."""
DISTINCT = 40
"""So many documents are made and read in turn: neither side remembers any."""
RUN_WORDS = 8
"""Words of a run: Word begins another wherever spelling or form changes."""

_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{_SPACE}}}"


class Figure(TypedDict):
    """What one way of reading took."""

    cpu_s: float
    """CPU seconds for all documents, child processes included."""
    n: int
    """Bytes of the documents."""
    digest: str
    """Of their words, in order."""


def pdf_ours(documents: int) -> Figure:
    """Read PDFs as ingest does."""
    return _figure(_made(as_pdf, documents), _apart("pdf"))


def pdf_bare(documents: int) -> Figure:
    """Read PDFs with pypdfium2 in a loop."""
    return _figure(_made(as_pdf, documents), _pdfium)


def docx_ours(documents: int) -> Figure:
    """Read Word documents as ingest does."""
    return _figure(_made(_docx, documents), _apart("docx"))


def docx_bare(documents: int) -> Figure:
    """Read Word documents with lxml in a loop: a line for each paragraph."""
    return _figure(_made(_docx, documents), _lxml)


def _made(make: Callable[[str], bytes], documents: int) -> list[bytes]:
    distinct = [make(text) for text in make_texts(min(documents, DISTINCT), SIZE)]
    return [distinct[number % len(distinct)] for number in range(documents)]


def _docx(text: str) -> bytes:
    """Make a document as Word writes it: styles, and several runs to a paragraph."""
    style = '<w:rPr><w:rFonts w:ascii="Arial"/><w:sz w:val="22"/><w:lang w:val="en-GB"/></w:rPr>'
    body = []
    for paragraph in text.split("\n\n"):
        words = paragraph.split()
        runs = (words[at : at + RUN_WORDS] for at in range(0, len(words), RUN_WORDS))
        shown = "".join(
            f'<w:r w:rsidR="00A77B3E">{style}<w:t xml:space="preserve">{" ".join(run)} </w:t></w:r>'
            for run in runs
        )
        form = '<w:pPr><w:pStyle w:val="Normal"/><w:spacing w:after="120"/></w:pPr>'
        body.append(f'<w:p w:rsidR="00A77B3E">{form}{shown}</w:p>')
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{at}"><w:name w:val="S{at}"/>{style}</w:style>'
        for at in range(100)
    )
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        package.writestr("word/styles.xml", f'<w:styles xmlns:w="{_SPACE}">{styles}</w:styles>')
        package.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_SPACE}"><w:body>{"".join(body)}</w:body></w:document>',
        )
    return out.getvalue()


def _apart(suffix: str) -> Callable[[Sequence[bytes]], list[str]]:
    def read(documents: Sequence[bytes]) -> list[str]:
        from warrant.stages.ingest import READERS, Document, OpenFile

        reader = READERS.load(suffix)()
        found = []
        for data in documents:
            (item,) = reader.read(OpenFile("a", "a", data))
            assert isinstance(item, Document), item
            found.append(item.text or "")
        return found

    return read


def _pdfium(documents: Sequence[bytes]) -> list[str]:
    import pypdfium2

    found = []
    for data in documents:
        pdf = pypdfium2.PdfDocument(data)
        pages = []
        for page in pdf:
            text = page.get_textpage()
            pages.append(text.get_text_bounded())
            text.close()
            page.close()
        pdf.close()
        found.append("\f".join(pages))
    return found


def _lxml(documents: Sequence[bytes]) -> list[str]:
    from lxml import etree

    found = []
    for data in documents:
        with ZipFile(BytesIO(data)) as package:
            root = etree.fromstring(package.read("word/document.xml"))
        lines = (
            "".join(part.text or "" for part in line.iter(f"{_W}t")) for line in root.iter(f"{_W}p")
        )
        found.append("\n".join(lines))
    return found


def _figure(documents: list[bytes], read: Callable[[Sequence[bytes]], list[str]]) -> Figure:
    before = os.times()
    texts = read(documents)
    gc.collect()  # a reader that nobody holds ends its process, whose seconds then count
    after = os.times()
    state = sha256()
    for text in texts:
        state.update(" ".join(text.split()).encode() + b"\0")
    return {
        "cpu_s": sum(after[:4]) - sum(before[:4]),
        "n": sum(map(len, documents)),
        "digest": state.hexdigest(),
    }
