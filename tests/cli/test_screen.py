"""What is printed cannot steer the terminal of whoever reads it."""

from __future__ import annotations

import pytest

from warrant.cli.screen import harmless, say, say_table

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
