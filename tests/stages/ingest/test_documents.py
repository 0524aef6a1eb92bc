"""Word documents and PDFs as they are: revisions, hidden text, scans, locks, bombs, crashes."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.stages.ingest.awkward import W, docx, odt, package, paragraph, pdf, run
from warrant.stages.ingest import (
    READERS,
    Document,
    OpenFile,
    Reader,
    Unread,
    apart,
    decoding,
    parser,
)
from warrant.stages.ingest.apart import CRASHED, NO_TEXT, TOO_LARGE, TOO_SLOW, Worker
from warrant.stages.ingest.builtin import docx as word
from warrant.stages.ingest.builtin import html
from warrant.stages.ingest.builtin import package as zipped
from warrant.testing import check_reader

DELETED = '<w:del w:id="1"><w:r><w:delText>never pays</w:delText></w:r></w:del>'
INSERTED = f'<w:ins w:id="2">{run("always pays")}</w:ins>'
BOX = (
    f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>"
    f"{paragraph(run('in a box'))}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
    f"{paragraph(run('in a box'))}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)
TABLE = (
    f"<w:tbl><w:tr><w:tc>{paragraph(run('Rent'))}</w:tc><w:tc>{paragraph(run('900'))}</w:tc></w:tr>"
    f"<w:tr><w:tc>{paragraph(run('Deposit'))}</w:tc><w:tc>{paragraph(run('1800'))}</w:tc></w:tr>"
    "</w:tbl>"
)
XXE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>a&x;b</w:t></w:r></w:p></w:body></w:document>"
)


@cache
def reader(suffix: str) -> Reader:
    """Give one reader, and so one worker process, for all files: each file stands for itself."""
    return READERS.load(suffix)()


def read(suffix: str, data: bytes) -> Document | Unread:
    (found,) = reader(suffix).read(OpenFile("f", "/nowhere", data))
    return found


@pytest.mark.parametrize(
    ("body", "text", "counted"),
    [
        (paragraph(run("one")) + paragraph(run("two")), "one\ntwo", {}),
        (
            paragraph(run("The tenant "), DELETED, INSERTED, run(".")),
            "The tenant always pays.",
            {"deletions_left_out": 1, "insertions_taken_in": 1},
        ),
        (
            paragraph(
                run("seen"), run(" not seen", "<w:vanish/>"), run("!", '<w:vanish w:val="0"/>')
            ),
            "seen!",
            {"hidden_text_left_out": 1},
        ),
        (TABLE, "Rent\t900\nDeposit\t1800", {}),
        (BOX, "\nin a box\n", {}),
        (
            "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
            "a\tb\nc",
            {},
        ),
        (
            f"<w:sdt><w:sdtContent>{paragraph(run('in a field'))}</w:sdtContent></w:sdt>",
            "in a field",
            {},
        ),
        (paragraph(run("&lt;script&gt; ümläut — 契約")), "<script> ümläut — 契約", {}),
    ],
)
def test_a_word_document_is_read_as_its_final_version(
    body: str, text: str, counted: dict[str, int]
) -> None:
    found = read("docx", docx(body))
    assert isinstance(found, Document)
    assert found.text == text
    assert dict(found.counted) == counted


def test_comments_headers_and_notes_are_left_out_and_counted() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    comment = f"<w:comments {space}><w:comment w:id='0'>{paragraph(run('privileged'))}</w:comment>"
    found = read(
        "docx",
        docx(
            paragraph(run("clause")),
            comments=f"{comment}</w:comments>",
            header1=f"<w:hdr {space}>{paragraph(run('draft'))}</w:hdr>",
            footnotes=f"<w:footnotes {space}/>",
        ),
    )
    assert found == Document(
        "clause", counted=(("comments_left_out", 1.0), ("headers_and_notes_left_out", 2.0))
    )


@pytest.mark.parametrize(
    ("suffix", "data", "code"),
    [
        ("docx", b"no zip", "not_docx"),
        ("docx", b"", "not_docx"),
        ("docx", package({"other.xml": "<a/>"}), "not_docx"),
        ("docx", package({"word/document.xml": "<broken"}), "not_docx"),
        ("docx", docx(paragraph(run("x" * 200)))[:150], "not_docx"),
        ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "docx_encrypted"),
        ("docx", package({"word/document.xml": b" " * (65 << 20)}), "docx_unpacks_too_large"),
        ("odt", package({"content.xml": b" " * (65 << 20)}), "odt_unpacks_too_large"),
        ("odt", b"no zip", "not_odt"),
        ("pdf", b"no pdf", "not_pdf"),
        ("pdf", b"", "not_pdf"),
        ("pdf", pdf("x")[:40], "not_pdf"),
        ("pdf", pdf("secret", encrypt=True), "pdf_encrypted"),
        ("pdf", pdf("", ""), "pdf_without_text"),
    ],
)
def test_what_cannot_be_read_is_a_decision_with_what_to_do(
    suffix: str, data: bytes, code: str
) -> None:
    assert read(suffix, data) == Unread(code)
    (reason,) = [one for one in READERS.load(suffix)().reasons if one.code == code]
    assert reason.kind == "drop"


def test_a_pdf_gives_its_pages_and_counts_those_without_text() -> None:
    assert read("pdf", pdf("First page", "Second page")) == Document("First page\fSecond page")
    scanned = read("pdf", pdf("First page", "", ""))
    assert scanned == Document("First page\f\f", counted=(("pages_without_text", 2.0),))


def test_no_entity_is_resolved() -> None:
    found = read("docx", package({"word/document.xml": XXE}))
    assert isinstance(found, Unread) or (found.text or "").strip("ab") == ""


def test_the_limit_of_a_part_is_what_the_message_says() -> None:
    assert zipped.LARGEST_PART_BYTES == 64 << 20
    assert "64 MB" in word.BOMB.words


def test_readers_keep_what_their_protocol_promises(tmp_path: Path) -> None:
    for suffix, data in (("docx", docx(TABLE)), ("pdf", pdf("text"))):
        folder = tmp_path / suffix
        folder.mkdir()
        check_reader(READERS.load(suffix), {"a": data}, folder)


def test_a_worker_that_dies_costs_one_file() -> None:
    worker = Worker("docx")
    good = OpenFile("f", "/nowhere", docx(paragraph(run("one"))))
    assert worker.parse(good) == Document("one")
    process = worker._process
    assert process is not None
    os.kill(process.pid, 9)
    process.wait()
    assert worker.parse(good) == Document("one")
    assert worker._process is not process


def test_a_file_that_takes_too_long_is_given_up() -> None:
    worker = Worker("docx", wall_seconds=0.001)
    assert worker.parse(OpenFile("f", "/nowhere", docx(paragraph(run("one"))))) == Unread(
        TOO_SLOW.code
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no processor time")
def test_it_is_computing_that_is_limited_and_not_waiting() -> None:
    # Nine seconds of computing on a slow machine, and far more than the one allowed on a fast one.
    slow = OpenFile("f", "/nowhere", rb"{\rtf1\ansi " + rb"\'e9 x\par " * 2_000_000 + b"}")
    worker = Worker("rtf", wall_seconds=100, cpu_seconds=0)
    assert worker.parse(slow) == Unread(TOO_SLOW.code)
    assert apart.CPU_SECONDS * 10 < apart.WALL_SECONDS
    assert f"{apart.CPU_SECONDS} seconds of computing" in TOO_SLOW.words


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        ("docx", docx(paragraph(run("  ")))),
        ("odt", odt("<text:p/>")),
        ("html", b"<html><body><img src='scan.png'></body></html>"),
        ("rtf", rb"{\rtf1\ansi\par}"),
        ("eml", b"From: a@example.com\n\n"),
    ],
)
def test_a_file_without_text_is_a_decision_and_no_empty_document(suffix: str, data: bytes) -> None:
    assert read(suffix, data) == Unread(NO_TEXT.code)
    assert "Run text recognition on it" in NO_TEXT.words


@pytest.mark.parametrize(
    ("page", "text", "hidden"),
    [
        ('<p>seen</p><p style="color:red; DISPLAY : none">not</p>tail', "seen\ntail", 1),
        ("<p>seen</p><div hidden><p>not</p><p hidden>nor this</p></div>", "seen", 1),
        ('<p>a<span style="visibility:hidden">b</span>c</p>', "ac", 1),
        ('<p style="display:inline">seen</p><i hidden>x</i><i hidden>y</i>', "seen", 2),
    ],
)
def test_what_a_page_hides_is_out_and_counted(page: str, text: str, hidden: int) -> None:
    found = read("html", page.encode())
    assert found == Document(text, counted=(("hidden_elements_left_out", float(hidden)),))


def test_a_hidden_part_of_a_message_is_out_and_counted() -> None:
    found = read("eml", b"Content-Type: text/html\n\n<p>seen<i hidden>not</i></p>")
    assert found == Document("seen", counted=(("hidden_elements_left_out", 1.0),))


def test_a_parser_that_raises_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrant.stages.ingest.apart.LARGEST_BYTES", 3)
    assert Worker("pdf").parse(OpenFile("f", "/x", b"four")) == Unread(TOO_LARGE.code)
    deep = "<w:p>" * 100_000 + "</w:p>" * 100_000
    monkeypatch.undo()
    assert read("docx", docx(deep)) in (Unread("not_docx"), Unread(CRASHED.code))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ("<div>a<br>b</div><script>alert(1)</script><style>p{}</style>", "a\nb"),
        ("<html><head><title>t</title></head><body>  x \n y  </body></html>", "x y"),
        ("<table><tr><td>Rent</td><td>900</td></tr></table>", "Rent 900"),
        ('<?xml version="1.0" encoding="utf-8"?><p>é</p>', "é"),
        ("<p>open <b>never closed", "open never closed"),
        ("<!-- privileged --><p>seen</p>", "seen"),
    ],
)
def test_a_web_page_gives_what_a_browser_shows(page: str, text: str) -> None:
    assert read("html", page.encode()) == Document(text)


def test_an_open_document_is_read_as_its_final_version() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:h>Lease</text:h><text:p>a<text:s text:c='2'/>b<text:tab/>c<text:span>d</text:span>e"
        "<office:annotation><text:p>privileged</text:p></office:annotation></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>"
        "<table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert read("odt", odt(body)) == Document(
        "Lease\na  b\tcde\n1\t2", counted=(("deletions_left_out", 1.0), ("comments_left_out", 1.0))
    )
    assert read("odt", b"x") == Unread("not_odt")


def test_rich_text_is_read_with_its_code_page() -> None:
    assert read(
        "rtf", rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe \b und\b0  mehr\par Ende}"
    ) == Document("Grüße und mehr\nEnde")
    assert read("rtf", b"plain") == Unread("not_rtf")


def test_a_message_gives_subject_and_body_and_not_who_wrote_it() -> None:
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = "Kündigung"
    message["From"] = "ada@x.example"
    message.set_content("Hello,\nplease note é.\n")
    message.add_alternative("<p>Hello</p>", subtype="html")
    message.add_attachment(b"data", maintype="application", subtype="pdf", filename="a.pdf")
    assert read("eml", message.as_bytes()) == Document(
        "Kündigung\n\nHello,\nplease note é.", counted=(("attachments_apart", 1.0),)
    )
    page = EmailMessage()
    page.set_content("<p>Only <b>this</b></p>", subtype="html")
    assert read("eml", page.as_bytes()) == Document("Only this")
    assert read("eml", b"") == Unread("not_mail")


@pytest.mark.usefixtures("new_workers")
def test_nothing_is_imported_from_the_folder_of_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "striprtf.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    assert Worker("rtf").parse(OpenFile("f", "/x", rb"{\rtf1 text}")) == Document("text")
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows it")
@pytest.mark.usefixtures("new_workers")
def test_a_worker_knows_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANT_PASSPHRASE_FILE", "/secret")
    worker = Worker("rtf")
    assert worker.parse(OpenFile("f", "/x", rb"{\rtf1 text}")) == Document("text")
    assert worker._process is not None
    seen = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    assert b"PATH=" in seen
    assert b"WARRANT_PASSPHRASE_FILE" not in seen


@pytest.mark.parametrize(
    ("body", "text", "counted"),
    [
        (rb"kept {\deleted secret clause} end", "kept  end", {"deletions_left_out": 1}),
        (rb"kept \deleted se\'e9\u233?cret\deleted0  end", "kept  end", {"deletions_left_out": 1}),
        (rb"a {\v hid {\b bold}\par more}\par b", "a \nb", {"hidden_text_left_out": 1}),
        (rb"a {\v hid\plain seen} \v0 b", "a seen b", {"hidden_text_left_out": 1}),
        (rb"{\stylesheet{\s1\v Hidden;}}seen \vertalc{\viewkind4 too}", "seen too", {}),
        (rb"\{a\} \\ b\~c", "{a} \\ b\xa0c", {}),
    ],
)
def test_rich_text_is_read_as_its_final_version(
    body: bytes, text: str, counted: dict[str, int]
) -> None:
    found = read("rtf", rb"{\rtf1\ansi\ansicpg1252 " + body + b"}")
    assert isinstance(found, Document)
    assert (found.text, dict(found.counted)) == (text, counted)


def test_a_deleted_row_is_out_and_an_inner_table_stands_once() -> None:
    row = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>{paragraph(run('gone'))}</w:tc></w:tr>"
    found = read("docx", docx(f"<w:tbl>{row}<w:tr><w:tc>{TABLE}</w:tc></w:tr></w:tbl>"))
    text = "Rent\t900 Deposit\t1800"
    assert found == Document(text, counted=(("deletions_left_out", 1.0),))


def test_text_that_a_style_hides_is_out() -> None:
    def style(name: str, inner: str) -> str:
        return f"<w:style w:styleId='{name}'>{inner}</w:style>"

    hidden = "<w:rPr><w:vanish/></w:rPr>"
    shown = '<w:basedOn w:val="H"/><w:rPr><w:vanish w:val="0"/></w:rPr>'
    named = style("H", hidden) + style("C", '<w:basedOn w:val="H"/>') + style("S", shown)
    found = read(
        "docx",
        docx(
            paragraph(run("a"), *(run(name, f'<w:rStyle w:val="{name}"/>') for name in "HCSX"))
            + f'<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr>{run("b")}</w:p>',
            styles=f"<w:styles {W}>{named}</w:styles>",
        ),
    )
    assert found == Document("aSX\n", counted=(("hidden_text_left_out", 3.0),))


def test_a_word_document_of_another_dialect_is_not_passed_as_empty() -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    body = f"<w:document {strict}><w:body>{paragraph(run('text'))}</w:body></w:document>"
    assert read("docx", package({"word/document.xml": body})) == Unread("not_docx")


def test_hidden_text_of_an_open_document_is_out() -> None:
    body = "<text:p>a<text:hidden-text>h</text:hidden-text>b</text:p>"
    assert read("odt", odt(body)) == Document("ab", counted=(("hidden_text_left_out", 1.0),))


@pytest.mark.parametrize("name", ["windows-1251", "shift_jis"])
def test_a_web_page_is_decoded_as_it_says(name: str) -> None:
    word = {
        "windows-1251": "\u0434\u043e\u0433\u043e\u0432\u043e\u0440",
        "shift_jis": "\u5951\u7d04\u66f8",
    }[name]
    page = f'<meta charset="{name}"><p>{word}</p>'.encode(name)
    assert read("html", page) == Document(word, notes=("text_as_declared",))
    unknown = '<meta charset="klingon"><p>caf\u00e9</p>'.encode("cp1252")
    assert read("html", unknown) == Document("caf\u00e9", notes=("text_was_cp1252",))


def test_a_message_in_an_unknown_encoding_is_read_as_any_text() -> None:
    head = b"Subject: s\nContent-Type: text/plain; charset=x-unknown\n\n"
    assert read("eml", head + "caf\u00e9\n".encode()) == Document("s\n\ncaf\u00e9")


def test_a_page_with_a_very_long_line_is_read_whole() -> None:
    found = read("html", b"<p>" + b"wor " * (21 << 17))
    assert isinstance(found, Document)
    assert len(found.text or "") == 4 * (21 << 17) - 1


def test_a_text_that_is_too_long_is_a_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    from warrant.stages.ingest.builtin import table, text

    monkeypatch.setattr(text, "LONGEST_BYTES", 8)
    assert read("txt", b"a" * 9) == Unread("text_too_long")
    assert read("txt", b"a" * 8) == Document("a" * 8, is_verbatim=True)
    monkeypatch.setattr(decoding, "LONGEST_BYTES", 8)
    assert read("csv", b"a,b\n" + b"c" * 9) == Unread("table_line_too_long")
    assert [one.cells for one in table.TableReader().read(OpenFile("f", "/", b"a,b\nc,d\nccc,ddd"))]


def test_a_worker_gives_no_text_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    from io import BytesIO

    monkeypatch.setattr(parser, "LONGEST_BYTES", 3)
    monkeypatch.setattr(parser, "limit_cpu", lambda _: None)
    answers = BytesIO()
    page = b"<p>long"
    parser.serve(html.reader(), 60, BytesIO(len(page).to_bytes(8, "big") + page), answers)
    assert b'{"unread": "text_too_long"}' in answers.getvalue()


@pytest.mark.parametrize(
    ("css", "page", "text", "hidden"),
    [
        (".no {display: none}", "<p>a<p class='x no'>b", "a", 1),
        ("#no {visibility:hidden}", "<p>a<p id=no>b", "a", 1),
        (
            "aside, p.no {color: red; DISPLAY : NONE;}",
            "<p>a<p class=no>b</p><aside>c</aside>",
            "a",
            2,
        ),
        ("/* .no {display:none} */", "<p>a<p class=no>b", "a\nb", 0),
        (".a .no {display:none}", "<div class=a><p>x<p class=no>b</div><p class=no>c", "x\nc", 1),
        (".a > .no {display:none}", "<div class=a><b><i class=no>b</i></b></div>", "b", 0),
        (".a > .no {display:none}", "<div class=a>x<i class=no>b</i></div>", "x", 1),
        (".no {display:none} p.no {display:block}", "<p class=no>b<b class=no>c</b>", "b", 1),
        (".no {display:none !important} #b {display:block}", "<p>a<p class=no id=b>b", "a", 1),
        (".no {display:none}", "<p>a<p class=no style='display:block'>b", "a\nb", 0),
        ("@media print {.no {display:none}}", "<p>a<p class=no>b", "a\nb", 0),
        ("@media screen {.no {display:none}} p {margin:0}", "<p>a<p class=no>b", "a", 1),
        ("@import 'x'; .no {display:none", "<p>a<p class=no>b", "a", 1),
        (".no:hover {display:none} [x] {display:none}", "<p>a<p class=no x=1>b", "a\nb", 0),
        ("p {} } .no {display:none}", "<p>a<p class=no>b", "a\nb", 0),
        ("* {visibility: visible} .no {display: none}", "<p>a<p class=no>b", "a", 1),
    ],
)
def test_what_a_style_sheet_of_a_page_hides_is_left_out(
    css: str, page: str, text: str, hidden: int
) -> None:
    found = html.see(f"<html><head><style>{css}</style></head><body>{page}</body></html>")
    assert found == html.Seen(text, hidden)


@pytest.mark.parametrize(
    "body",
    [
        "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:tab/><w:t>a</w:t></w:r>"
        "<w:r><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>",
        TABLE + paragraph(run("after it")) + paragraph(),
        paragraph(run("one "), INSERTED, run(" two")),
        f"<w:sdt><w:sdtContent>{paragraph(run('in a field'))}</w:sdtContent></w:sdt>",
    ],
)
def test_a_document_without_special_parts_is_read_as_one_with_them(body: str) -> None:
    plain, special = word.parse(docx(body)), word.parse(docx(body + paragraph(DELETED)))
    assert isinstance(plain, Document)
    assert isinstance(special, Document)
    assert f"{plain.text}\n" == special.text
    assert dict(special.counted) == {**dict(plain.counted), "deletions_left_out": 1}


def test_a_style_that_hides_is_seen_in_any_encoding() -> None:
    styles = (
        f'<?xml version="1.0" encoding="UTF-16"?><w:styles {W}><w:style w:styleId="H"><w:rPr>'
        "<w:vanish/></w:rPr></w:style></w:styles>"
    ).encode("utf-16")
    body = paragraph(run("seen"), run("not", '<w:rStyle w:val="H"/>'))
    assert word.parse(docx(body, styles=styles)) == Document(
        "seen", counted=(("hidden_text_left_out", 1.0),)
    )


@pytest.mark.parametrize("suffix", ["docx", "html", "pdf"])
def test_a_worker_imports_what_its_reader_needs_and_nothing_heavy(suffix: str) -> None:
    target = READERS.place(suffix).target
    program = (
        "import sys; from warrant.stages.ingest import parser; "
        f"parser._make({target!r}, None); "
        "print(*{'pydantic', 'yaml', 'numpy', 'pyarrow', 'importlib.metadata'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")
