"""A tagger learns from labelled rows and finds the same in documents that it has not seen."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.engine.desk import make_desk
from tests.outside import shared_path
from warrant.engine import make_batch, read_dataset, write_dataset
from warrant.errors import InputError
from warrant.flow.measure_privacy import measure_privacy
from warrant.records.dataset import Column
from warrant.stages import curate
from warrant.stages.curate import CurateConfig, FilterConfig
from warrant.stages.curate.builtin.masking import MaskPersonalData
from warrant.stages.curate.recogniser import Span, unite
from warrant.stages.curate.tagging import LabelledRow, Place, fit
from warrant.testing import check_recogniser

FIRST = ("Ada", "Ben", "Cem", "Dora", "Ena", "Finn", "Gül", "Hana", "Ivo", "Jo")
LAST = ("Orsolo", "Takar", "Vimmer", "Zelnik", "Quade", "Pravin", "Müske", "Nordal")
TOWNS = ("Quellbach", "Norhaven", "Silverfen", "Aldermoor")


def row(seed: int) -> LabelledRow:
    """Make a note with a name, a town and an order number, and label the first two."""
    some = random.Random(seed)
    name = f"{some.choice(FIRST)} {some.choice(LAST)}"
    town = some.choice(TOWNS)
    head = some.choice(("Customer:", "Seen today:", "Signed by"))
    text = f"{head} {name}\nHome: {town}\nThe parcel {some.randint(10, 99)} was late, again."
    at, there = text.index(name), text.index(town)
    places = [Place(at, at + len(name), "PER"), Place(there, there + len(town), "TOWN")]
    return LabelledRow(text, places, f"note {seed}")


ROWS = [row(seed) for seed in range(120)]


def write(file: Path, rows: list[LabelledRow]) -> Path:
    lines = [
        {"text": text, "spans": [one._asdict() for one in places], "document": document}
        for text, places, document in rows
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return file


def test_it_finds_what_was_labelled_in_documents_not_seen() -> None:
    tagger = fit(ROWS, labels={"PER": "name"})
    assert [kind.name for kind in tagger.kinds] == ["name", "town"]
    assert tagger.fit.places == 240
    assert tagger.fit.found >= 228
    assert tagger.fit.precision > 0.9
    for seed in range(1000, 1040):
        text, places, _ = row(seed)
        got = sorted(tagger.find(text))
        assert [one[:2] for one in got] == [one[:2] for one in places]
        assert [one.kind for one in got] == ["name", "town"]


def test_it_keeps_what_a_recogniser_promises_and_learns_the_same_twice() -> None:
    first, second = fit(ROWS), fit(ROWS)
    assert (first.personal == second.personal).all()
    assert (first.of_kind == second.of_kind).all()
    check_recogniser(lambda: first, [one.text for one in ROWS[:9]])


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(InputError, match=r"18 labelled places in 9 documents; .* 20 in 3"):
        fit(ROWS[:9])
    same = [one._replace(document="one") for one in ROWS]
    with pytest.raises(InputError, match="240 labelled places in 1 documents"):
        fit(same)


def test_one_kind_alone_is_learnt_too() -> None:
    only = [one._replace(places=one.places[:1]) for one in ROWS]
    text, places, _ = row(2000)
    assert [one[:2] for one in fit(only).find(text)] == [places[0][:2]]


def test_curation_learns_and_masks(tmp_path: Path) -> None:
    write(tmp_path / "labelled.jsonl", ROWS)
    settings: dict[str, Any] = {"learn": {"from": "labelled.jsonl", "labels": {"PER": "name"}}}
    desk = make_desk(tmp_path)
    columns = (Column(name="text", type="text"),)
    text = row(3000).text + " Mail a@x.example."
    batch = make_batch(columns, [[sha256(b"one").digest()]], [[]], {"text": [text]})
    source = write_dataset(desk, "documents", columns, [batch], {"kept": 1})
    filters = (FilterConfig("mask_personal_data", settings),)
    config = CurateConfig(filters, folder=tmp_path)
    assert config.portable().folder is None
    result = curate.run({"documents": source.manifest}, config, desk)
    masked = next(iter(read_dataset(desk.store, result.outputs["rows"]))).to_pydict()["text"][0]
    assert "[NAME_1]\nHome: [TOWN_1]\n" in masked
    assert masked.endswith("Mail [EMAIL_1].")
    measures = result.claim.measures
    assert measures["personal_data_name"] == measures["safe_harbor_A"] == "partly"
    assert measures["tagger_labelled_places"] == 240
    assert isinstance(measures["tagger_recall_at_least"], float)
    assert measures["tagger_recall_at_least"] > 0.9
    with pytest.raises(InputError, match="no file of labelled rows"):
        curate.run({"documents": source.manifest}, CurateConfig(filters, folder=desk.scratch), desk)


@pytest.mark.parametrize(
    "learn", [{}, {"from": 3}, {"from": "x", "recall": 2.0}, {"from": "x", "n": 1}]
)
def test_a_wrong_lesson_says_what_to_write(learn: object) -> None:
    with pytest.raises(InputError, match="'learn' of 'mask_personal_data' names no labelled rows"):
        MaskPersonalData(learn=learn)  # type: ignore[arg-type]


def test_it_is_measured_on_other_documents_only(tmp_path: Path) -> None:
    taught = write(tmp_path / "taught.jsonl", ROWS)
    asked = write(tmp_path / "asked.jsonl", [row(seed) for seed in range(5000, 5040)])
    measured = measure_privacy(asked, ["patterns"], taught)
    assert measured.all_labels is not None
    assert measured.all_labels.recall > 0.95
    with pytest.raises(InputError, match=r"'taught\.jsonl' and 'taught\.jsonl' share texts"):
        measure_privacy(taught, ["patterns"], taught)


def test_what_remains_of_an_overlapped_place_is_masked_too() -> None:
    text = "Mr. Orsolo of ada@x.example, here"
    spans = [Span(4, 17, "name"), Span(14, 27, "email"), Span(14, 17, "other")]
    assert unite(text, spans) == [Span(4, 17, "name"), Span(18, 27, "email")]
    assert unite(text, spans[:1]) == spans[:1]


# --- real rows -----------------------------------------------------------------


@pytest.mark.slow
def test_it_reaches_the_goal_on_clinical_cases() -> None:
    measured = measure_privacy(
        shared_path("data/meddocan/validation.parquet"),
        ["safe_harbor"],
        shared_path("data/meddocan/train.parquet"),
    )
    assert measured.all_labels is not None
    assert measured.all_labels.recall >= 0.93


SEC_STARTS = (0, 366, 637, 1033)
"""First sentence of each agreement; five are told of in the source, four beginnings are there."""


def agreements(file: Path) -> list[LabelledRow]:
    """Give each agreement as one text, a sentence a line."""
    import pyarrow.parquet as pq

    sentences = pq.read_table(file).to_pylist()
    found = []
    for start, end in zip(SEC_STARTS, (*SEC_STARTS[1:], len(sentences)), strict=True):
        text, places = "", []
        for one in sentences[start:end]:
            pairs = zip(one["tokens"], one["tags"], strict=True)
            for tag, run in groupby(pairs, key=lambda pair: pair[1][1:]):
                words = " ".join(token for token, _ in run)
                if tag:
                    places.append(Place(len(text), len(text) + len(words), tag[1:]))
                text += f"{words} "
            text += "\n"
        found.append(LabelledRow(text, places, str(start)))
    return found


@pytest.mark.slow
def test_it_reaches_the_goal_on_agreements_not_seen(tmp_path: Path) -> None:
    rows = agreements(shared_path("data/sec_ner/train.parquet"))
    found = labelled = 0
    for left_out in rows:
        others = [one for one in rows if one is not left_out]
        taught, asked = (
            write(tmp_path / "taught.jsonl", others),
            write(tmp_path / "asked.jsonl", [left_out]),
        )
        every = measure_privacy(asked, ["patterns"], taught).all_labels
        assert every is not None
        found, labelled = found + every.found, labelled + every.labelled
    assert found / labelled >= 0.90
