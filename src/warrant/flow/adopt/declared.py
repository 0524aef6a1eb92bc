"""`adopted.yaml`: what a person declares about a model that nobody here saw being trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError

from warrant.errors import InputError
from warrant.flow.agreement import terms_in
from warrant.flow.recipe_fault import located
from warrant.flow.recipe_rows import Part, Text
from warrant.flow.recipe_source import SourceRights
from warrant.policy import NOT_ANSWERED
from warrant.records.source import Rights, state_source
from warrant.records.yaml12 import load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warrant.records.claim import Claim
    from warrant.stages.adopt import Declared

FILE = "adopted.yaml"
"""Beside the recipe."""
NOT_WITNESSED = "declared by {}, not witnessed"
"""What stands behind each fact."""


class DeclaredData(Part):
    """The rows that the model was trained on."""

    description: Text | None = None
    """What they are, and who collected them."""
    rows: Annotated[int, Field(ge=1)] | None = None
    """How many."""
    licence: Text | None = None
    """SPDX identifier, or the name of an agreement."""
    rights: SourceRights = SourceRights()
    """What the data may be used for."""
    special_category: bool | None = None
    """Whether they hold special categories of personal data (GDPR, Art. 9)."""
    without_test_rows: bool | None = None
    """Whether none of the rows that it is measured on here was trained on."""
    personal_data_resolved: bool | None = None
    """Whether personal data were masked or had a ground to stay."""
    without_erased_rows: bool | None = None
    """Whether no row is among them whose erasure somebody has asked for since."""


class Declarations(Part):
    """The whole file."""

    model: Text
    """The file or folder, from the recipe's folder."""
    declared_by: Text
    """Who declares all of this."""
    labels: tuple[Text, ...] = ()
    """Its answers in the order of its numbers, where its files do not name them."""
    base: Text | None = None
    """What it was fine-tuned from."""
    base_licence: Text | None = None
    """Licence of that."""
    licence: Text | None = None
    """Licence of the model itself."""
    trained_with: Text | None = None
    """Program and version."""
    trained_at: Text | None = None
    """When."""
    trained_by: Text | None = None
    """Who trained it."""
    data: DeclaredData = DeclaredData()
    """What it was trained on."""


def read_declarations(path: Path) -> Declarations:
    """Read and check the file.

    Args:
        path: the YAML file.

    Returns:
        What it declares.

    Raises:
        InputError: with line, column and what to write instead.
    """
    if not path.is_file():
        raise InputError(
            f"There is no {path.name!r} beside the recipe.",
            do="Write it: warrant adopt MODEL_DIR --test SHEET --label COLUMN",
        )
    value, marks = load_yaml(path.read_text("utf-8"), path.name)
    if not isinstance(value, dict):
        raise InputError(f"{path.name!r} is empty.", do="Fill in model and declared_by.")
    if not value.get("declared_by"):
        raise InputError(
            f"{path.name!r} does not say who declares it.",
            do="Write your name behind declared_by: in that file.",
        )
    try:
        return Declarations.model_validate(_tuples(value))
    except ValidationError as error:
        raise located(error, Declarations, marks) from None


def declared_of(said: Declarations) -> Declared:
    """Give what the file declares, for the step.

    Args:
        said: the file.

    Returns:
        Facts by name, and the data as a source.
    """
    from warrant.stages.adopt import Declared

    plain = {
        name: getattr(said, name)
        for name in ("base", "base_licence", "licence", "trained_with", "trained_at", "trained_by")
    }
    data = {
        f"data {name}": getattr(said.data, name)
        for name in ("rows", "without_test_rows", "personal_data_resolved", "without_erased_rows")
    }
    rights = said.data.rights
    return Declared(
        by=said.declared_by,
        facts={name: value for name, value in (plain | data).items() if value is not None},
        data=state_source(
            terms_in(rights),
            name="training data of the adopted model",
            licence=said.data.licence,
            origin=said.data.description,
            rights=Rights(train=rights.train, commercial=rights.commercial, expires=rights.expires),
            special_category=said.data.special_category,
        ),
    )


def run_facts(declared: Mapping[str, object]) -> dict[str, Any]:
    """Give the facts of a run that an adopted model has only by declaration.

    Args:
        declared: facts by name.

    Returns:
        By name of the guardrails; what is not declared is absent, or not answered: whether rows
        were erased since, nobody here knows. What is declared counts in production only once a
        person has accepted it, as an exception from the rule that asks.
    """
    is_free = declared.get("data without_erased_rows") is True
    facts: dict[str, Any] = {
        "declared_facts_accepted": NOT_ANSWERED,
        "erased_rows_in_training": 0 if is_free else NOT_ANSWERED,
    }
    if isinstance(declared.get("data rows"), int):
        facts["training_rows"] = declared["data rows"]
    if declared.get("data without_test_rows") is True:
        facts |= {"shared_rows_train_test": 0, "shared_clusters_train_test": 0}
    return facts


def row_facts(declared: Mapping[str, object], count: int) -> dict[str, Any]:
    """Give the facts of the rows that were learnt from, none of which is here.

    Args:
        declared: facts by name.
        count: rows that stand for them.

    Returns:
        By name of the guardrails; what is not declared is absent, or not answered.
    """
    facts: dict[str, Any] = {}
    if declared.get("data without_test_rows") is True:
        facts["row_is_test"] = [False] * count
    resolved = declared.get("data personal_data_resolved") is True
    return facts | {
        "row_personal_data_found": [False if resolved else NOT_ANSWERED] * count,
        "row_personal_data_resolved": [True if resolved else NOT_ANSWERED] * count,
    }


def facts_in(claim: Claim) -> dict[str, object]:
    """Give the facts that a claim of an adoption declares.

    Args:
        claim: of the step `train`.

    Returns:
        By name.
    """
    mark = "declared: "
    measures = claim.measures
    return {name.removeprefix(mark): measures[name] for name in measures if name.startswith(mark)}


def is_adopted(claim: Claim | None) -> bool:
    """Say whether a step `train` took over a model."""
    return claim is not None and claim.measures.get("adopted") is True


def _tuples(value: object) -> object:
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return value
