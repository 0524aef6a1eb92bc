"""`in-toto-attestation` accepts our statements and our SLSA provenance, to the last field."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.peers.statements import STATEMENTS
from warrant.kernel.statement import Statement as OurStatement


@pytest.fixture(name="read")
def _read(peer: Callable[[str], Any]) -> Callable[[dict[str, Any]], Any]:
    json_format = peer("google.protobuf.json_format")
    wrapper = peer("in_toto_attestation.v1.statement").Statement
    message = peer("in_toto_attestation.v1.statement_pb2").Statement

    def read(value: dict[str, Any]) -> Any:  # noqa: ANN401 - of another library
        parsed = json_format.ParseDict(value, message())  # refuses unknown fields
        statement = wrapper.copy_from_pb(parsed)
        statement.validate()
        return statement

    return read


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_our_statements_are_accepted(
    statement: OurStatement, read: Callable[[dict[str, Any]], Any]
) -> None:
    assert read(statement.to_json()).pb.predicate_type == statement.kind


def test_an_empty_digest_is_refused(read: Callable[[dict[str, Any]], Any]) -> None:
    value = copy.deepcopy(STATEMENTS["act"].to_json())
    value["subject"][0]["digest"] = {}
    with pytest.raises(ValueError, match="digest"):
        read(value)


def _provenance(peer: Callable[[str], Any], predicate: object) -> Any:  # noqa: ANN401 - as above
    json_format = peer("google.protobuf.json_format")
    message = peer("in_toto_attestation.predicates.provenance.v1.provenance_pb2").Provenance
    return json_format.ParseDict(predicate, message())


def test_our_provenance_is_slsa_v1(peer: Callable[[str], Any]) -> None:
    found = _provenance(peer, STATEMENTS["step"].predicate)
    assert found.build_definition.build_type == "urn:x-warrant:stage:curate:v1"
    assert found.build_definition.resolved_dependencies[0].name == "documents"
    assert found.run_details.builder.version["warrant"] == "0.1.0"


def test_provenance_with_an_unknown_field_is_refused(peer: Callable[[str], Any]) -> None:
    """Why the actor stands in `internalParameters`."""
    refused = peer("google.protobuf.json_format").ParseError
    with pytest.raises(refused, match="actor"):
        _provenance(peer, {**STATEMENTS["step"].predicate, "actor": {}})
