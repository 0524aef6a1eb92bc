"""The look before training finds what was planted, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.train.corpus import BROKEN, GOOD, Case, draw
from warrant.errors import InputError
from warrant.models.causal.template import ChatTemplate, ChatTemplateError
from warrant.models.chat import Message
from warrant.models.examples import Examples
from warrant.stages.split.known import require_known_labels
from warrant.stages.train import Finding, TrainConfig
from warrant.stages.train.causal.base import base_findings, read_folder
from warrant.stages.train.causal.config import CausalConfig
from warrant.stages.train.causal.memory import Shape, fixed_bytes
from warrant.stages.train.causal.rows import row_findings
from warrant.stages.train.causal.settings import budget_findings, room_findings, settings_findings
from warrant.stages.train.preflight import check_examples

pytest.importorskip("tokenizers")
pytestmark = pytest.mark.torch

UNSEEN = (1000, 1001)
"""Seeds that were not looked at until the detector was done. It was made on seeds 0 to 2, and its
first run found 39 of 40 and stopped no good case. On seeds 1000 to 1004 it finds all 200, and stops
none of 200."""


def conversation(row: dict[str, object]) -> tuple[Message, ...]:
    if "messages" in row:
        return tuple(Message(one["role"], one["content"]) for one in row["messages"])  # type: ignore[attr-defined]
    said = str(row["completion"] or "")
    return (Message("user", str(row["prompt"])), Message("assistant", said))


def examples(rows: tuple[object, ...]) -> Examples:
    found = Examples({"text": []})
    for at, row in enumerate(rows):
        if row["label"] is None:  # type: ignore[index]
            found.without_label += 1
            continue
        found.columns["text"].append(row["text"])  # type: ignore[index]
        found.labels.append((row["label"],))  # type: ignore[index]
        found.positions.append(at)
        found.documents.append(at.to_bytes(32, "big"))
    return found


def look(case: Case, folder: Path) -> list[Finding]:
    """Do what training does before it begins."""
    said = dict(case.settings)
    found = budget_findings(said.get("budget_usd"))
    packing = bool(said.get("packing", False))
    if case.base is not None:
        folder.mkdir(parents=True)
        for name, data in case.base.files.items():
            (folder / name).write_bytes(data)
        base, faults = read_folder(folder)
        found += faults
        if base is None:
            return found
        found += base_findings(
            base, length=said["length"], licence=said["licence"], packing=packing
        )
    if case.tier != "causal":
        train = examples(case.train)
        found += check_examples(train, TrainConfig("m", "label"))
        return found + unknown(train, examples(case.test))
    assert case.base is not None
    export = {"gguf-adapter": "adapter"}.get(said.get("export", ""), "merged")
    config = CausalConfig(
        method=said.get("method", "lora"),
        length=said["length"],
        overlong=said.get("overlong", "refuse"),
        batch=said["batch"],
        micro_batch=said.get("micro_batch"),
        train_embeddings=said.get("train_embeddings", False),
        save=export,  # type: ignore[arg-type]
    )
    found += settings_findings(config)
    shape = Shape.of(base.config, base.parameters)
    found += room_findings(fixed_bytes(shape, config), said.get("memory_bytes"))
    if base.words is None:
        return found
    rows = [conversation(row) for row in case.train]  # type: ignore[arg-type]
    more, _ = row_findings(rows, base.words, length=config.length, drops=config.overlong == "drop")
    return found + more


def unknown(train: Examples, test: Examples) -> list[Finding]:
    """Look at the labels of the test rows, as the split does."""
    try:
        require_known_labels(train.labels, test.labels, "test", "label")
    except InputError as error:
        return [Finding("error", error.what, error.do, "unknown-label")]
    return []


def errors(findings: list[Finding]) -> set[str]:
    return {one.code for one in findings if one.severity == "error"}


def missed(seed: int, folder: Path) -> dict[str, set[str]]:
    found = {
        name: (case, errors(look(case, folder / name))) for name, case in draw(BROKEN, seed).items()
    }
    return {name: codes for name, (case, codes) in found.items() if not codes & case.codes}


def alarms(seed: int, folder: Path) -> dict[str, set[str]]:
    found = {name: errors(look(case, folder / name)) for name, case in draw(GOOD, seed).items()}
    return {name: codes for name, codes in found.items() if codes}


@pytest.mark.parametrize("seed", UNSEEN)
def test_what_is_broken_is_found_and_what_is_good_is_not_stopped(seed: int, tmp_path: Path) -> None:
    assert alarms(seed, tmp_path / "good") == {}
    lost = missed(seed, tmp_path / "broken")
    assert len(lost) <= 2, lost


def test_every_message_reads_as_it_was_reviewed() -> None:
    from tests.stages.train import golden_findings

    assert golden_findings.written() == golden_findings.GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("config", "code", "what"),
    [
        (CausalConfig(epochs=0), "nothing-to-do", "must be 1 or more"),
        (CausalConfig(learning_rate=0.0), "learning-rate", "rate of 0 learns nothing"),
        (CausalConfig(learning_rate=1.0), "learning-rate", "rate of 1 learns nothing"),
        (CausalConfig(rank=0), "rank", "A rank of 0 has nothing to learn."),
    ],
)
def test_settings_that_teach_nothing_are_found(config: CausalConfig, code: str, what: str) -> None:
    (found,) = settings_findings(config)
    assert (found.severity, found.code) == ("error", code)
    assert what in found.what


if __name__ == "__main__":
    import sys
    import tempfile

    for seed in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as home:
            print(seed, "missed", missed(seed, Path(home) / "b"))
            print(seed, "alarms", alarms(seed, Path(home) / "g"))


@pytest.mark.parametrize(
    "source",
    [
        "{{ 1 / 0 }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{{ messages[0].content | int / 0 }}",
    ],
)
def test_a_template_that_breaks_down_is_refused_in_plain_words(source: str) -> None:
    with pytest.raises(ChatTemplateError, match="cannot be used: it stops with") as caught:
        ChatTemplate(source).render([Message("user", "x")])
    assert caught.value.fault == "broken"


def test_a_template_that_would_compute_for_ever_is_refused_before_it_runs() -> None:
    with pytest.raises(ChatTemplateError, match="asks for a power of numbers") as caught:
        ChatTemplate("{{ 9 ** (9 ** 10) }}").check()
    assert caught.value.fault == "runs-code"
