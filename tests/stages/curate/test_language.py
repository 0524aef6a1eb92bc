from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pytest

from tests.stages.curate.test_curate import decisions, labels, run
from warrant.engine import read_ledger
from warrant.errors import InputError
from warrant.flow.recipe import parse_recipe
from warrant.stages.curate import FILTERS, CurateConfig, FilterConfig, plugins

ENGLISH = "The supplier delivers the goods within thirty days of the order. "
GERMAN = "Die Parteien vereinbaren Stillschweigen über den Inhalt des Vertrags. "
FRENCH = "Le locataire paie le loyer au début de chaque mois, sans aucun retard. "
TEXTS = [ENGLISH, GERMAN, FRENCH, "Lease no. 7", ENGLISH * 9 + GERMAN * 4, "1.50 " * 200]
RECIPE = "warrant: 1\nname: a\nsources: [{path: a}]\ntask: {label: kind}\n"


def keep(**settings: object) -> CurateConfig:
    return CurateConfig((FilterConfig("keep_languages", settings),))


def test_the_library_that_tells_languages_decides_the_result_too() -> None:
    learn = FilterConfig("mask_personal_data", {"learn": {"from": "labelled.jsonl"}})
    filters = (FilterConfig("keep_languages", {"values": ["en"]}), learn)
    named = [(one.name, one.version) for one in plugins(CurateConfig(filters))]
    assert named[2:] == [(name, version(name)) for name in ("py3langid", "scikit-learn")]


def test_a_text_in_another_language_is_dropped_and_few_letters_tell_nothing(tmp_path: Path) -> None:
    desk, result = run(tmp_path, TEXTS, keep(values=["en"]))
    assert labels(desk, result) == ["0", "3", "4", "5"]
    told = [(one.position, one.code) for one in decisions(desk, result)]
    assert told == [
        (1, "other_language"),
        (2, "other_language"),
        (3, "language_too_short_to_tell"),
        (4, "mixed_languages"),
        (5, "language_too_short_to_tell"),
    ]
    values = [one.value for one in decisions(desk, result)]
    assert values[0] is not None
    assert 0 <= values[0] < 0.01
    assert values[2] == 7
    assert values[3] is not None
    assert 0.5 <= values[3] < 1
    assert result.claim.measures["rows_in_language_en"] == 2
    assert result.claim.measures["rows_in_language_de"] == 1
    words = {
        one.code: one.words
        for one in read_ledger(desk.store, result.outputs["ledger"]).header.reasons
    }
    assert "not in a language that the recipe keeps (en)" in words["other_language"]


def test_a_clause_in_capitals_is_judged_as_the_same_clause_in_small_letters(tmp_path: Path) -> None:
    disclaimer = (
        "IN ADDITION, THE SUPPLIER'S LIABILITY WITH RESPECT TO ITS OBLIGATIONS UNDER "
        "SECTION 12.1(b) SHALL IN NO EVENT EXCEED [***]."
    )
    desk, result = run(tmp_path, [disclaimer, GERMAN.upper() * 2], keep(values=["en"]))
    assert labels(desk, result) == ["0"]
    assert result.claim.measures["rows_in_language_en"] == 1
    assert result.claim.measures["rows_in_language_de"] == 1


def test_several_languages_may_be_kept(tmp_path: Path) -> None:
    desk, result = run(tmp_path, TEXTS, keep(values=["en", "de"]))
    assert labels(desk, result) == ["0", "1", "3", "4", "5"]
    assert "mixed_languages" not in result.claim.counts


def test_a_text_that_is_mostly_in_another_language_is_dropped() -> None:
    rule = FILTERS.load("keep_languages")(values=["en"])
    found = rule.judge(pa.array([GERMAN * 9 + ENGLISH * 4, GERMAN * 900]), [0, 1]).verdicts
    assert [one.code for one in found] == ["other_language", "other_language"]
    assert found[0].value > found[1].value


def test_the_recipe_lists_languages_in_place_of_settings() -> None:
    part = parse_recipe(f"{RECIPE}curate: [{{keep_languages: [en, de]}}]\n").curate[0]
    assert (part.name, part.settings) == ("keep_languages", {"values": ("en", "de")})


@pytest.mark.parametrize(
    ("settings", "what", "do"),
    [
        ({"values": []}, "wants a list of languages", "- keep_languages: [en, de]"),
        ({"values": "en"}, "wants a list of languages", "- keep_languages: [en, de]"),
        ({"values": ["eng"]}, "knows no language 'eng'", "Write 'en' in place of 'eng'."),
        ({"values": ["??"]}, "knows no language '?", "- keep_languages: [en, de]"),
        (
            {"values": ["en"], "least_letters": -1},
            "wants least_letters from 0",
            "least_letters: 40",
        ),
        ({"values": ["en"], "least_share": 2}, "wants a least_share above 0", "least_share: 0.5"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    settings: dict[str, object], what: str, do: str
) -> None:
    with pytest.raises(InputError) as refused:
        FILTERS.load("keep_languages")(**settings)
    assert what in refused.value.what
    assert do in refused.value.do
