"""The engine of the extra `ocr` on pages that are drawn here: what it reads; it fetches nothing."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest

pytest.importorskip("rapidocr", reason="the extra ocr is not installed")

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.stages.ingest.ocr.shades import saved
from warrant.stages.ingest import Document, OcrConfig, OpenFile
from warrant.stages.ingest.ocr.page import Recogniser
from warrant.stages.ingest.ocr.rapid import RapidEngine
from warrant.stages.ingest.offer import make_reader

pytestmark = pytest.mark.slow

LINES = (
    "2. Limitation of Liability. The fees paid in twelve (12) months",
    "are the most that a party owes, except for section 7.4.",
    "3. Fees. The Customer pays $1,250.00 within 30 days.",
)


def page(*, tilt: float = 0.0, noise: float = 0.0) -> Image.Image:
    """Draw a part of a contract as a scanner of 100 dots per inch sees it."""
    drawn = Image.new("L", (620, 240), 255)
    for at, line in enumerate(LINES):
        ImageDraw.Draw(drawn).text(
            (40, 40 + 30 * at), line, font=ImageFont.load_default(15), fill=20
        )
    tilted = drawn.rotate(tilt, resample=Image.Resampling.BICUBIC, fillcolor=255)
    grain = np.random.default_rng(7).normal(0, noise, (240, 620)) if noise else 0
    return Image.fromarray(np.clip(np.asarray(tilted) + grain, 0, 255).astype(np.uint8))


def wrong(found: str) -> float:
    """Give the share of characters that are wrong (edit distance over length), spaces alike."""
    told, said = " ".join(LINES), " ".join(found.split())
    costs = list(range(len(said) + 1))
    for row, one in enumerate(told, start=1):
        before, costs = costs, [row]
        for column, other in enumerate(said, start=1):
            costs.append(
                min(costs[-1] + 1, before[column] + 1, before[column - 1] + (one != other))
            )
    return costs[-1] / len(told)


@pytest.mark.parametrize(("tilt", "noise"), [(0, 0), (0.7, 25), (180.4, 12)])
def test_print_is_read_tilted_grainy_and_upside_down(
    tilt: float, noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the engine asked for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    pixels = np.stack([np.asarray(page(tilt=tilt, noise=noise))] * 3, axis=2)
    found = Recogniser(OcrConfig()).read(pixels)
    assert wrong(found.text) <= 0.03
    assert found.confidence is not None
    assert found.confidence >= 0.9
    assert found.turned == (180 if tilt > 90 else 0)


def test_a_file_of_two_pages_goes_through_the_worker_with_its_limits() -> None:
    reader = make_reader("tiff", OcrConfig())
    assert reader is not None
    data = saved(page(), "TIFF", [page(tilt=0.5)])
    (found,) = reader.read(OpenFile("f", "/nowhere", data))
    assert isinstance(found, Document)
    assert found.text is not None
    assert [wrong(one) <= 0.03 for one in found.text.split("\f")] == [True, True]
    assert [one.kept for one in found.pages] == [True, True]


def test_each_model_file_is_named_by_its_digest() -> None:
    engine = RapidEngine()
    assert engine.is_installed()
    told = {one.name: one.version for one in engine.describe()}
    assert {"rapidocr", "onnxruntime"} <= told.keys()
    models = [version for name, version in told.items() if name.startswith("rapidocr:")]
    assert len(models) == 2
    assert all(version.startswith("sha256:") and len(version) == 71 for version in models)
