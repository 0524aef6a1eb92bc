"""Pages that are pictures: what is kept, what is left out, what is said of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.desk import make_desk
from tests.stages.ingest.awkward import pdf
from tests.stages.ingest.ocr.shades import SHADES, joined, picture, shades_installed
from warrant.engine import read_dataset, read_ledger
from warrant.errors import InputError
from warrant.records.recognised import Recognised
from warrant.stages import ingest
from warrant.stages.ingest import Document, IngestConfig, OcrConfig, OpenFile, SourceConfig, Unread
from warrant.stages.ingest.apart import CRASHED
from warrant.stages.ingest.engine import Line
from warrant.stages.ingest.ocr import picture as pictures
from warrant.stages.ingest.ocr.collect import collect
from warrant.stages.ingest.ocr.page import Recogniser
from warrant.stages.ingest.ocr.rapid import RapidEngine
from warrant.stages.ingest.offer import make_reader
from warrant.stages.ingest.pick import is_document

PAGE = "shade {} rent is due\nlast line"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with shades_installed(tmp_path, monkeypatch):
        yield


def read(suffix: str, data: bytes, ocr: OcrConfig = SHADES) -> Document | Unread:
    reader = make_reader(suffix, ocr)
    assert reader is not None
    (found,) = reader.read(OpenFile("f", "/nowhere", data))
    return found


def document(suffix: str, data: bytes, ocr: OcrConfig = SHADES) -> Document:
    found = read(suffix, data, ocr)
    assert isinstance(found, Document)
    return found


def test_of_a_pdf_only_pages_without_text_are_recognised() -> None:
    scan = picture(250, form="PDF")
    found = document("pdf", joined(pdf("typed"), scan, pdf("", "more")))
    assert found.text == f"typed\f{PAGE.format(250)}\f\fmore"
    assert dict(found.counted) == {"read_by_ocr": 0.97}
    assert [(one.number, one.confidence, one.kept) for one in found.pages] == [
        (2, 0.97, True),
        (3, None, True),
    ]


def test_each_line_leads_to_its_place_in_text_and_page() -> None:
    found = document("pdf", joined(pdf("typed"), picture(250, form="PDF")))
    (page,) = found.pages
    assert found.text is not None
    assert [found.text[start:end] for start, end, *_ in page.lines] == [
        "shade 250",
        "rent is due",
        "last line",
    ]
    assert [box for _, _, *box in page.lines] == [
        [100, 100, 400, 200],
        [500, 100, 900, 200],
        [100, 800, 400, 900],
    ]


def test_pages_that_are_not_sure_are_left_out_and_counted() -> None:
    found = document("tiff", picture(250, 180, 254, form="TIFF"))
    assert found.text == f"{PAGE.format(250)}\f\f{PAGE.format(254)}"
    assert dict(found.counted) == {"read_by_ocr": 0.98, "pages_unsure": 1}
    assert [one.kept for one in found.pages] == [True, False, True]
    assert found.pages[1].lines == ()
    lower = document(
        "tiff", picture(250, 180, 254, form="TIFF"), replace(SHADES, least_confidence=0)
    )
    assert lower.text is not None
    assert "shade 180" in lower.text


@pytest.mark.parametrize(
    ("suffix", "data", "code"),
    [
        ("png", picture(180), "scan_unsure"),
        ("jpg", picture(255, form="JPEG"), "scan_blank"),
        ("pdf", pdf("", ""), "scan_blank"),
        ("png", b"no picture", "not_picture"),
        ("tif", picture(250, form="TIFF")[:90], "not_picture"),
        ("pdf", b"no pdf", "not_pdf"),
        ("pdf", pdf("x", encrypt=True), "pdf_encrypted"),
        ("png", picture(13), "reader_crashed"),
    ],
)
def test_what_gives_no_text_is_a_decision_with_a_remedy(
    suffix: str, data: bytes, code: str
) -> None:
    assert read(suffix, data) == Unread(code)
    reader = make_reader(suffix, SHADES)
    assert reader is not None
    (words,) = [one.words for one in reader.reasons if one.code == code]
    assert words.endswith(".")


def test_a_page_that_breaks_the_engine_costs_its_file_alone() -> None:
    reader = make_reader("png", SHADES)
    assert reader is not None
    found = [
        next(iter(reader.read(OpenFile("f", "/nowhere", picture(shade)))))
        for shade in (250, 13, 251)
    ]
    assert found[1] == Unread(CRASHED.code)
    assert isinstance(found[2], Document)


def test_too_many_pixels_and_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 200 * 300 - 1)
    reader = pictures.reader("png", SHADES)
    assert reader.parse(picture(250)) == Unread("picture_too_large")
    monkeypatch.setattr(pictures, "MOST_PIXELS", 200 * 300)
    monkeypatch.setattr(pictures, "MOST_PAGES", 1)
    assert reader.parse(picture(250, 251, form="TIFF")) == Unread("scan_too_long")


def test_the_page_of_a_camera_lies_as_its_camera_says() -> None:
    from io import BytesIO

    import numpy as np
    from PIL import Image

    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held to its side
    Image.new("L", (200, 300), 250).save(out, "JPEG", exif=exif)
    with Image.open(BytesIO(out.getvalue())) as page:
        assert pictures._pixels(page).shape == (200, 300, 3)
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert pictures._pixels(clear).min() == 255
    deep = Image.fromarray(np.array([[0, 65535]], dtype=np.uint16))
    assert pictures._pixels(deep)[0, :, 0].tolist() == [0, 255]


class Upright:
    """Reads a page only when its dark corner is where it was drawn: at the top, on the left."""

    def is_installed(self) -> bool:
        return True

    def describe(self) -> tuple[()]:
        return ()

    def read(self, page: object) -> list[Line]:
        import numpy as np

        pixels = np.asarray(page)
        height, width = pixels.shape[:2]
        sure = 0.99 if pixels[0, 0, 0] == 0 else 0.6
        return [Line("the words", sure, 0, 0, width / 2, height / 10)]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_turned_until_it_reads_well_and_its_boxes_are_of_the_page_as_it_lies(
    quarters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    page = np.full((100, 60, 3), 255, dtype=np.uint8)
    page[0, 0] = 0
    recogniser = Recogniser(SHADES)
    monkeypatch.setattr(recogniser, "_engine", Upright())
    found = recogniser.read(np.ascontiguousarray(np.rot90(page, quarters)))
    assert (found.text, found.confidence) == ("the words", 0.99)
    assert found.turned == (4 - quarters) % 4 * 90
    assert (
        found.lines[0][2:]
        == [
            (0, 0, 500, 100),
            (0, 500, 100, 1000),
            (500, 900, 1000, 1000),
            (900, 0, 1000, 500),
        ][quarters]
    )


def test_a_file_without_a_page_that_was_recognised_says_nothing_of_it() -> None:
    found = collect(["typed", "more"], SHADES)
    assert found == Document("typed\fmore")


def test_ingest_records_engine_models_and_each_page(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture(250))
    (folder / "b.png").write_bytes(picture(150))
    (folder / "c.tiff").write_bytes(picture(254, 160, form="TIFF"))
    (folder / "d.txt").write_text("typed")
    desk = make_desk(tmp_path)
    config = IngestConfig((SourceConfig("in"),), tmp_path, ocr=SHADES)
    result = ingest.run({}, config, desk)
    told = Recognised.from_bytes(desk.store.get(result.outputs["recognised"]))
    assert [(one.name, one.version) for one in told.plugins] == [
        ("shades", "1"),
        ("shades:model", "sha256:0"),
    ]
    assert [(one.position, [page.kept for page in one.pages]) for one in told.files] == [
        (0, [True]),
        (2, [True, False]),
    ]
    assert {one.name for one in result.claim.plugins} >= {"shades", "shades:model"}
    counts = result.claim.counts
    assert (counts["ocr_documents"], counts["ocr_pages"], counts["scan_unsure"]) == (2, 2, 1)
    assert result.claim.measures == {
        "ocr_engine": "shades 1",
        "ocr_least_confidence": 0.8,
        "ocr_confidence_mean": 0.98,
        "ocr_confidence_lowest": 0.97,
    }
    lines = read_ledger(desk.store, result.outputs["ledger"]).decisions()
    assert [(one.position, one.code, one.value) for one in lines] == [
        (0, "read_by_ocr", 0.97),
        (1, "scan_unsure", None),
        (2, "read_by_ocr", 1.0),
        (2, "pages_unsure", 1.0),
    ]
    (batch,) = read_dataset(desk.store, result.outputs["documents"], ["text"])
    assert batch.column("text").to_pylist()[0] == PAGE.format(250)
    plain = {one.name for one in ingest.plugins(replace(config, ocr=None))}
    assert "shades" not in plain


def test_a_sample_counts_pictures_as_documents_only_where_they_are_read() -> None:
    file = ingest.FoundFile("a.png", "/a.png", 1)
    assert is_document(file, SHADES)
    assert not is_document(file)


def test_an_engine_that_nobody_offers_is_refused() -> None:
    with pytest.raises(InputError, match="No engine of text recognition is called 'eyes'"):
        make_reader("png", OcrConfig("eyes"))


def test_without_the_extra_scans_are_named_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RapidEngine, "is_installed", lambda _: False)
    assert make_reader("png", OcrConfig()) is None
    found = read("pdf", pdf(""), OcrConfig())
    assert found == Unread("pdf_without_text")
