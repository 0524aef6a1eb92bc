"""The list of what could not be read says of each file what helps."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from tests.flow.bench import Bench, recipe_text
from tests.stages.ingest.awkward import pdf
from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.stages.ingest import READERS, OcrConfig
from warrant.stages.ingest.advice import ADVICE, PARTS, advise
from warrant.stages.ingest.ocr import picture as pictures
from warrant.stages.ingest.reading import _REASONS, SPARE_LINE
from warrant.stages.ingest.reasons import UNPACKING


def lines(bench: Bench, name: str = "unread.csv") -> dict[str, list[str]]:
    found = list(csv.reader(StringIO((bench.root / name).read_text("utf-8-sig"))))
    assert found[0] == ["file", "read", "problem", "count", "what to do"]
    return {line[0]: line[1:] for line in found[1:]}


def test_each_file_stands_in_the_list_with_what_helps(bench: Bench) -> None:
    notes = bench.root / "notes"
    (notes / "scan.pdf").write_bytes(pdf(""))
    (notes / "locked.pdf").write_bytes(pdf("x", encrypt=True))
    (notes / "half.pdf").write_bytes(pdf("A page with words that can be read.", "", ""))
    (notes / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (notes / "=cmd.png").write_bytes(b"\x89PNG")
    (notes / "talk.pptx").write_bytes(b"PK")
    report = bench.run()
    found = lines(bench)
    assert found["scan.pdf"][0] == "no"
    assert found["scan.pdf"][3].startswith("Have its text recognised (OCR): run in")
    assert found["locked.pdf"][3] == "Open it with its password, and save it without."
    assert found["old.doc"][3] == "Open it in Word or LibreOffice, save it as .docx."
    assert found["'=cmd.png"][3].startswith("Have its text recognised (OCR): run in")
    assert found["talk.pptx"][3] == "Export it as a PDF."
    assert found["half.pdf"][0] == "in part"
    assert found["half.pdf"][2] == "2"
    assert (1, "is a scan") in report.unread_problems
    assert (1, "is encrypted") in report.unread_problems
    assert report.unread_parts == ((2, "pages without text"),)


def test_the_list_goes_when_all_was_read_and_no_other_file_does(bench: Bench) -> None:
    scan = bench.root / "notes" / "scan.pdf"
    scan.write_bytes(pdf(""))
    bench.run()
    before = set(lines(bench))
    assert "scan.pdf" in before
    for name in before:
        (bench.root / "notes" / name).unlink()
    report = bench.run()
    assert not (bench.root / "unread.csv").exists()
    assert report.unread_problems == ()
    (bench.root / "unread.csv").write_text("somebody else's")
    bench.run()
    assert (bench.root / "unread.csv").read_text() == "somebody else's"


def test_a_sample_has_a_list_of_its_own(bench: Bench) -> None:
    for number in range(20):
        (bench.root / "notes" / f"scan-{number}.pdf").write_bytes(pdf(""))
    (bench.root / "unread.csv").unlink()  # of the run before
    recipe = parse_recipe(recipe_text())
    report = run_recipe(bench.root, recipe, bench.desk, sample=55)
    assert set(lines(bench, "unread-sample.csv"))
    assert report.unread_list == "unread-sample.csv"
    assert not (bench.root / "unread.csv").exists()


def test_every_reason_of_ours_has_advice() -> None:
    reasons = {one.code: one for name in READERS.names() for one in READERS.load(name)().reasons}
    reasons |= {one.code: one for one in (*_REASONS, *UNPACKING)}
    reasons |= {one.code: one for one in (*pictures.reader("png", OcrConfig()).reasons,)}
    drops = {code for code, one in reasons.items() if one.kind == "drop"}
    assert drops - {SPARE_LINE.code, "no_reader"} == set(ADVICE)
    assert set(PARTS) <= set(reasons)
    for advice in ADVICE.values():
        assert advice.do.endswith(".")
        assert not advice.many.endswith(".")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("a/b.DOC", "save it as .docx"),
        ("x.7z", "Unpack it"),
        ("x.xlsb", "Save it as .xlsx"),
        ("x.mp3", "as .txt"),
        ("x.unheard", "take it out of the folder"),
        ("no-ending", "take it out of the folder"),
    ],
)
def test_of_a_kind_that_nothing_reads_the_ending_decides(path: str, said: str) -> None:
    advice = advise("no_reader", path)
    assert advice is not None
    assert said in advice.do
    assert advise("a_plugin_s_own", path) is None
