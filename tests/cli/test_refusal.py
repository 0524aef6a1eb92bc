"""A refusal says each remedy once, in sentences that end."""

from __future__ import annotations

import pytest

from warrant.cli.refusal import told_once
from warrant.errors import PolicyRefusal


@pytest.mark.parametrize("do", ["Add rows. Then run: warrant run demo", "Remove the source."])
def test_the_remedy_of_one_guardrail_stands_at_the_end_alone(do: str) -> None:
    line = f"enough-rows: There are rows: no. {do.rstrip('.')}. (Reference: Our design)"
    reasons, remedy = told_once(PolicyRefusal("Stopped.", do, [line]))
    assert reasons == ("enough-rows: There are rows: no. (Reference: Our design)",)
    assert remedy == do


def test_of_several_each_keeps_its_own() -> None:
    lines = ["a: no. Add rows.", "b: no. Ask."]
    reasons, remedy = told_once(PolicyRefusal("Stopped.", "Add rows.", lines))
    assert list(reasons) == lines
    assert remedy.startswith("What each line says")
