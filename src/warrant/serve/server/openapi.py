"""The description of the interface, made of the pydantic models.

Source: OpenAPI Specification 3.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

import warrant
from warrant.serve.server.problem import MEDIA_TYPE
from warrant.serve.server.wire import Answers, Asking, Health, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.models import InputColumn
    from warrant.serve.server.service import Service

_REF = "#/components/schemas/{model}"
_EXAMPLES: dict[str, object] = {
    "text": "This agreement is made between …",
    "category": "Retail",
    "number": 1250.5,
    "date": "2025-03-31",
    "options": ["one answer", "another"],
}
_TYPES: dict[str, list[str]] = {
    "text": ["string", "null"],
    "category": ["string", "number", "boolean", "null"],
    "number": ["number", "string", "null"],
    "date": ["string", "null"],
    "options": ["array", "string", "null"],
}
_REFUSED = {
    "400": "The body is no JSON",
    "403": "Asked from a page of another site",
    "408": "The body came too slowly",
    "413": "Too long, or too many rows",
    "415": "Not marked as JSON",
    "421": "Asked for another host",
    "422": "Another shape, or a column is missing",
    "503": "Busy, or not answered in time",
}


def describe(service: Service) -> dict[str, Any]:
    """Describe what the server answers.

    Args:
        service: its model's columns and limits stand in the description.

    Returns:
        An OpenAPI document.
    """
    _, schemas = models_json_schema(
        [
            (Asking, "validation"),
            (Answers, "serialization"),
            (Health, "serialization"),
            (Problem, "serialization"),
        ],
        ref_template=_REF,
    )
    parts: dict[str, Any] = schemas["$defs"]
    parts["Asking"]["properties"]["rows"] |= {
        "items": _row(service.answerer.columns),
        "maxItems": service.limits.rows,
    }
    model = service.model
    return {
        "openapi": "3.1.1",
        "info": {
            "title": f"Answers of {model.name}",
            "version": warrant.__version__,
            "summary": model.notice,
            "description": f"Bundle {model.digest}. {model.approval} Not logged. A body may have "
            f"{service.limits.body_bytes:,} bytes.",
        },
        "paths": {
            "/v1/predict": {"post": _predict()},
            "/health": {"get": _get("health", "Whether it answers, with which model", "Health")},
            "/card": {"get": _card()},
            "/openapi.json": {"get": _get("openapi", "This description", None)},
        },
        "components": {"schemas": parts},
    }


def _row(columns: Sequence[InputColumn]) -> dict[str, Any]:
    """Describe a row: the columns that the model reads; others may stand beside them."""
    return {
        "type": "object",
        "properties": {
            one.column: {
                "type": _TYPES[one.read_as],
                "description": f"Read as {one.read_as}{f', in {one.unit}' if one.unit else ''}.",
            }
            for one in columns
        },
        "examples": [{one.column: _EXAMPLES[one.read_as] for one in columns}],
        "additionalProperties": True,
    }


def _json(name: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": _REF.format(model=name)} if name else {"type": "object"}
    return {"application/json": {"schema": schema}}


def _refused(*codes: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    return {
        code: {"description": _REFUSED[code], "content": {MEDIA_TYPE: {"schema": schema}}}
        for code in codes
    }


def _predict() -> dict[str, Any]:
    return {
        "operationId": "predict",
        "summary": "Answer rows, as `warrant predict` does",
        "requestBody": {"required": True, "content": _json("Asking")},
        "responses": {
            "200": {"description": "An answer for each row", "content": _json("Answers")},
            **_refused(*_REFUSED),
        },
    }


def _get(name: str, summary: str, model: str | None) -> dict[str, Any]:
    found = {"200": {"description": summary, "content": _json(model)}}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {**found, **_refused("403", "421")},
    }


def _card() -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    found = {"description": "The card", "content": {"text/markdown": text, "text/html": text}}
    return {
        "operationId": "card",
        "summary": "The model's card; HTML for whoever accepts it",
        "responses": {"200": found, **_refused("403", "421")},
    }
