"""Files as offices have them, read together in one run: each gives its text, or says why not."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest

from tests.stages.ingest.awkward import (
    W,
    docx,
    odt,
    package,
    paragraph,
    parquet,
    pdf,
    run,
    xlsx,
)
from tests.stages.ingest.outlook import msg
from tests.stages.ingest.test_ingest import Run, put
from warrant.stages.ingest.advice import advise

pytestmark = pytest.mark.slow  # eight processes start


@dataclass(frozen=True)
class File:
    """An awkward file, and what is expected of it."""

    data: bytes
    texts: tuple[str | None, ...] = ()
    """Of each document, in order; None for a record without text."""
    codes: dict[str, float | None] = field(default_factory=dict)
    """What the ledger must say of the file and those in it, with the value where it has one."""


def says(code: str, value: float | None = None) -> dict[str, float | None]:
    return {code: value}


def gives(data: bytes | str, *texts: str | None, **codes: float | None) -> File:
    return File(data.encode() if isinstance(data, str) else data, texts, codes)


def fails(data: bytes | str, code: str) -> File:
    return File(data.encode() if isinstance(data, str) else data, (), says(code))


def squeezed(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def linked() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        link = zipfile.ZipInfo("to.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("../fine.txt", "fine")
    return out.getvalue()


def mail(html: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message.set_content(html, subtype="html")
    message.add_attachment(b"annex", maintype="text", subtype="plain", filename="annex.txt")
    return message.as_bytes()


DELETED = '<w:del w:id="1"><w:r><w:delText>never </w:delText></w:r></w:del>'
INSERTED = f'<w:ins w:id="2">{run("always ")}</w:ins>'
COMMENTS = f"<w:comments {W}><w:comment/><w:comment/></w:comments>"
XXE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<w:document {W}><w:body><w:p><w:r><w:t>a&x;b</w:t></w:r></w:p></w:body></w:document>"
)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
CELLS = "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>".format(
    paragraph(run("Rent")), paragraph(run("900"))
)
MOVED = (
    "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
    "</text:deletion></text:changed-region></text:tracked-changes><text:p>stays</text:p>"
)
MANY = [[f"{'=' if at == 1 else ''}cell{at}", at] for at in range(3)]

DOCUMENTS: dict[str, File] = {
    "a contract with changes.docx": gives(
        docx(paragraph(run("pays "), DELETED, INSERTED), comments=COMMENTS),
        "pays always ",
        deletions_left_out=1,
        insertions_taken_in=1,
        comments_left_out=2,
    ),
    "a hidden run.docx": gives(
        docx(paragraph(run("seen"), run(" not", "<w:vanish/>"))), "seen", hidden_text_left_out=1
    ),
    "a table.docx": gives(docx(CELLS), "Rent\t900"),
    "with notes.docx": gives(
        docx(paragraph(run("body")), footnotes="<w/>", header1="<w/>"),
        "body",
        headers_and_notes_left_out=2,
    ),
    "an entity that reads files.docx": gives(package({"word/document.xml": XXE}), "ab"),
    "a password.docx": fails(OLE, "docx_encrypted"),
    "a bomb.docx": fails(squeezed(word__document_xml=bytes(70 << 20)), "docx_unpacks_too_large"),
    "cut short.docx": fails(docx(paragraph(run("text")))[:200], "not_docx"),
    "a pdf in truth.docx": fails(pdf("text"), "not_docx"),
    "pictures only.docx": fails(docx(paragraph()), "file_without_text"),
    "one page.pdf": gives(pdf("The rent is due."), "The rent is due."),
    "LOUD NAME.PDF": gives(pdf("loud"), "loud"),
    "a scan.pdf": fails(pdf("", ""), "pdf_without_text"),
    "half a scan.pdf": gives(pdf("first", "", "third"), "first\f\fthird", pages_without_text=1),
    "locked.pdf": fails(pdf("x", encrypt=True), "pdf_encrypted"),
    "cut short.pdf": fails(pdf("text")[:60], "not_pdf"),
    "words before.pdf": gives(b"\r\n\r\n" + pdf("after noise"), "after noise"),
    "windows.txt": gives(
        "Müller – “quoted”".encode("cp1252"), "Müller – “quoted”", text_was_cp1252=None
    ),
    "notepad.txt": gives("café".encode("utf-16"), "café", text_was_utf_16=None),
    "no mark.txt": gives(
        "a longer text".encode("utf-16-le"), "a longer text", text_was_utf_16=None
    ),
    "marked.txt": gives(b"\xef\xbb\xbfmarked", "marked"),
    "a picture in truth.txt": fails(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", "not_text"),
    "empty.txt": gives(b"", ""),
    "契約 \U0001f4c4.md": gives("# 契約\n", "# 契約\n"),
    "a page.html": gives(
        "<title>t</title><p>seen<script>alert(1)</script><p hidden>not",
        "seen",
        hidden_elements_left_out=1,
    ),
    "japanese.html": gives(
        b'<meta charset="shift_jis"><p>' + "契約".encode("shift_jis"), "契約", text_as_declared=None
    ),
    "no page.html": fails(bytes(range(256)), "not_html"),
    "quotes.rtf": gives(rb"{\rtf1\ansi caf\'e9 \u8211? {\*\generator x}end}", "café – end"),
    "no document.rtf": fails(b"plain words", "not_rtf"),
    "tracked.odt": gives(odt(MOVED), "stays", deletions_left_out=1),
    "no document.odt": fails(package({"a.xml": "<a/>"}), "not_odt"),
    "a page as mail.eml": gives(
        mail("<p>Dear<br>all</p><p style='display:none'>x"),
        "Grüße\n\nDear\nall",
        "annex",
        attachments_apart=1,
        hidden_elements_left_out=1,
    ),
    "odd charset.eml": gives(
        b"Subject: s\nContent-Type: text/plain; charset=nobody-knows\n\ncaf\xe9\n", "s\n\ncafé"
    ),
    "no mail.eml": fails(b"", "not_mail"),
    "a note.msg": gives(
        msg("Note", "Body.", {"a.txt": b"inside", "b.msg": None}),
        "Note\n\nBody.",
        "inside",
        attachments_apart=2,
        attachment_inside=None,
    ),
    "no message.msg": fails(OLE, "not_msg"),
    "nested.zip": gives(
        package({"a.zip": package({"b.zip": package({"deep.txt": "deep"})})}), "deep"
    ),
    "with a link.zip": gives(linked(), "fine", archived_link=None, archived_renamed=None),
    "a bomb.zip": fails(squeezed(zeros_txt=bytes(80 << 20)), "archive_too_large"),
    "no archive.zip": fails(b"PK", "not_archive"),
    "old.doc": fails(OLE, "no_reader"),
    "without ending": fails("words", "no_reader"),
}
TABLES: dict[str, File] = {
    "semicolons.csv": gives("text;n\nä;1\nb;2\n".encode("cp1252"), "ä", "b", text_was_cp1252=None),
    "ragged.csv": gives("text,n\na,1\nb,2,3\n", "a", wrong_width=None),
    "quoted lines.csv": gives('text,n\n"a\nb",1\n', "a\nb"),
    "broken lines.jsonl": gives(
        '{"text": "a"}\nno\n{"text": "b"}\n', "a", "b", not_json_object=None
    ),
    "formulas.xlsx": gives(xlsx(["text", "n"], *MANY), "cell0", "0", "cell2"),
    "a password.xlsx": fails(OLE, "not_workbook"),
    "nothing.csv": fails("", "no_header"),
    "packed.zip": gives(package({"t.csv": "text,n\nx,1\n"}), "x"),
    "columns.parquet": gives(parquet({"text": ["a", None]}), "a", None),
}
FILES = {**DOCUMENTS, **TABLES}


@dataclass(frozen=True)
class Found:
    """What a run gave for one file."""

    texts: list[str | None] = field(default_factory=list)
    said: dict[str, float | None] = field(default_factory=dict)


def outermost(path: str) -> str:
    return next(name for name in FILES if path == name or path.startswith(f"{name}/"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    folder = tmp_path_factory.mktemp("awkward")
    gave: dict[str, Found] = {name: Found() for name in FILES}
    for part in (DOCUMENTS, TABLES):
        put(folder / str(len(part)) / "in", {name: one.data for name, one in part.items()})
        _read(Run(folder / str(len(part))), gave)
    return gave


def _read(done: Run, gave: dict[str, Found]) -> None:
    from warrant.engine import read_ledger

    ledger = read_ledger(done.desk.store, done.result.outputs["ledger"])
    drops = {one.code for one in ledger.header.reasons if one.kind == "drop"}
    unread = {int(one["position"]): str(one["path"]) for one in done.unread}
    rows: list[dict[str, Any]] = done.rows
    total = len(rows) + len(unread)
    places = iter(str(row["path"]) for row in rows)
    paths = {at: unread.get(at) or next(places) for at in range(total)}
    for row in rows:
        gave[outermost(str(row["path"]))].texts.append(row["text"])
    for one in ledger.decisions():
        gave[outermost(paths[one.position])].said[one.code] = one.value
        if one.code in drops:
            assert advise(one.code, paths[one.position]), one.code


@pytest.mark.parametrize("name", FILES)
def test_an_awkward_file_gives_its_text_or_says_why_not(name: str, found: dict[str, Found]) -> None:
    assert (found[name].texts, found[name].said) == (list(FILES[name].texts), FILES[name].codes)


def test_there_are_at_least_thirty() -> None:
    assert len(FILES) >= 30
