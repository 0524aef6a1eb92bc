"""Filters by length, repetition, quality, date, jurisdiction, lists, patterns and rules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.curate.test_curate import decisions, labels, run
from warrant.engine import read_dataset
from warrant.errors import InputError
from warrant.stages.curate import FILTERS, CurateConfig, FilterConfig, Surveying
from warrant.stages.curate.builtin.quality import RULES

PROSE = (
    "The parties agree to the terms of this lease. The tenant shall have the use of the house, "
    "and the owner keeps the roof sound. Either of them may end it with a letter to the other. "
    "That letter has to be sent three months before the end of the term, by post or by hand."
)


def judged(name: str, cells: list[Any], **settings: object) -> list[tuple[int, str, float | None]]:
    rule = FILTERS.load(name)(**settings)
    kind = None if cells and isinstance(cells[0], dict) else pa.large_string()
    column = pa.array(cells, kind)
    if isinstance(rule, Surveying):
        rule.look(column, range(len(cells)))
        rule.settle(lambda rows: column.take(pa.array(rows)), Path())
    verdicts = rule.judge(column, range(len(cells))).verdicts
    return [(one.row, one.code, one.value) for one in verdicts]


def refusal(name: str, **settings: object) -> str:
    with pytest.raises(InputError) as refused:
        FILTERS.load(name)(**settings)
    return str(refused.value)


_PIECES = st.one_of(st.sampled_from(["the", "Be", "of.", "1234", "#", "...…", "- a"]), st.text())


@given(st.lists(_PIECES, max_size=60), st.integers(0, 12), st.floats(0, 1))
def test_quality_counts_no_further_than_it_must_and_judges_the_same(
    pieces: list[str], some: int, share: float
) -> None:
    text = " ".join(pieces)
    words, lines = text.split(), [line for one in text.splitlines() if (line := one.strip())]
    stops = {"the", "be", "to", "of", "and", "that", "have", "with"}
    plain = {
        "gopher_short_words": sum(map(len, words)) / max(1, len(words)),
        "gopher_symbols": len(re.findall(r"#|\.\.\.|…", text)) / max(1, len(words)),
        "gopher_no_letters": sum(any(map(str.isalpha, one)) for one in words) / max(1, len(words)),
        "gopher_stop_words": len(stops & {one.lower().strip(".,;:!?()\"'") for one in words}),
        "c4_few_sentences": len(re.findall(r"[.!?。！？]+(?=\s|$|[\"'”’)])", text)),  # noqa: RUF001
        "gopher_bullets": sum(one.startswith("-") for one in lines) / max(1, len(lines)),
    }
    for code, value in plain.items():
        limit = share if code in {"gopher_symbols", "gopher_no_letters", "gopher_bullets"} else some
        others = [one for one in RULES if one.split("_")[0] == code.split("_")[0] and one != code]
        rule = FILTERS.load("quality")(
            values=[code.split("_")[0]], leave_out=others, limits={code: limit}
        )
        found = rule.judge(pa.array([text], pa.large_string()), [0]).verdicts
        fails = value < limit if RULES[code].too == "less" else value > limit
        assert bool(found) == bool(fails and text and not text.isspace())
        assert not found or found[0].value == round(value, 6)


def test_length_is_bounded_on_both_sides() -> None:
    assert judged("max_words", ["a b", "a b c", None], words=2) == [(1, "too_long", 3)]
    assert judged("characters", ["ab", "abcdé", None, "abcdef"], least=3, most=5) == [
        (0, "too_few_characters", 2),
        (2, "too_few_characters", 0),
        (3, "too_many_characters", 6),
    ]
    assert refusal("max_words", words=0) == (
        "The filter 'max_words' wants words from 1 upwards, got 0. "
        "Write for example: - max_words: {words: 5000}"
    )
    assert "has no limit" in refusal("characters")
    assert "wants most from least upwards, got 2 below 3" in refusal("characters", least=3, most=2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a line of its own\n" * 3 + "other\n" * 2 + "x\ny\n", "repeated_lines"),
        (
            "x\n" * 3 + "y\nz\nv\nw\nq\nu\n" + "long " * 30 + "\n" + "long " * 30,
            "repeated_line_text",
        ),
        ("again and again " * 20, "top_2_words"),
        (
            " ".join(f"w{at}" for at in range(60)) + " " + " ".join(f"w{at}" for at in range(20)),
            "repeated_5_words",
        ),
    ],
)
def test_a_text_that_repeats_itself_goes_out_with_the_share(text: str, code: str) -> None:
    ((_, found, value),) = judged("repetition", [text, PROSE], least_words=5)
    assert found == code
    assert value is not None
    assert 0.1 < value <= 1


def test_a_text_too_short_to_repeat_itself_stays_and_is_counted() -> None:
    rule = FILTERS.load("repetition")()
    assert not rule.judge(pa.array(["no no no", None]), [0, 1]).verdicts
    assert rule.measures == {"rows_too_short_for_repetition": 2}
    assert "wants repeated_lines above 0 and at most 1, got 2" in refusal(
        "repetition", limits={"repeated_lines": 2}
    )
    assert "knows limits: repeated_lines and" in refusal("repetition", limits={"lines": 0.2})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the end and of it", "gopher_few_words"),
        ("of a to " * 40, "gopher_short_words"),
        ("internationalisation " * 40 + PROSE, "gopher_long_words"),
        (PROSE + " #" * 9, "gopher_symbols"),
        ("\n".join(f"- the {word} and its hinge" for word in PROSE.split()), "gopher_bullets"),
        ("\n".join(f"the {word} and its hinge…" for word in (PROSE * 3).split()[:9]) + "\n"
         + PROSE * 2, "gopher_ellipses"),
        (PROSE + " 1234" * 20, "gopher_no_letters"),
        ("miete haus garten strasse " * 20, "gopher_stop_words"),
        (PROSE + " Lorem ipsum dolor.", "c4_lorem_ipsum"),
        (PROSE + " if (x) { y }", "c4_curly_brackets"),
        (PROSE.replace(".", ","), "c4_few_sentences"),
        ("\n".join(f"{PROSE} {end}" for end in "ab") , "fineweb_line_ends"),
        (f"{PROSE}\n{PROSE}", "fineweb_repeated_lines"),
        (PROSE.replace(" ", ".\n"), "fineweb_short_lines"),
    ],
)  # fmt: skip
def test_each_published_rule_drops_what_it_names(text: str, code: str) -> None:
    ((row, found, _),) = judged(
        "quality",
        [PROSE, text],
        values=["gopher", "c4", "fineweb"],
        leave_out=["gopher_symbols"] if code == "gopher_ellipses" else [],
        limits={"fineweb_repeated_lines": 0.9} if code == "fineweb_short_lines" else {},
    )
    assert (row, found) == (1, code)


def test_quality_takes_known_rules_and_other_limits() -> None:
    assert not judged("quality", ["one two"], values=["c4"], leave_out=["c4_few_sentences"])
    assert judged("quality", ["A. b."], values=["c4"], limits={"c4_few_sentences": 2}) == []
    assert "knows rules: gopher and c4 and fineweb, got 'c5'" in refusal("quality", values=["c5"])
    assert "wants a number as the limit of c4_few_sentences, got 'x'" in refusal(
        "quality", values=["c4"], limits={"c4_few_sentences": "x"}
    )


def test_lines_of_many_rows_are_boilerplate_whatever_their_page(tmp_path: Path) -> None:
    texts = [f"Acme Corp  page {at}\nletter {'abcdefg'[at]} says so\n" for at in range(3)]
    texts.append("ACME CORP Page 77")
    settings: dict[str, object] = {"rows": 3}
    assert judged("boilerplate", texts, **settings) == [(3, "boilerplate", 1.0)]
    config = CurateConfig((FilterConfig("boilerplate", {"rows": 3, "action": "remove"}),))
    desk, result = run(tmp_path, texts, config)
    assert [(one.position, one.code, one.value) for one in decisions(desk, result)] == [
        (0, "boilerplate_removed", 1),
        (1, "boilerplate_removed", 1),
        (2, "boilerplate_removed", 1),
        (3, "boilerplate_removed", 1),
        (3, "no_text", None),
    ]
    (batch,) = read_dataset(desk.store, result.outputs["rows"], ["text"])
    assert batch.column("text").to_pylist() == [f"letter {one} says so\n" for one in "abc"]
    assert dict(result.claim.measures) == {"boilerplate_lines": 1}


def test_rows_outside_a_period_go_out() -> None:
    days = ["2014-12-31", date(2015, 1, 1), datetime(2020, 5, 5, 23, tzinfo=UTC), None]
    cells = [{"signed": str(day) if day else None} for day in days]
    assert judged("keep_period", cells, column="signed", since="2015-01-01") == [
        (0, "outside_period", None),
        (3, "date_unknown", None),
    ]
    kept = judged("keep_period", cells, column="signed", until="2015-01-01", unknown="keep")
    assert kept == [(2, "outside_period", None), (3, "date_unknown_kept", None)]
    instants = [{"signed": days[2]}, {"signed": None}]
    assert judged("keep_period", instants, column="signed", until="2020-05-05") == [
        (1, "date_unknown", None)
    ]
    assert "wants since as YYYY-MM-DD, got '1.1.2015'" in refusal(
        "keep_period", column="signed", since="1.1.2015"
    )
    assert "has no limit" in refusal("keep_period", column="signed")
    assert "wants until from since upwards" in refusal(
        "keep_period", column="signed", since="2015-01-02", until="2015-01-01"
    )


def test_rows_that_did_not_hold_on_a_day_go_out() -> None:
    spans = [
        ("2024-01-01", "2025-06-30"),
        ("2025-07-01", None),
        ("2025-07-02", ""),
        (None, "2025-07-01"),
        ("", "2025-06-30"),
        (None, " "),
        ("soon", "2026-01-01"),
    ]
    cells = [{"effective_from": first, "effective_to": last} for first, last in spans]
    out = [(0, "not_in_force", None), (2, "not_in_force", None), (4, "not_in_force", None)]
    kept = [(5, "force_unknown_kept", None), (6, "force_unknown_kept", None)]
    assert judged("keep_in_force", cells, as_of="2025-07-01") == out + kept
    gone = judged("keep_in_force", cells, as_of="2025-07-01", unknown="drop")
    assert gone == [*out, (5, "force_unknown", None), (6, "force_unknown", None)]
    days = [{"since": date(2025, 7, 2)}, {"since": datetime(2025, 7, 1, 23, tzinfo=UTC)}]
    named = judged("keep_in_force", days, as_of="2025-07-01", since="since", until=None)
    assert named == [(0, "not_in_force", None)]
    assert "wants as_of as YYYY-MM-DD, got 'May'" in refusal("keep_in_force", as_of="May")
    assert "has no column of days" in refusal(
        "keep_in_force", as_of="2025-07-01", since=None, until=None
    )


LAWS = [
    "governed by and construed in accordance with the laws of the State of Delaware, without",
    "GOVERNED BY THE LAWS OF THE STATE OF NEW YORK.",
    "This lease is subject to the laws of England and Wales.",
    "a violation of the laws of Nature",
    None,
]


def test_the_governing_law_is_read_in_the_text_or_in_a_column() -> None:
    found = judged("keep_jurisdictions", LAWS, values=["delaware", "New  York"])
    assert found == [
        (2, "other_jurisdiction", None),
        (3, "jurisdiction_unknown_kept", None),
        (4, "jurisdiction_unknown_kept", None),
    ]
    assert judged("keep_jurisdictions", LAWS[2:], values=["England"], unknown="drop") == [
        (1, "jurisdiction_unknown", None),
        (2, "jurisdiction_unknown", None),
    ]
    cells = [{"law": "Ontario "}, {"law": "Texas"}, {"law": None}]
    assert judged("keep_jurisdictions", cells, values=["Ontario"], column="law") == [
        (1, "other_jurisdiction", None),
        (2, "jurisdiction_unknown_kept", None),
    ]
    assert "wants values as a list of texts" in refusal("keep_jurisdictions", values="Delaware")


def test_lists_count_whole_words_of_a_text_and_whole_cells_of_a_column() -> None:
    texts = ["a DRAFT\nlease", "two drafts", "specimen  copy!", None]
    entries = ["draft", "specimen copy"]
    assert judged("deny", texts, values=entries) == [(0, "on_deny_list", 1), (2, "on_deny_list", 2)]
    assert judged("allow", texts, values=entries) == [
        (1, "not_on_allow_list", None),
        (3, "not_on_allow_list", None),
    ]
    cells = [{"court": "First  District"}, {"court": "First District East"}, {"court": None}]
    assert judged("allow", cells, values=["first district"], column="court") == [
        (1, "not_on_allow_list", None),
        (2, "not_on_allow_list", None),
    ]
    tags = [{"tags": ["a", "Draft"]}, {"tags": []}]
    assert judged("deny", tags, values=entries, column="tags") == [(0, "on_deny_list", 1)]
    assert "wants values as a list of texts" in refusal("deny", values=[])


def test_regular_expressions_keep_or_drop() -> None:
    texts = ["Force  Majeure", "lease", None]
    pattern = r"(?i)force\s+majeure"
    assert judged("drop_matching", texts, pattern=pattern) == [(0, "matches_pattern", None)]
    assert judged("keep_matching", texts, pattern=pattern) == [
        (1, "matches_no_pattern", None),
        (2, "matches_no_pattern", None),
    ]
    cells = [{"id": 12}, {"id": None}]
    assert judged("drop_matching", cells, pattern="^1", column="id")[0][:2] == (
        0,
        "matches_pattern",
    )
    assert refusal("keep_matching", pattern="(") == (
        "The filter 'keep_matching' cannot read its regular expression: missing ): (. "
        "Write for example: - keep_matching: {pattern: '(?i)force majeure'}"
    )
    assert "wants a regular expression, got ''" in refusal("drop_matching", pattern="")


def test_a_rule_over_columns_keeps_only_a_plain_yes() -> None:
    cells = [
        {"year": 2015, "Tax Court": True, "filed": date(2020, 1, 2), "fee": 1.5, "tags": ["a"]},
        {"year": 2014, "Tax Court": None, "filed": None, "fee": None, "tags": None},
        {"year": None, "Tax Court": True, "filed": date(2020, 1, 2), "fee": 1.5, "tags": []},
    ]
    rule = (
        'year >= 2015 && tax && filed > timestamp("2020-01-01T00:00:00Z") && fee < 2.0 && '
        'tags == "a"'
    )
    columns = {"tax": "Tax Court"}
    assert judged("keep_where", cells, rule=rule, columns=columns) == [
        (1, "rule_says_no", None),
        (2, "rule_says_no", None),
    ]
    assert judged("keep_where", cells[::2], rule="year >= 2015", unknown="keep") == [
        (1, "rule_not_known_kept", None)
    ]
    assert FILTERS.load("keep_where")(rule=rule, columns=columns).columns == (
        "year",
        "Tax Court",
        "filed",
        "fee",
        "tags",
    )
    rule_of = FILTERS.load("keep_where")(rule="year >= 'a'")
    with pytest.raises(InputError, match=r"Compare each column .*: year is INT"):
        rule_of.judge(pa.array([{"year": 1}]), [0])
    with pytest.raises(InputError, match="the rule gives INT, not BOOL"):
        FILTERS.load("keep_where")(rule="year + 1").judge(pa.array([{"year": 1}]), [0])
    assert "names no column in its rule" in refusal("keep_where", rule="true")
    assert "wants a rule, got ''" in refusal("keep_where", rule="")


def test_filters_of_texts_and_columns_work_in_one_list(tmp_path: Path) -> None:
    config = CurateConfig(
        (
            FilterConfig("keep_where", {"rule": 'label != "b"'}),
            FilterConfig("deny", {"values": ["draft"]}),
        )
    )
    desk, result = run(
        tmp_path, ["one lease", "two", "a draft", "four"], config, ["a", "b", "c", "d"]
    )
    assert labels(desk, result) == ["a", "d"]
    assert [(one.position, one.code) for one in decisions(desk, result)] == [
        (1, "rule_says_no"),
        (2, "on_deny_list"),
    ]
