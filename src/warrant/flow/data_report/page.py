"""Gathering what the page tells, and writing it: every figure is of a signed claim or ledger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from warrant.engine import dataset_record, read_dataset, read_ledger
from warrant.errors import InputError
from warrant.flow.data_report.bars import Bar, draw
from warrant.flow.data_report.pairs import Pair, read_pairs
from warrant.flow.data_report.rules import read_rules
from warrant.flow.data_report.scans import read_scans
from warrant.flow.datasets import versions
from warrant.flow.dropped import drops
from warrant.flow.licences import obligations
from warrant.flow.recipe import read_recipe
from warrant.flow.story import unread
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.identifiers import SAFE_HARBOR
from warrant.records.metric import METRICS
from warrant.stages.report.page import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.flow.index import Entry
    from warrant.flow.workspace import Workspace
    from warrant.records.source import AnySource

PARTS = ("train", "validation", "test")

_MASKING = "mask_personal_data"
_VALUE = re.compile(r"; value: [^.]*\.")
_COMPARING = "near_duplicates"
_LABELS = 40
"""Labels in the plot; the rest is counted together."""
_FILES = 50
"""Files without text that are listed."""
_BORDERS = (0, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000)
_LEAKAGE = {
    "shared_rows_train_test": "Rows that stand in both training and test",
    "shared_clusters_train_test": "Texts that stand in both training and test",
    "shared_rows_train_validation": "Rows that stand in both training and validation",
    "shared_clusters_train_validation": "Texts that stand in both training and validation",
    "test_rows_older_than_training": "Test rows older than the newest training row",
}


class Made(NamedTuple):
    """What one stage has signed."""

    entry: Entry
    """Of the latest step."""
    claim: Claim
    """What it says of itself."""
    outputs: Mapping[str, Digest]
    """By name."""
    inputs: Mapping[str, Digest]
    """By name."""


def render_report(workspace: Workspace, *, with_text: bool = True) -> str:
    """Write the page.

    Args:
        workspace: whose latest steps are told.
        with_text: show words of rows that are nearly the same, where nothing forbids it.

    Returns:
        HTML, complete in itself, without a script and without anything to fetch.

    Raises:
        InputError: if no rows were made yet.
    """
    import jinja2  # dear to import, and only pages need it

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("warrant.flow.data_report"),
                jinja2.PackageLoader("warrant.stages.report"),
            ]
        ),
        undefined=jinja2.StrictUndefined,
        finalize=write,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    return environment.get_template("data.html.jinja").render(**_facts(workspace, with_text))


def _facts(workspace: Workspace, with_text: bool) -> dict[str, Any]:  # noqa: FBT001 - asked above
    ingest, curate = _made(workspace, "ingest"), _made(workspace, "curate")
    if ingest is None or curate is None:
        raise InputError("This workspace has no rows yet.", do=f"Run: warrant run {workspace.root}")
    split = _made(workspace, "split")
    sources = ingest.claim.sources
    forbidden = is_forbidden(sources)
    text = _text_column(workspace, curate) if with_text and not forbidden else None
    pairs, pair_count = read_pairs(workspace, curate.outputs, curate.inputs["documents"], text)
    rules = read_rules(workspace, curate.entry, curate.outputs["ledger"])
    size, root = workspace.log.head()
    return {
        "name": _title(workspace),
        "size": size,
        "checkpoint": root.hex(),
        "counts": _counts(workspace, ingest, curate, split),
        "recorded": _day(curate.entry.recorded_at),
        "rules": rules,
        "drops": [one._replace(words=_short(one.words)) for one in drops(workspace).reasons],
        "other": _other(workspace, ingest) + _other(workspace, curate),
        "unread": unread(workspace)[:_FILES],
        "unread_count": len(unread(workspace)),
        "scans": read_scans(workspace, ingest.entry, ingest.outputs),
        "lengths": _lengths(workspace, curate),
        "labels": _labels(split),
        "compared": any(one.name == _COMPARING for one in rules),
        "pairs": pairs,
        "pair_count": pair_count,
        "withheld": _withheld(pairs, with_text=with_text, forbidden=forbidden),
        "personal": _personal(workspace, curate),
        "recognisers": curate.claim.measures.get("personal_data_recognisers"),
        "harbour": _harbour(curate),
        "sources": sources,
        "obligations": obligations(workspace),
        "leakage": _leakage(split),
        "versions": [(one, _day(one.recorded_at)) for one in versions(workspace)],
        "table": _table(curate),
    }


def _title(workspace: Workspace) -> str:
    """Give the name that the recipe has; that of the folder while the recipe cannot be read."""
    try:
        return read_recipe(workspace.recipe_path).name
    except InputError:
        return workspace.root.resolve().name


def is_forbidden(sources: Sequence[AnySource]) -> bool:
    """Say whether no word of a row may be shown.

    Args:
        sources: as they were signed.

    Returns:
        True when one holds special categories of personal data, or nobody has answered.
    """
    return any(source.special_category is not False for source in sources)


def _made(workspace: Workspace, stage: str) -> Made | None:
    entry = workspace.index.latest(stage)
    if entry is None:
        return None
    links = {
        way: {
            name: Digest.from_hex(digest)
            for name, digest in workspace.index.links(entry.position, way).items()
        }
        for way in ("subject", "dependency")
    }
    claim = Claim.from_bytes(workspace.store.get(links["subject"]["claim"]))
    return Made(entry, claim, links["subject"], links["dependency"])


def _text_column(workspace: Workspace, curate: Made) -> str | None:
    """Give the column that curation compared, or the longest text of the rows."""
    from warrant.flow.people import statement_of

    definition = statement_of(workspace, curate.entry).predicate["buildDefinition"]
    named = definition["externalParameters"]["configuration"].get("text")
    columns = dataset_record(workspace.store, curate.outputs["rows"]).columns
    texts = [one.name for one in columns if one.type == "text"]
    return named if named in texts else next(iter(texts), None)


def _day(instant: str) -> str:
    """Write an instant as people write it: `29 November 2026, 19:21 UTC`."""
    from datetime import datetime

    moment = datetime.fromisoformat(instant)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _short(words: str) -> str:
    """Leave out what a ledger's line says of its value, which the page does not show."""
    return _VALUE.sub(".", words)


def _table(curate: Made) -> Mapping[str, Any] | None:
    """Give what the rows of a table show, and what hiding them costs; None where none was."""
    head = "table_"
    told = {
        name.removeprefix(head): value
        for name, value in curate.claim.measures.items()
        if name.startswith(head)
    }
    metric = METRICS.get(str(told.get("cost_metric")))
    return (told | {"cost_metric": metric.words} if metric else told) or None


def _counts(
    workspace: Workspace, ingest: Made, curate: Made, split: Made | None
) -> list[tuple[str, int, str]]:
    """Follow the rows from the files to the three parts; a document may give several."""
    read = sum(source.documents for source in ingest.claim.sources)
    made = {
        name: dataset_record(workspace.store, step.outputs[name]).rows
        for step in (ingest, curate, split)
        for name in ("documents", "rows", *PARTS)
        if step is not None and name in step.outputs
    }
    words = {
        "documents": "documents read" if read == made["documents"] else "rows made of them",
        "rows": "rows kept by curation",
        "train": "rows for training",
        "validation": "rows for validation",
        "test": "rows for the test",
    }
    entries = {"documents": ingest, "rows": curate} | dict.fromkeys(PARTS, split)
    told = [
        (words[name], rows, f"log entry {step.entry.position}" if (step := entries[name]) else "")
        for name, rows in made.items()
    ]
    first = [("documents read", read, told[0][2])]
    return told if read == made["documents"] else first + told


def _other(workspace: Workspace, step: Made) -> list[tuple[str, str, int]]:
    """Count what was changed or noted of rows that stayed; personal data has its own table."""
    counted = _by_reason(workspace, step)
    return [
        (reason.kind, _short(reason.told), rows)
        for reason, rows, _ in counted
        if reason.kind != "drop" and reason.rule != _MASKING
    ]


def _by_reason(workspace: Workspace, step: Made) -> list[tuple[Any, int, float]]:
    """Give reasons with their lines and the sum of what was measured."""
    lines = read_ledger(workspace.store, step.outputs["ledger"])
    rows: dict[str, int] = {}
    sums: dict[str, float] = {}
    for one in lines.decisions():
        rows[one.code] = rows.get(one.code, 0) + 1
        sums[one.code] = sums.get(one.code, 0.0) + (one.value or 0.0)
    return [
        (reason, rows[reason.code], sums[reason.code])
        for reason in lines.header.reasons
        if reason.code in rows
    ]


def _personal(workspace: Workspace, curate: Made) -> list[tuple[str, int, int]]:
    """Give what was masked, by kind: words, places, rows."""
    return [
        (reason.words.partition(":")[0], round(total), rows)
        for reason, rows, total in _by_reason(workspace, curate)
        if reason.rule == _MASKING
    ]


def _harbour(curate: Made) -> list[tuple[str, str, str]]:
    measures = curate.claim.measures
    return [
        (letter, words, str(measures[f"safe_harbor_{letter}"]))
        for letter, words in SAFE_HARBOR.items()
        if f"safe_harbor_{letter}" in measures
    ]


def _lengths(workspace: Workspace, curate: Made) -> tuple[Markup, str] | None:
    """Draw how many words the rows have."""
    import pyarrow.compute as pc

    column = _text_column(workspace, curate)
    if column is None:
        return None
    counts = [0] * len(_BORDERS)
    for batch in read_dataset(workspace.store, curate.outputs["rows"], [column]):
        words = pc.count_substring_regex(batch.column(column), r"\S+").drop_null()
        for count in words.to_pylist():
            counts[max(at for at, border in enumerate(_BORDERS) if border <= count)] += 1
    used = [at for at, count in enumerate(counts) if count]
    if not used:
        return None
    bars = [Bar(_between(at), (counts[at],)) for at in range(min(used), max(used) + 1)]
    title = f"Rows by the number of words in {column!r}"
    return Markup(draw(bars, title)), column  # noqa: S704 - our own drawing, names escaped


def _between(at: int) -> str:
    low = _BORDERS[at]
    if at + 1 == len(_BORDERS):
        return f"{low:,} words and more"
    return f"{low:,} to {_BORDERS[at + 1] - 1:,} words"


def _labels(split: Made | None) -> tuple[Markup, int] | None:
    """Draw how often each label stands in each part, as the claim of split counted."""
    if split is None:
        return None
    found: dict[str, list[int]] = {}
    for number, part in enumerate(PARTS):
        head = f"label_rows_{part}: "
        for name, value in split.claim.measures.items():
            if name.startswith(head) and isinstance(value, int):
                found.setdefault(name.removeprefix(head), [0, 0, 0])[number] = value
    ordered = sorted(found.items(), key=lambda one: (-sum(one[1]), one[0]))
    if not ordered:
        return None
    bars = [Bar(name, tuple(parts)) for name, parts in ordered[:_LABELS]]
    svg = draw(bars, "Rows by label, in training, validation and test", PARTS)
    return Markup(svg), max(len(ordered) - _LABELS, 0)  # noqa: S704 - as above


def _leakage(split: Made | None) -> list[tuple[str, int]]:
    if split is None:
        return []
    measures = split.claim.measures
    found = [
        (words, value)
        for name, words in _LEAKAGE.items()
        if isinstance(value := measures.get(name), int)
    ]
    dropped = split.claim.counts
    return found + [
        (words, dropped[code])
        for code, words in (
            ("crosses_parts", "Rows left out because they would stand in two parts"),
            ("repeats_held_out", "Training rows left out because they repeat test or validation"),
            ("repeats_benchmark", "Training rows left out because they repeat a named benchmark"),
        )
        if code in dropped
    ]


def _withheld(pairs: list[Pair], *, with_text: bool, forbidden: bool) -> str:
    """Say why some texts are not shown."""
    if not pairs:
        return ""
    if not with_text:
        return "No text of a row is shown: the page was asked for without."
    if forbidden:
        return (
            "No text of a row is shown: a source holds special categories of personal data, or "
            "nobody has answered whether it does."
        )
    if any(pair.sides is None for pair in pairs):
        return "Of a row that was dropped no text is shown: it was never masked."
    return ""
