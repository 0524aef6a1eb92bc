"""What is printed cannot steer the terminal of whoever reads it."""

from __future__ import annotations

import json

import pytest

from warrant.cli.screen import harmless, say, say_json, say_table, show_error
from warrant.errors import InputError

EVIL = "lease\x1b[2J\x1b]0;owned\x07\x9b31m \u202edesrever\r"


def test_text_of_rows_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(EVIL)
    say_table(("label", "rows"), [(EVIL, 3), ("loan\nResult: holds.", 1)])
    shown = capsys.readouterr().out
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e", "\r"}
    assert "\nResult" not in shown
    assert "lease" in shown


def test_lines_tabs_and_joined_letters_stay() -> None:
    text = "a\tb\nनमस्ते\u200c \u200d\u00a0é"
    assert harmless(text) == text


def test_json_holds_the_same_value_and_steers_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    value = {"a\x9bb": "del\x7f c1\x85 turned\u202e zwj\u200d caf\u00e9"}
    say_json(value)
    shown = capsys.readouterr().out
    assert json.loads(shown) == value
    assert not {"\x7f", "\x85", "\x9b", "\u202e"} & set(shown)
    assert {"\u200d", "\u00e9"} <= set(shown)
    show_error(InputError("bad \x9b", do="Mend it."), as_json=True)
    assert "\\u009b" in capsys.readouterr().err
