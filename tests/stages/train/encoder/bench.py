"""A small encoder and rows that it can learn, for tests of its training."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.models.base.tiny import WORDS
from warrant.errors import WarrantError
from warrant.models import InputColumn
from warrant.models.examples import Examples
from warrant.models.places import Span
from warrant.stages.train import BaseConfig, Job, TrainConfig
from warrant.stages.train.encoder.config import EncoderConfig

KINDS = ("lease", "loan", "will")


def examples(count: int = 24, *, first: int = 0) -> Examples:
    """Give rows whose label stands in the text, and a column that tells a number."""
    texts, labels, amounts = [], [], []
    for at in range(first, first + count):
        kind = KINDS[at % 3]
        some = " ".join(WORDS[(at * step) % len(WORDS)] for step in range(1, at % 7 + 2))
        texts.append(f"{some} {kind} house" if at % 2 else f"the {kind} {some}")
        labels.append((kind,))
        amounts.append(10 * (at % 3) + at % 2)
    return Examples(
        {"text": texts, "amount": amounts},  # type: ignore[dict-item]
        labels,
        list(range(count)),
        [bytes([at % 250, at // 250]) for at in range(first, first + count)],
    )


def config_of(tiny: Path, **settings: Any) -> TrainConfig:  # noqa: ANN401 - of two classes
    """Give the settings of a run; those that `EncoderConfig` has go there."""
    own = {name: settings.pop(name) for name in list(settings) if hasattr(EncoderConfig(), name)}
    own = {"epochs": 3, "batch": 8, "learning_rate": 1e-2} | own
    return TrainConfig(
        name="tiny",
        label="kind",
        tier="encoder",
        base=BaseConfig("tiny", root=tiny.parent),
        encoder=EncoderConfig(**own),
        **settings,
    )


def job_of(
    config: TrainConfig,
    folder: Path,
    *,
    checkpoints: Path | None = None,
    stop: Callable[[], WarrantError | None] = lambda: None,
    validation: Examples | None = None,
    train: Examples | None = None,
) -> Job:
    """Give a job whose model goes into a new folder."""
    folder.mkdir(parents=True)
    if checkpoints is not None:
        checkpoints.mkdir(exist_ok=True)
    given = examples(12, first=60) if validation is None else validation
    return Job(
        train=examples() if train is None else train,
        validation=given,
        config=config,
        folder=folder,
        progress=lambda _done, _total, _unit: None,
        checkpoints=checkpoints,
        stop=stop,
    )


def with_columns(config: TrainConfig) -> TrainConfig:
    """Read the amount beside the text."""
    return replace(config, inputs=(InputColumn("text"), InputColumn("amount", "number")))


def files_of(folder: Path) -> dict[str, bytes]:
    """Give the bytes of a model, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def places(count: int = 24, *, first: int = 0, long: bool = False) -> Examples:
    """Give rows in which a kind of paper is marked wherever it stands, with the word after it."""
    rows = examples(count, first=first)
    texts = [f"{text} of {text} and bank." * (3 if long else 1) for text in rows.columns["text"]]
    spans = [
        tuple(
            Span(found.start(), found.end(), "paper" if found[1] != "will" else "last")
            for found in re.finditer(r"\b(lease|loan|will)\b( house)?", text)
        )
        for text in texts
    ]
    labels = [tuple(sorted({one.label for one in row})) for row in spans]
    return replace(rows, columns={"text": texts}, labels=labels, spans=spans)


def choices(count: int = 24, *, first: int = 0) -> Examples:
    """Give rows whose right option is the one that speaks of a will; some have three options."""
    rows = examples(count, first=first)
    texts, options, labels = [], [], []
    for at, text in enumerate(rows.columns["text"], first):
        some = ["the rent of a house", f"a loan {at}", "money"][: 2 + at % 2]
        right = at % len(some)
        some[right] = f"the will {some[right]}"
        texts.append(f"which {text}")
        options.append(some if at % 3 else json.dumps(some))
        labels.append(("ABC"[right],))
    return replace(rows, columns={"text": texts, "options": options}, labels=labels)  # type: ignore[dict-item]


def of_places(config: TrainConfig) -> TrainConfig:
    """Find places."""
    return replace(config, task="spans")


def of_choices(config: TrainConfig) -> TrainConfig:
    """Choose one of the row's options."""
    reads = (InputColumn("text"), InputColumn("options", "options"))
    return replace(config, task="choice", inputs=reads)
