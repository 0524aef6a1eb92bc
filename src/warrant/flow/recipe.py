"""The recipe: one YAML file that says what to do, checked by a strict model.

Every default stands here once and is printed by `warrant run --explain`. Names, never dotted paths:
a recipe cannot run code. An unknown key is an error with line, column and the nearest valid key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    BaseModel,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from warrant.errors import InputError
from warrant.flow.recipe_engine import EngineChoice
from warrant.flow.recipe_evaluate import Evaluate, Expect
from warrant.flow.recipe_fault import AdviceError, located
from warrant.flow.recipe_ocr import Ocr
from warrant.flow.recipe_rows import Part as _Part
from warrant.flow.recipe_rows import Rows, Text
from warrant.flow.recipe_source import SourcePart
from warrant.flow.recipe_split import Split
from warrant.flow.recipe_task import UNFIT, Input, Task, require_fitting
from warrant.flow.recipe_train import Costs, Train
from warrant.records.metric import metrics_of
from warrant.records.task import PRICED, WEIGHED
from warrant.records.yaml12 import load_yaml

StageOfUse = Literal["explore", "pilot", "production"]
Line = Annotated[int, Field(ge=1)]


class Use(_Part):
    """Who will rely on the model, and how much hangs on it."""

    stage: StageOfUse = "explore"
    """`explore` (not for decisions), `pilot` (one approver) or `production` (the whole pack)."""
    team: Literal["solo", "team"] = "solo"
    """Who works on it: one person or several."""
    impact: Literal["low", "high"] = "low"
    """What a wrong answer does; a pack may raise it, never lower it."""
    place: Text | None = None
    """Where this machine stands, in the words of `residency` under `rights`, such as EU."""


class Filter(_Part):
    """One filter of the list `curate`."""

    name: Text
    settings: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it


class Card(_Part):
    """What the card states besides what was measured."""

    licence: Text | None = None
    """Licence of the model itself (SPDX id); left out: not answered."""


class Deploy(_Part):
    """How the model is handed over."""

    target: Literal["bundle"] = "bundle"
    """One file with model, card, statements and proofs."""


class Recipe(_Part):
    """A whole recipe. Unknown keys are refused."""

    warrant: Literal[1]
    """Version of the recipe language."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Name of the model: small letters, digits, hyphens."""
    domain: Text | None = None
    """Guardrails, failure tests and card sections by name (`legal` …) or folder (`./mine`)."""
    use: Use = Use()
    """Stage of use, team, impact."""
    sources: Annotated[tuple[SourcePart, ...], Field(min_length=1)]
    """Where the documents are."""
    ocr: Ocr | None = None
    """How text is recognised on scans; `ocr: true` takes the defaults, left out: not at all."""
    rows: Rows = Rows()
    """What one row is."""
    curate: tuple[Filter, ...] = (Filter(name="drop_exact_duplicates"),)
    """Filters, in order."""
    inputs: tuple[Input, ...] = ()
    """The columns that the model reads; left out: the one text of `task: text:`."""
    task: Task
    """What the model answers."""
    split: Split = Split()
    """How rows are divided."""
    train: Train = Train()
    """How the model is trained."""
    costs: Costs | None = None
    """What errors cost."""
    expect: Expect | None = None
    """The author's prediction."""
    evaluate: Evaluate = Evaluate()
    """What is measured."""
    engine: EngineChoice = EngineChoice()
    """Where filters work on many rows."""
    guardrails: tuple[Text, ...] = ("core",)
    """Packs of rules that must hold."""
    card: Card = Card()
    """What the card states."""
    deploy: Deploy = Deploy()
    """How the model is handed over."""

    @property
    def reads(self) -> tuple[Input, ...]:
        """The columns that the model reads, in order."""
        return self.inputs or (Input.model_validate({"column": self.task.reads, "as": "text"}),)

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns of text among them; none in a task on a table."""
        return tuple(one.column for one in self.reads if one.read_as == "text")

    @field_validator("ocr", mode="before")
    @classmethod
    def _yes_means_defaults(cls, value: object) -> object:
        return {} if value is True else None if value is False else value

    @model_validator(mode="after")
    def _inputs_fit_the_task(self) -> Self:
        names = [one.column for one in self.inputs]
        for name, times in Counter(names).items():
            if times > 1:
                raise AdviceError(
                    f"the column {name!r} stands twice under inputs", "Take one of them out"
                )
            if name in (self.task.answer, *self.task.labels):
                raise AdviceError(
                    f"the column {name!r} is the answer and an input too",
                    "Take it out of inputs: the model would read the answer",
                )
        if names and "text" in self.task.model_fields_set and self.task.text not in self.texts:
            raise AdviceError(
                f"task.text names {self.task.text!r}, which is no text under inputs",
                "Take out `text` under task: the list inputs says what is read",
            )
        return self

    @model_validator(mode="after")
    def _all_fits_the_kind(self) -> Self:
        names = tuple(one.name for one in self.curate)
        require_fitting(self.task, self.reads, names, self.train.tier)
        self._near_duplicates_can_count_once(names)
        if self.train.challenge is not None and self.task.kind in UNFIT["auto"]:
            raise AdviceError(
                f"tiers are not compared for the task {self.task.kind!r}",
                "Take out challenge under train",
            )
        if self.task.kind in ("spans", "pairs", "choice") and "embeddings" in self.train.features:
            raise AdviceError(
                f"no model of the tier 'linear' reads embeddings for the task {self.task.kind!r}",
                "Take embeddings out of features under train",
            )
        return self

    def _near_duplicates_can_count_once(self, filters: tuple[str, ...]) -> None:
        if self.train.near_duplicates == "each":
            return
        if self.task.kind not in WEIGHED:
            raise AdviceError(
                f"near duplicates cannot be counted once in a task of kind {self.task.kind!r}",
                "Take `near_duplicates` out of `train`",
            )
        if "near_duplicates" not in filters:
            raise AdviceError(
                "near duplicates are counted once only where they are looked for",
                "Add under curate: - near_duplicates: {similarity: 0.8, action: group}",
            )

    @model_validator(mode="after")
    def _divides_a_text_that_is_read(self) -> Self:
        if self.rows.segment != "whole" and "text" not in self.texts:
            raise AdviceError(
                f"rows are {self.rows.segment} of the column 'text', which the model does not read",
                "Add under inputs: {column: text, as: text}",
            )
        return self

    @model_validator(mode="after")
    def _divided_in_one_way(self) -> Self:
        if self.split.held_out and (self.split.time is not None or self.given_parts):
            raise AdviceError(
                "the test is a site by `held_out`, and `time` or `part` say otherwise",
                "Keep one of them",
            )
        if self.split.time is not None and self.given_parts:
            raise AdviceError(
                "rows are divided by `time` under `split` and by `part` under `sources`",
                "Keep one of them",
            )
        return self

    @property
    def given_parts(self) -> tuple[Literal["train", "validation", "test"], ...]:
        """The parts that sources are marked with, each once."""
        return tuple(dict.fromkeys(one.part for one in self.sources if one.part is not None))

    @property
    def _named_figures(self) -> list[str]:
        said: list[str] = [one.metric for one in self.evaluate.plan if one.metric is not None]
        return [*said, *([self.expect.metric] if self.expect else [])]

    @model_validator(mode="after")
    def _figures_fit_the_task(self) -> Self:
        kind, known = self.task.kind, metrics_of(self.task.kind)
        for metric in self._named_figures:
            if metric not in known:
                raise AdviceError(
                    f"{metric!r} is no figure of the task {kind!r}",
                    f"Take one of these: {', '.join(known)}",
                )
        if self.costs is not None and kind not in PRICED:
            raise AdviceError(f"`costs` prices labels, and {kind!r} has none", "Take out `costs`")
        if self.costs is None and "cost_per_1000" in self._named_figures:
            raise AdviceError(
                "'cost_per_1000' is measured only where errors have prices",
                "Add for example: costs: {missed: {default: 50}, false_alarm: 5}",
            )
        self._promises_fit_the_task()
        if self.evaluate.convention == "lexglue" and kind != "multilabel":
            raise AdviceError(
                f"the convention 'lexglue' is for 'multilabel', and the task is {kind!r}",
                "Take `convention: lexglue` out of `evaluate`",
            )
        return self

    @model_validator(mode="after")
    def _slices_are_no_answer(self) -> Self:
        for name in self.evaluate.slices:
            if name in (self.task.answer, *self.task.labels):
                raise AdviceError(
                    f"the column {name!r} is the answer: a slice by it says what the figures of "
                    "each label say",
                    "Take it out of `slices` under `evaluate`",
                )
        return self

    def _promises_fit_the_task(self) -> None:
        kind, asked = self.task.kind, self.evaluate
        if asked.conformal is not None and kind not in _COVERED:
            raise AdviceError(
                f"`conformal` gives sets of labels or intervals, and {kind!r} has neither",
                "Take `conformal` out of `evaluate`",
            )
        if asked.risk is not None and kind not in _SINGLE:
            raise AdviceError(
                f"`risk` needs one label a row, and the task is {kind!r}",
                "Take `risk` out of `evaluate`",
            )
        if asked.risk is not None and self.costs is not None and self.costs.ask is not None:
            raise AdviceError(
                "`evaluate: risk` and `costs: ask` both say when a person is asked",
                "Take `risk` out of `evaluate`, or `ask` out of `costs`",
            )
        if asked.scorers and kind not in _COVERED:
            raise AdviceError(
                f"`scorers` compare labels or numbers, and {kind!r} has neither",
                "Take `scorers` out of `evaluate`",
            )


_SINGLE = ("binary", "multiclass", "pairs")
_COVERED = (*_SINGLE, "multilabel", "regression")


def read_recipe(path: Path) -> Recipe:
    """Read and check a recipe file.

    Args:
        path: the YAML file.

    Returns:
        The recipe with all defaults filled in.

    Raises:
        InputError: with line, column and what to write instead.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            f"There is no recipe at {str(path)!r}.",
            do=_other_workspace(path.parent),
        ) from None
    except NotADirectoryError:
        raise InputError(
            f"{str(path.parent)!r} is a file; a workspace is a folder.",
            do=f"Write {str(path.parent.parent)!r} in place of {str(path.parent)!r}.",
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name!r} is not UTF-8 text.", do="Save it as UTF-8.") from None
    return _parse_again(text, path.name)


def _other_workspace(root: Path) -> str:
    from warrant.flow.workspace import other_workspace

    return other_workspace(root)


@lru_cache(maxsize=16)
def _parse_again(text: str, source: str) -> Recipe:
    # A run reads its recipe at every step, and the model is immutable.
    return parse_recipe(text, source)


def parse_recipe(text: str, source: str = "recipe.yaml") -> Recipe:
    """Check a recipe's text.

    Args:
        text: YAML 1.2, core schema.
        source: file name for messages.

    Returns:
        The recipe with all defaults filled in.

    Raises:
        InputError: with line, column and what to write instead.
    """
    value, marks = load_yaml(text, source)
    if not isinstance(value, dict):
        raise InputError(f"{source!r} is empty or not a mapping.", do="Start it with: warrant: 1")
    if isinstance(value.get("curate"), list):
        filters = [_filter(entry) for entry in cast("list[Any]", value["curate"])]
        value = cast("dict[str, Any]", {**value, "curate": filters})
    evaluate = value.get("evaluate")
    if isinstance(evaluate, dict) and isinstance(evaluate.get("failure_tests"), list):
        listed = cast("list[Any]", evaluate["failure_tests"])
        tests = [_failure_test(entry) for entry in listed]
        value = cast("dict[str, Any]", {**value, "evaluate": {**evaluate, "failure_tests": tests}})
    try:
        return Recipe.model_validate(_tuples(value))
    except ValidationError as error:
        raise located(error, Recipe, marks) from None


def _filter(entry: object) -> object:
    if isinstance(entry, str):
        return {"name": entry}
    if isinstance(entry, dict) and len(entry) == 1:
        name, settings = next(iter(entry.items()))
        if isinstance(settings, list):
            settings = {"values": settings}
        return {"name": name, "settings": settings or {}}
    return entry


def _failure_test(entry: object) -> object:
    """Read a failure test as a filter is read: its name, or its name and settings."""
    named = _filter(entry)
    if isinstance(named, dict) and set(named) == {"name", "settings"}:
        return {"test": named["name"], "settings": named["settings"]}
    return {"test": entry} if isinstance(entry, str) else entry


def _tuples(value: object) -> object:
    """Give lists as tuples: the strict model is immutable."""
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return value


def explain_recipe(
    recipe: Recipe, answered: Mapping[str, str] | None = None
) -> list[tuple[str, str, str]]:
    """List every setting in force.

    Args:
        recipe: the recipe, with the answers in it.
        answered: who answered a setting that the recipe leaves open, by its dotted name.

    Returns:
        Rows of (dotted name, value, `set` or `default` or who answered), in the order of the
        language.
    """
    lines: list[tuple[str, str, str]] = []
    _explain(recipe, "", lines)
    said = answered or {}
    return [(name, value, said.get(name, origin)) for name, value, origin in lines]


def _explain(part: BaseModel, prefix: str, lines: list[tuple[str, str, str]]) -> None:
    for field, about in type(part).model_fields.items():
        value, name = getattr(part, field), about.alias or field
        origin = "set" if field in part.model_fields_set else "default"
        if isinstance(value, BaseModel):
            _explain(value, f"{prefix}{name}.", lines)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for position, item in enumerate(value):
                _explain(item, f"{prefix}{name}[{position}].", lines)
        else:
            lines.append((f"{prefix}{name}", _shown(field, value), origin))


_ASKED = frozenset({"licence", "origin", "train", "commercial", "expires", "special_category"})
"""Settings that a guardrail or the card asks for: left out, they are not answered."""


def _shown(field: str, value: object) -> str:
    if value is None:
        return "not answered" if field in _ASKED else "left out"
    if value == {}:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
