"""The recipe's language: what it refuses, where, and what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.flow.bench import recipe_text
from warrant.errors import InputError
from warrant.flow.addition import Addition
from warrant.flow.plan import STEPS, configuration_of
from warrant.flow.recipe import explain_recipe, parse_recipe, read_recipe
from warrant.flow.recipe_evaluate import Metric
from warrant.records.metric import METRICS

LEAST = "warrant: 1\nname: notes\nsources: [{path: notes}]\ntask: {label: kind}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sorces: []", "line 5, column 1: unknown key 'sorces'. Write 'sources'?"),
        ("use: {stge: pilot}", "line 5, column 7: unknown key 'stge'. Write 'stage'?"),
        (
            "rows: {xyzzy: a}",
            "line 5, column 8: unknown key 'xyzzy'. Known here: label_at, one_per,",
        ),
        ("split: {tset: 0.2}", "line 5, column 9: unknown key 'tset'. Write 'test'?"),
        ("train: {tyer: linear}", "line 5, column 9: unknown key 'tyer'. Write 'tier'?"),
        ("expect: {vlue: 1}", "line 5, column 10: unknown key 'vlue'. Write 'value'?"),
        (
            "evaluate: {plan: [{metrik: accuracy, at_least: 0.1}]}",
            "line 5, column 20: unknown key 'metrik'. Write 'metric'?",
        ),
        ("deploy: {taget: bundle}", "line 5, column 10: unknown key 'taget'. Write 'target'?"),
    ],
)
def test_an_unknown_key_is_named_with_its_place_and_the_nearest_one(line: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(LEAST + line + "\n")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("[{path: a, licens: x}]", "line 3, column 21: unknown key 'licens'. Write 'licence'?"),
        (
            "[{path: a, rights: {trane: true}}]",
            "line 3, column 30: unknown key 'trane'. Write 'train'?",
        ),
        ("[{licence: x}]", "'sources.0.path' is missing. Add the line: path: …"),
        ("[{path: a, rights: {train: no}}]", "'sources.0.rights.train': Input should be a valid"),
        ("[{path: a, rights: {expires: 2030}}]", "'sources.0.rights.expires': Input should be a "),
        ("[{path: a, rights: {expires: soon}}]", "'sources.0.rights.expires': String should match"),
        ("[]", "'sources': Tuple should have at least 1 item"),
        ("{path: a}", "'sources': Input should be a valid tuple"),
    ],
)
def test_a_source_is_checked_to_its_last_key(sources: str, said: str) -> None:
    text = LEAST.replace("[{path: notes}]", sources)
    with pytest.raises(InputError) as error:
        parse_recipe(text)
    assert said in str(error.value)
    assert "recipe.yaml, line 3" in error.value.what


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("use: {stage: no}", "'use.stage': Input should be 'explore', 'pilot' or 'production'."),
        (
            "split: {test: 1.5}",
            "'split.test': Input should be less than 1. Write: test: 0.2, or another",
        ),
        ("split: {test: '0.2'}", "'split.test': Input should be a valid number"),
        ("split: {seed: 1.5}", "'split.seed': Input should be a valid integer"),
        ("split: {seed: true}", "'split.seed': Input should be a valid integer"),
        ("evaluate: {resamples: 5}", "'evaluate.resamples': Input should be greater than or equal"),
        ("expect: {sure: 0.5}", "'expect.value' is missing. Add the line: value: …"),
        ("guardrails: core", "'guardrails': Input should be a valid tuple"),
        ("curate: [{min_words: 5}]", "'curate.0.settings': Input should be a valid dictionary"),
        ("curate: [5]", "'curate.0': Input should be a valid dictionary or"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_place(line: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(LEAST + line + "\n")
    assert said in str(error.value)
    assert "recipe.yaml, line 5, column" in error.value.what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'recipe.yaml' is empty or not a mapping. Start it with: warrant: 1"),
        ("- 1\n", "'recipe.yaml' is empty or not a mapping. Start it with: warrant: 1"),
        (LEAST.replace("warrant: 1", "warrant: 2"), "'warrant': Input should be 1."),
        (LEAST.replace("warrant: 1\n", ""), "'warrant' is missing. Add the line: warrant: 1"),
        (LEAST.replace("name: notes", "name: My Notes"), "'name': String should match pattern"),
        (
            LEAST.replace("task: {label: kind}", "task: {}"),
            "line 4, column 1: 'task': the column of the answer is missing. Add under task: label:",
        ),
    ],
)
def test_a_recipe_that_lacks_its_frame_says_what_to_add(text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(text)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("{label: a, labels: [b]}", "label and labels are both there. Keep one of them."),
        ("{labels: [a, b]}", "'multiclass' has one answer a row. Write under task: kind: multil"),
        ("{label: a, separator: ''}", "'task.separator': String should have at least 1 character"),
    ],
)
def test_the_answer_stands_in_one_place(task: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(LEAST.replace("{label: kind}", task))
    assert said in str(error.value)


def test_many_columns_of_yes_and_no_give_one_column_of_answers() -> None:
    recipe = parse_recipe(LEAST.replace("{label: kind}", "{kind: multilabel, labels: [a, no]}"))
    assert (recipe.task.labels, recipe.task.answer) == (("a", "no"), "labels")


def test_the_lines_of_a_header_are_one_or_two() -> None:
    text = LEAST.replace("{path: notes}", "{path: a, metadata: b.csv, header: [1, 2, 3]}")
    with pytest.raises(
        InputError, match=r"'sources\.0\.header': Tuple should have at most 2 items"
    ):
        parse_recipe(text)


def test_the_word_no_is_text_and_not_false() -> None:
    recipe = parse_recipe(LEAST.replace("{path: notes}", "{path: no, licence: no}"))
    assert (recipe.sources[0].path, recipe.sources[0].licence) == ("no", "no")


def test_one_bound_a_metric() -> None:
    plan = "[{metric: accuracy, at_least: 0.9}, {metric: accuracy, at_least: 0.1}]"
    with pytest.raises(InputError, match=r"'evaluate.plan'.* accuracy has two bounds"):
        parse_recipe(f"{LEAST}evaluate: {{plan: {plan}}}\n")


def test_a_recipe_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = (
        tmp_path / "alone" / "recipe.yaml"
    )  # folders of other tests would be offered in its place
    path.parent.mkdir()
    with pytest.raises(
        InputError, match=r"There is no recipe at '.*recipe\.yaml'\. For your own files run"
    ):
        read_recipe(path)
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(InputError, match=r"'recipe\.yaml' is not UTF-8 text\. Save it as UTF-8\."):
        read_recipe(path)
    path.write_text(recipe_text())
    assert read_recipe(path).name == "notes"


def test_every_setting_is_explained_once_with_its_value_and_whether_it_was_set() -> None:
    lines = explain_recipe(parse_recipe(recipe_text()))
    names = [name for name, _, _ in lines]
    assert len(names) == len(set(names))
    told = {name: (value, origin) for name, value, origin in lines}
    assert told["split.seed"] == ("7", "set")
    assert told["split.group"] == ("left out", "default")
    assert told["train.tier"] == ("linear", "default")
    assert told["sources[0].rights.train"] == ("true", "set")
    assert told["sources[0].keep"] == ("copy", "default")
    assert told["curate[1].name"] == ("min_words", "set")
    assert told["evaluate.plan[0].at_least"] == ("0.05", "set")
    assert told["guardrails"] == ("core", "set")
    assert told["expect"] == ("left out", "default")
    assert names[:2] == ["warrant", "name"]


HEAD = "warrant: 1\nname: a\nsources: [{path: a}]\ntask: {kind: multiclass, label: b}\n"


@pytest.mark.parametrize(
    ("line", "what", "do"),
    [
        (
            "evaluate: {plan: [{metric: log_loss, at_least: 0.3}]}",
            "'log_loss' needs the bound 'at_most' and no other: less is better",
            "Write: {metric: log_loss, at_most: VALUE}",
        ),
        (
            "evaluate: {plan: [{metric: macro_f1, at_most: 0.3}]}",
            "'macro_f1' needs the bound 'at_least' and no other: more is better",
            "Write: {metric: macro_f1, at_least: VALUE}",
        ),
        (
            "evaluate: {plan: [{metric: macro_f1, at_least: 0.3, at_most: 0.4}]}",
            "'macro_f1' needs the bound 'at_least' and no other",
            "Write: {metric: macro_f1, at_least: VALUE}",
        ),
        (
            "evaluate: {plan: [{metric: macro_f1, at_least: 55.0}]}",
            "'macro_f1' goes from 0 to 1, and 55 lies outside",
            "Write '0.55' in place of '55'",
        ),
        (
            "evaluate: {plan: [{metric: macro_f1, at_least: 0.0}]}",
            "every model meets the bound 'at_least' 0 of 'macro_f1': it is no bound",
            "Write what is enough, above 0",
        ),
        (
            "evaluate: {plan: [{failure_test: typos, at_least: 0.0}]}",
            "every model meets the bound 'at_least' 0 of 'typos': it is no bound",
            "Write what is enough, above 0",
        ),
        (
            "evaluate: {plan: [{metric: ece, at_most: 1.0}]}",
            "every model meets the bound 'at_most' 1 of 'ece': it is no bound",
            "Write what is enough, below 1",
        ),
        (
            "expect: {metric: log_loss, value: -1.0}",
            "'log_loss' goes from 0 upwards, and -1 lies outside",
            "Write a value from 0 upwards",
        ),
        (
            "evaluate: {plan: [{metric: mae, at_most: 3.0}]}",
            "'mae' is no figure of the task 'multiclass'",
            "Take one of these: accuracy, micro_f1, macro_f1, roc_auc",
        ),
        (
            "evaluate: {convention: lexglue}",
            "the convention 'lexglue' is for 'multilabel', and the task is 'multiclass'",
            "Take `convention: lexglue` out of `evaluate`",
        ),
    ],
)
def test_a_figure_that_does_not_fit_is_explained(line: str, what: str, do: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_recipe(HEAD + line)
    assert what in caught.value.what
    assert "''" not in caught.value.what
    assert caught.value.do.startswith(do)


def test_rows_are_divided_by_time_or_by_what_sources_are_given_for() -> None:
    given = LEAST.replace("{path: notes}", "{path: notes}, {path: held, part: test}")
    assert parse_recipe(given).given_parts == ("test",)
    with pytest.raises(InputError) as error:
        parse_recipe(given + "split: {time: filed_on}\n")
    assert "divided by `time` under `split` and by `part` under `sources`" in error.value.what
    assert error.value.do == "Keep one of them"


@pytest.mark.parametrize(
    ("lines", "what", "do"),
    [
        ("costs: {ask: 2}", "nothing costs anything", "costs: {missed: {default: 50}"),
        (
            "expect: {metric: cost_per_1000, value: 9}",
            "'cost_per_1000' is measured only where errors have prices",
            "Add for example: costs:",
        ),
    ],
)
def test_costs_need_prices_and_figures_of_cost_need_costs(lines: str, what: str, do: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(LEAST + lines + "\n")
    assert what in error.value.what
    assert do in error.value.do


def test_prices_of_labels_reach_training_and_evaluation() -> None:
    recipe = parse_recipe(LEAST + "costs: {missed: {lease: 500, default: 50}, false_alarm: 5}\n")
    steps = {step.stage: step for step in STEPS}
    for stage in ("train", "evaluate"):
        config = configuration_of(steps[stage].configure(recipe, Addition(Path())))
        assert config["costs"] == {
            "missed": {"lease": 500.0},
            "missed_default": 50.0,
            "false_alarm": 5.0,
            "review": None,
        }


def test_the_recipe_names_every_figure_there_is() -> None:
    assert set(get_args(Metric)) == METRICS.keys()


INPUTS = "inputs: [{column: note, as: text}, {column: amount, as: number, unit: USD}]\n"


def test_inputs_name_the_columns_that_are_read() -> None:
    recipe = parse_recipe(HEAD + INPUTS)
    assert [(one.column, one.read_as, one.unit) for one in recipe.reads] == [
        ("note", "text", None),
        ("amount", "number", "USD"),
    ]
    assert recipe.texts == ("note",)
    told = {name: (value, origin) for name, value, origin in explain_recipe(recipe)}
    assert told["inputs[1].as"] == ("number", "set")


def test_without_inputs_the_one_text_is_read() -> None:
    for task, name in (("label: b", "text"), ("label: b, text: body", "body")):
        recipe = parse_recipe(f"warrant: 1\nname: a\nsources: [{{path: a}}]\ntask: {{{task}}}\n")
        assert [(one.column, one.read_as) for one in recipe.reads] == [(name, "text")]
    assert parse_recipe(HEAD + "inputs: [{column: age, as: number}]").texts == ()


@pytest.mark.parametrize(
    ("line", "what", "do"),
    [
        (
            "inputs: [{column: c, as: category, unit: USD}]",
            "a 'category' has no unit",
            "Take out `unit`, or write `as: number`",
        ),
        (
            "inputs: [{column: c, as: number, day_first: true}]",
            "a 'number' has no day_first",
            "Take out `day_first`, or write `as: date`",
        ),
        (
            "inputs: [{column: c, as: text}, {column: c, as: category}]",
            "the column 'c' stands twice under inputs",
            "Take one of them out",
        ),
        (
            "inputs: [{column: b, as: category}]",
            "the column 'b' is the answer and an input too",
            "Take it out of inputs",
        ),
        (
            "evaluate: {slices: [c, b]}",
            "the column 'b' is the answer: a slice by it says what the figures of each label say",
            "Take it out of `slices` under `evaluate`",
        ),
        ("inputs: [{column: c, is: text}]", "unknown key 'is'.", "Write 'as'?"),
        ("inputs: [{column: c}]", "'inputs.0.as' is missing", "Add the line: as: …"),
        (
            "inputs: [{column: c, as: words}]",
            "'inputs.0.as': Input should be 'text', 'number', 'category' or 'date'.",
            "Write: as: text, or one of the others",
        ),
    ],
)
def test_an_input_that_does_not_fit_is_explained(line: str, what: str, do: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_recipe(HEAD + line)
    assert what in caught.value.what
    assert caught.value.do.startswith(do)


def test_a_text_of_the_task_that_no_input_names_is_refused() -> None:
    with pytest.raises(InputError, match=r"task\.text names 'x', which is no text under inputs"):
        parse_recipe(HEAD.replace("label: b", "label: b, text: x") + INPUTS)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("segment: windows, words: 9, overlap: 9", "a window of 9 words cannot share 9"),
        ("segment: pages, words: 9", "words and overlap are for windows"),
        (
            "one_per: a, order_by: b",
            "a case needs one_per, order_by and label_at; missing: label_at",
        ),
        ("window: 3d", "a window is of a case"),
        ("one_per: a, order_by: b, label_at: c, segment: pages", "one_per makes one row of many"),
    ],
)
def test_rows_are_chosen_in_one_way(rows: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_recipe(f"{LEAST}rows: {{{rows}}}\n")
    assert said in str(error.value)


def test_the_day_of_the_outcome_may_stand_without_a_case() -> None:
    rows = parse_recipe(f"{LEAST}rows: {{label_at: decided_on}}\n").rows
    assert (rows.label_at, rows.one_per) == ("decided_on", None)


def test_a_window_is_counted_in_hours() -> None:
    for window, hours in (("36h", 36), ("180d", 4320), ("2w", 336)):
        named = f"one_per: a, order_by: b, label_at: c, window: {window}"
        assert parse_recipe(f"{LEAST}rows: {{{named}}}\n").rows.window_hours == hours


def test_parts_are_of_a_text_that_is_read() -> None:
    text = LEAST + "inputs: [{column: age, as: number}]\nrows: {segment: pages}\n"
    with pytest.raises(InputError, match="of the column 'text', which the model does not read"):
        parse_recipe(text)
