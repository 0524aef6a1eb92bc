"""How this program is called where it runs: in a shell without its environment too."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

NAME = "warrant"


def program() -> str:
    """Give the word that starts this program here.

    Returns:
        `warrant` when the shell finds it; else the path of the program as it was called, or that
        of the one beside the running Python.
    """
    if shutil.which(NAME):
        return NAME
    called = Path(sys.argv[0])
    beside = Path(sys.executable).with_name(NAME + called.suffix * (os.name == "nt"))
    path = called if called.stem == NAME and called.is_file() else beside
    folder = Path.cwd()
    shown = path.relative_to(folder) if path.is_absolute() and folder in path.parents else path
    return shlex.quote(str(shown))
