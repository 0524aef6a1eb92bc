"""An engine for tests: it reads the shade of a page, so that tests know what stands on it.

It is installed as any package installs one, so the worker process finds it too.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from warrant.stages.ingest import OcrConfig
from warrant.stages.ingest.engine import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest
    from PIL import Image

SHADES = OcrConfig("shades")

ENGINE = '''
from warrant.records.claim import Plugin
from warrant.stages.ingest.engine import Line

class Shades:
    """White: nothing. A shade of 100 to 254: two lines, the darker the less sure. Else a fault."""

    def is_installed(self):
        return True

    def describe(self):
        return (Plugin(name="shades", version="1"), Plugin(name="shades:model", version="sha256:0"))

    def read(self, page):
        height, width = page.shape[:2]
        shade = int(page[height // 2, width // 2, 0])
        if shade == 255:
            return []
        if shade < 100:
            raise ValueError(shade)
        sure = (shade - 100) / 154
        return [
            Line("rent is due", sure, width * 0.5, height * 0.1, width * 0.9, height * 0.2),
            Line(f"shade {shade}", sure, width * 0.1, height * 0.1, width * 0.4, height * 0.2),
            Line("last line", sure, width * 0.1, height * 0.8, width * 0.4, height * 0.9),
        ]
'''


@contextmanager
def shades_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install the engine, for this process and its workers."""
    place = folder / "site"
    told = place / "shades-1.0.dist-info"
    told.mkdir(parents=True)
    (place / "warrant_shades.py").write_text(ENGINE, "utf-8")
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: shades\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(
        "[warrant.ocr_engines]\nshades = warrant_shades:Shades\n"
    )
    monkeypatch.setenv("PYTHONPATH", ":".join([str(place), *filter(None, sys.path)]))
    monkeypatch.syspath_prepend(str(place))
    ENGINES.__dict__.pop("places", None)
    try:
        yield
    finally:
        ENGINES.__dict__.pop("places", None)
        sys.modules.pop("warrant_shades", None)


def picture(*shades: int, form: str = "PNG") -> bytes:
    """Make a picture of plain pages."""
    from PIL import Image

    first, *more = [Image.new("L", (200, 300), shade) for shade in shades]
    return saved(first, form, more)


def saved(first: Image.Image, form: str, more: list[Image.Image] | None = None) -> bytes:
    """Give a picture's bytes."""
    out = BytesIO()
    if more:
        first.save(out, form, save_all=True, append_images=more)
    else:
        first.save(out, form)
    return out.getvalue()


def joined(*files: bytes) -> bytes:
    """Make one PDF of several."""
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for data in files:
        whole.import_pages(pypdfium2.PdfDocument(data))
    out = BytesIO()
    whole.save(out)
    return out.getvalue()
