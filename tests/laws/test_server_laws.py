"""What the server says of a row is what a batch says of it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serve.asking import ask, predict, service
from tests.serve.bench import SERVED, Prices, answerer, asked, asking
from warrant.models import Contribution
from warrant.serve import Answer, Answerer
from warrant.serve.batch import Job, run_batch
from warrant.serve.wording import deciding_words

FEW = settings(max_examples=min(40, 2 * settings.default.max_examples))
"""For a law whose examples write files."""

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


@FEW
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_server_and_batch_agree_on_every_text(cells: list[Any]) -> None:
    """Law of `serve.server.service`: a row has the answer that a batch gives it."""
    agree(answerer(), cells, "text")


@FEW
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_server_and_batch_agree_on_every_number(cells: list[Any]) -> None:
    """Law of `serve.server.service`: a row has the answer that a batch gives it."""
    agree(Answerer(Prices(), SERVED), cells, "size")  # type: ignore[arg-type]


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)
ROWS = st.dictionaries(st.one_of(st.just("text"), st.text(max_size=4)), JSON_VALUES, max_size=3)
BODIES = st.one_of(
    st.binary(max_size=40),
    JSON_VALUES.map(lambda value: json.dumps(value).encode()),
    st.lists(ROWS, max_size=3).map(lambda rows: json.dumps({"rows": rows}).encode()),
    st.lists(ROWS, max_size=2).map(lambda rows: repr({"rows": rows}).encode()),
)


@given(BODIES)
def test_any_body_is_answered_or_refused_with_what_to_do(body: bytes) -> None:
    headers = {"content-type": "application/json"}
    found = ask(service(), "POST", "/v1/predict", content=body, headers=headers)
    told = found.json()
    if found.status_code == 200:
        assert len(told["answers"]) == len(json.loads(body)["rows"])
        return
    assert found.status_code in {400, 422}
    assert found.headers["content-type"] == "application/problem+json"
    assert told["detail"]
    assert told["do"]
