"""Lines of a recipe: values in quotes where they need them, and comments."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.guess.columns import Column

_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z_./][\w ./()-]*", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"})


def quoted(text: str) -> str:
    """Write a text as a YAML value, in quotes where it needs them.

    Args:
        text: any.

    Returns:
        One line.
    """
    is_plain = _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def shown(one: Column) -> str:
    """Write what a column was taken for.

    Args:
        one: of a guess.

    Returns:
        Its name, the reason, and three examples.
    """
    examples = " · ".join(one.profile.examples)
    return f"{one.profile.name}: {one.why}" + (f" ({examples})" if examples else "")


def comment(text: str, indent: int = 0, hang: int = 0) -> Sequence[str]:
    """Write a text as comment lines.

    Args:
        text: any; white space becomes one space.
        indent: spaces before the mark.
        hang: spaces behind it; further lines have two more.

    Returns:
        Lines of at most 100 characters, where words allow it.
    """
    margin = f"{' ' * indent}# "
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=margin + " " * hang,
        subsequent_indent=margin + " " * (hang and hang + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
