"""Asking the open questions one at a time; each answer is signed before the next is asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import typer

from warrant.cli.desk import signing
from warrant.cli.screen import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warrant.flow.acts import Asked

STOP = "q"
"""Typed in place of an answer, it ends the asking."""


class Signer(NamedTuple):
    """Who answers."""

    path: Path
    """The workspace."""
    key: str | None
    """Name of her key; None when there is exactly one."""
    unprotected: bool
    """True lets a key without a passphrase pass."""


class _Stopped(Exception):  # noqa: N818 (no error: she wants no more questions)
    """There is no more input, or she typed `q`."""


def ask_each(asked: Sequence[Asked], signer: Signer) -> int:
    """Ask until all is answered, skipped, or there is no more input.

    Args:
        asked: the open questions.
        signer: who answers.

    Returns:
        How many were answered and signed.
    """
    say(f"Nothing typed: the question is skipped. {STOP}: no more questions.")
    answered = 0
    try:
        for number, one in enumerate(asked, start=1):
            say()
            say(f"({number} of {len(asked)}) {one.name}: {one.words}")
            say(f"Why it is asked: {one.why}")
            answered += _ask_one(one, signer)
    except _Stopped:
        say()
    return answered


def _ask_one(one: Asked, signer: Signer) -> bool:
    from warrant.flow.acts import answer

    hint = f" ({' or '.join(one.choices)})" if one.choices else ""
    text = _typed(f"Answer{hint}: ")
    while text and one.choices and text not in one.choices:
        text = _typed(f"Please answer {' or '.join(one.choices)}: ")
    if not text:
        say("Skipped.")
        return False
    reason = _typed("Why is it so, or how do you know? ")
    if not reason:
        say("Skipped: an answer needs a reason.")
        return False
    path, key, unprotected = signer
    with signing(path, "warrant card", key, unprotected=unprotected) as pen:
        done = answer(pen, one.name, text, reason)
    say(f"Answered: {one.name}, log entry {done.position}.")
    return True


def _typed(prompt: str) -> str:
    """Read one line from a terminal or a pipe."""
    typer.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        typer.echo()
    if not line or line.strip() == STOP:
        raise _Stopped
    return line.strip()
