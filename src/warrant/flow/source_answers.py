"""What people answered about a source, read into the recipe where it leaves the question open.

An answer is a signed act. It reaches the claim of ingest, and with it each guardrail, the card and
whoever verifies, as if it stood in the recipe; recipe and answer never overrule one another.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from warrant.errors import InputError
from warrant.flow import people
from warrant.flow.recipe import explain_recipe, read_recipe
from warrant.flow.recipe_source import SourcePart, SourceRights
from warrant.flow.workspace import Workspace
from warrant.kernel.verify import WORKSPACE_FOLDER
from warrant.policy.facts import FACTS, expiry

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.people import SignedAct
    from warrant.flow.recipe import Recipe

YES_NO = ("yes", "no")
NOT_ANSWERED = "not answered"


class Field(NamedTuple):
    """One setting of a source that a person may answer instead."""

    name: str
    """Of the question, behind the source's path."""
    fact: str
    """What guardrails call it: it has the words of the question."""
    why: str
    """Why it is asked."""
    within: bool = False
    """True for a setting of `rights`."""
    choices: tuple[str, ...] = ()
    """Answers that it takes; none: words."""

    @property
    def setting(self) -> str:
        """Its name in the recipe, below the source."""
        return f"rights.{self.name}" if self.within else self.name


FIELDS = (
    Field(
        "licence",
        "source_licence",
        "Whoever relies on the model asks on what ground it was made. An SPDX identifier such as "
        "CC-BY-4.0, or the name of your agreement.",
    ),
    Field(
        "origin",
        "source_origin",
        "Whoever relies on the model must know what it learned from. One sentence.",
    ),
    Field(
        "train",
        "source_may_train",
        "A no stops training on this source at once.",
        within=True,
        choices=YES_NO,
    ),
    Field(
        "commercial",
        "source_may_commercial",
        "Without a yes the model stays an exploration.",
        within=True,
        choices=YES_NO,
    ),
    Field(
        "expires",
        "source_expires",
        "After that day nothing is trained or answered. Write YYYY-MM-DD, or never.",
        within=True,
    ),
    Field(
        "special_category",
        "source_special_category",
        "Such data needs a legal ground of its own (GDPR, Art. 9).",
        choices=YES_NO,
    ),
)
"""In the order in which they are asked."""


class SourceQuestion(NamedTuple):
    """One question about one source that its recipe leaves open."""

    name: str
    """Path and setting, for example `contracts/:licence`."""
    source: str
    """The path, as the recipe writes it."""
    field: Field
    """What is asked."""

    @property
    def words(self) -> str:
        """As it is asked."""
        return FACTS[self.field.fact].question or self.field.fact


@dataclass(frozen=True)
class SourceAnswer:
    """An answer that fills a gap of the recipe."""

    source: str
    """The path, as the recipe writes it."""
    setting: str
    """Its name in the recipe, below the source."""
    person: str
    """Who signed it."""
    act: str
    """Envelope digest, hex."""


def open_settings(recipe: Recipe) -> list[SourceQuestion]:
    """List what a recipe leaves open about its sources; two sources of one path are asked once."""
    found = {
        name: SourceQuestion(name, source.path, field)
        for source in recipe.sources
        for field in FIELDS
        if _value(source, field) is None
        for name in [_name(source, field)]
    }
    return list(found.values())


def source_questions(workspace: Workspace) -> list[tuple[SourceQuestion, bool]]:
    """List the questions about sources, and whether each is answered.

    Args:
        workspace: whose recipe and log are read.

    Returns:
        Question and True where a signed answer stands; none while the recipe cannot be read, which
        the next run explains.
    """
    try:
        recipe = read_recipe(workspace.recipe_path)
    except InputError:
        return []
    answered = _latest(workspace)
    return [(one, one.name in answered) for one in open_settings(recipe)]


def find_question(workspace: Workspace, name: str) -> SourceQuestion | None:
    """Find the question about a source that a person means.

    Args:
        workspace: whose recipe is read.
        name: whole, or without the source where one source alone is asked so.

    Returns:
        The question; None when the recipe leaves none of this name open.

    Raises:
        InputError: if several sources are meant, or the recipe has answered it.
    """
    recipe = read_recipe(workspace.recipe_path)
    asked = open_settings(recipe)
    found = [one for one in asked if name in (one.name, one.field.name)]
    if len(found) > 1:
        names = ", ".join(repr(one.name) for one in found)
        raise InputError(
            f"{name!r} is asked about {len(found)} sources.", do=f"Name one of them: {names}."
        )
    if found:
        return found[0]
    for source in recipe.sources:
        for field in FIELDS:
            if name in (field.name, _name(source, field)):
                raise InputError(
                    f"The recipe answers {name!r} itself: {field.setting} of {source.path!r}.",
                    do=f"Change it in the recipe, and run: warrant run {workspace.root}",
                )
    return None


def require_answer(question: SourceQuestion, text: str) -> None:
    """Refuse what the recipe would refuse in this place; `not answered` opens a question again.

    Args:
        question: what is asked.
        text: the answer.

    Raises:
        InputError: saying what it takes.
    """
    field = question.field
    if text == NOT_ANSWERED:
        return
    if field.choices and text not in field.choices:
        raise InputError(
            f"The answer to {question.name!r} is {text!r}.",
            do=f"Answer: {', or: '.join(field.choices)}.",
        )
    try:
        _filled(SourcePart(path=question.source), field, text)
        if field.name == "expires":
            expiry(text)
    except (ValidationError, InputError):
        what = "a day as YYYY-MM-DD, or never" if field.name == "expires" else "1 to 2,000 letters"
        raise InputError(
            f"The answer to {question.name!r} does not fit: expected {what}.",
            do=f"Answer with {what}.",
        ) from None


def answer_sources(recipe: Recipe, workspace: Workspace) -> tuple[Recipe, tuple[SourceAnswer, ...]]:
    """Fill what a recipe leaves open about its sources with what people answered.

    Args:
        recipe: what its author wrote.
        workspace: whose log is read.

    Returns:
        The recipe with the answers in it, and those answers. An answer that was revoked counts for
        nothing.

    Raises:
        InputError: if an answer says one thing and the recipe another.
    """
    answers = _latest(workspace)
    used: list[SourceAnswer] = []
    sources = []
    for source in recipe.sources:
        whole = source
        for field in FIELDS:
            signed = answers.get(_name(source, field))
            if signed is None:
                continue
            whole = _filled(whole, field, str(signed.act.detail["answer"]))
            if _value(source, field) not in (None, _value(whole, field)):
                raise _contradiction(source, field, signed)
            used.append(SourceAnswer(source.path, field.setting, signed.name, signed.envelope))
        sources.append(whole)
    return recipe.model_copy(update={"sources": tuple(sources)}), tuple(dict.fromkeys(used))


def explain_answered(root: Path, recipe: Recipe) -> list[tuple[str, str, str]]:
    """List every setting in force, with what people answered.

    Args:
        root: the workspace; there need not be one yet.
        recipe: what its author wrote.

    Returns:
        Rows of (dotted name, value, `set`, `default` or who answered).
    """
    if not (root / WORKSPACE_FOLDER).is_dir():
        return explain_recipe(recipe)
    with closing(Workspace.open(root)) as workspace:
        whole, said = answer_sources(recipe, workspace)
    answered = {
        f"sources[{place}].{one.setting}": f"answer of {one.person}"
        for place, source in enumerate(recipe.sources)
        for one in said
        if one.source == source.path
    }
    return explain_recipe(whole, answered)


def _contradiction(source: SourcePart, field: Field, signed: SignedAct) -> InputError:
    return InputError(
        f"The recipe says one thing about {field.setting} of {source.path!r}, and {signed.name} "
        f"answered another (log entry {signed.position}).",
        do=f"Take {field.name} out of the recipe, or take the answer back: warrant revoke "
        f"{signed.envelope[:12]} --reason '…'",
    )


def _latest(workspace: Workspace) -> dict[str, SignedAct]:
    """Give the last answer to each question about a source, `not answered` left out."""
    names = tuple(f":{field.name}" for field in FIELDS)
    found: dict[str, SignedAct] = {}
    for signed in people.acts(workspace):
        question = str(signed.act.detail.get("question", ""))
        if signed.act.act == "answer" and question.endswith(names):
            found[question] = signed
    return {
        name: signed
        for name, signed in found.items()
        if signed.act.detail.get("answer") != NOT_ANSWERED
    }


def _name(source: SourcePart, field: Field) -> str:
    return f"{source.path}:{field.name}"


def _value(source: SourcePart, field: Field) -> str | bool | None:
    value: str | bool | None = getattr(source.rights if field.within else source, field.name)
    return value


def _filled(source: SourcePart, field: Field, text: str) -> SourcePart:
    """Give the source with one more setting, checked as in a recipe."""
    value: str | bool = text == "yes" if field.choices else text
    if field.within:
        known = source.rights.model_dump(exclude_unset=True)
        rights = SourceRights.model_validate({**known, field.name: value})
        return source.model_copy(update={"rights": rights})
    checked = SourcePart.model_validate({"path": source.path, field.name: value})
    return source.model_copy(update={field.name: getattr(checked, field.name)})
