"""The story of curation: documents in, rows out, a decision for every row dropped or changed.

Law: rows out + decisions of kind `drop` = documents in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.engine import dataset_record, link_dataset, read_dataset, write_dataset
from warrant.errors import InputError
from warrant.records.claim import Claim, Link, Plugin
from warrant.records.interfaces import Desk, StageResult
from warrant.stages.curate.curation import Curation
from warrant.stages.curate.filter import FILTERS
from warrant.stages.curate.recogniser import RECOGNISERS, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from warrant.kernel.digest import Digest
    from warrant.records.dataset import Dataset
    from warrant.stages.curate.config import CurateConfig

NAME = "curate"
VERSION = 4
"""Raised whenever the same inputs and settings may give other outputs."""

INPUTS = ("documents",)
"""The dataset of ingest."""

_LIBRARIES = {
    "keep_languages": ("py3langid",),
    "presidio": ("presidio-analyzer", "spacy"),
    "token_classifier": ("transformers",),
}
"""Whose version may change what a filter or recogniser finds."""


def plugins(config: CurateConfig) -> tuple[Plugin, ...]:
    """Name what decides the result besides inputs and settings.

    Args:
        config: the settings of the run.

    Returns:
        The filters in order, and the recognisers of those that have some, with the versions of
        their distributions; then the libraries that these ask, where they are installed.
    """
    places = [(one.name, FILTERS.place(one.name)) for one in config.filters]
    libraries = {"scikit-learn" for one in config.filters if one.settings.get("learn")}
    for one in config.filters:
        listed = one.settings.get("recognisers", ())
        names = [Wanted.read(entry).name for entry in listed if isinstance(listed, (list, tuple))]
        places += [(name, RECOGNISERS.place(name)) for name in names]
    libraries |= {"scikit-learn" for one in config.filters if one.settings.get("cost") is True}
    libraries |= {library for name, _ in places for library in _LIBRARIES.get(name, ())}
    named = [(f"{place.distribution}:{name}", place.version) for name, place in places]
    named += [(name, found) for name in sorted(libraries) if (found := _version(name))]
    return tuple(Plugin(name=name, version=version) for name, version in named)


def _version(library: str) -> str:
    """Give a library's version; empty where it is not installed, as the filter itself will say."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def run(inputs: Mapping[str, Digest], config: CurateConfig, desk: Desk) -> StageResult:
    """Make rows of documents and keep those that have a text and that every filter keeps.

    Args:
        inputs: manifest of the dataset `documents`.
        config: the settings of the run.
        desk: the store and its like.

    Returns:
        Outputs `rows` (dataset with the columns of the input) and `ledger` (decisions).

    Raises:
        InputError: when a filter is unknown, its settings do not fit, or the column is missing.
    """
    source = inputs["documents"]
    record = dataset_record(desk.store, source)
    names = [column.name for column in record.columns]
    _require_columns(config, record)
    curation = Curation(config, config.label if config.label in names else None, desk)
    curation.require(names)
    _require_beside(curation.beside(), names)
    _require_days(curation.changed_beside(), record)
    counts: dict[str, int] = {}
    batches = curation.rows(read_dataset(desk.store, source), record.rows, counts)
    rows = write_dataset(desk, "rows", record.columns, batches, counts, sample=record.sample)
    kept = rows.record.rows
    ledger = curation.ledger.finish(desk.store, source, record.rows, kept)
    claim = Claim(
        stage=NAME,
        version=VERSION,
        inputs=(link_dataset(desk.store, "documents", source),),
        outputs=(rows.link(), Link(name="ledger", digest=ledger.hex)),
        counts={
            **curation.ledger.counts,
            "documents": record.rows,
            "kept": kept,
            "dropped": record.rows - kept,
        },
        plugins=plugins(config),
        measures=curation.measures(),
    )
    return StageResult({"rows": rows.manifest, "ledger": ledger}, claim)


def _require_columns(config: CurateConfig, record: Dataset) -> None:
    types = {column.name: column.type for column in record.columns}
    texts = config.texts
    for name in dict.fromkeys((*texts, *config.alike)):
        if name not in types:
            raise InputError(
                f"The documents have no column {name!r}; they have: {', '.join(types)}.",
                do="Correct `text` under `task`, or `inputs`, in the recipe.",
            )
        if name in texts and types[name] != "text":
            raise InputError(
                f"Column {name!r} is read as text, and its cells are of the type {types[name]!r}.",
                do=f"Name it under `inputs` in the recipe, for example: "
                f"{{column: {name}, as: category}}",
            )


def _require_beside(wanted: Iterable[str], names: Sequence[str]) -> None:
    for name in wanted:
        if name not in names:
            raise InputError(
                f"The documents have no column {name!r}; they have: {', '.join(names)}.",
                do="Correct `names` or `shift_dates` under `mask_personal_data` in the recipe.",
            )


def _require_days(wanted: Iterable[str], record: Dataset) -> None:
    types = {column.name: column.type for column in record.columns}
    for name in wanted:
        if types[name] not in ("date", "instant", "text"):
            raise InputError(
                f"Column {name!r} holds no days; its cells are of the type {types[name]!r}.",
                do="Take it out of `columns` of `shift_dates` in the recipe.",
            )
