"""What will run: the steps in order, what each reads, and its settings from the recipe."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol, cast

from warrant.errors import InputError
from warrant.flow.addition import Addition, model_name
from warrant.flow.adopt.plan import adopt_config
from warrant.flow.plan_evaluate import evaluate_config
from warrant.flow.plan_train import train_config
from warrant.flow.protection_cost import has_trial
from warrant.kernel.digest import hash_file, u64
from warrant.records.base import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from warrant.flow.recipe import Filter, Recipe
    from warrant.flow.recipe_source import SourceRights
    from warrant.kernel.digest import Digest
    from warrant.records.claim import Plugin
    from warrant.records.interfaces import Desk, StageResult
    from warrant.stages.ingest import AnswersConfig, LabelsConfig, RightsConfig, RowsConfig
    from warrant.stages.split.config import RepeatsConfig


class Stage(Protocol):
    """What every `warrant.stages.NAME.step` module offers."""

    NAME: str
    """Of the stage."""
    VERSION: int
    """Raised whenever outputs may change."""

    def plugins(self, config: Any) -> Sequence[Plugin]:  # noqa: ANN401 (each stage its own)
        """Name what decides the result besides inputs and settings."""

    def run(
        self,
        inputs: Mapping[str, Digest],
        config: Any,  # noqa: ANN401 (each stage its own)
        desk: Desk,
    ) -> StageResult:
        """Compute."""


@dataclass(frozen=True)
class PlannedStep:
    """One step of the plan."""

    stage: str
    """Name of the stage."""
    inputs: Mapping[str, str]
    """Input name of the stage to the output, `stage/name`, that it reads."""
    load: Callable[[], Stage]
    """Imports the stage; only now are its libraries loaded."""
    configure: Callable[[Recipe, Addition], object]
    """Recipe and additions to the stage's configuration."""


def configuration_of(config: Any) -> dict[str, Any]:  # noqa: ANN401 (a dataclass)
    """Give a stage's settings as plain JSON, as they stand in statement and content key."""
    portable = config.portable() if hasattr(config, "portable") else config
    plain: dict[str, Any] = _plain(asdict(portable))
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, Record):
        return _plain(value.model_dump())
    return str(value)


def _ingest(recipe: Recipe, more: Addition) -> object:
    from warrant.flow.agreement import agreements_in, strictest, terms_of
    from warrant.flow.plan_ocr import ocr_of
    from warrant.stages.ingest import IngestConfig, MapConfig, SourceConfig

    known = agreements_in(more.root)
    held = [terms_of(part.licence, known) for part in recipe.sources]
    rights = [
        strictest(part.rights, terms) if terms else part.rights
        for part, terms in zip(recipe.sources, held, strict=True)
    ]
    sources = tuple(
        SourceConfig(
            path=part.path,
            metadata=part.metadata,
            worksheet=part.sheet,
            header=part.header,
            join_column=part.join,
            map=MapConfig(part.map.columns, part.map.codes, part.map.factors, part.map.zones),
            licence=part.licence,
            origin=part.origin,
            agreement=terms.digest if terms else None,
            rights=_rights(right),
            special_category=part.special_category,
            keep=part.keep,
            part=part.part,
        )
        for part, terms, right in zip(recipe.sources, held, rights, strict=True)
    )
    return IngestConfig(
        sources,
        folder=more.root,
        files=more.files,
        labels=_labels(recipe, more.sample),
        answers=_answers(recipe),
        sample=more.sample,
        rows=_rows(recipe),
        ocr=ocr_of(recipe),
    )


def _rights(said: SourceRights) -> RightsConfig:
    """Give what a source allows: without consent no training, whatever its owner says."""
    from warrant.flow.agreement import terms_in
    from warrant.stages.ingest import RightsConfig

    train = False if said.consent is False else said.train
    return RightsConfig(train, said.commercial, said.expires, terms_in(said))


def _rows(recipe: Recipe) -> RowsConfig:
    from warrant.stages.ingest import RowsConfig

    rows = recipe.rows
    if rows.one_per is None:
        return RowsConfig(rows.segment, rows.words, rows.overlap)
    return RowsConfig(
        one_per=rows.one_per,
        order_by=rows.order_by,
        label_at=rows.label_at,
        window_hours=rows.window_hours,
        labels=recipe.task.labels or (recipe.task.answer,),
    )


def _answers(recipe: Recipe) -> AnswersConfig | None:
    from warrant.stages.ingest import AnswersConfig

    task = recipe.task
    if task.kind not in ("spans", "choice", "generation"):
        return None
    return AnswersConfig(
        task.kind,
        task.answer,
        text=recipe.texts[0],
        tokens=task.tokens,
        options=task.options or "",
        count_from=task.count_from,
        messages=task.messages,
    )


def _labels(recipe: Recipe, sample: int | None) -> LabelsConfig | None:
    from warrant.stages.ingest import LabelsConfig

    task = recipe.task
    if task.kind != "multilabel":  # only a sample looks at the label: the documents need not know
        return LabelsConfig(task.answer) if sample else None
    return LabelsConfig(task.answer, task.labels, None if task.labels else task.separator)


def _written(recipe: Recipe) -> tuple[str, ...]:
    """Give the column of answers that are texts: what masks texts masks them too."""
    return (recipe.task.answer,) if recipe.task.kind == "generation" else ()


_LEARNING = frozenset({"correct_labels", "mask_personal_data"})
"""Filters that may learn from a file beside the recipe."""
_DATED = frozenset({"row_rights", "row_terms"})
"""Filters that judge as of a day: of others no result depends on it."""


def _curate(recipe: Recipe, more: Addition) -> object:
    from warrant.stages.curate import CurateConfig, FilterConfig

    day = {} if more.today is None else {"as_of": more.today}
    filters = tuple(
        FilterConfig(part.name, _asked(part, recipe, day) | _settings(part, more))
        for part in recipe.curate
    )
    return CurateConfig(
        text=next(iter(recipe.texts), None),
        more_texts=(*recipe.texts[1:], *_written(recipe)),
        alike=_alike(recipe),
        label=recipe.task.answer,
        filters=filters,
        folder=more.root,
    )


def _asked(part: Filter, recipe: Recipe, day: dict[str, str]) -> dict[str, Any]:
    """Give what a filter is asked though the recipe does not say it of this filter."""
    if part.name == "protect_table":
        return {"cost": True} if has_trial(recipe) else {}
    return day if part.name in _DATED else {}


def _settings(part: Filter, more: Addition) -> dict[str, Any]:
    """Give a filter's settings; where it learns from files, with a keyed digest of their bytes."""
    if part.name not in _LEARNING or more.keyed is None:
        return part.settings
    if part.name == "correct_labels":
        found: dict[str, Any] = _digested(part.settings, "file", more)
        return found
    settings = dict(part.settings)
    if isinstance(settings.get("learn"), dict):
        settings["learn"] = _digested(settings["learn"], "from", more)
    if isinstance(settings.get("recognisers"), list):
        settings["recognisers"] = [
            {name: _digested(said, "model", more) for name, said in entry.items()}
            if isinstance(entry, dict)
            else entry
            for entry in settings["recognisers"]
        ]
    return settings


def _digested(said: Any, key: str, more: Addition) -> Any:  # noqa: ANN401 - any YAML
    """Add the digest of a file, or of a folder's files; the filter says what is missing."""
    place = more.root / str(said.get(key, "")) if isinstance(said, dict) and said.get(key) else None
    if place is None or more.keyed is None or not place.exists():
        return said
    return said | {"digest": more.keyed(digest_of(place)).hex()}


def digest_of(place: Path) -> bytes:
    """Digest a file, or the files of a folder, that a filter learns from.

    Args:
        place: it exists.

    Returns:
        32 bytes over names and contents; the vault keys it before it is signed.
    """
    files = sorted(one for one in place.rglob("*") if one.is_file()) if place.is_dir() else [place]
    state = sha256()
    for one in files:
        name = one.relative_to(place).as_posix().encode()
        state.update(u64(len(name)) + name + hash_file(one).raw)
    return state.digest()


def _alike(recipe: Recipe) -> tuple[str, ...]:
    """Name what makes two rows copies: all that is read, in a task that reads a text.

    Two lines of a table without text may say the same and be two observations.
    """
    options = (recipe.task.options,) if recipe.task.options else ()
    return (*(one.column for one in recipe.reads), *options) if recipe.texts else ()


def _repeats(recipe: Recipe, root: Path) -> RepeatsConfig | None:
    """Give what is asked about training rows that repeat others; benchmarks by their digest."""
    from warrant.stages.split.config import Benchmark, RepeatsConfig

    asked = recipe.split.decontaminate
    if asked is None:
        return None
    benchmarks = []
    for one in asked.benchmarks:
        if not (root / one.path).is_file():
            raise InputError(
                f"There is no benchmark {one.path!r} beside the recipe.",
                do="Correct path under decontaminate in the recipe, or put the file there.",
            )
        digest = hash_file(root / one.path).hex
        benchmarks.append(Benchmark(one.name or one.path, one.path, one.column, digest))
    return RepeatsConfig(asked.similarity, tuple(benchmarks), root)


def _split(recipe: Recipe, more: Addition) -> object:
    from warrant.stages.split import SplitConfig

    adopted = recipe.train.adopt is not None
    return SplitConfig(
        label=recipe.task.answer,
        task=recipe.task.kind,
        label_separator=recipe.task.separator,
        alike=_alike(recipe),
        test=1.0 if adopted else recipe.split.test,
        validation=0.0 if adopted else recipe.split.validation,
        group=recipe.split.group,
        time=None if adopted else recipe.split.time,
        held_out=None if adopted else next(iter(recipe.split.held_out.items()), None),
        given=() if adopted else recipe.given_parts,
        seed=recipe.split.seed,
        decontaminate=None if adopted else _repeats(recipe, more.root),
        marks_clusters=recipe.train.near_duplicates == "once",
    )


def _report(recipe: Recipe, more: Addition) -> object:
    from warrant.flow.domain.settings import domain_of
    from warrant.stages.report import Answer, Expected, ReportConfig, Section, SourceAnswer

    domain = domain_of(recipe, more.root)

    return ReportConfig(
        name=model_name(recipe, more.sample),
        stage_of_use=recipe.use.stage,
        licence=recipe.card.licence,
        plan=more.plan,
        expected=Expected(*more.expected) if more.expected else None,
        answers=tuple(Answer(**answer) for answer in more.answers),
        source_answers=tuple(SourceAnswer(**asdict(one)) for one in more.said),
        domain=f"{domain.name} {domain.version}" if domain else None,
        sections=tuple(Section(one.title, one.questions) for one in domain.sections)
        if domain
        else (),
    )


def _deploy(recipe: Recipe, more: Addition) -> object:
    from warrant.stages.deploy import DeployConfig

    return DeployConfig(name=model_name(recipe, more.sample), stage_of_use=recipe.use.stage)


def _ingest_stage() -> Stage:
    from warrant.stages.ingest import step

    return cast("Stage", step)


def _curate_stage() -> Stage:
    from warrant.stages.curate import step

    return cast("Stage", step)


def _split_stage() -> Stage:
    from warrant.stages.split import step

    return cast("Stage", step)


def _train_stage() -> Stage:
    from warrant.stages.train import step

    return cast("Stage", step)


def _evaluate_stage() -> Stage:
    from warrant.stages.evaluate import step

    return cast("Stage", step)


def _report_stage() -> Stage:
    from warrant.stages.report import step

    return cast("Stage", step)


def _deploy_stage() -> Stage:
    from warrant.stages.deploy import step

    return cast("Stage", step)


def _adopt_stage() -> Stage:
    from warrant.stages.adopt import step

    return cast("Stage", step)


STEPS: tuple[PlannedStep, ...] = (
    PlannedStep("ingest", {}, _ingest_stage, _ingest),
    PlannedStep("curate", {"documents": "ingest/documents"}, _curate_stage, _curate),
    PlannedStep("split", {"rows": "curate/rows", "ledger": "curate/ledger"}, _split_stage, _split),
    PlannedStep(
        "train",
        {"train": "split/train", "validation": "split/validation"},
        _train_stage,
        train_config,
    ),
    PlannedStep(
        "evaluate", {"model": "train/model", "test": "split/test"}, _evaluate_stage, evaluate_config
    ),
    PlannedStep(
        "report",
        {
            "evaluation": "evaluate/evaluation",
            "model": "train/model",
            "claim-ingest": "ingest/claim",
            "claim-curate": "curate/claim",
            "claim-split": "split/claim",
            "claim-train": "train/claim",
            "documents": "ingest/documents",
            "rows": "curate/rows",
            "train": "split/train",
            "validation": "split/validation",
            "test": "split/test",
        },
        _report_stage,
        _report,
    ),
    PlannedStep(
        "deploy",
        {
            "card": "report/card",
            "evaluation": "evaluate/evaluation",
            "model": "train/model",
            "page": "report/page",
        },
        _deploy_stage,
        _deploy,
    ),
)
"""The main job, in order."""

_ADOPTION = PlannedStep("train", {"claim-ingest": "ingest/claim"}, _adopt_stage, adopt_config)
"""In place of training, where a model is taken over."""


def steps_of(recipe: Recipe) -> tuple[PlannedStep, ...]:
    """Give the steps of a recipe.

    Args:
        recipe: what to do.

    Returns:
        `STEPS`; where a model is taken over, nothing is trained.
    """
    if recipe.train.adopt is None:
        return STEPS
    return tuple(_ADOPTION if one.stage == "train" else one for one in STEPS)
