"""Rules written in a test, read as from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.policy.facts import FACTS
from warrant.policy.rule import Rule, parse_rule
from warrant.records.yaml12 import load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.policy.facts import Fact

TEXT = """\
id: enough-rows
title: There are rows
before: [train]
over: run
needs: [training_rows]
ok: training_rows > 0
reference: Our design
remedy: Add rows.
except_by: []
"""


def read(text: str = TEXT, known: Mapping[str, Fact] = FACTS) -> Rule:
    """Read one rule from YAML."""
    loaded = load_yaml(text, "rules.yaml")
    return parse_rule(loaded.value, (), loaded.marks, known)


def rule(ok: str, *needs: str, over: str = "run", more: str = "") -> Rule:
    """Make a rule that differs from `TEXT` in what it asks."""
    text = TEXT.replace("over: run", f"over: {over}")
    text = text.replace("[training_rows]", f"[{', '.join(needs)}]")
    return read(text.replace("ok: training_rows > 0", f"ok: |\n  {ok}") + more)
