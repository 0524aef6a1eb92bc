from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest

from tests.engine.desk import make_desk
from warrant.engine import (
    Decision,
    dataset_record,
    erase_documents,
    make_batch,
    read_dataset,
    read_ledger,
    write_dataset,
)
from warrant.errors import InputError
from warrant.records.dataset import Column
from warrant.records.interfaces import Desk, StageResult
from warrant.stages import curate
from warrant.stages.curate import FILTERS, CurateConfig, FilterConfig, Judgement, Verdict
from warrant.testing import check_filter

COLUMNS = (Column(name="text", type="text"), Column(name="label", type="text"))
ALL = CurateConfig(
    (
        FilterConfig("drop_empty"),
        FilterConfig("drop_exact_duplicates"),
        FilterConfig("min_words", {"words": 2}),
    )
)
SETTINGS: dict[str, dict[str, object]] = {
    "min_words": {"words": 2},
    "keep_languages": {"values": ["en"]},
    "row_rights": {"licence": "licence"},
    "row_terms": {"consent": "agreed"},
    "allow": {"values": ["two"]},
    "boilerplate": {"rows": 2},
    "characters": {"least": 6},
    "deny": {"values": ["two"]},
    "drop_matching": {"pattern": "tw."},
    "keep_in_force": {"as_of": "2020-01-01", "until": None},
    "keep_jurisdictions": {"values": ["Delaware"]},
    "keep_matching": {"pattern": "tw."},
    "keep_period": {"column": "signed", "since": "2020-01-01"},
    "keep_where": {"rule": "court == 'A'"},
    "max_words": {"words": 1},
    "protect_table": {"quasi": {"town": 2}, "sensitive": ["what"], "k": 2, "l": 2},
    "quality": {"values": ["gopher", "c4", "fineweb"]},
    "repetition": {"least_words": 2, "limits": {"top_2_words": 0.1}},
}
"""What a filter must be told."""
CELLS: dict[str, list[dict[str, str | None]]] = {
    "row_rights": [{"licence": "MIT"}, {"licence": ""}],
    "row_terms": [{"agreed": "yes"}, {"agreed": "withdrawn"}, {"agreed": None}],
    "keep_in_force": [{"effective_from": one} for one in ("2020-01-01", "2020-01-02", "May")],
    "keep_period": [{"signed": "2020-01-01"}, {"signed": "2019-12-31"}, {"signed": "May"}],
    "protect_table": [
        {"town": "Oldham", "what": "a"},
        {"town": "Olten", "what": "b"},
        {"town": None, "what": None},
    ],
    "keep_where": [{"court": "A"}, {"court": "B"}, {"court": None}],
}
"""By filter that reads columns: cells, some of which it says something about."""
TEXTS = ["one two", "", "one two", "short", " \n", None, "one  two", "one two"]


def document(number: int) -> bytes:
    return sha256(str(number).encode()).digest()


def run(
    folder: Path,
    texts: Sequence[str | None],
    config: CurateConfig,
    labels: Sequence[str | None] = (),
) -> tuple[Desk, StageResult]:
    desk = make_desk(folder)
    labels = labels or [str(at) for at in range(len(texts))]
    members = [[document(at)] for at in range(len(texts))]
    rows = make_batch(COLUMNS, members, [[]] * len(texts), {"text": texts, "label": labels})
    source = write_dataset(desk, "documents", COLUMNS, [rows], {"kept": len(texts)})
    return desk, curate.run({"documents": source.manifest}, config, desk)


def decisions(desk: Desk, result: StageResult) -> list[Decision]:
    return list(read_ledger(desk.store, result.outputs["ledger"]).decisions())


def labels(desk: Desk, result: StageResult) -> list[str]:
    batches = read_dataset(desk.store, result.outputs["rows"], ["label"])
    return [row for batch in batches for row in batch.column("label").to_pylist()]


def test_every_dropped_row_has_one_line_that_says_why(tmp_path: Path) -> None:
    desk, result = run(tmp_path, TEXTS, ALL)
    assert labels(desk, result) == ["0", "6"]
    assert decisions(desk, result) == [
        Decision(1, "no_text", None, None),
        Decision(2, "exact_duplicate", None, 0),
        Decision(3, "too_short", 1.0, None),
        Decision(4, "no_text", None, None),
        Decision(5, "no_text", None, None),
        Decision(7, "exact_duplicate", None, 0),
    ]
    assert result.claim.counts["kept"] + result.claim.counts["dropped"] == len(TEXTS)
    record = dataset_record(desk.store, result.outputs["rows"])
    assert record.counts == {"kept": 2, "no_text": 3, "exact_duplicate": 2, "too_short": 1}
    assert [plugin.name for plugin in result.claim.plugins] == [
        "warrant-ml:drop_empty",
        "warrant-ml:drop_exact_duplicates",
        "warrant-ml:min_words",
    ]


def test_a_row_without_text_is_dropped_whatever_filters_are_chosen(tmp_path: Path) -> None:
    texts = ["a", None, "", " \n\u3000", "b"]
    desk, result = run(tmp_path, texts, CurateConfig(()))
    assert labels(desk, result) == ["0", "4"]
    assert decisions(desk, result) == [Decision(at, "no_text", None, None) for at in (1, 2, 3)]
    assert result.claim.counts["no_text"] == 3


def test_a_copy_with_another_label_stays_and_the_ledger_names_both(tmp_path: Path) -> None:
    texts, given = ["same"] * 7, [None, "x", "y", " y ", "x", None, " "]
    desk, result = run(tmp_path, texts, CurateConfig(label="label"), given)
    assert labels(desk, result) == [None, "x", "y"]
    assert decisions(desk, result) == [
        Decision(1, "duplicate_with_another_label", None, 0),
        Decision(2, "duplicate_with_another_label", None, 0),
        Decision(3, "exact_duplicate", None, 2),
        Decision(4, "exact_duplicate", None, 1),
        Decision(5, "exact_duplicate", None, 0),
        Decision(6, "exact_duplicate", None, 0),
    ]
    record = dataset_record(desk.store, result.outputs["rows"])
    assert record.counts == {"kept": 3, "exact_duplicate": 4}
    assert result.claim.counts["duplicate_with_another_label"] == 2


def test_without_a_label_column_copies_are_copies(tmp_path: Path) -> None:
    desk, result = run(tmp_path, ["same", "same"], CurateConfig(label="answer"))
    assert decisions(desk, result) == [Decision(1, "exact_duplicate", None, 0)]


def test_the_threshold_stands_once_in_the_header(tmp_path: Path) -> None:
    desk, result = run(tmp_path, TEXTS, ALL)
    header = read_ledger(desk.store, result.outputs["ledger"]).header
    assert {one.code: one.threshold for one in header.reasons}["too_short"] == 2


def test_an_erased_document_is_dropped(tmp_path: Path) -> None:
    desk, _ = run(tmp_path, ["a b", "c d"], ALL)
    members = [[document(0)], [document(1)]]
    rows = make_batch(COLUMNS, members, [[]] * 2, {"text": ["a b", "c d"]})
    source = write_dataset(desk, "documents", COLUMNS, [rows], {"kept": 2}).manifest
    erase_documents(desk.store, [source], [document(0)])
    result = curate.run({"documents": source}, ALL, desk)
    assert decisions(desk, result) == [Decision(0, "erased", None, None)]
    assert result.claim.counts["kept"] == 1


def test_what_the_recipe_says_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No filter is called 'min_word'"):
        run(tmp_path, TEXTS, CurateConfig((FilterConfig("min_word"),)))
    with pytest.raises(InputError, match="'min_words' does not take these settings: least"):
        run(tmp_path, TEXTS, CurateConfig((FilterConfig("min_words", {"least": 2}),)))
    with pytest.raises(InputError, match="'min_words' wants a number of words, got 0"):
        run(tmp_path, TEXTS, CurateConfig((FilterConfig("min_words", {"words": 0}),)))
    with pytest.raises(InputError, match="have no column 'body'; they have: text, label"):
        run(tmp_path, TEXTS, CurateConfig(text="body"))


def test_the_outputs_of_this_version_are_these(tmp_path: Path) -> None:
    """Raise VERSION when this fails on purpose."""
    desk, result = run(tmp_path, TEXTS, ALL)
    record = dataset_record(desk.store, result.outputs["rows"])
    assert (curate.VERSION, record.fingerprint[:16]) == (4, "7beee2ac37a8eec1")


BY_ROW = {"correct_labels"}
"""Told which rows come next, so that batches of any size cannot be made up: see test_advise."""


@pytest.mark.parametrize("name", sorted({*FILTERS.names()} - BY_ROW))
def test_each_filter_keeps_its_promises(name: str) -> None:
    settings = SETTINGS.get(name, {})
    if name in CELLS:
        check_filter(lambda: FILTERS.load(name)(**settings), CELLS[name])
        return
    texts = [*TEXTS, "a b a b a b a b", "Write to a@x.example, a@x.example or b@x.example."]
    check_filter(lambda: FILTERS.load(name)(**settings), texts)


class Forgetful:
    reasons = FILTERS.load("drop_exact_duplicates")().reasons

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        texts = cells.to_pylist()
        return Judgement(
            [Verdict(at, "exact_duplicate") for at, one in enumerate(texts) if one in texts[:at]]
        )


def test_the_suite_catches_a_filter_that_depends_on_batches() -> None:
    with pytest.raises(AssertionError, match="does not depend on batches"):
        check_filter(Forgetful, TEXTS)


class Upper:
    reasons = (replace(FILTERS.load("drop_empty")().reasons[0], code="upper", kind="change"),)

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        texts = [one.upper() if one else one for one in cells.to_pylist()]
        verdicts = [Verdict(at, "upper") for at, one in enumerate(texts) if one]
        return Judgement(verdicts, pa.array(texts, cells.type))


def test_a_filter_may_change_a_text_and_the_ledger_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(FILTERS), "load", lambda *_: Upper)
    desk, result = run(tmp_path, ["a b"], CurateConfig((FilterConfig("drop_empty"),)))
    (batch,) = read_dataset(desk.store, result.outputs["rows"], ["text"])
    assert batch.column("text").to_pylist() == ["A B"]
    assert decisions(desk, result) == [Decision(0, "upper", None, None)]
    assert dataset_record(desk.store, result.outputs["rows"]).counts == {"kept": 1}
