"""A Croissant description of an export, with the terms for responsible AI.

Source: MLCommons, Croissant Format Specification 1.1; Croissant RAI Specification 1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrant.flow.export.facts import NOT_RECORDED

if TYPE_CHECKING:
    from warrant.flow.export.facts import Facts, Part
    from warrant.records.dataset import Column

_TERMS = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field",
    "fileProperty", "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset",
    "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated",
    "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "description": {"@container": "@language"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_TYPES = {
    "text": "sc:Text",
    "boolean": "sc:Boolean",
    "number": "sc:Float",
    "integer": "sc:Integer",
    "date": "sc:Date",
    "instant": "sc:DateTime",
    "list": "sc:Text",
    "object": "sc:Text",
}


def croissant(facts: Facts) -> dict[str, Any]:
    """Describe an export.

    Args:
        facts: of the export.

    Returns:
        JSON-LD.
    """
    described: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": facts.name,
        "description": f"{facts.name}: {', '.join(_said(part) for part in facts.parts)}.",
        "datePublished": facts.made_at,
        "version": f"0.0.{max(part.version.entry for part in facts.parts)}",
        "distribution": [_file(part) for part in facts.parts],
        "recordSet": [_records(part) for part in facts.parts],
        "rai:dataCollection": " ".join(
            f"{one.name}: {one.origin or NOT_RECORDED}" for one in facts.sources
        ),
        "rai:dataPreprocessingProtocol": list(facts.curation) or ["Nothing was dropped."],
        "rai:personalSensitiveInformation": [facts.personal_data, *_special(facts)],
        "rai:dataLimitations": "Rights, where stated, are what the author stated of each source.",
        "prov:wasDerivedFrom": [{"prov:label": one.name} for one in facts.sources],
    }
    licences = list(facts.licences)
    if licences:
        described["license"] = licences[0] if len(licences) == 1 else licences
    return described


def _said(part: Part) -> str:
    return f"{part.name} of {part.rows:,} rows (fingerprint {part.version.fingerprint})"


def _special(facts: Facts) -> list[str]:
    words = {True: "yes", False: "no", None: "not answered"}
    return [
        f"Special categories of personal data (GDPR Art. 9) in {one.name}: "
        f"{words[one.special_category]}."
        for one in facts.sources
    ]


def _file(part: Part) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": part.file,
        "name": part.file,
        "contentUrl": part.file,
        "contentSize": f"{part.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": part.sha256,
    }


def _records(part: Part) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": part.name,
        "name": part.name,
        "description": _said(part),
        "field": [_field(part, column) for column in part.columns],
    }


def _field(part: Part, column: Column) -> dict[str, Any]:
    is_list = {"isArray": True, "arrayShape": "-1"} if column.type == "list" else {}
    return {
        "@type": "cr:Field",
        "@id": f"{part.name}/{column.name}",
        "name": column.name,
        "description": f"Column {column.name}, {column.type}.",
        "dataType": _TYPES[column.type],
        **is_list,
        "source": {"fileObject": {"@id": part.file}, "extract": {"column": column.name}},
    }
