"""Archives and attachments: each file in them is a document, or a decision with a remedy."""

from __future__ import annotations

import stat
import zipfile
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO
from pathlib import Path

import pytest

from tests.stages.ingest.awkward import docx, package, paragraph, run
from tests.stages.ingest.outlook import msg
from tests.stages.ingest.test_ingest import Run, put
from warrant.errors import OutsideError
from warrant.kernel.digest import Digest
from warrant.stages.ingest import IngestConfig, SourceConfig, unpack
from warrant.stages.ingest.apart import CRASHED, TOO_SLOW
from warrant.stages.ingest.member import clean_name
from warrant.stages.ingest.opening import Budget, Opener
from warrant.stages.ingest.scan import scan


def mail(subject: str, body: str, **attachments: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content(body)
    for name, data in attachments.items():
        message.add_attachment(
            data, maintype="application", subtype="octet-stream", filename=name.replace("_", ".")
        )
    return message.as_bytes()


def squeezed(name: str, data: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    return out.getvalue()


def texts(run: Run) -> dict[str, str]:
    return {row["path"]: row["text"] for row in run.rows}


def refused(run: Run) -> dict[str, str]:
    return {one["path"]: one["code"] for one in run.unread}


def locked(data: bytes) -> bytes:
    """Say of the first member of an archive, in both of its headers, that it is encrypted."""
    found = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found[found.index(mark) + at] |= 1
    return bytes(found)


def test_files_in_files_are_documents_that_lead_back_to_their_parents(tmp_path: Path) -> None:
    word = docx(paragraph(run("The rent is due.")))
    letter = mail("Notice", "See below.", lease_docx=word, more_zip=package({"b.txt": "in both"}))
    put(
        tmp_path / "in",
        {
            "all.zip": package({"2024/letter.eml": letter, "a.txt": "one", "t.csv": "k,v\nx,1\n"}),
            "last.msg": msg("Note", "A body.", {"annex.txt": b"the annex"}),
        },
    )
    run_ = Run(tmp_path)
    found = texts(run_)
    assert found.pop("all.zip/t.csv") is None
    assert found == {
        "all.zip/2024/letter.eml": "Notice\n\nSee below.",
        "all.zip/2024/letter.eml/lease.docx": "The rent is due.",
        "all.zip/2024/letter.eml/more.zip/b.txt": "in both",
        "all.zip/a.txt": "one",
        "last.msg": "Note\n\nA body.",
        "last.msg/annex.txt": "the annex",
    }
    assert run_.unread == []
    assert run_.claim.counts["attachments_apart"] == 2
    assert run_.desk.store.get(Digest.of(b"the annex")) == b"the annex"


def test_a_sheet_names_the_files_in_an_archive(tmp_path: Path) -> None:
    put(tmp_path, {"in/a.zip": package({"x/one.txt": "1", "x/two.txt": "2"})})
    put(tmp_path, {"s.csv": "file,kind\none.txt,good\ntwo.txt,bad\n"})
    run = Run(tmp_path, SourceConfig("in", metadata="s.csv"))
    assert [row["kind"] for row in run.rows] == ["good", "bad"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 no more", "not_archive"),
        (package({}), "archive_empty"),
        (squeezed("a.txt", b"\0" * (2 << 20)), "archive_too_large"),
    ],
)
def test_an_archive_that_cannot_be_had_is_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, code: str
) -> None:
    monkeypatch.setattr(unpack, "ALWAYS_BYTES", 1 << 20)
    put(tmp_path / "in", {"a.zip": data, "b.txt": "still read"})
    run = Run(tmp_path)
    assert texts(run) == {"b.txt": "still read"}
    assert refused(run) == {"a.zip": code}


def test_a_member_that_cannot_be_had_is_a_decision_and_the_others_are_read(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("secret.txt", "x")
        file.writestr("fine.txt", "fine")
        file.writestr("__MACOSX/._fine.txt", "\0\5\x16\7")
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("folder/", "")
    broken = package({"broken.txt": "a text that is long enough to be squeezed " * 9})
    at = broken.index(b"broken.txt") + 20
    put(
        tmp_path / "in",
        {"a.zip": locked(out.getvalue()), "b.zip": broken[:at] + b"\xff\xff" + broken[at + 2 :]},
    )
    run = Run(tmp_path)
    assert texts(run) == {"a.zip/fine.txt": "fine"}
    assert refused(run) == {
        "a.zip/__MACOSX/._fine.txt": "archived_macos_note",
        "a.zip/link.txt": "archived_link",
        "a.zip/secret.txt": "archived_encrypted",
        "b.zip/broken.txt": "archived_damaged",
    }


def test_a_name_that_leads_out_of_the_archive_is_changed_and_that_is_said(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in ("../../up.txt", "/etc/top.txt", "C:\\x\\drive.txt", "same.txt"):
            file.writestr(name, name)
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("same.txt", "again")
    put(tmp_path / "in", {"a.zip": out.getvalue()})
    run = Run(tmp_path)
    assert sorted(texts(run)) == [
        "a.zip/etc/top.txt",
        "a.zip/same (2).txt",
        "a.zip/same.txt",
        "a.zip/up.txt",
        "a.zip/x/drive.txt",
    ]
    assert run.claim.counts["archived_renamed"] == 4
    assert not list(tmp_path.parent.glob("up.txt"))


def test_archives_in_archives_are_opened_three_deep(tmp_path: Path) -> None:
    data = package({"deep.txt": "four"})
    for name in ("c.zip", "b.zip", "a.zip"):
        data = package({name: data, f"{name}.txt": name})
    put(tmp_path / "in", {"top.zip": data})
    run = Run(tmp_path)
    assert sorted(texts(run)) == [
        "top.zip/a.zip.txt",
        "top.zip/a.zip/b.zip.txt",
        "top.zip/a.zip/b.zip/c.zip.txt",
    ]
    assert refused(run) == {"top.zip/a.zip/b.zip/c.zip": "archived_too_deep"}


def test_a_message_stays_when_its_attachments_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "MOST_MEMBERS", 1)
    inner = EmailMessage()
    inner["Subject"] = "Within"
    inner.set_content("Forwarded.")
    outer = EmailMessage()
    outer["Subject"] = "Outer"
    outer.set_content("Hello.")
    outer.add_attachment(inner)
    put(
        tmp_path / "in",
        {
            "forward.eml": outer.as_bytes(),
            "many.eml": mail("S", "B", a_txt=b"1", b_txt=b"2"),
            "odd.msg": msg("M", "N", {"mail.msg": None}),
        },
    )
    run = Run(tmp_path)
    assert texts(run) == {
        "forward.eml": "Outer\n\nHello.",
        "forward.eml/unnamed.eml": "Within\n\nForwarded.",
        "many.eml": "S\n\nB",
        "odd.msg": "M\n\nN",
    }
    assert refused(run) == {
        "many.eml/attachments": "archive_too_many",
        "odd.msg/mail.msg": "attachment_inside",
    }


def test_a_file_in_an_archive_does_not_take_the_place_of_one_of_the_same_path(
    tmp_path: Path,
) -> None:
    inner, beside = "a,b\n1,2\n3,4\n", "a,b\n5,6\n"
    outer = package({"x.zip": package({"y.csv": inner}), "x.zip/y.csv": beside})
    put(tmp_path / "in", {"o.zip": outer})
    run = Run(tmp_path)
    ((first, second),) = scan(IngestConfig((SourceConfig("in"),), tmp_path))
    assert (first.name, second.name) == ("o.zip/x.zip/y (2).csv", "o.zip/x.zip/y.csv")
    assert run.result.claim.counts["kept"] == 3
    assert all(run.desk.store.has(Digest.of(one.encode())) for one in (inner, beside))


def part(kind: str, *parts: Message) -> MIMEMultipart:
    whole = MIMEMultipart(kind)
    for one in parts:
        whole.attach(one)
    return whole


def lease(disposition: str = "inline") -> MIMEApplication:
    file = MIMEApplication(b"The lease.", "octet-stream")
    file.add_header("Content-Disposition", disposition, filename="lease.txt")
    return file


LOGO = MIMEImage(b"GIF89a", "gif", name="logo.gif")
PAGE = MIMEText("<p>Hello.</p>", "html")


@pytest.mark.parametrize(
    "message",
    [
        part("alternative", MIMEText("Hello."), part("mixed", PAGE, lease())),
        part("alternative", MIMEText("Hello."), part("related", PAGE, LOGO, lease())),
        part(
            "mixed", part("alternative", MIMEText("Hello."), part("related", PAGE, LOGO, lease()))
        ),
        part("signed", part("mixed", MIMEText("Hello."), lease("attachment"))),
        part("mixed", part("mixed", MIMEText("Hello."), lease())),
        part("mixed", lease(), MIMEText("Hello.")),
        lease("attachment"),
    ],
)
def test_a_file_is_found_however_deep_it_lies_in_a_message(
    tmp_path: Path, message: Message
) -> None:
    message["Subject"] = "S"
    put(tmp_path / "in", {"a.eml": message.as_bytes()})
    run = Run(tmp_path)
    body = "S\n\nHello." if message.is_multipart() else "S\n\n"
    assert texts(run) == {"a.eml": body, "a.eml/lease.txt": "The lease."}
    assert run.decisions == [(0, "attachments_apart")]


def test_the_bytes_go_with_the_last_file_that_needs_them(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.zip": package({"x.txt": "text"}), "b.txt": "plain"})
    ((member, plain),) = scan(IngestConfig((SourceConfig("in"),), tmp_path))
    assert plain.shelter is None
    place = Path(member.path)
    assert place.read_bytes() == b"text"
    assert place.parent.stat().st_mode & 0o077 == 0
    del member
    assert not place.parent.exists()


def test_a_source_is_one_archive(tmp_path: Path) -> None:
    put(tmp_path, {"a.zip": package({"x.txt": "text"})})
    assert texts(Run(tmp_path, SourceConfig("a.zip"))) == {"a.zip/x.txt": "text"}


def test_the_inputs_are_the_members(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.zip": package({"x.txt": "text"})})
    first = Run(tmp_path).claim.inputs
    put(tmp_path / "in", {"a.zip": package({"x.txt": "other"})})
    assert Run(tmp_path).claim.inputs != first


def test_a_process_that_takes_too_long_or_ends_costs_that_file(tmp_path: Path) -> None:
    data = package({"a.txt": b"x" * (8 << 20)})
    folder = str(tmp_path)
    with Opener(wall_seconds=0.0) as opener:
        assert opener.open("zip", data, folder, Budget(1 << 30, 9)).refused == TOO_SLOW.code
    with Opener() as opener:
        process = opener._started()
        process.kill()
        process.wait()
        assert opener.open("zip", data, folder, Budget(1 << 30, 9)).members
        assert opener.open("nothing", data, folder, Budget(9, 9)).refused == CRASHED.code


def test_no_room_to_unpack_stops_the_run_with_advice(tmp_path: Path) -> None:
    data = package({"a.txt": "x"})
    with Opener() as opener, pytest.raises(OutsideError, match="no room to unpack") as caught:
        opener.open("zip", data, str(tmp_path / "gone"), Budget(9, 9))
    assert "TMPDIR=/somewhere warrant run" in caught.value.do


def test_a_name_has_no_length_that_no_disk_takes() -> None:
    name = clean_name("x" * 300 + ".docx")
    assert len(name) < 210
    assert name.endswith("x.docx")
    assert clean_name("../..") == "unnamed"
