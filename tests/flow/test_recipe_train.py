"""What a recipe may say about tiers that are held against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.plan_train import train_config
from warrant.flow.recipe import parse_recipe
from warrant.stages.train import AutoConfig, TrainConfig

LEAST = "warrant: 1\nname: notes\nsources: [{path: notes}]\ntask: {label: kind}\n"


def settings(line: str) -> TrainConfig:
    found = train_config(parse_recipe(f"{LEAST}{line}\n"), Addition(Path()))
    assert isinstance(found, TrainConfig)
    return found


def test_auto_and_a_challenge_reach_the_backend() -> None:
    plain, auto = settings(""), settings("train: {tier: auto}")
    assert (plain.auto, plain.backend) == (None, "linear")
    assert (auto.auto, auto.backend) == (AutoConfig(0.01, 0.05, None), "auto")
    said = settings("train: {tier: trees, challenge: linear, auto: {margin: 0.02, level: 0.1}}")
    assert (said.tier, said.backend) == ("trees", "auto")
    assert said.auto == AutoConfig(0.02, 0.1, "linear")


@pytest.mark.parametrize("tier", ["linear", "trees"])
def test_a_tier_has_nothing_to_beat_in_itself_so_that_one_line_is_edited(tier: str) -> None:
    said = settings(f"train: {{tier: {tier}, challenge: {tier}, auto: {{margin: 0.02}}}}")
    assert said == settings(f"train: {{tier: {tier}}}")


@pytest.mark.parametrize(
    ("line", "what", "do"),
    [
        (
            "train: {challenge: trees}",
            "challenge: trees needs a costlier tier, and tier is 'linear'",
            "Take out `challenge`",
        ),
        (
            "train: {tier: auto, challenge: linear}",
            "challenge: linear needs a costlier tier, and tier is 'auto'",
            "Take out `challenge`",
        ),
        (
            "train: {auto: {margin: 0.1}}",
            "auto says when a costlier tier is kept, and nothing is compared",
            "Write under train: tier: auto",
        ),
        (
            "train: {processes: 2}",
            "processes are for our own loop of the tiers encoder and causal, not compared",
            "Take out `processes`",
        ),
        (
            "train: {tier: causal, base: org/name, processes: 2, causal: {backend: trl}}",
            "processes are for our own loop of the tiers encoder and causal, not compared",
            "Take out `processes`",
        ),
        (
            "train: {tier: encoder, base: minilm, processes: 2, method: frozen}",
            "the method 'frozen' trains in one process",
            "Take out `processes`, or write under train: method: lora",
        ),
        (
            "train: {tier: causal, base: org/name, processes: 9}",
            "9 processes share a batch of 8: some would do nothing",
            "Write under train: processes: 8, or a larger batch",
        ),
        (
            "train: {tier: causal, base: org/name, class_weights: balanced}",
            "the tier 'causal' lets every answer weigh alike",
            "Take out `class_weights`, or write under train: tier: encoder",
        ),
        (
            "train: {near_duplicates: once}",
            "near duplicates are counted once only where they are looked for",
            "Add under curate: - near_duplicates: {similarity: 0.8, action: group}",
        ),
        (
            "train: {tier: causal, base: org/name, near_duplicates: once}",
            "the tier 'causal' lets every answer count alike, near duplicates too",
            "Take `near_duplicates` out of `train`, or write under curate: near_duplicates: "
            "{action: drop}",
        ),
        (
            "train: {adopt: facts.yaml, near_duplicates: once}",
            "nothing is trained here, so that near duplicates cannot be counted once",
            "Take `near_duplicates` out of `train`",
        ),
    ],
)
def test_what_compares_nothing_is_refused_with_advice(line: str, what: str, do: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_recipe(f"{LEAST}{line}\n")
    assert what in caught.value.what
    assert caught.value.do == do


def task(kind: str, evaluate: str, more: str = "") -> str:
    return (
        "warrant: 1\nname: notes\nsources: [{path: notes}]\n"
        f"task: {{kind: {kind}, label: kind}}\nevaluate: {{{evaluate}}}\n{more}"
    )


@pytest.mark.parametrize(
    ("text", "what", "do"),
    [
        (
            task("spans", "conformal: 0.9"),
            "`conformal` gives sets of labels or intervals, and 'spans' has neither",
            "Take `conformal` out of `evaluate`",
        ),
        (
            task("spans", "", "train: {near_duplicates: once}"),
            "near duplicates cannot be counted once in a task of kind 'spans'",
            "Take `near_duplicates` out of `train`",
        ),
        (
            task("multilabel", "risk: 0.1"),
            "`risk` needs one label a row, and the task is 'multilabel'",
            "Take `risk` out of `evaluate`",
        ),
        (
            task("binary", "risk: 0.1", "costs: {false_alarm: 5, ask: 1}\n"),
            "`evaluate: risk` and `costs: ask` both say when a person is asked",
            "Take `risk` out of `evaluate`, or `ask` out of `costs`",
        ),
        (
            task("spans", "scorers: [overlap]"),
            "`scorers` compare labels or numbers, and 'spans' has neither",
            "Take `scorers` out of `evaluate`",
        ),
    ],
)
def test_a_promise_that_a_task_cannot_keep_is_refused(text: str, what: str, do: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_recipe(text)
    assert what in caught.value.what
    assert caught.value.do == do


def test_promises_reach_training_and_a_scorer_is_known_before_it() -> None:
    found = train_config(
        parse_recipe(task("binary", "conformal: 0.9, risk: 0.1")), Addition(Path())
    )
    assert isinstance(found, TrainConfig)
    assert (found.coverage, found.risk) == (0.9, 0.1)
    with pytest.raises(InputError) as caught:
        train_config(parse_recipe(task("binary", "scorers: [overlop]")), Addition(Path()))
    assert caught.value.what == "No scorer is called 'overlop'."
    assert caught.value.do == "Did you mean 'overlap'?"
