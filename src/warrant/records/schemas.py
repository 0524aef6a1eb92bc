"""The JSON Schema of each record, for readers without Python; `docs/schemas/` holds them.

Law: what a record writes is valid under its schema, and what is valid, written canonically, is
read, up to bonds between fields.

Source: JSON Schema, draft 2020-12.
"""

from collections.abc import Mapping
from typing import Any, Final

from warrant.kernel.predicates import ACT, BASE, ERASURE, KEYS, PLAN, PLAN_2, STEP
from warrant.records.absence import Absence
from warrant.records.act import Act
from warrant.records.base import Record
from warrant.records.batch_receipt import BatchReceipt
from warrant.records.claim import Claim
from warrant.records.content import Content
from warrant.records.dataset import Dataset
from warrant.records.erasure import Erasure
from warrant.records.evaluation import Evaluation
from warrant.records.evaluation_1 import Evaluation1
from warrant.records.evaluation_2 import Evaluation2
from warrant.records.evaluation_plan import EvaluationPlan
from warrant.records.evaluation_plan_2 import EvaluationPlan2
from warrant.records.keys import Keys
from warrant.records.layout import Layout
from warrant.records.ledger import LedgerHeader
from warrant.records.model import Model1, Model2
from warrant.records.recognised import Recognised
from warrant.records.source import Source, Source2
from warrant.records.step import Step

PREDICATES: Final[Mapping[str, type[Record]]] = {
    ACT: Act,
    ERASURE: Erasure,
    KEYS: Keys,
    PLAN: EvaluationPlan,
    PLAN_2: EvaluationPlan2,
    STEP: Step,
}
"""The type of each predicate, by predicate type."""

RECORDS: Final[Mapping[str, type[Record]]] = {
    "absence": Absence,
    "act": Act,
    "batch-receipt": BatchReceipt,
    "claim": Claim,
    "content": Content,
    "dataset": Dataset,
    "erasure": Erasure,
    "evaluation": Evaluation,
    "evaluation-1": Evaluation1,
    "evaluation-2": Evaluation2,
    "evaluation-plan": EvaluationPlan,
    "evaluation-plan-2": EvaluationPlan2,
    "keys": Keys,
    "layout": Layout,
    "ledger": LedgerHeader,
    "model": Model1,
    "model-2": Model2,
    "recognised": Recognised,
    "source": Source,
    "source-2": Source2,
    "step": Step,
}
"""Every record that is or was written by itself, by the name of its schema file; the shapes of
other releases than the first, or of earlier ones, end in their number."""

FORMATS: Final[Mapping[str, type[Record]]] = {
    record.model_fields["format"].default: record
    for record in RECORDS.values()
    if "format" in record.model_fields
}
"""The type of each record that names its shape, by that name, for example `warrant/claim/1`."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str) -> dict[str, Any]:
    """Give the JSON Schema of a record as it is written.

    Args:
        name: a key of `RECORDS`.

    Returns:
        The schema, with every field required: a record writes its defaults too.
    """
    schema = RECORDS[name].model_json_schema(mode="serialization")
    for part in (schema, *schema.get("$defs", {}).values()):
        _require_all(part)
    noun = name.rstrip("-0123456789")
    named = name[len(noun) + 1 :] or "1"
    version = schema["properties"].get("format", {}).get("const", named).rpartition("/")[2]
    return {"$schema": DIALECT, "$id": f"{BASE}:schema:{noun}:v{version}", **schema}


def _require_all(part: dict[str, Any]) -> None:
    for field in part["properties"].values():
        field.pop("default", None)
    part["required"] = list(part["properties"])
