"""Mistakes in the recipe itself."""

from __future__ import annotations

import shutil

from tests.mistakes.case import mistake
from tests.mistakes.desk import Desk, workbook

RUN = "warrant run toy"


@mistake(RUN)
def a_key_is_misspelt(desk: Desk) -> None:
    desk.change("evaluate:", "evalute:")


@mistake(RUN)
def a_key_inside_a_list_is_misspelt(desk: Desk) -> None:
    desk.change("licence:", "license:")


@mistake(RUN)
def a_key_stands_in_the_wrong_part(desk: Desk) -> None:
    desk.change("test: 0.2,", "test: 0.2, label: kind,")


@mistake(RUN)
def a_line_starts_with_a_tab(desk: Desk) -> None:
    desk.change("  kind: multiclass\n  label", "\tkind: multiclass\n\tlabel")


@mistake(RUN)
def a_line_stands_too_far_left(desk: Desk) -> None:
    desk.change("    join: file", "   join: file")


@mistake(RUN)
def a_colon_has_no_blank_behind_it(desk: Desk) -> None:
    desk.change("  label: kind", "  label:kind")


@mistake(RUN)
def a_bracket_is_not_closed(desk: Desk) -> None:
    desk.change("impact: low}", "impact: low")


@mistake(RUN)
def a_quote_is_not_closed(desk: Desk) -> None:
    desk.change("licence: CC-BY-4.0", 'licence: "CC-BY-4.0')


@mistake(RUN)
def a_number_is_written_as_text(desk: Desk) -> None:
    desk.change("test: 0.2", 'test: "0.2"')


@mistake(RUN)
def a_share_is_a_percentage(desk: Desk) -> None:
    desk.change("test: 0.2", "test: 20")


@mistake(RUN)
def a_seed_is_a_word(desk: Desk) -> None:
    desk.change("seed: 7", "seed: seven")


@mistake(RUN)
def no_is_text(desk: Desk) -> None:
    desk.change("special_category: false", "special_category: no")


@mistake(RUN)
def yes_is_text(desk: Desk) -> None:
    desk.change("train: true", "train: yes")


@mistake(RUN)
def a_choice_is_unknown(desk: Desk) -> None:
    desk.change("kind: multiclass", "kind: classification")


@mistake(RUN)
def a_stage_of_use_is_unknown(desk: Desk) -> None:
    desk.change("stage: explore", "stage: exploration")


@mistake(RUN)
def a_day_is_written_as_at_home(desk: Desk) -> None:
    desk.change("expires: never", "expires: 31/12/2030")


@mistake(RUN, name="toy")
def the_name_has_capitals_and_blanks(desk: Desk) -> None:
    desk.change("name: toy", "name: My Toy")


@mistake(RUN)
def the_version_is_missing(desk: Desk) -> None:
    desk.change("warrant: 1\n", "")


@mistake(RUN)
def the_version_is_another(desk: Desk) -> None:
    desk.change("warrant: 1", "warrant: 0.1")


@mistake(RUN, COLUMN="kind")
def the_answer_is_not_named(desk: Desk) -> None:
    desk.change("  label: kind\n", "")


@mistake(RUN, COLUMN="kind")
def the_task_is_missing(desk: Desk) -> None:
    desk.change("task:\n  kind: multiclass\n  label: kind\n", "")


@mistake(RUN)
def a_list_of_one_is_written_as_text(desk: Desk) -> None:
    desk.add("guardrails: core")


@mistake(RUN)
def a_key_stands_twice(desk: Desk) -> None:
    desk.add("split: {seed: 7}")


@mistake(RUN)
def an_anchor_saves_typing(desk: Desk) -> None:
    desk.change("label: kind", "label: &answer kind")


@mistake(RUN)
def the_recipe_is_saved_as_utf_16(desk: Desk) -> None:
    desk.write("toy/recipe.yaml", desk.recipe().encode("utf-16"))


@mistake("warrant run toys")
def the_workspace_is_misspelt(desk: Desk) -> None:
    assert not desk.path("toys").exists()


@mistake("warrant run toy/recipe.yaml")
def the_recipe_is_given_for_its_folder(desk: Desk) -> None:
    assert desk.path("toy/recipe.yaml").is_file()


@mistake("warrant run letters", PATH="toy")
def documents_are_given_for_the_workspace(desk: Desk) -> None:
    assert desk.path("letters").is_dir()


@mistake(RUN)
def a_filter_is_misspelt(desk: Desk) -> None:
    desk.add("curate: [drop_duplicates]")


@mistake(RUN)
def a_setting_of_a_filter_is_misspelt(desk: Desk) -> None:
    desk.add("curate: [drop_exact_duplicates, {min_words: {word: 3}}]")


@mistake(RUN)
def a_pack_is_unknown(desk: Desk) -> None:
    desk.add("guardrails: [core, medical]")


@mistake(RUN)
def a_tier_is_misspelt(desk: Desk) -> None:
    desk.add("train: {tier: liner}")


@mistake(RUN)
def a_figure_is_unknown(desk: Desk) -> None:
    desk.change("resamples: 100", "resamples: 100, plan: [{metric: f1, at_least: 0.5}]")


@mistake(RUN)
def a_bound_is_a_percentage(desk: Desk) -> None:
    desk.change("resamples: 100", "resamples: 100, plan: [{metric: macro_f1, at_least: 50}]")
    desk.knows["VALUE"] = "0.5"


@mistake(RUN)
def a_bound_looks_the_wrong_way(desk: Desk) -> None:
    desk.change("resamples: 100", "resamples: 100, plan: [{metric: macro_f1, at_most: 0.5}]")
    desk.knows["VALUE"] = "0.5"


@mistake(RUN)
def too_few_resamples_are_asked_for(desk: Desk) -> None:
    desk.change("resamples: 100", "resamples: 10")


@mistake(RUN)
def a_worksheet_is_misspelt(desk: Desk) -> None:
    desk.write("index.xlsx", workbook(desk.sheet()))
    desk.change("metadata: ../index.csv", "metadata: ../index.xlsx\n    sheet: Leters")


@mistake(RUN)
def the_workspace_has_moved(desk: Desk) -> None:
    shutil.move(desk.path("letters"), desk.path("post"))
    desk.knows["path"] = "../post"
