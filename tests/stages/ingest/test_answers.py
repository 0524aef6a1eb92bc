"""Answers that are more than a label are brought into one form, and what does not fit is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.stages.ingest.test_ingest import Run, put
from warrant.models.places import Span, read_spans
from warrant.stages import ingest
from warrant.stages.ingest import AnswersConfig, IngestConfig, RowsConfig, SourceConfig

TEXT = "Anna Alvarez has measles."


def run(
    folder: Path, rows: list[dict[str, Any]], answers: AnswersConfig, cut: RowsConfig | None = None
) -> Run:
    put(folder, {"in/rows.jsonl": "\n".join(json.dumps(row) for row in rows)})
    made = Run(folder, SourceConfig("in"))
    made.config = IngestConfig(
        made.config.sources, folder, answers=answers, rows=cut or RowsConfig()
    )
    made.result = ingest.run({}, made.config, made.desk)
    return made


def spans(made: Run, column: str = "spans") -> list[list[tuple[int, int, str]] | None]:
    return [
        None if row[column] is None else [tuple(one) for one in read_spans(row[column], column)]
        for row in made.rows
    ]


PLACES = AnswersConfig("spans", "spans")


@pytest.mark.parametrize(
    "cell",
    [
        [{"start": 17, "end": 24, "label": "Disease"}, {"start": 0, "end": 12, "label": "Name"}],
        [[0, 12, "Name"], [17, 24, "Disease"]],
        [{"start": 0.0, "end": 12.0, "label": "Name"}, [17.0, 24, "Disease"]],
        '[{"start": 0, "end": 12, "label": "Name"}, [17, 24, "Disease"]]',
        [
            {"start_offset": 0, "end_offset": 12, "entity_group": "Name", "word": "Anna Alvarez"},
            {"begin": 17, "end": 24, "type": "Disease", "text": "measles"},
        ],
    ],
)
def test_places_are_read_however_they_are_written(tmp_path: Path, cell: object) -> None:
    made = run(tmp_path, [{"text": TEXT, "spans": cell}], PLACES)
    assert spans(made) == [[(0, 12, "Name"), (17, 24, "Disease")]]
    assert made.types["spans"] == "object"
    assert made.decisions == []


def test_what_does_not_fit_the_text_is_left_out_and_told(tmp_path: Path) -> None:
    cells = [
        [{"start": 20, "end": 99, "label": "Disease"}, {"start": 5, "end": 5, "label": "X"}],
        [{"start": 0, "end": 12, "label": "Name"}, {"start": 5, "end": 12, "label": "Family"}],
        [{"start": 0, "end": 4, "label": "Name", "text": "Bert"}],
        [{"start": 0, "end": 5, "label": "Name"}, {"start": 17, "end": 24, "label": " "}],
        "no list",
        [{"start": "0", "end": 4, "label": "Name"}],
        [],
    ]
    made = run(tmp_path, [{"text": TEXT, "spans": cell} for cell in cells], PLACES)
    assert spans(made) == [[], [(0, 12, "Name")], [], [(0, 4, "Name")], None, None, []]
    assert sorted(made.decisions) == [
        (0, "span_out_of_range"),
        (1, "span_overlaps"),
        (2, "span_text_differs"),
        (3, "span_trimmed"),
        (3, "span_without_label"),
        (4, "answer_unreadable"),
        (5, "answer_unreadable"),
    ]
    assert made.claim.counts["kept"] == len(cells)


def test_words_with_tags_become_a_text_with_places(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"tokens": ["the", "Stoke", "fever", "of", "Anna"], "tags": ["O", "B-D", "I-D", "O", "N"]},
        {"tokens": ["flu", "flu", "measles"], "tags": ["S-D", "B-D", "B-D"]},
        {"tokens": ["flu"], "tags": ["O", "O"]},
    ]
    made = run(tmp_path, rows, AnswersConfig("spans", "tags", tokens="tokens"))
    assert [row["text"] for row in made.rows] == [
        "the Stoke fever of Anna",
        "flu flu measles",
        "flu",
    ]
    assert spans(made, "tags") == [
        [(4, 15, "D"), (19, 23, "N")],
        [(0, 3, "D"), (4, 7, "D"), (8, 15, "D")],
        None,
    ]
    assert made.decisions == [(2, "answer_unreadable")]


def test_places_in_parquet_and_beside_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    table = pa.table({"text": [TEXT], "spans": [[{"start": 0, "end": 12, "label": "Name"}]]})
    pq.write_table(table, tmp_path / "in" / "rows.parquet")
    made = Run(tmp_path, SourceConfig("in"))
    made.config = IngestConfig(made.config.sources, tmp_path, answers=PLACES)
    made.result = ingest.run({}, made.config, made.desk)
    assert spans(made) == [[(0, 12, "Name")]]
    sheet = 'file,spans\na,"[[0, 4, ""Name""]]"\n'
    put(tmp_path, {"files/a.txt": TEXT, "sheet.csv": sheet})
    beside = Run(tmp_path, SourceConfig("files", metadata="sheet.csv"))
    beside.config = IngestConfig(beside.config.sources, tmp_path, answers=PLACES)
    beside.result = ingest.run({}, beside.config, beside.desk)
    assert spans(beside) == [[(0, 4, "Name")]]


def test_places_move_with_the_part_of_a_text_and_what_is_cut_is_told(tmp_path: Path) -> None:
    text = "One two three four five six"
    cell = [[4, 7, "A"], [14, 23, "B"], [24, 27, "C"]]
    made = run(
        tmp_path,
        [{"text": text, "spans": cell}],
        PLACES,
        RowsConfig("windows", words=4, overlap=0),
    )
    assert [row["text"] for row in made.rows] == ["One two three four", "five six"]
    assert spans(made) == [[(4, 7, "A")], [(5, 8, "C")]]
    assert made.decisions == [(0, "span_cut")]


def test_the_right_option_is_named_by_text_letter_or_number(tmp_path: Path) -> None:
    options = ["flu", "measles", "2"]
    cells = ["measles", "B", "(c)", 0, "0", "mumps", 7, None, True]
    rows = [{"text": "?", "options": options, "right": cell} for cell in cells]
    rows += [{"text": "?", "options": ["alone"], "right": "A"}]
    choice = AnswersConfig("choice", "right", options="options")
    made = run(tmp_path, rows, choice)
    assert [row["right"] for row in made.rows] == [*"BBCAA", None, None, None, None, None]
    assert made.rows[0]["options"] == options
    assert made.decisions == [
        (5, "answer_no_option"),
        (6, "answer_no_option"),
        (8, "answer_no_option"),
        (9, "answer_unreadable"),
    ]
    counted = AnswersConfig("choice", "right", options="options", count_from=1)
    (tmp_path / "b").mkdir()
    assert [row["right"] for row in run(tmp_path / "b", rows[3:5], counted).rows] == [None, None]


def test_tags_that_are_numbers_are_not_taken_for_labels(tmp_path: Path) -> None:
    row = {"words": ["Anna", "has", "measles"], "tags": [0, 0, 1]}
    made = run(tmp_path, [row], AnswersConfig("spans", "tags", tokens="words"))
    assert spans(made, "tags") == [None]
    assert made.decisions == [(0, "answer_unreadable")]


def test_a_number_counts_options_even_where_one_reads_like_it(tmp_path: Path) -> None:
    options = ["1", "2", "3", "0"]
    rows = [{"text": "?", "options": options, "right": cell} for cell in (0, 1, 3, "0", "1")]
    rows.append({"text": "?", "options": ["10", "20"], "right": 20})
    made = run(tmp_path, rows, AnswersConfig("choice", "right", options="options"))
    assert [row["right"] for row in made.rows] == [*"ABD", "D", "A", "B"]


def test_the_last_message_of_a_conversation_is_the_answer(tmp_path: Path) -> None:
    asked, said = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
    rows: list[dict[str, Any]] = [
        {"messages": [{"role": "system", "content": "Be short."}, asked, said]},
        {"messages": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "So."}]},
        {"messages": [asked]},
        {"messages": "plain text"},
    ]
    made = run(tmp_path, rows, AnswersConfig("generation", "completion", messages="messages"))
    assert [row["completion"] for row in made.rows] == ["So.", "So.", None, None]
    assert json.loads(made.rows[0]["messages"])[0] == {"content": "Be short.", "role": "system"}
    assert json.loads(made.rows[1]["messages"]) == [asked]
    assert made.decisions == [(2, "answer_unreadable"), (3, "answer_unreadable")]


def test_a_completion_stays_text(tmp_path: Path) -> None:
    rows = [{"prompt": "1 + 1?", "completion": 2}, {"prompt": "7?", "completion": 7}]
    made = run(tmp_path, rows, AnswersConfig("generation", "completion"))
    assert [row["completion"] for row in made.rows] == ["2", "7"]
    assert made.types["completion"] == "text"


def test_a_place_is_a_span_once_it_is_read() -> None:
    assert read_spans('[{"end":4,"label":"Name","start":0}]', "spans") == (Span(0, 4, "Name"),)
