"""Answers that are places: a line for each, with the words and offsets of the user's own text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.tagger.test_tagger import examples, trained
from tests.serve.bench import SERVED
from warrant.models.tagger import load_tagger
from warrant.serve.answer import Answerer
from warrant.serve.batch import Job, run_batch
from warrant.serve.server.service import to_wire
from warrant.serve.sheet import Asked

TEXTS = [str(text) for text in examples(80, 90).columns["text"]]
ROWS = [
    Asked("a.txt", f"record {at}", {"id": at}, {"text": text}, start=at)
    for at, text in enumerate([*TEXTS[:5], "Nothing.", *TEXTS[5:], ""])
]


@pytest.fixture(scope="module", name="answerer")
def _answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("places") / "model"
    trained(folder)
    return Answerer(load_tagger(folder), SERVED)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_place_is_a_line_with_its_words_and_offsets(
    answerer: Answerer, tmp_path: Path
) -> None:
    done = run_batch(Job(tmp_path / "a.jsonl", "in", "f"), _ask, answerer)
    found = lines(tmp_path / "a.jsonl")
    assert done.receipt.lines == len(found) > len(ROWS)
    for line in found:
        text = ROWS[int(str(line["id"]))].cells["text"]
        if line["found"] is not None:
            start, end = int(str(line["start"])), int(str(line["end"]))
            shift = ROWS[int(str(line["id"]))].start
            assert str(text)[start - shift : end - shift] == line["found"]
            assert line["answer"] in ("PER", "TOWN")
    nothing = [line for line in found if line["id"] in (5, 11)]
    assert [(line["answer"], line["found"], line["abstained"]) for line in nothing] == [
        (None, None, "no"),
        (None, None, "yes"),
    ]
    assert "deciding words" not in found[0]


def _ask(start: int) -> Iterator[Asked]:
    yield from ROWS[start:]


class StoppedHereError(Exception):
    """Stands for a kill."""


def test_a_stopped_batch_of_places_goes_on_and_gives_the_same_bytes(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warrant.serve.batch.PORTION_LINES", 3)
    run_batch(Job(tmp_path / "whole.jsonl", "in", "f"), _ask, answerer)

    def stops(start: int) -> Iterator[Asked]:
        for number, row in enumerate(ROWS[start:]):
            if number == 7:
                raise StoppedHereError
            yield row

    stopped = Job(tmp_path / "stopped.jsonl", "in", "f")
    with pytest.raises(StoppedHereError):
        run_batch(stopped, stops, answerer)
    run_batch(stopped, _ask, answerer)
    assert stopped.output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_place_is_as_sure_over_the_wire_as_in_a_sheet(answerer: Answerer, tmp_path: Path) -> None:
    run_batch(Job(tmp_path / "s.jsonl", "in", "f"), _ask, answerer)
    sheet = [line["probability"] for line in lines(tmp_path / "s.jsonl") if line["answer"]]
    answers = answerer.answer([row.cells for row in ROWS])
    wire = [one.probability for answer in answers for one in to_wire(answer).spans or ()]
    assert sheet == wire != []


def test_the_server_gives_places_too(answerer: Answerer) -> None:
    (answer,) = answerer.answer([{"text": TEXTS[0]}])
    said = to_wire(answer)
    assert said.spans is not None
    assert [(one.start, one.end, one.label) for one in said.spans] == [
        one[:3] for one in answer.spans or ()
    ]
    assert said.deciding_words == []
