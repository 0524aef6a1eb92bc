"""Files parsed on an engine give what they give here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.test_stage_laws import FEW
from tests.stages.curate.test_engine import Elsewhere
from tests.stages.ingest.awkward import docx, paragraph, pdf, run
from tests.stages.ingest.test_ingest import Run, put
from warrant import __version__
from warrant.errors import InputError
from warrant.stages import ingest
from warrant.stages.ingest import Document, OpenFile, parsing
from warrant.stages.ingest.apart import ApartReader
from warrant.stages.ingest.builtin.text import TextReader
from warrant.stages.ingest.config import OcrConfig
from warrant.stages.ingest.files import FoundFile
from warrant.stages.ingest.intake import deciding
from warrant.stages.ingest.parsing import Parcel, Ready, parse_there, parsed


def shout(data: bytes) -> Document:
    return Document(data.decode().upper())


class Here(ApartReader):
    """Parses without a process of its own, so that many examples take no time."""

    def read(self, file: OpenFile) -> Iterator[Any]:
        yield self.parse(file.read())


DEAR, CHEAP = Here("txt", (), shout), TextReader()
VERSIONS = {"warrant-ml": __version__}


def ready(number: int, data: bytes, *, is_dear: bool) -> Ready:
    file = FoundFile(f"{number}.txt", "/nowhere", len(data))
    return Ready(0, file, OpenFile(file.name, file.path, data), DEAR if is_dear else CHEAP)


@FEW
@given(
    st.lists(st.tuples(st.text("abc", max_size=4), st.booleans(), st.booleans()), max_size=20),
    st.integers(1, 4),
)
def test_an_engine_parses_as_it_is_done_here(
    given_: list[tuple[str, bool, bool]], most: int
) -> None:
    """Law of `stages.ingest.parsing`: the same files give the same documents in the same ..."""
    files = [
        lost if is_lost else ready(number, text.encode(), is_dear=is_dear)
        for number, (text, is_dear, is_lost) in enumerate(given_)
        for lost in [Ready(0, FoundFile(f"{number}.txt", "/nowhere", 1), code="cannot_open")]
    ]
    here = [(one, list(found)) for one, found in parsed(files, None, {})]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "SENT_FILES", most)
        patch.setattr(parsing, "HELD_FILES", most + 2)
        patch.setattr(parsing, "_reader", lambda _suffix, _ocr: DEAR)
        there = [(one, list(found)) for one, found in parsed(files, Elsewhere(), VERSIONS)]
    assert there == here
    assert len(here) == len(given_)


def test_only_what_is_parsed_apart_is_sent_and_no_name_of_a_file() -> None:
    small, large = ready(1, b"x", is_dear=True), ready(2, b"y", is_dear=True)
    large = large._replace(opened=OpenFile("2.txt", "/nowhere", None))
    assert (small.is_dear, large.is_dear, ready(3, b"z", is_dear=False).is_dear) == (
        True,
        False,
        False,
    )
    sent: list[Parcel] = []

    class Watching(Elsewhere):
        def _do(self, data: bytes) -> Any:  # noqa: ANN401
            import pickle

            sent.append(pickle.loads(data)[1])  # noqa: S301 - of our own a moment ago
            return [Document("X")]

    files = [ready(0, b"cheap", is_dear=False), small]
    found = [list(documents) for _, documents in parsed(files, Watching(), {"lxml": "9"})]
    assert [one.text for (one,) in found] == ["cheap", "X"]  # type: ignore[union-attr]
    assert sent == [Parcel((("txt", b"x"),), (("lxml", "9"),))]


def test_other_versions_on_the_engine_are_refused() -> None:
    versions = (("lxml", "0.1"), *VERSIONS.items())
    with pytest.raises(
        InputError, match=r"have 'lxml' in version .*, this machine has 0\.1: "
    ) as e:
        parse_there(Parcel((("docx", b""),), versions))
    assert "Install lxml==0.1 there, or take `engine:` out of the recipe" in str(e.value)


def test_what_decides_a_text_is_named_with_its_version() -> None:
    assert set(deciding(["docx", "pdf", "png"], None)) == {"lxml", "pypdfium2", "warrant-ml"}
    assert deciding(["png"], OcrConfig())


FILES: Mapping[str, bytes | str] = {
    "a.pdf": pdf("Page one", "Page two"),
    "b.docx": docx(paragraph(run("In Word."))),
    "c.txt": "plain",
    "d.pdf": b"no pdf",
    "e.docx": docx(paragraph(run("Again."))),
    "f.xyz": "nobody reads it",
}


@pytest.mark.slow
def test_ingest_on_an_engine_gives_the_same_rows_and_decisions(tmp_path: Path) -> None:
    put(tmp_path / "in", dict(FILES))
    here = Run(tmp_path)
    (tmp_path / "scratch").rename(tmp_path / "first")
    (tmp_path / "scratch").mkdir()
    engine = Elsewhere()
    there = ingest.run({}, here.config, replace(here.desk, engine=engine))
    assert engine.done == 1
    assert there.outputs == here.result.outputs
    assert there.claim == here.claim
    assert here.claim.counts["kept"] == 4


@pytest.mark.slow
def test_ingest_on_ray_gives_the_same_and_a_killed_worker_costs_its_parcel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    from warrant.engine.on_ray import RayEngine

    put(tmp_path / "in", dict(FILES))
    here = Run(tmp_path)
    monkeypatch.setattr(parsing, "SENT_FILES", 1)
    mark = tmp_path / "killed"

    class Killing(RayEngine):
        def stream(self, work: Any, items: Any) -> Iterator[Any]:  # noqa: ANN401
            def once(item: Any) -> Any:  # noqa: ANN401
                import os
                import signal

                if not mark.exists():
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                return work(item)

            return super().stream(once, items)

    engine = Killing()
    try:
        there = ingest.run({}, here.config, replace(here.desk, engine=engine))
    finally:
        engine.close()
    assert mark.exists()
    assert there.outputs == here.result.outputs
    assert there.claim == here.claim
