"""Records: one spelling, no unknown field, a schema that says the same, a golden example."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from tests.records import golden_records, golden_schemas
from tests.records.examples import EXAMPLES, STATEMENTS
from warrant.errors import InputError
from warrant.kernel.canon import canonical
from warrant.kernel.predicates import PREDICATES as KERNEL_PREDICATES
from warrant.kernel.statement import Statement
from warrant.records.evaluation import Evaluation
from warrant.records.evaluation_2 import read_evaluation
from warrant.records.ledger import LedgerHeader
from warrant.records.reason import Reason
from warrant.records.schemas import PREDICATES, RECORDS, schema_of

DO = "Use the file as Warrant wrote it."
ALL = pytest.mark.parametrize("name", RECORDS)


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema_of(name))


def _fits(name: str, value: object) -> bool:
    return _validator(name).is_valid(json.loads(json.dumps(value)))


def _files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_golden_examples_are_as_they_were() -> None:
    again = "a record changed its shape: regenerate with python -m tasks golden, read the diff"
    assert golden_records.texts() == _files(golden_records.FOLDER), again


def test_published_schemas_are_as_they_were() -> None:
    again = "a record changed its shape: regenerate with python -m tasks schemas, read the diff"
    assert golden_schemas.texts() == _files(golden_schemas.FOLDER), again


def test_every_record_has_an_example_and_every_predicate_a_statement() -> None:
    assert EXAMPLES.keys() == RECORDS.keys()
    assert {one.kind for one in STATEMENTS.values()} == PREDICATES.keys() == {*KERNEL_PREDICATES}


@ALL
def test_a_record_is_read_back_equal(name: str) -> None:
    record = EXAMPLES[name]
    assert type(record) is RECORDS[name]
    again = RECORDS[name].from_bytes(record.to_bytes())
    assert again == record
    assert again.to_bytes() == record.to_bytes() == canonical(record.model_dump(mode="json"))


@ALL
def test_an_unknown_field_is_refused_by_record_and_schema(name: str) -> None:
    value = {**EXAMPLES[name].model_dump(mode="json"), "zzz": 1}
    kind = RECORDS[name].__name__
    with pytest.raises(InputError) as caught:
        RECORDS[name].from_bytes(canonical(value))
    assert str(caught.value) == (
        f"Not a {kind} record: at 'zzz': Extra inputs are not permitted. {DO}"
    )
    assert not _fits(name, value)


@ALL
def test_a_missing_field_is_refused_by_record_and_schema(name: str) -> None:
    whole = EXAMPLES[name].model_dump(mode="json")
    assert _fits(name, whole)
    for field in whole:
        value = {key: item for key, item in whole.items() if key != field}
        with pytest.raises(InputError):
            RECORDS[name].from_bytes(canonical(value))
        assert not _fits(name, value), field


@ALL
def test_a_field_of_another_type_is_refused_by_record_and_schema(name: str) -> None:
    whole = EXAMPLES[name].model_dump(mode="json")
    for field in whole:
        value: dict[str, Any] = {**whole, field: [{"not": ["this"]}]}
        with pytest.raises(InputError):
            RECORDS[name].from_bytes(canonical(value))
        assert not _fits(name, value), field


def test_a_left_out_default_is_another_spelling() -> None:
    value = EXAMPLES["dataset"].model_dump(mode="json")
    del value["sample"]
    with pytest.raises(InputError) as caught:
        RECORDS["dataset"].from_bytes(canonical(value))
    assert str(caught.value) == f"These bytes are not the one spelling of a Dataset record. {DO}"


def test_bytes_that_are_not_canonical_are_refused() -> None:
    with pytest.raises(InputError, match="JSON is not in canonical form"):
        RECORDS["act"].from_bytes(EXAMPLES["act"].to_bytes() + b"\n")


def test_something_else_than_an_object_is_refused_as_a_whole() -> None:
    with pytest.raises(InputError, match="Not a Act record: at 'the whole': "):
        RECORDS["act"].from_bytes(b"[]")


def test_a_message_never_quotes_a_value() -> None:
    value = {**EXAMPLES["act"].model_dump(mode="json"), "recorded_at": "Anna's birthday"}
    with pytest.raises(InputError) as caught:
        RECORDS["act"].from_bytes(canonical(value))
    assert "Anna" not in str(caught.value)


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_kernel_takes_what_the_records_write(name: str) -> None:
    statement = Statement.parse(STATEMENTS[name].to_bytes())
    assert PREDICATES[statement.kind].from_bytes(canonical(statement.predicate)) == EXAMPLES[name]


def test_an_evaluation_of_the_second_shape_is_read_as_one_without_failure_tests() -> None:
    second, third = EXAMPLES["evaluation-2"], EXAMPLES["evaluation"]
    found = read_evaluation(second.to_bytes())
    assert isinstance(third, Evaluation)
    old = second.model_dump().keys()
    new = [name for name in Evaluation.model_fields if name not in old]
    assert found == third.model_copy(
        update={name: Evaluation.model_fields[name].default for name in new}
    )
    assert read_evaluation(third.to_bytes()) == third


@pytest.mark.parametrize(
    "wrong", [{"code": ""}, {"words": "w" * 201}, {"kind": "lose"}, {"threshold": float("nan")}]
)
def test_a_reason_made_by_hand_is_checked_where_it_enters_a_ledger(wrong: dict[str, Any]) -> None:
    header = EXAMPLES["ledger"]
    found = Reason(code="c", kind="drop", rule="r", version="1", words="w")
    assert isinstance(header, LedgerHeader)
    fields = {name: getattr(header, name) for name in LedgerHeader.model_fields}
    assert LedgerHeader(**fields | {"reasons": (found,)}).reasons == (found,)
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        LedgerHeader(**fields | {"reasons": (replace(found, **wrong),)})


def test_a_reason_tells_its_threshold_where_its_words_speak_of_it() -> None:
    told = {
        threshold: Reason(
            code="a", kind="drop", rule="a", version="1", threshold=threshold, words=words
        ).told
        for threshold, words in (
            (None, "The text repeats itself."),
            (3000.0, "More words than the threshold."),
            (0.18, "More than the threshold of its lines."),
        )
    }
    assert told == {
        None: "The text repeats itself.",
        3000.0: "More words than the threshold (3,000).",
        0.18: "More than the threshold (0.18) of its lines.",
    }
