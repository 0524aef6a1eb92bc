"""What the server says of a row is what a batch says of it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serve.asking import predict, service
from tests.serve.bench import SERVED, Prices, answerer, asked, asking
from warrant.models import Contribution
from warrant.serve import Answer, Answerer
from warrant.serve.batch import Job, run_batch
from warrant.serve.wording import deciding_words

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["The lease", "a loan at interest", "=cmd|' /C calc'!A0", "<b>lease</b>"]),
    st.lists(st.text(max_size=4), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=2),
)


def words_of(said: Any) -> str | None:  # noqa: ANN401
    """Write what decided as a sheet writes it."""
    told: dict[str, list[Contribution]] = {}
    for one in said["deciding_words"]:
        found = Contribution(one["column"], one["kind"], one["term"], one["weight"])
        told.setdefault(one["label"], []).append(found)
    return deciding_words(Answer(words=told))


def as_line(said: Any) -> dict[str, object]:  # noqa: ANN401
    """Lay out an answer of the server as a line of a sheet."""
    return {
        "answer": said["answer"],
        "leans to": said["leans_to"],
        "probability": said["probability"],
        "abstained": "yes" if said["abstained"] else "no",
        "why": "; ".join(one["words"] for one in said["why"]) or None,
        "deciding words": words_of(said),
        "out of range": "; ".join(said["out_of_range"]) or None,
    }


def agree(who: Answerer, cells: list[Any], column: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        job = Job(Path(folder) / "out.jsonl", "in", "f")
        run_batch(job, asking(asked(cells, column)), who)
        lines = [json.loads(line) for line in job.output.read_bytes().splitlines()]
    found = predict(service(who), [{column: cell} for cell in cells])
    for line, said in zip(lines, found["answers"], strict=True):
        told = as_line(said)
        assert {name: line[name] for name in told} == told
        assert (line["model"], line["notice"]) == (SERVED.digest[:12], found["notice"])


@settings(max_examples=40)
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_server_and_batch_agree_on_every_text(cells: list[Any]) -> None:
    """Law of `serve.server.service`: a row has the answer that a batch gives it."""
    agree(answerer(), cells, "text")


@settings(max_examples=40)
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_server_and_batch_agree_on_every_number(cells: list[Any]) -> None:
    """Law of `serve.server.service`: a row has the answer that a batch gives it."""
    agree(Answerer(Prices(), SERVED), cells, "size")  # type: ignore[arg-type]
