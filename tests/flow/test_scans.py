"""Scans from file to answer: what a run, `why`, the pages and a batch say of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.bench import Bench, Recorder, copy_bench, make_bench, recipe_text
from tests.stages.ingest.awkward import pdf
from tests.stages.ingest.ocr.shades import joined, picture, shades_installed
from warrant.errors import InputError
from warrant.flow.data_report import render_report
from warrant.flow.erase import erase
from warrant.flow.job import run_recipe
from warrant.flow.predict import Order, predict
from warrant.flow.recipe import parse_recipe
from warrant.flow.report import RunReport
from warrant.flow.scans import recognised_of, scan_words
from warrant.flow.story import show, why
from warrant.stages.ingest import OcrConfig

OCR = "ocr: {engine: shades}\nrows: {segment: pages}\n"


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Run once on notes and scans, with the engine of tests; nobody may write here."""
    patch = pytest.MonkeyPatch()
    with shades_installed(tmp_path_factory.mktemp("engine"), patch):
        bench = make_bench(tmp_path_factory.mktemp("scanned") / "notes")
        notes = bench.root / "notes"
        mixed = joined(pdf("A typed page with some words."), picture(250, 170, form="PDF"))
        (notes / "mixed.pdf").write_bytes(mixed)
        (notes / "fax.tiff").write_bytes(picture(252, 254, form="TIFF"))
        (notes / "dark.png").write_bytes(picture(150))
        with (bench.root / "notes.csv").open("a", encoding="utf-8") as sheet:
            sheet.writelines(f"{name},loan\n" for name in ("mixed.pdf", "fax.tiff", "dark.png"))
        run(bench)
        yield bench
    patch.undo()


def run(bench: Bench) -> RunReport:
    return run_recipe(bench.root, parse_recipe(recipe_text() + OCR), bench.desk)


def story(bench: Bench, needle: str) -> str:
    with bench.open() as workspace:
        return "\n".join(one.text for one in why(workspace, needle))


def row_of(bench: Bench, name: str, number: int) -> str:
    from warrant.flow.story import fitting

    with bench.open() as workspace:
        return fitting(workspace, name)[number].row


def test_why_tells_page_confidence_place_and_engine(scanned: Bench) -> None:
    told = story(scanned, row_of(scanned, "mixed.pdf", 1))
    assert "changed: Its text, or a part of it, was recognised on pictures of its pages" in told
    assert (
        "ingest: Page 2: 3 lines recognised with confidence 0.97; on the page from 10 % / 10 % to "
        "90 % / 90 % (left / top)."
    ) in told
    assert "Recognised by shades: shades 1; shades:model sha256:0." in told
    typed = story(scanned, row_of(scanned, "mixed.pdf", 0))
    assert "lines recognised" not in typed


def test_a_passage_of_a_scan_is_shown_between_its_neighbours(scanned: Bench) -> None:
    row = row_of(scanned, "fax.tiff", 1)
    with scanned.open() as workspace:
        found = show(workspace, row)
    assert found.text == "shade 254 rent is due\nlast line"
    assert "shade 252 rent is due" in found.before


def test_what_is_hard_to_read_stands_in_the_list_with_what_helps(scanned: Bench) -> None:
    with (scanned.root / "unread.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {line[0]: line[1:] for line in csv.reader(file)}
    again = "Scan it again at 300 dpi, straight and dark, or lower least_confidence under ocr."
    assert found["dark.png"][0] == "no"
    assert found["dark.png"][3] == again
    assert found["mixed.pdf"][0] == "in part"
    assert found["mixed.pdf"][2:] == ["1", again]


def test_the_pages_say_how_much_was_recognised(scanned: Bench) -> None:
    with scanned.open() as workspace:
        page = render_report(workspace)
    assert 'id="scans"' in page
    assert "rows were read by text recognition (OCR)" in page
    assert "3 pages of 2 documents" in page
    assert "1 more page of them is left out" in page
    assert "shades:model" in page
    card = (scanned.root / "card.md").read_text("utf-8")
    assert "Text recognition (OCR, shades 1) read 2 of" in card
    assert "its confidence is 0.99 on average and 0.97 on the least" in card
    assert "characters are\nwrong: *not measured*" in card
    html = (scanned.root / "card.html").read_text("utf-8")
    assert "Text recognised on scans" in html


def test_a_batch_reads_scans_as_training_did(scanned: Bench, tmp_path: Path) -> None:
    asked = tmp_path / "new"
    asked.mkdir()
    (asked / "a.png").write_bytes(picture(253))
    (asked / "b.png").write_bytes(picture(150))
    done = predict(
        Order(scanned.root / "notes.bundle", str(asked), tmp_path / "answers.csv"), scanned.desk
    )
    assert done.receipt.counts["unread"] == 1
    answers = (tmp_path / "answers.csv").read_text("utf-8-sig")
    assert "Text recognition is not sure enough of any page." in answers


def test_a_single_scan_without_the_extra_ends_with_what_to_install(
    scanned: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.stages.ingest.offer.is_installed", lambda _ocr: False)
    page = tmp_path / "a.png"
    page.write_bytes(picture(253))
    order = Order(scanned.root / "notes.bundle", str(page), tmp_path / "answers.csv")
    with pytest.raises(InputError) as told:
        predict(order, scanned.desk)
    assert str(told.value) == (
        f"{str(page)!r} cannot be read: It is a scan; the model's training recognised the text of "
        "scans. Install the extra in the checkout: pip install '.[ocr]'. Then ask again."
    )


def test_an_erased_scan_leaves_places_of_lines_and_the_erasure_says_so(
    scanned: Bench, tmp_path: Path
) -> None:
    bench = copy_bench(scanned, tmp_path / "notes")
    told = (
        "what log entry 1 says of its scanned pages: where each line stood, how long it was and "
        "how surely it was read, and no word of it"
    )
    with bench.pen() as pen:
        assert told in erase(pen, "fax.tiff", "Asked for.").not_reached
        assert told not in erase(pen, "note-004.txt", "Asked for.").not_reached
    assert not bench.files_with("shade 254")
    with bench.open() as workspace:
        record = recognised_of(workspace, workspace.index.entries()[1])
    assert record is not None
    left = record.to_bytes().decode()
    assert "shade" not in left.replace('"shades', "")
    assert "rent is due" not in left


def test_nothing_is_read_again_while_engine_and_files_stay(scanned: Bench) -> None:
    steps = Recorder()
    recipe = parse_recipe(recipe_text() + OCR)
    run_recipe(scanned.root, recipe, scanned.desk, reporter=steps)
    assert ("ingest", "kept") in steps.steps
    scanned.require_sound()


@pytest.mark.parametrize(
    ("code", "suffix", "ocr", "said"),
    [
        ("pdf_without_text", "pdf", OcrConfig(), "pip install '.[ocr]'. Then ask again."),
        ("no_reader", "png", OcrConfig(), "pip install '.[ocr]'. Then ask again."),
        ("no_reader", "png", None, "trained without text recognition"),
        ("no_reader", "docx", None, None),
        ("not_pdf", "pdf", OcrConfig(), None),
    ],
)
def test_of_a_scan_that_is_not_answered_the_reason_is_told(
    code: str, suffix: str, ocr: OcrConfig | None, said: str | None
) -> None:
    words = scan_words(code, suffix, ocr)
    assert (words is None) if said is None else (said in (words or ""))


@pytest.mark.parametrize(("written", "dpi"), [("true", 200), ("{dpi: 300}", 300)])
def test_a_recipe_says_yes_or_how(written: str, dpi: int) -> None:
    recipe = parse_recipe(f"{recipe_text()}ocr: {written}\n")
    assert recipe.ocr is not None
    assert recipe.ocr.dpi == dpi


def test_a_recipe_may_say_no() -> None:
    assert parse_recipe(f"{recipe_text()}ocr: false\n").ocr is None
