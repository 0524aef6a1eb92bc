"""Recall of recognisers on labelled rows, and its lower bound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.outside import shared_path
from warrant.errors import InputError
from warrant.flow.measure_privacy import Measured, measure_privacy
from warrant.metrics.recall import lower_bound


def row(text: str, *places: tuple[str, str]) -> dict[str, object]:
    """Label places of a text, each by its words and its label."""
    spans = [
        {"start": text.index(words), "end": text.index(words) + len(words), "label": label}
        for words, label in places
    ]
    return {"text": text, "spans": spans}


ROWS = [
    row("Write to ada@x.example, Ada Orsolo.", ("ada@x.example", "MAIL"), ("Ada Orsolo", "WHO")),
    row("Or call +1 212 555 0143 ext 7.", ("+1 212 555 0143 ext 7", "PHONE")),
    row("See https://x.example and b@x.example", ("b@x.example", "MAIL")),
]


def write(folder: Path, rows: list[dict[str, object]]) -> Path:
    """Write rows as JSON lines."""
    file = folder / "labelled.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    return file


def recalls(measured: Measured) -> dict[str, tuple[int, int]]:
    """Give found and labelled by label."""
    return {one.label: (one.found, one.labelled) for one in measured.labels}


def test_a_place_counts_as_found_only_when_all_of_it_is(tmp_path: Path) -> None:
    measured = measure_privacy(write(tmp_path, ROWS), ["patterns"])
    assert recalls(measured) == {"MAIL": (2, 2), "WHO": (0, 1), "PHONE": (0, 1)}
    assert (measured.texts, measured.spans, measured.stray) == (3, 4, 1)
    assert measured.all_labels is not None
    assert measured.all_labels.recall == 0.5
    assert measured.all_labels.low < 0.5


def test_the_bound_is_the_exact_one() -> None:
    assert lower_bound(0, 5) == 0.0
    assert lower_bound(10, 10) == pytest.approx(0.05 ** (1 / 10))
    assert lower_bound(90, 100) == pytest.approx(0.8362, abs=1e-4)


@pytest.mark.parametrize(
    "line",
    [
        "no json Ada",
        '{"text": "Ada"}',
        '{"text": "Ada", "spans": [{"start": 0, "end": 9, "label": "x"}]}',
        '["Ada"]',
    ],
)
def test_a_row_of_another_form_is_named_without_its_text(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f"{json.dumps(ROWS[0])}\n{line}\n", "utf-8")
    with pytest.raises(InputError, match=r"Row 2 of 'rows\.jsonl' is no labelled row") as error:
        measure_privacy(file, ["patterns"])
    assert "Ada" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file of labelled rows at"):
        measure_privacy(tmp_path / "none.jsonl", ["patterns"])


FLOORS = {
    "pii_synthetic_en/data.parquet": {
        "CREDIT_CARD": 0.82,
        "EMAIL_ADDRESS": 0.95,
        "IBAN_CODE": 0.95,
    },
    "meddocan/validation.parquet": {"CORREO_ELECTRONICO": 0.95, "FECHAS": 0.87},
}
"""A little under the recall measured on this data: 0.831, 1, 0.952; 0.988, 0.883. No goals."""


@pytest.mark.parametrize("name", FLOORS)
def test_recall_on_real_rows_does_not_fall(name: str) -> None:
    measured = measure_privacy(shared_path(f"data/{name}"), ["safe_harbor"])
    by_label = {one.label: one.recall for one in measured.labels}
    assert {
        label: by_label[label] >= floor for label, floor in FLOORS[name].items()
    } == dict.fromkeys(FLOORS[name], True)
