"""How far the estimate before a run holds: generated rows of differing size, trained for real.

Each case is trained in a process of its own. Its estimate is made there too, as `plan --cost` makes
it: from the rows, a probe of a twentieth of a second and a rehearsal on some of the rows.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

WORDS = 20_000


@dataclass(frozen=True)
class Case:
    """One table of rows to train on."""

    tier: str
    """Of the model."""
    task: str
    """What is answered."""
    rows: int
    """Of training; a tenth more are for validation."""
    words: int
    """Of each text; 0 for none."""
    numbers: int
    """Columns of numbers."""
    labels: int
    """Different answers; 0 for numbers."""
    seed: int = 7
    """Of the rows."""


def generate(case: Case, rows: int, seed: int) -> Any:  # noqa: ANN401 - Examples, loaded late
    """Make rows whose words and numbers tell of their label, not always."""
    from warrant.models.examples import Examples

    chance = random.Random(seed)
    columns: dict[str, list[object]] = {f"n{place}": [] for place in range(case.numbers)}
    if case.words:
        columns["text"] = []
    labels: list[tuple[str, ...]] = []
    for _ in range(rows):
        which = chance.randrange(max(case.labels, 10))
        for place in range(case.numbers):
            columns[f"n{place}"].append(round(chance.gauss(which if place % 3 == 0 else 0, 2), 3))
        if case.words:
            length = max(1, int(chance.expovariate(1 / case.words)))
            drawn = [f"w{int(WORDS ** chance.random())}" for _ in range(length)]
            drawn += [f"t{which}x{chance.randrange(6)}" for _ in range(1 + length // 12)]
            columns["text"].append(" ".join(drawn))
        labels.append(_answer(case, which, chance))
    documents = [f"{seed}/{place}".encode() for place in range(rows)]
    return Examples(columns, labels, list(range(rows)), documents)


def _answer(case: Case, which: int, chance: random.Random) -> tuple[str, ...]:
    if case.task == "regression":
        return (str(round(which + chance.gauss(0, 1), 3)),)
    if chance.random() < 0.05:
        which = chance.randrange(case.labels)
    if case.task == "multilabel":
        others = [one for one in range(case.labels) if chance.random() < 1 / case.labels]
        return tuple(sorted({f"l{one % case.labels}" for one in (which, *others)}))
    return (f"l{which % case.labels}",)


def train(case: Case) -> dict[str, float]:
    """Estimate and train one case here, and say how both came out."""
    from warrant.models import InputColumn
    from warrant.stages.train import TrainConfig

    found, unseen = (
        generate(case, case.rows, case.seed),
        generate(case, max(case.rows // 10, 20), 99),
    )
    names = [InputColumn(name, "text" if name == "text" else "number") for name in found.columns]
    config = TrainConfig("case", "label", case.task, tuple(names), tier=case.tier)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as base:
        return _trained(_with_base(config, case, Path(base)), case, found, unseen)


def _with_base(config: Any, case: Case, folder: Path) -> Any:  # noqa: ANN401 - TrainConfig
    """Name the base of tiers that have one: one in a wheel, or one made on the spot."""
    from warrant.stages.train import BaseConfig, CausalConfig
    from warrant.stages.train.encoder.config import EncoderConfig

    method = "lora" if case.numbers else "full"
    if case.tier == "encoder":
        from warrant.models.base import find_base

        base = BaseConfig("minilm", digest=find_base("minilm", Path()).record.digest)
        return replace(config, base=base, encoder=EncoderConfig(method=method, epochs=2))
    if case.tier == "causal":
        from tests.causal_base import write_llama

        write_llama(folder / "llama", [f"w{place}" for place in range(200)], vocabulary=400)
        own = CausalConfig(method=method, epochs=2, length=256, batch=4, rank=4, answer=4)
        return replace(config, base=BaseConfig("llama", root=folder), causal=own, length=256)
    return config


def _trained(config: Any, case: Case, found: Any, unseen: Any) -> dict[str, float]:  # noqa: ANN401
    """Estimate and train."""
    import resource

    from warrant.flow.cost.priced import cost_here
    from warrant.records.interfaces import go_on
    from warrant.stages.train import TRAINERS, Job, rehearse
    from warrant.stages.train.leaks import check_leaks
    from warrant.stages.train.preflight import check_examples

    trainer = TRAINERS.load(case.tier)()
    here, began = trainer.probe(), process_time()
    stats = rehearse(trainer, found, config, trainer.measure(found, config), here)
    told = cost_here(trainer.estimate(config, stats, here), 0.0)
    rehearsed = process_time() - began
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = perf_counter(), process_time()
        assert not [one for one in check_examples(found, config) if one.severity == "error"]
        check_leaks(found, config.inputs, config.task, config.label_at, config.accepted_leaks)
        trainer.run(Job(found, unseen, config, Path(folder), lambda *_: None, stop=go_on))
        wall, cpu = perf_counter() - wall, process_time() - cpu
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "took_s": min(wall, cpu),
        "rehearsed_s": rehearsed,
        "low_s": told.seconds.low,
        "expected_s": told.seconds.expected,
        "high_s": told.seconds.high,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0,
        "before": before * 1024.0,
        "peak_low": told.peak_bytes.low,
        "peak_high": told.peak_bytes.high,
        "tokens": stats.tokens,
        "characters": stats.characters,
        "speed": here.characters_per_s or 0.0,
    }


def apart(case: Case) -> dict[str, float]:
    """Do one case in a process of its own."""
    words = [case.tier, case.task, *map(str, (case.rows, case.words, case.numbers, case.labels))]
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.estimates", *words, str(case.seed)],
        check=True,
        capture_output=True,
        text=True,
    )
    return {name: float(value) for name, value in json.loads(told.stdout).items()}


if __name__ == "__main__":
    tier, task, *figures = sys.argv[1:]
    # Imports are not what is measured.
    train(Case(tier, "multiclass", 60, 5, 2, 3))
    if tier in ("linear", "trees"):
        train(Case(tier, "regression", 60, 5, 2, 0))
    print(json.dumps(train(Case(tier, task, *map(int, figures)))))
