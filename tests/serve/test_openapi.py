from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.serve.asking import ask, predict, service
from tests.serve.bench import LEASE, SERVED, Prices
from warrant.serve import Answerer


def refs(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "$ref":
                yield part
            yield from refs(part)
    elif isinstance(value, list):
        for part in value:
            yield from refs(part)


@pytest.fixture
def described() -> Any:  # noqa: ANN401
    return ask(service(), "GET", "/openapi.json").json()


def against(described: Any, name: str, value: object) -> None:  # noqa: ANN401
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    Draft202012Validator(schema).validate(value)


def test_the_description_holds_together(described: Any) -> None:  # noqa: ANN401
    assert described["openapi"] == "3.1.1"
    schemas = described["components"]["schemas"]
    for ref in refs(described):
        assert ref.removeprefix("#/components/schemas/") in schemas
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    names = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert names == ["predict", "health", "card", "openapi"]


def test_a_library_finds_the_description_valid(described: Any) -> None:  # noqa: ANN401
    validator = pytest.importorskip("openapi_spec_validator")
    assert validator.validate(described) is None


def test_what_is_sent_and_answered_is_as_described(described: Any) -> None:  # noqa: ANN401
    rows = [{"text": LEASE}, {"text": None, "more": [1, {"a": None}]}]
    against(described, "Asking", {"rows": rows})
    against(described, "Answers", predict(service(), rows))
    against(described, "Health", ask(service(), "GET", "/health").json())
    against(described, "Problem", ask(service(), "GET", "/nothing").json())
    prices = service(Answerer(Prices(), SERVED))  # type: ignore[arg-type]
    other = ask(prices, "GET", "/openapi.json").json()
    against(other, "Answers", predict(prices, [{"size": "many"}, {"size": 3}]))
    row = other["components"]["schemas"]["Asking"]["properties"]["rows"]["items"]
    assert row["properties"]["size"] == {
        "type": ["number", "string", "null"],
        "description": "Read as number, in m2.",
    }


def test_each_operation_says_how_it_refuses(described: Any) -> None:  # noqa: ANN401
    codes = set(described["paths"]["/v1/predict"]["post"]["responses"])
    assert codes == {"200", "400", "403", "408", "413", "415", "421", "422", "503"}
