from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrant.errors import InputError, IntegrityError
from warrant.kernel import bundle, zip_form
from warrant.kernel.bundle import Bundle, Member, is_safe_name, parse_content, write_content
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest

CARD = Member("card.md", b"# Card\n")
MODEL = Member("model/w", b"\x00\x01\x02")
CHECKPOINT = Member("evidence/checkpoint", b"origin\n1\n")


def content(*members: Member) -> Member:
    return Member("content.json", write_content("toy", "explore", members))


def packed(*members: Member) -> bytes:
    out = BytesIO()
    bundle.write(out, members)
    return out.getvalue()


def small() -> bytes:
    return packed(content(CARD, MODEL), CARD, MODEL, CHECKPOINT)


def refused(data: bytes) -> str:
    with pytest.raises(IntegrityError) as caught:
        bundle.read(BytesIO(data))
    return str(caught.value)


def refused_content(data: bytes) -> str:
    with pytest.raises(IntegrityError) as caught:
        parse_content(data)
    return str(caught.value)


names = st.text("abcdefghij/._- ~!", min_size=1, max_size=20).filter(is_safe_name)


@given(st.dictionaries(names, st.binary(max_size=50), max_size=8))
def test_a_bundle_gives_back_its_members_in_order(members: dict[str, bytes]) -> None:
    """Law of `kernel.bundle`: `read(write(members)) == members`, for members with safe ..."""
    given_members = {"content.json": b"{}", **members}
    found = bundle.read(BytesIO(packed(*(Member(*item) for item in given_members.items()))))
    assert found == given_members
    assert next(iter(found)) == "content.json"
    assert list(found)[1:] == sorted(found.keys() - {"content.json"})


def test_evidence_stands_behind_content() -> None:
    names = list(bundle.read(BytesIO(packed(Member("zebra", b""), content(), CHECKPOINT))))
    assert names == ["content.json", "zebra", "evidence/checkpoint"]


def test_every_single_changed_byte_is_refused() -> None:
    data = small()
    for position in range(len(data)):
        for flip in (1, 0x20, 0xFF):
            damaged = bytearray(data)
            damaged[position] ^= flip
            refused(bytes(damaged))


def test_every_cut_and_every_added_byte_is_refused() -> None:
    data = small()
    for position in range(len(data)):
        refused(data[:position])
        refused(data[:position] + b"\0" + data[position:])
    refused(data + b"\0")


def test_other_programs_read_a_bundle() -> None:
    with zipfile.ZipFile(BytesIO(small())) as archive:
        assert archive.testzip() is None
        assert archive.read("card.md") == CARD.source


def test_members_may_lie_in_files_and_are_streamed(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"x" * 3_000_000)
    member = Member("model/w", tmp_path / "w")
    path = tmp_path / "a.bundle"
    with path.open("wb") as out:
        bundle.write(out, [member, content(member)])
    with Bundle.open(path) as opened:
        listed = opened.read_content()
        measure = opened.measure("model/w")
    assert measure.size == listed.members["model/w"].size == 3_000_000
    assert measure.digest == listed.members["model/w"].digest
    assert (listed.name, listed.stage_of_use) == ("toy", "explore")
    assert path.read_bytes() == packed(content(member), member)


def test_a_file_that_is_no_bundle_is_closed_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.bundle"
    path.write_bytes(b"PK")
    with pytest.raises(IntegrityError, match="has 2 bytes; a bundle has at least 22"):
        Bundle.open(path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "it is absolute"),
        ("../up", "a part of it is empty, '.' or '..'"),
        ("a/./b", "a part of it is empty, '.' or '..'"),
        ("a//b", "a part of it is empty, '.' or '..'"),
        ("a\\b", "it is empty or holds more than printable ASCII without backslash and colon"),
        ("a\nb", "it is empty or holds more than printable ASCII without backslash and colon"),
        ("C:/b", "it is empty or holds more than printable ASCII without backslash and colon"),
        ("a. /b", "a part of it ends in a dot or a space"),
        ("a/b.", "a part of it ends in a dot or a space"),
        ("é", "it is empty or holds more than printable ASCII without backslash and colon"),
        ("", "it is empty or holds more than printable ASCII without backslash and colon"),
        ("a" * 256, "it is longer than 255 bytes"),
    ],
)
def test_unsafe_names_are_neither_written_nor_read(name: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        packed(content(), Member(name, b""))
    assert reason in str(caught.value)
    if len(name) > 20 or not name:
        return
    honest = packed(content(), Member("~" * len(name), b""))
    message = refused(honest.replace(b"~" * len(name), name.encode("latin-1")))
    assert message.startswith(f"Member {name!a} has an unsafe name: {reason}.")


def test_names_come_once_and_content_comes_first() -> None:
    with pytest.raises(InputError, match=r"Two members are named 'card\.md'"):
        packed(content(), CARD, CARD)
    with pytest.raises(InputError, match=r"A bundle needs 'content\.json'"):
        packed(CARD)
    with pytest.raises(InputError, match=r"A bundle needs 'content\.json'"):
        packed()
    two = packed(content(), Member("a", b""), Member("b", b""))
    assert refused(two.replace(b"a", b"b", 99)).startswith("Member")
    pair = packed(Member("content.json", b""), Member("a1", b""), Member("a2", b""))
    assert "'a1' stands in the ZIP twice" in refused(pair.replace(b"a2", b"a1"))
    assert "'a0' stands out of order" in refused(pair.replace(b"a2", b"a0"))
    first = packed(Member("content.json", b""), CARD)
    assert "The first member is not content.json" in refused(
        first.replace(b"content.json", b"content.jsom")
    )


def test_an_empty_zip_is_refused() -> None:
    empty = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0, 0, 0, 0, 0)
    assert "The first member is not content.json" in refused(empty)
    assert "end record of the ZIP says directory offset 1, expected 0" in refused(
        b"x" + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0, 0, 0, 1, 0)
    )


def test_a_compressed_member_is_refused_before_it_is_read() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("content.json"), b"0" * 10_000_000, zipfile.ZIP_DEFLATED)
    assert "Member 'content.json': the directory of the ZIP says" in refused(out.getvalue())


def test_a_lying_directory_is_refused() -> None:
    data = packed(content())
    end = bytearray(data[-22:])
    struct.pack_into("<HH", end, 8, 2, 2)
    assert "The directory of the ZIP ends within member 2" in refused(data[:-22] + bytes(end))
    length = struct.unpack_from("<I", data, len(data) - 10)[0]
    longer = bytearray(data[:-22] + b"\0" + data[-22:])
    struct.pack_into("<I", longer, len(longer) - 10, length + 1)
    assert f"says directory size {length + 1}, expected {length}" in refused(bytes(longer))
    vast = bytearray(data[:-22] + b"\0" * 400 + data[-22:])
    struct.pack_into("<I", vast, len(vast) - 10, length + 400)
    assert f"says directory size {length + 400}, expected less" in refused(bytes(vast))


def test_a_large_member_is_not_read() -> None:
    with (
        Bundle(BytesIO(small())) as opened,
        pytest.raises(IntegrityError, match="has 7 bytes; at most 6 are read"),
    ):
        opened.read("card.md", limit=6)


def test_content_and_members_must_agree() -> None:
    cases = {
        "'card.md' is not listed in content.json": packed(content(), CARD),
        "'model/w' is listed in content.json and absent": packed(content(CARD, MODEL), CARD),
        "'evidence/trust/signers' is no kind of evidence": packed(
            content(), Member("evidence/trust/signers", b"")
        ),
    }
    for message, data in cases.items():
        with Bundle(BytesIO(data)) as opened, pytest.raises(IntegrityError) as caught:
            opened.read_content()
        assert message in str(caught.value)
    with Bundle(BytesIO(small())) as opened:
        assert list(opened.read_content().members) == ["card.md", "model/w"]


def form(**changes: object) -> bytes:
    value: dict[str, object] = {
        "format": "warrant/bundle/1", "members": [], "name": "toy", "stage_of_use": "pilot",
    }  # fmt: skip
    return canonical({**value, **changes})


def test_content_json_has_one_form() -> None:
    digest = Digest.of(b"").hex
    good = {"name": "a", "sha256": digest, "size": 0}
    assert parse_content(form(members=[good])).members["a"] == (0, Digest.of(b""))
    reasons = {
        b"{ }": "it is not canonical JSON",
        b"[]": "its fields are not those of warrant/bundle/1",
        form(more=1): "its fields are not those of warrant/bundle/1",
        form(format="x"): "its format is not warrant/bundle/1",
        form(name=1): "name or members have the wrong type",
        form(members={}): "name or members have the wrong type",
        form(stage_of_use="demo"): "the stage of use is unknown",
        form(stage_of_use=[]): "the stage of use is unknown",
        form(members=[1]): "a member is not {name, sha256, size}",
        form(members=[{**good, "size": True}]): "a member is not {name, sha256, size}",
        form(members=[{**good, "sha256": "A"}]): "a member is not {name, sha256, size}",
        form(members=[good, good]): "its members are not sorted by name",
    }
    for data, reason in reasons.items():
        assert f"'content.json' is not a list of members: {reason}." in refused_content(data)


def test_content_is_written_only_for_content() -> None:
    with pytest.raises(InputError, match="'evidence/checkpoint' is not a name for content"):
        write_content("toy", "explore", [CHECKPOINT])
    with pytest.raises(InputError, match="Stage of use 'demo' is unknown"):
        write_content("toy", "demo", [])


def test_too_much_for_one_bundle_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_form, "MEMBERS_LIMIT", 1)
    with pytest.raises(InputError, match="holds at most 1 members, got 2"):
        packed(content(CARD), CARD)
    monkeypatch.setattr(zip_form, "FILE_LIMIT", 100)
    with pytest.raises(InputError, match="do not fit into a bundle of 4 GiB"):
        packed(content())
