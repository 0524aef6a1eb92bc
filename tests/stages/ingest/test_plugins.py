from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stages.ingest.awkward import docx, ods, ods_text, odt, paragraph, parquet, pdf, run, xlsx
from tests.stages.ingest.outlook import msg
from warrant.stages.ingest import READERS, Document, OpenFile, Unread
from warrant.testing import check_reader

FILES = {
    "txt": {"a": b"plain text", "b": "caf\u00e9".encode("cp1252"), "c": b"\xef\xbb\xbfmarked"},
    "csv": {"a": b"text,n\nx,1\ny,2\n", "b": b"a;b\n1;2;3\n"},
    "tsv": {"a": b"text\tn\nx\t1\n"},
    "md": {"a": b"# Title\n\ntext"},
    "html": {"a": b"<p>text</p>"},
    "htm": {"a": b"<p>text</p>"},
    "docx": {"a": docx(paragraph(run("text")))},
    "pdf": {"a": pdf("text")},
    "odt": {"a": odt("<text:p>text</text:p>")},
    "rtf": {"a": rb"{\rtf1 text}"},
    "eml": {"a": b"Subject: s\n\nbody\n"},
    "msg": {"a": msg("s", "body"), "b": b"no message"},
    "jsonl": {"a": b'{"text": "x", "n": 1}\n{"text": "y"}\n', "b": b"[1]\n"},
    "ndjson": {"a": b'{"text": "x"}\n'},
    "ods": {"a": ods(ods_text("text", "n"), ods_text("x", "1")), "b": b"PK\3\4 no workbook"},
    "parquet": {"a": parquet({"text": ["x", "y"], "n": [1, None]}), "b": b"PAR1 broken PAR1"},
    "xls": {"a": xlsx(["text"], ["x"]), "b": b"no workbook"},
    "xlsm": {"a": xlsx(["text"], ["x"])},
    "xlsx": {"a": xlsx(["text", "n"], ["x", 1], ["y", 2.5]), "b": xlsx()},
}


@pytest.mark.parametrize("name", READERS.names())
def test_each_reader_keeps_its_promises(name: str, tmp_path: Path) -> None:
    check_reader(READERS.load(name), FILES[name], tmp_path)


class Liar:
    reasons = ()
    has_records = False

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:
        yield Document(file.name)


def test_the_suite_catches_a_reader_that_looks_at_names(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the same bytes give the same documents"):
        check_reader(Liar, {"a": b"x"}, tmp_path)


class Hoarder:
    reasons = ()
    has_records = False

    def __init__(self) -> None:
        self.seen = 0

    def read(self, file: OpenFile) -> Iterator[Document | Unread]:  # noqa: ARG002
        self.seen += 1
        yield Document(f"{self.seen} files")


def test_the_suite_catches_a_reader_that_remembers_other_files(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the same bytes give the same documents"):
        check_reader(Hoarder, {"a": b"x"}, tmp_path)
