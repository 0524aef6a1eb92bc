"""What is wrong in a text that is not YAML is named, with the edit that mends it."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.records.yaml12 import load_yaml
from warrant.records.yaml_fault import diagnose


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_yaml(text, "r.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a:\n\tb: 1\n",
            "r.yaml, line 2, column 1: a tab stands where YAML wants blanks. "
            "Write two blanks in place of each tab.",
        ),
        (
            "use: {a: b, c: d\nname: x\n",
            "r.yaml, line 1, column 1: the bracket { is not closed. Put a } at the end of line 1.",
        ),
        (
            "a: [{b: 1}, 'x]', 2 # ]\nc: d: e\n",
            "r.yaml, line 1, column 1: the bracket [ is not closed. Put a ] at the end of line 1.",
        ),
        (
            'a: "b\nc: 1\n',
            'r.yaml, line 1, column 1: the quote " is not closed. Put a " at the end of line 1.',
        ),
        (
            "a: it's\nt:\n  b: 1\n  c:d\n  e: 2\n",
            "r.yaml, line 4, column 1: no blank stands behind the colon of 'c'. Write: c: d",
        ),
        (
            "t:\n    b: 1\n   c: 2\n",
            "r.yaml, line 3, column 4: it starts at another place than the lines around it. "
            "Start line 3 with 4 blanks, as the line above it.",
        ),
        (
            "a: b: c\n",
            "r.yaml, line 1, column 5: this is not YAML: mapping values are not allowed here. "
            "Check indentation, quotes and brackets there and just above.",
        ),
        (
            "http://x\na: 1\n",
            "r.yaml, line 2, column 2: this is not YAML: mapping values are not allowed here. "
            "Check indentation, quotes and brackets there and just above.",
        ),
    ],
)
def test_what_is_not_yaml_is_named_with_its_cure(text: str, said: str) -> None:
    assert refusal(text) == said


def test_a_place_at_the_top_has_no_line_above_it() -> None:
    problem = "expected <block end>, but found '<block mapping start>'"
    found = diagnose("\n  a: 1", 1, problem)
    assert found.do == "Start line 1 with 0 blanks, as the line above it."
    assert diagnose("a:\nb", 2, problem).what.startswith("this is not YAML")
    assert diagnose("a: {b: 1}}", 1, "expected <block end>, but found '}'").line == 1
