"""RapidOCR: PP-OCR's detection and recognition models in the ONNX runtime, on the processor.

The wheel brings its models (Apache-2.0; Latin, Greek, Chinese and Japanese script), and each is
named by its path here: nothing is ever fetched.

Source: https://github.com/RapidAI/RapidOCR; models: PaddleOCR, PP-OCRv6 small.
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrant.kernel.digest import hash_file
from warrant.records.claim import Plugin
from warrant.stages.ingest.engine import Line

if TYPE_CHECKING:
    from warrant.stages.ingest.engine import Pixels

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
"""What finds lines, and what reads them. Which way up a page lies is found by reading it."""

_PACKAGES = ("rapidocr", "onnxruntime", "opencv-python-headless", "pillow")


class RapidEngine:
    """Reads pages with RapidOCR; see `Engine`."""

    def is_installed(self) -> bool:
        """Say whether the extra `ocr` is installed, with its models."""
        if any(find_spec(name) is None for name in ("rapidocr", "onnxruntime", "PIL")):
            return False
        return all(path.is_file() for path in _models().values())

    def describe(self) -> tuple[Plugin, ...]:
        """Name packages with versions, and model files with digests."""
        from importlib.metadata import version

        packages = [Plugin(name=name, version=version(name)) for name in _PACKAGES]
        models = [
            Plugin(name=f"rapidocr:{path.name}", version=f"sha256:{hash_file(path).hex}")
            for path in _models().values()
        ]
        return (*packages, *models)

    def read(self, page: Pixels) -> list[Line]:
        """Find the text on one page."""
        found = self._engine(page[:, :, ::-1])  # it takes blue, green, red
        if found.txts is None:
            return []
        return [
            Line(text, float(score), *box.min(axis=0).tolist(), *box.max(axis=0).tolist())
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
        ]

    @cached_property
    def _engine(self) -> Any:  # noqa: ANN401 - a library without types
        import onnxruntime
        from rapidocr import RapidOCR

        onnxruntime.disable_telemetry_events()  # Windows' builds of it have some
        paths = {f"{part}.model_path": str(path) for part, path in _models().items()}
        return RapidOCR(params={**paths, "Global.use_cls": False, "Global.log_level": "critical"})


def _models() -> dict[str, Path]:
    spec = find_spec("rapidocr")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return {part: folder / "models" / name for part, name in _MODELS.items()}
