"""CEL, and what the library does that would turn a no into a yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from cel_expr_python import cel

from warrant.errors import InputError
from warrant.policy.expression import MAX_LENGTH, Expression, compile_expression, fits
from warrant.policy.facts import FACTS, NOT_ANSWERED, Fact

KNOWN = {
    **FACTS,
    "flag": Fact("flag", "BOOL", "run", "A flag."),
    "number": Fact("number", "INT", "run", "A number."),
    "share": Fact("share", "DOUBLE", "run", "A share."),
    "word": Fact("word", "STRING", "run", "A word."),
    "day": Fact("day", "TIMESTAMP", "run", "A day."),
}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def compiled(text: str, *needs: str) -> Expression:
    return compile_expression(text, needs, KNOWN, "rules.yaml, line 3, column 7")


def refusal(text: str, *needs: str) -> str:
    with pytest.raises(InputError) as caught:
        compiled(text, *needs)
    message = str(caught.value)
    assert message.startswith("rules.yaml, line 3, column 7: ")
    return message.removeprefix("rules.yaml, line 3, column 7: ")


def test_the_library_gives_an_error_as_a_text_that_is_true() -> None:
    """If this fails, the library has changed: read `expression.py` again."""
    program = cel.NewEnv(variables={"number": cel.Type.INT}).compile("1 / number == 1")
    result = program.eval(data={"number": 0})
    assert result.type().name() == "ERROR"
    assert isinstance(result.value(), str)
    assert bool(result.value())


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("number > 0", {"number": 1}, True),
        ("number > 0", {"number": 0}, False),
        ("1 / number == 1", {"number": 0}, None),
        ("number + 1 > 0", {"number": 2**63 - 1}, None),
        ("number > 0", {}, None),
        ("number > 0", {"number": None}, None),
        ("number > 0", {"number": "1"}, None),
        ("number > 0", {"number": 2**70}, None),
        ('word == "a"', {"word": "\ud800"}, None),
        ("int(word) == 1", {"word": "true"}, None),
        ('word.matches("(")', {"word": "("}, None),
        ('word.matches("^[a-z]+$")', {"word": "abc"}, True),
        ("flag", {"flag": "true"}, None),
        ("flag", {"flag": 1}, None),
        ("flag", {"flag": np.True_}, None),
        ("flag", {"flag": True}, True),
        ("share < 0.5", {"share": 0.25}, True),
        ("day < timestamp('2026-01-02T00:00:00Z')", {"day": NOON}, True),
        ('word in ["low", "high"]', {"word": "low"}, True),
        ("number >= (word == 'low' ? 1 : 2)", {"number": 1, "word": "low"}, True),
        ("flag && number > 0", {"flag": False}, False),
        ("number > 0 && flag", {"flag": True}, None),
    ],
)
def test_only_a_boolean_result_is_an_answer(
    text: str, values: dict[str, object], answer: bool | None
) -> None:
    needs = [name for name in KNOWN if name in text]
    assert compiled(text, *needs).judge(values) is answer


def test_a_program_that_gives_no_boolean_gives_no_answer() -> None:
    program = cel.NewEnv(variables={"word": cel.Type.STRING}).compile("word")
    assert Expression("word", program).judge({"word": "true"}) is None


@pytest.mark.parametrize(
    ("text", "needs", "message"),
    [
        (
            "has(flag.x)",
            ["flag"],
            "`ok` asks with has() whether a fact is present. "
            "List the fact under `needs`: what is missing is a no.",
        ),
        (
            "!has (flag.x)",
            ["flag"],
            "`ok` asks with has() whether a fact is present. "
            "List the fact under `needs`: what is missing is a no.",
        ),
        (
            "dyn(flag)",
            ["flag"],
            "`ok` calls dyn(), which is not allowed. Allowed are: contains, double, duration, "
            "endsWith, getDate, getFullYear, getMonth, int, matches, size, startsWith, timestamp.",
        ),
        (
            "[1].all(x, flag)",
            ["flag"],
            "`ok` calls all(), which is not allowed. Allowed are: contains, double, duration, "
            "endsWith, getDate, getFullYear, getMonth, int, matches, size, startsWith, timestamp.",
        ),
        (
            '{"a": flag}["a"]',
            ["flag"],
            "`ok` holds a map ({). Use facts, texts in plain quotes, comparisons, && and ||.",
        ),
        (
            'word == r"\\"',
            ["word"],
            "`ok` holds an escape (\\). Use facts, texts in plain quotes, comparisons, && and ||.",
        ),
        (
            'word == """has("""',
            ["word"],
            '`ok` holds a text in triple quotes ("""). '
            "Use facts, texts in plain quotes, comparisons, && and ||.",
        ),
        (
            "word == '''a'''",
            ["word"],
            "`ok` holds a text in triple quotes ('''). "
            "Use facts, texts in plain quotes, comparisons, && and ||.",
        ),
        (
            "flag // has(flag)",
            ["flag"],
            "`ok` holds a comment (//). Use facts, texts in plain quotes, comparisons, && and ||.",
        ),
        (
            "flag && number > 0",
            ["flag"],
            "`ok` uses 'number', which is not under `needs`. Add 'number' to `needs`.",
        ),
        (
            "flag",
            ["flag", "number"],
            "the rule needs 'number', but its `ok` does not use it. "
            "Remove 'number' from `needs`, or use it.",
        ),
        (
            "true",
            ["flag"],
            "the rule needs 'flag', but its `ok` does not use it. "
            "Remove 'flag' from `needs`, or use it.",
        ),
        (
            "trainingrows > 0",
            ["flag"],
            "there is no fact 'trainingrows'. Did you mean 'training_rows'?",
        ),
        (
            "use_stage == 'explore' || flag",
            ["flag"],
            "`ok` asks for the stage of use, which could let a stricter stage pass. "
            "Write `from: pilot` or `from: production` instead.",
        ),
        (
            "number",
            ["number"],
            "`ok` gives INT, not BOOL. Compare: write for example training_rows > 0.",
        ),
        (
            "[flag, 1][0]",
            ["flag"],
            "`ok` gives DYN, not BOOL. Compare: write for example training_rows > 0.",
        ),
        (
            "number == 1.0",
            ["number"],
            "`ok` is not valid CEL: column 8: found no matching overload for '_==_' applied to "
            "'(int, double)'. Compare each fact with a value of its own type.",
        ),
        (
            "(" * 300 + "flag" + ")" * 300,
            ["flag"],
            "`ok` is not valid CEL: CANCELLED: Expression recursion limit exceeded. limit: 32 "
            "[CANCELLED]. Compare each fact with a value of its own type.",
        ),
        (
            "flag" + " " * MAX_LENGTH,
            ["flag"],
            "`ok` has 1004 characters; at most 1000 are allowed. Split the rule in two.",
        ),
    ],
)
def test_an_expression_that_could_mislead_is_refused(
    text: str, needs: list[str], message: str
) -> None:
    assert refusal(text, *needs) == message


def test_an_unknown_name_near_nothing_lists_the_facts() -> None:
    assert refusal("zzzz > 0", "flag").startswith("there is no fact 'zzzz'. There are: now, ")


def test_words_inside_texts_are_only_text() -> None:
    assert compiled('word != "has(dyn{//"', "word").judge({"word": "x"}) is True


@pytest.mark.parametrize(
    ("value", "fact", "answer"),
    [
        (True, "BOOL", True),
        (1, "BOOL", False),
        (np.True_, "BOOL", False),
        (NOT_ANSWERED, "BOOL", False),
        (1, "INT", True),
        (True, "INT", False),
        (1.0, "INT", False),
        (-(2**63), "INT", True),
        (2**63, "INT", False),
        (np.int64(1), "INT", False),
        (1.0, "DOUBLE", True),
        (1, "DOUBLE", False),
        (float("nan"), "DOUBLE", False),
        (float("inf"), "DOUBLE", False),
        ("", "STRING", True),
        ("\ud800", "STRING", False),
        (b"a", "STRING", False),
        (NOON, "TIMESTAMP", True),
        (NOON.replace(tzinfo=None), "TIMESTAMP", False),
        (NOON.astimezone(timezone(timedelta(hours=1))), "TIMESTAMP", False),
        (NOON.date(), "TIMESTAMP", False),
    ],
)
def test_a_value_has_its_declared_type_exactly(value: object, fact: str, answer: bool) -> None:
    assert fits(value, fact) is answer  # type: ignore[arg-type]
