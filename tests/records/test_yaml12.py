"""The YAML reader: one text, one meaning, and every fault says where it stands."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.records.yaml12 import MAX_DEPTH, Mark, load_yaml, unknown_key

RECIPE = """\
name: clauses
use: {stage: explore}
sources:
  - path: contracts/
    rights: {train: yes, expires: 2030-01-01}
"""


def value(text: str) -> object:
    return load_yaml(text, "recipe.yaml").value


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_yaml(text, "recipe.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("# only a comment", None),
        ("---\n...\n", None),
        ("%YAML 1.2\n---\na", "a"),
        ("[null, Null, NULL, ~, nUll]", [None, None, None, None, "nUll"]),
        ("[true, True, TRUE, false, False, FALSE]", [True, True, True, False, False, False]),
        ("[yes, no, on, off, y, n, No, tRue]", ["yes", "no", "on", "off", "y", "n", "No", "tRue"]),
        ("[0, -0, +12, 007, 0o17, 0xff, 0xFF]", [0, 0, 12, 7, 15, 255, 255]),
        ("[1_000, 0b11, 12:30:45, 0o8, 0xg]", ["1_000", "0b11", "12:30:45", "0o8", "0xg"]),
        ("[1.5, .5, 1., -1e3, 1E+2]", [1.5, 0.5, 1.0, -1000.0, 100.0]),
        ("[2030-01-01, 2030-01-01T00:00:00Z]", ["2030-01-01", "2030-01-01T00:00:00Z"]),
        ("['1', \"true\", '~']", ["1", "true", "~"]),
        ("a: |\n  1\nb: >\n  no\n", {"a": "1\n", "b": "no\n"}),
        ("no: 1\nnon: 2", {"no": 1, "non": 2}),
        ("'<<': 1\n'1': 2", {"<<": 1, "1": 2}),
        ("a:\nb: []\nc: {}", {"a": None, "b": [], "c": {}}),
        (f"[{-(2**63)}, {2**63 - 1}]", [-(2**63), 2**63 - 1]),
        ('"\\u2028\\U0001F600"', "\u2028\U0001f600"),
    ],
)
def test_a_text_means_what_the_core_schema_says(text: str, meaning: object) -> None:
    found = value(text)
    assert found == meaning
    assert repr(found) == repr(meaning)  # 1 == True == 1.0 in Python


def test_every_key_and_value_knows_its_place() -> None:
    marks = load_yaml(RECIPE, "recipe.yaml").marks
    assert marks.values[()] == Mark(1, 1)
    assert marks.keys["use", "stage"] == Mark(2, 7)
    assert marks.values["use", "stage"] == Mark(2, 14)
    assert marks.values["sources", 0] == Mark(4, 5)
    assert marks.place(("sources", 0, "rights", "train")) == "recipe.yaml, line 5, column 14"


def test_what_is_absent_is_placed_at_its_nearest_parent() -> None:
    marks = load_yaml(RECIPE, "recipe.yaml").marks
    assert marks.place(("sources", 0, "licence", "text")) == "recipe.yaml, line 4, column 5"
    assert marks.place(("nothing",)) == "recipe.yaml, line 1, column 1"
    assert load_yaml("", "empty.yaml").marks.place(("a",)) == "empty.yaml, line 1, column 1"


def test_an_empty_set_of_marks_still_has_a_place() -> None:
    marks = load_yaml("a: 1", "recipe.yaml").marks
    assert type(marks)("x.yaml", {}, {}).place(("a",)) == "x.yaml, line 1, column 1"


def test_an_unknown_key_is_answered_with_the_nearest_one() -> None:
    marks = load_yaml(RECIPE, "recipe.yaml").marks
    near = unknown_key(("use", "stage"), {"stages", "team"}, marks)
    assert str(near) == "recipe.yaml, line 2, column 7: unknown key 'stage'. Write 'stages'?"
    far = unknown_key(("use", "stage"), {"impact", "xyz"}, marks)
    assert far.do == "Known here: impact, xyz."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a: &x 1",
            "recipe.yaml, line 1, column 4: the anchor &x is not allowed. "
            "Remove it; no alias may use it.",
        ),
        (
            "a: *x",
            "recipe.yaml, line 1, column 4: the alias *x is not allowed. Write the value again.",
        ),
        (
            "a: !!str 1",
            "recipe.yaml, line 1, column 4: the tag 'tag:yaml.org,2002:str' is not allowed. "
            "Remove it; write text in quotes.",
        ),
        (
            "a: ! 1",
            "recipe.yaml, line 1, column 4: the tag '!' is not allowed. "
            "Remove it; write text in quotes.",
        ),
        (
            "a: !x [1]",
            "recipe.yaml, line 1, column 4: the tag '!x' is not allowed. "
            "Remove it; write text in quotes.",
        ),
        (
            "&k a: 1",
            "recipe.yaml, line 1, column 1: the anchor &k is not allowed. "
            "Remove it; no alias may use it.",
        ),
        (
            "a: 1\nb: 2\na: 3",
            "recipe.yaml, line 3, column 1: the key 'a' already stands in line 1. Keep one.",
        ),
        (
            "<<: {a: 1}",
            "recipe.yaml, line 1, column 1: the merge key << is not allowed. Write the keys out.",
        ),
        (
            "? [a]\n: 1",
            "recipe.yaml, line 1, column 3: a list or a mapping is used as a key. "
            "Use text as the key.",
        ),
        (
            "2024: 1",
            'recipe.yaml, line 1, column 1: the key 2024 is not text. Put it in quotes: "2024".',
        ),
        (
            "a: .inf",
            "recipe.yaml, line 1, column 4: the number .inf is not finite. Write a number.",
        ),
        (
            "a: 1e999",
            "recipe.yaml, line 1, column 4: the number 1e999 is not finite. Write a number.",
        ),
        (
            f"a: {2**63}",
            "recipe.yaml, line 1, column 4: this integer is beyond 64 bits. "
            "Put it in quotes to keep it as text.",
        ),
        (
            "a: " + "9" * 5000,
            "recipe.yaml, line 1, column 4: this integer is beyond 64 bits. "
            "Put it in quotes to keep it as text.",
        ),
        (
            "a\n---\nb",
            "recipe.yaml, line 2, column 1: a second document begins. Put it in its own file.",
        ),
        (
            "%YAML 1.1\n---\na",
            "recipe.yaml, line 1, column 1: a directive is not allowed. "
            "Remove the line that begins with %.",
        ),
        (
            "%TAG ! tag:x,2000:\n---\na",
            "recipe.yaml, line 1, column 1: a directive is not allowed. "
            "Remove the line that begins with %.",
        ),
        (
            "a: b: c",
            "recipe.yaml, line 1, column 5: this is not YAML: mapping values are not allowed here. "
            "Check indentation, quotes and brackets there and just above.",
        ),
        (
            "a: 1\nb: \x07",
            "recipe.yaml, line 2, column 4: the character U+0007 may not stand in YAML. "
            "Delete it, or write it as an escape inside double quotes.",
        ),
        (
            'a: "\\UFFFFFFFF"',
            "recipe.yaml: an escape in double quotes names no character. "
            "Use \\u followed by four hexadecimal digits, at most \\U0010FFFF.",
        ),
        (
            'a: "\\UD800"\nb: "\\uD800"',
            "recipe.yaml, line 1, column 7: this is not YAML: expected escape sequence of 8 "
            "hexadecimal numbers, but found '\"'. "
            "Check indentation, quotes and brackets there and just above.",
        ),
        (
            'a: "\\uD800"',
            "recipe.yaml, line 1, column 4: an escape is half of a character. "
            "Write the character itself, or \\U and eight hexadecimal digits.",
        ),
        (
            "a: 1\nb: x\u2028y",
            "recipe.yaml, line 2, column 5: the character U+2028 is a line break in old YAML and "
            "a character in new. Delete it, or write it as an escape inside double quotes.",
        ),
        (
            "a: \ud800",
            "recipe.yaml, line 1, column 4: the character U+D800 is half of a character. "
            "Delete it, or write it as an escape inside double quotes.",
        ),
    ],
)
def test_a_fault_names_its_place_and_the_remedy(text: str, message: str) -> None:
    assert refusal(text) == message


def test_a_file_nests_only_so_deep() -> None:
    value("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    message = refusal("[" * 5000 + "]" * 5000)
    assert message == (
        f"recipe.yaml, line 1, column {MAX_DEPTH + 2}: more than {MAX_DEPTH} lists or mappings "
        "stand inside one another. Flatten it."
    )


def test_a_fault_without_a_place_of_its_own_points_at_its_context() -> None:
    assert refusal('a: "open').startswith(
        'recipe.yaml, line 1, column 9: the quote " is not closed.'
    )
