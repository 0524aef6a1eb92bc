"""Calling programs that the reader has: ssh, rsync, sky. Words go as a list, through no shell."""

from __future__ import annotations

import shutil
import subprocess
from typing import IO, NamedTuple

from warrant.errors import InputError


class Ended(NamedTuple):
    """How a program ended."""

    code: int
    """Its exit code."""
    out: bytes
    """What it printed, where that was asked for."""


def call(
    *words: str,
    told: bytes | None = None,
    into: IO[bytes] | None = None,
    caught: bool = False,
) -> Ended:
    """Call a program and wait for it.

    Args:
        *words: the program and its arguments.
        told: what it reads; None is what this program reads.
        into: where what it prints goes; None is where this program prints.
        caught: True gives back what it prints.

    Returns:
        How it ended.
    """
    output: IO[bytes] | int | None = subprocess.PIPE if caught else into
    done = subprocess.run(words, input=told, stdout=output, check=False)  # noqa: S603 - as above
    return Ended(done.returncode, done.stdout or b"")


def require(program: str, how: str) -> None:
    """Refuse to begin without a program.

    Args:
        program: its name.
        how: what to do where it is missing.

    Raises:
        InputError: if it is not on the PATH.
    """
    if shutil.which(program) is None:
        raise InputError(f"The program {program!r} is not on the PATH.", do=how)


def has(program: str) -> bool:
    """Say whether a program is on the PATH."""
    return shutil.which(program) is not None
