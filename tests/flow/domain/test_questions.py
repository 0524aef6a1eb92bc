"""A domain's own questions stand beside the card's, and only while a recipe names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.flow.acts import questions
from warrant.flow.domain.questions import domain_questions
from warrant.flow.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

RECIPE = """warrant: 1
name: leases
sources: [{path: rows.csv}]
task: {label: kind}
"""


def test_a_domain_asks_as_long_as_the_recipe_names_it(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path, create=True)
    try:
        assert domain_questions(workspace) == ()
        workspace.recipe_path.write_text(RECIPE + "domain: legal\n")
        asked = domain_questions(workspace)
        assert [one.name for one in asked][:2] == ["legal.privilege", "legal.consent"]
        assert asked[0].why == "The domain legal asks it under: Confidentiality and privilege."
        assert [one.name for one in questions(workspace)][-1] == asked[-1].name
        workspace.recipe_path.write_text(RECIPE)
        assert domain_questions(workspace) == ()
        workspace.recipe_path.write_text(RECIPE + "domain: lagel\n")
        assert domain_questions(workspace) == ()
    finally:
        workspace.close()
