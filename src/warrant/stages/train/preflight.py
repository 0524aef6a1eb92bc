"""What is looked at before training, whatever the backend: a stop here costs seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrant.errors import InputError
from warrant.stages.train.backend import Finding
from warrant.stages.train.columns import column_findings
from warrant.stages.train.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from warrant.models.examples import Examples
    from warrant.stages.train.config import TrainConfig

FEWEST_OF_A_LABEL = 2
"""A label of one document cannot be learnt, and would carry that document into the model."""


def check_examples(train: Examples, config: TrainConfig) -> list[Finding]:
    """Look at labels, texts and other columns.

    Args:
        train: rows to learn from.
        config: the settings of the run.

    Returns:
        Findings in plain words; cells are never quoted, rows are named by position.
    """
    if not len(train):
        return [_no_rows(train, config)]
    look = {"regression": _number_findings, "generation": _text_answers, "choice": _choices}
    return [
        *look.get(config.task, _label_findings)(train, config),
        *_text_findings(train, config),
        *column_findings(train, config.inputs),
    ]


def raise_errors(findings: Iterable[Finding]) -> None:
    """Stop at the errors among the findings, all of them in one message.

    Args:
        findings: errors and warnings.

    Raises:
        InputError: when one of them is an error.
    """
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise InputError(
            " ".join(finding.what for finding in errors),
            do=" ".join(dict.fromkeys(finding.do for finding in errors)),
        )


def warning_measures(findings: Iterable[Finding]) -> dict[str, str]:
    """Give what the claim keeps of warnings, so that whoever trains reads them.

    Args:
        findings: errors and warnings.

    Returns:
        What is said and what to do, by `warning: CODE`.
    """
    return {
        f"warning: {one.code}": f"{one.what} {one.do}"
        for one in findings
        if one.severity == "warning"
    }


def _error(code: str, what: str, do: str) -> Finding:
    return Finding("error", what, do, code)


def _no_rows(train: Examples, config: TrainConfig) -> Finding:
    return _error(
        "no-label",
        f"No row to train on has a label: column {config.label!r} is empty in all "
        f"{train.without_label} rows.",
        do="Fill in the column, name another one under `task:`, or check how sheet and files join.",
    )


def _few(labels: int) -> str:
    return ("no label", "one label")[labels]


def _label_findings(train: Examples, config: TrainConfig) -> list[Finding]:
    documents = _documents(train)
    needed = _needed(config)
    if len(documents) < needed:
        return [
            _error(
                "one-label" if documents else "no-label",
                f"Column {config.label!r} holds {_few(len(documents))} in {len(train)} rows; "
                f"a model needs at least {needed} to tell apart.",
                do="Write under task: label: COLUMN, or add documents with another label."
                if len(train) >= _ENOUGH
                else "Add documents with their labels: a handful cannot be learnt from.",
            )
        ]
    if config.task == "binary" and len(documents) != 2:
        return [
            _error(
                "not-binary",
                f"Column {config.label!r} holds {len(documents)} labels; a binary task has 2.",
                do="Write `kind: multiclass` under `task:`.",
            )
        ]
    rare = rare_labels(train)
    return [_rare(rare, train, config)] if rare else []


def _needed(config: TrainConfig) -> int:
    """Give how many labels there must be: where a row may have none, one is enough."""
    return 1 if config.task in ("multilabel", "spans") else 2


def _text_answers(train: Examples, config: TrainConfig) -> list[Finding]:
    """Look at texts to be written: one that is the same in all rows teaches nothing."""
    if len({row[0] for row in train.labels}) > 1:
        return []
    return [
        _error(
            "one-answer",
            f"Column {config.label!r} holds one text in all {len(train)} training rows.",
            do="Add rows with other answers, or name another column under `task:`.",
        )
    ]


def _choices(train: Examples, config: TrainConfig) -> list[Finding]:
    """Look where the right options stand: always at one place, they teach the place."""
    if len({row[0] for row in train.labels}) > 1:
        return []
    return [
        _error(
            "one-place",
            f"The right option is the same one of each row in all {len(train)} training rows.",
            do=f"Put the options of each row in another order, and correct {config.label!r}.",
        )
    ]


def number_findings(rows: Examples, config: TrainConfig, part: str) -> list[Finding]:
    """Look for answers of a `regression` that are no numbers: no figure could be computed.

    Args:
        rows: with one label each.
        config: names the column.
        part: `training` or `validation`, for the message.

    Returns:
        An error where there are some; rows are named by position.
    """
    values = numbers_of(rows)
    wrong = np.flatnonzero(np.isnan(values)).tolist()
    if wrong:
        shown = ", ".join(str(rows.positions[at] + 1) for at in wrong[:5])
        more = ", …" if len(wrong) > 5 else ""
        return [
            _error(
                "no-number",
                f"Column {config.label!r} holds no number in {len(wrong)} of {len(rows)} rows "
                f"(see {part} rows {shown}{more}).",
                do="Correct these cells, or write another `kind:` than regression under `task:`.",
            )
        ]
    return []


def _number_findings(train: Examples, config: TrainConfig) -> list[Finding]:
    if found := number_findings(train, config, "training"):
        return found
    values = numbers_of(train)
    if len(set(values.tolist())) < 2:
        return [
            _error(
                "one-number",
                f"Column {config.label!r} holds one number in all {len(train)} training rows; "
                "there is nothing to tell apart.",
                do="Add documents with other numbers, or name another column under `task:`.",
            )
        ]
    return []


_ENOUGH = 10
"""With fewer rows than this, more of them are wanted first."""


def rare_labels(train: Examples) -> list[str]:
    """List the labels that are not learnt, since too few documents carry them.

    Args:
        train: rows to learn from.

    Returns:
        Labels of fewer than `FEWEST_OF_A_LABEL` documents, sorted.
    """
    documents = _documents(train)
    return sorted(name for name, found in documents.items() if len(found) < FEWEST_OF_A_LABEL)


def _documents(train: Examples) -> dict[str, set[bytes]]:
    documents: dict[str, set[bytes]] = {}
    for labels, document in zip(train.labels, train.documents, strict=True):
        for label in labels:
            documents.setdefault(label, set()).add(document)
    return documents


def _rare(rare: Collection[str], train: Examples, config: TrainConfig) -> Finding:
    labels = len(_documents(train))
    hits = [
        position + 1
        for found, position in zip(train.labels, train.positions, strict=True)
        if not set(rare).isdisjoint(found)
    ]
    shown = ", ".join(str(position) for position in hits[:5]) + (", …" if len(hits) > 5 else "")
    what = (
        f"{len(rare)} of the {labels} labels in column {config.label!r} have fewer than "
        f"{FEWEST_OF_A_LABEL} documents among the training rows (see training rows {shown})"
    )
    needed = _needed(config)
    if labels - len(rare) < needed:
        do = "Write under task: label: COLUMN, the one of answers: most labels occur once."
        if len(rare) < labels:
            do = "Add documents for them, or keep fewer for the test: 'test' under 'split'."
        return _error("rare-labels", f"{what}.", do)
    return Finding(
        "warning",
        f"{what}: they are not learnt, and count as wrong where the test has them.",
        do="Add documents for these labels, or merge them with others.",
        code="rare-labels",
    )


def _text_findings(train: Examples, config: TrainConfig) -> list[Finding]:
    if not config.texts:
        return []
    findings = []
    do = "Name the column that holds the text under `task: text:`."
    for name in config.texts:
        kinds = {type(cell).__name__ for cell in train.columns[name] if cell is not None}
        if wrong := sorted(kinds - {"str"}):
            findings.append(_error("not-text", f"Column {name!r} holds {wrong[0]}, not text.", do))
    rows = zip(*(train.columns[name] for name in config.texts), strict=True)
    empty = sum(not any(str(cell or "").strip() for cell in row) for row in rows)
    if empty == len(train):
        names = ", ".join(repr(name) for name in config.texts)
        what = f"All {len(train)} training rows are empty in {names}."
        findings.append(_error("no-text", what, do))
    elif empty:
        what = f"{empty} training rows have no text."
        findings.append(Finding("warning", what, "Drop them while curating.", "empty-text"))
    return findings
