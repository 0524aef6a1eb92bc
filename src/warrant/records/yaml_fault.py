"""Why a text is not YAML, as somebody needs it who does not know YAML.

A parser names the place where it gave up. What is wrong often stands a little before it: a bracket
or a quote that is not closed, a colon without a blank, a tab, a line that starts too far left.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PAIR = re.compile(r"\s*(?:- )?([\w-]+):(\S.*)$")
_CLOSERS = {"{": "}", "[": "]"}
_SIGN = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|["'#{}\[\]]""")


class Diagnosis(NamedTuple):
    """What is probably wrong."""

    line: int
    """From 1: where it stands."""
    what: str
    """Goes on after the place."""
    do: str
    """The act that helps."""


def diagnose(text: str, line: int, problem: str) -> Diagnosis:
    """Find what is probably wrong.

    Args:
        text: the whole file.
        line: where the parser gave up, from 1.
        problem: in the parser's words.

    Returns:
        The diagnosis; the parser's own words where nothing better is found.
    """
    lines = text.split("\n")
    if "\\t" in problem:
        do = "Write two blanks in place of each tab."
        return Diagnosis(line, "a tab stands where YAML wants blanks", do)
    open_at, opener = _unclosed(lines[:line])
    if opener in _CLOSERS:
        closer = _CLOSERS[opener]
        do = f"Put a {closer} at the end of line {open_at}."
        return Diagnosis(open_at, f"the bracket {opener} is not closed", do)
    if opener:
        do = f"Put a {opener} at the end of line {open_at}."
        return Diagnosis(open_at, f"the quote {opener} is not closed", do)
    return _by_lines(lines, line, problem)


def _by_lines(lines: list[str], line: int, problem: str) -> Diagnosis:
    """Look at the lines up to the place, from below."""
    for number in range(min(line, len(lines)), max(line - 3, 0), -1):
        pair = _PAIR.match(lines[number - 1])
        if pair and "://" not in pair[0] and "expected ':'" in problem:
            do = f"Write: {pair[1]}: {pair[2]}"
            return Diagnosis(number, f"no blank stands behind the colon of {pair[1]!r}", do)
    above = next((one for one in reversed(lines[: line - 1]) if one.strip()), "")
    blanks = len(above) - len(above.lstrip())
    if "found '<block" in problem and not above.rstrip().endswith(":"):
        do = f"Start line {line} with {blanks} blanks, as the line above it."
        return Diagnosis(line, "it starts at another place than the lines around it", do)
    do = "Check indentation, quotes and brackets there and just above."
    return Diagnosis(line, f"this is not YAML: {problem}", do)


def _unclosed(lines: list[str]) -> tuple[int, str]:
    """Find the last bracket or quote that is open at the end; without one, nothing."""
    open_ones: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        for found in _SIGN.finditer(line):
            sign = found[0]
            if sign == "#" and line[: found.start()][-1:] in {"", " "}:
                break
            if sign in _CLOSERS:
                open_ones.append((number, sign))
            elif open_ones and sign == _CLOSERS.get(open_ones[-1][1]):
                open_ones.pop()
            elif sign in {'"', "'"} and line[: found.start()].rstrip()[-1:] in {
                ":",
                "[",
                "{",
                ",",
            }:
                return number, sign
    return open_ones[-1] if open_ones else (0, "")
