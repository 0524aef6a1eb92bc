"""What a domain asks besides the card's own questions; a person answers with a signed act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.domain.settings import domain_of
from warrant.flow.recipe import read_recipe
from warrant.stages.report.questions import Question

if TYPE_CHECKING:
    from warrant.flow.workspace import Workspace


def domain_questions(workspace: Workspace) -> tuple[Question, ...]:
    """List the questions of the domain that a workspace's recipe names.

    Args:
        workspace: whose recipe is read.

    Returns:
        In the order of the domain; none without a domain, or while the recipe cannot be read:
        whoever runs it is told what is wrong.
    """
    try:
        domain = domain_of(read_recipe(workspace.recipe_path), workspace.root)
    except InputError:
        return ()
    if domain is None:
        return ()
    return tuple(
        Question(name, words, f"The domain {domain.name} asks it under: {section.title}.")
        for section in domain.sections
        for name, words in section.questions
    )
