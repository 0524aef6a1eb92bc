from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.drawing import nothing_new_is_drawn as nothing_new_is_drawn
from tests.stages.bench import KIND, TEXT, Whole, fresh, write_rows
from tests.stages.report.golden_card import GOLDEN, card, score
from warrant.errors import InputError
from warrant.kernel.canon import Json, canonical, parse
from warrant.kernel.digest import Digest
from warrant.records.claim import Claim
from warrant.records.evaluation import Cost, Evaluation
from warrant.stages.report import QUESTIONS, Answer, Expected, ReportConfig, run
from warrant.stages.report.markdown import inert, write

NUMBER = re.compile(r"(?<![\w.-])(\d[\d,]*(?:\.\d+)?)(?![\w])")
NOTE = re.compile(r"\[\^([\w-]+)\]")
DEFINED = re.compile(r"^\[\^([\w-]+)\]: .*`sha256:([0-9a-f]{64})`", re.MULTILINE)


def card_of(whole: Whole) -> str:
    return whole.blob("report", "card").decode()


def body_of(card: str) -> str:
    return card.split("---\n", 2)[2].split("## Evidence")[0]


def head_of(card: str) -> dict[str, Any]:
    return yaml.safe_load(card.split("---\n", 2)[1])


def scalars(value: Json) -> Iterator[str | float]:
    """Give every number of a record, the sizes of its lists, and the numbers inside its texts."""
    if isinstance(value, dict):
        for part in value.values():
            yield from scalars(part)
    elif isinstance(value, list):
        yield len(value)
        for part in value:
            yield from scalars(part)
    elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield value


def stands_in(number: str, evidence: list[str | float]) -> bool:
    plain = number.replace(",", "")
    decimals = len(plain.partition(".")[2])
    return any(
        number in found if isinstance(found, str) else f"{found:.{decimals}f}" == plain
        for found in evidence
    )


def render(whole: Whole, name: str, config: ReportConfig, **more: Digest) -> tuple[str, Claim]:
    records = {
        "model": whole.train.outputs["model"],
        "evaluation": whole.evaluate.outputs["evaluation"],
    }
    desk = fresh(whole.desk, name)
    result = run({**records, **more}, config, desk)
    return desk.store.get(result.outputs["card"]).decode(), result.claim


def test_every_number_stands_in_the_evidence_named_beside_it(whole: Whole) -> None:
    card = card_of(whole)
    config = {"plan": {"expected": {"metric": "macro_f1", "sure": 0.7, "value": 0.8}}}
    evidence: dict[str, list[str | float]] = {"plan": list(scalars(config["plan"]))}
    for note, digest in DEFINED.findall(card):
        if Digest.from_hex(digest) in set(whole.desk.store.iterate()):
            evidence[note] = list(scalars(parse(whole.desk.store.get(Digest.from_hex(digest)))))
    walked = 0
    for line in body_of(card).splitlines():
        # How few rows are few is a rule of the card's own.
        words = re.sub(r"F1|^- |^#+ |fewer than 30 rows", "", NOTE.sub("", line))
        for number in NUMBER.findall(words):
            notes = NOTE.findall(line)
            assert notes, f"{number} has no evidence: {line}"
            assert any(stands_in(number, evidence.get(note, [])) for note in notes), line
            walked += 1
    assert walked > 100


def test_every_footnote_is_defined_once_and_cited(whole: Whole) -> None:
    card = card_of(whole)
    defined = [note for note, _ in DEFINED.findall(card)]
    assert len(defined) == len(set(defined))
    assert set(defined) == set(NOTE.findall(body_of(card)))


def test_every_footnote_names_a_kind_of_statement(whole: Whole) -> None:
    notes = [line for line in card_of(whole).splitlines() if line.startswith("[^")]
    assert all("kind `urn:x-warrant:" in line for line in notes)
    assert any("`urn:x-warrant:evaluation-plan:v1`" in line for line in notes)


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        ("explore", "# contracts — exploration: not for decisions"),
        ("pilot", "# contracts — pilot: who approved it is printed by `warrant verify`"),
        ("production", "# contracts — production: who approved it is printed by `warrant verify`"),
    ],
)
def test_the_stage_of_use_stands_in_the_title(whole: Whole, stage: Any, title: str) -> None:  # noqa: ANN401
    card, _ = render(whole, f"title-{stage}", ReportConfig("contracts", stage_of_use=stage))
    assert title in card.splitlines()


def test_the_word_compliant_is_never_printed(whole: Whole) -> None:
    for name, config in {
        "bare": ReportConfig("contracts"),
        "full": ReportConfig(
            "contracts", "production", "mit", "ab" * 32, Expected("accuracy", 1.0, 1.0)
        ),
    }.items():
        assert "complian" not in render(whole, f"word-{name}", config)[0].lower()


def test_what_is_absent_is_a_visible_gap_and_counted(whole: Whole) -> None:
    card, claim = render(whole, "gaps", ReportConfig("contracts"))
    for question in QUESTIONS:
        assert f"*not answered: {question.words}*" in card
    assert "*not answered: no claim of ingest is at hand*" in card
    assert "*not answered: no dataset manifest is at hand*" in card
    assert "*not answered: no expectation was signed before the run*" in card
    assert "(calibration)" not in card
    assert claim.counts["gaps"] == len(re.findall(r"\*not (?:answered|measured)[^*]*\*", card))


def test_an_answer_is_shown_with_its_person_and_act_and_not_answered_stays_a_gap(
    whole: Whole,
) -> None:
    card = card_of(whole)
    assert (
        "- What is the model for, and who uses its answers? Sorting new contracts. "
        "(Ada Example)[^answer-intended_use]" in card
    )
    assert f"`sha256:{'cd' * 32}`" in card
    assert "who can stop it?*[^answer-oversight]" in card


def test_a_label_without_a_test_row_is_named_among_the_limits(whole: Whole) -> None:
    found = Evaluation.from_bytes(whole.desk.store.get(whole.evaluate.outputs["evaluation"]))
    first, *others = found.labels
    labels = (first.model_copy(update={"support": 0}), *others)
    changed = found.model_copy(update={"labels": labels})
    evaluation = whole.desk.store.put(changed.to_bytes())
    card, _ = render(whole, "untested", ReportConfig("contracts"), evaluation=evaluation)
    limits = card.split("## Limits and gaps")[1]
    assert f"- Not tested: {first.label} (no row among {found.rows}).[^evaluation]" in limits
    assert f"{first.label} (0)" not in limits
    assert "Not tested" not in card_of(whole)


@pytest.mark.parametrize("has_thresholds", [True, False])
def test_what_errors_cost_is_told_with_its_interval_and_evidence(
    whole: Whole,
    has_thresholds: bool,
) -> None:
    found = Evaluation.from_bytes(whole.desk.store.get(whole.evaluate.outputs["evaluation"]))
    cost = Cost(
        model=score("cost_per_1000", 1300.5),
        without_thresholds=score("cost_per_1000", 1420.0) if has_thresholds else None,
        no_model=2900.0,
        all_reviewed=3000.0 if has_thresholds else None,
    )
    changed = found.model_copy(update={"cost": cost, "scores": (*found.scores, cost.model)})
    evaluation = whole.desk.store.put(changed.to_bytes())
    card, _ = render(
        whole, f"costs-{has_thresholds}", ReportConfig("contracts"), evaluation=evaluation
    )

    told = card.split("### What errors cost")[1].split("###")[0]
    lines = [line for line in told.splitlines() if line.endswith("[^evaluation] |")]
    with_them = "this model, with thresholds" if has_thresholds else "this model"
    assert lines[0] == f"| {with_them} | 1,300.5 | 1,300.4 | 1,300.6 | [^evaluation] |"
    plain = "| this model, without thresholds | 1,420.0 | 1,419.9 | 1,420.1 | [^evaluation] |"
    assert (plain in lines) is has_thresholds
    assert "| always the cheapest answer, no model | 2,900.0 | – | – | [^evaluation] |" in lines
    all_of_them = "| a person looks at every row | 3,000.0 | – | – | [^evaluation] |"
    assert (all_of_them in lines) is has_thresholds
    assert ("Thresholds were chosen on validation rows" in told) is has_thresholds
    assert "| Cost per 1,000 items | 1,300.5 | 1,300.4 | 1,300.6 | 2,900.0 | – |" in card
    assert "### What errors cost" not in card_of(whole)


def test_rows_that_are_all_right_bound_nothing(whole: Whole) -> None:
    found = Evaluation.from_bytes(whole.desk.store.get(whole.evaluate.outputs["evaluation"]))
    right = {"value": 1.0, "low": 1.0, "high": 1.0}
    scores = tuple(one.model_copy(update=right) for one in found.scores)
    changed = found.model_copy(update={"scores": scores})
    evaluation = whole.desk.store.put(changed.to_bytes())
    card, _ = render(whole, "all-right", ReportConfig("contracts"), evaluation=evaluation)
    said = "All 50 rows are answered right, so intervals have no width. That bounds nothing"
    assert said in card
    assert said not in card_of(whole)


def test_dropped_rows_are_listed_by_reason(whole: Whole) -> None:
    rows = [{"text": "x", "contract_type": "a"}]
    counts = {"kept": 1, "exact_duplicate": 12}
    manifest = write_rows(whole.desk, "rows", (TEXT, KIND), rows, counts=counts)
    card, _ = render(whole, "dropped", ReportConfig("contracts"), rows=manifest)
    assert "| rows | exact_duplicate | 12 | [^data-rows] |" in card


def test_foreign_text_is_inert(whole: Whole) -> None:
    answer = Answer("contact", "<script>x</script> | `a` [l](u)\n# h\u202e", "A*d*a", "cd" * 32)
    card, _ = render(whole, "inert", ReportConfig("contracts", answers=(answer,)))
    shown = r"&lt;script&gt;x&lt;/script&gt; \| \`a\` \[l\](u) # h (A\*d\*a)[^answer-contact]"
    assert shown in card


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (12345, "12,345"),
        (0.25, "0.25"),
        (None, "*not answered*"),
        ("governing_law", "governing_law"),
        ("_x_", r"\_x\_"),
        ("x" * 400, "x" * 300 + "…"),
    ],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    assert write(value) == text


def test_written_text_is_not_escaped_twice() -> None:
    assert write(inert("a|b")) == inert("a|b") == r"a\|b"


def test_the_front_matter_is_what_the_hub_asks_for(whole: Whole) -> None:
    head = head_of(card_of(whole))
    assert head["license"] == "cc-by-4.0"
    assert head["library_name"] == "warrant"
    assert head["pipeline_tag"] == "text-classification"
    assert head["tags"] == ["warrant", "text-classification", "linear", "explore"]
    (model,) = head["model-index"]
    (result,) = model["results"]
    assert result["task"]["type"] == "text-classification"
    assert result["dataset"]["type"]
    evaluation = parse(whole.blob("evaluate", "evaluation"))
    assert isinstance(evaluation, dict)
    whole_scores = evaluation["scores"]  # type: ignore[call-overload]
    assert [metric["value"] for metric in result["metrics"]] == [
        score["value"]  # type: ignore[index,call-overload]
        for score in whole_scores
    ]


@pytest.mark.parametrize(
    ("licence", "head"),
    [
        (None, {"license": "unknown"}),
        ("MIT", {"license": "mit"}),
        ("Acme: no", {"license": "other", "license_name": "Acme: no"}),
    ],
)
def test_a_licence_the_hub_does_not_know_keeps_its_name(
    whole: Whole, licence: str | None, head: dict[str, str]
) -> None:
    config = ReportConfig("contracts", licence=licence)
    card, _ = render(whole, f"licence-{licence and licence[0]}", config)
    assert {key: value for key, value in head_of(card).items() if "license" in key} == head


def test_a_card_of_two_things_is_refused(whole: Whole) -> None:
    desk, model = whole.desk, whole.train.outputs["model"]
    evaluation = whole.evaluate.outputs["evaluation"]
    stray = desk.store.put(canonical({"format": "warrant/source/1"}))
    claim = desk.store.put(whole.train.claim.to_bytes())
    other = parse(desk.store.get(evaluation))
    assert isinstance(other, dict)
    foreign = desk.store.put(canonical({**other, "model": "00" * 32}))
    both = {"model": model, "evaluation": evaluation}
    for inputs, message in (
        ({"model": model}, "needs one model and one evaluation, got 1 and 0"),
        ({**both, "x": stray}, "the input 'x' is no record that a card reads"),
        ({**both, "a": claim, "b": claim}, "two claims are of the stage 'train'"),
        ({"model": model, "evaluation": foreign}, "the evaluation is of another model"),
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            run(inputs, ReportConfig("contracts"), desk)


def test_the_card_of_fixed_records_is_the_golden_one() -> None:
    assert card() == GOLDEN.read_text("utf-8"), "regenerate: python -m tasks golden card"
