"""A person's acts on a workspace: approve, reject, except, answer, decide, revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warrant.errors import InputError
from warrant.flow import people
from warrant.flow.domain.questions import domain_questions
from warrant.flow.facts import ASKED, IMPACT, open_questions
from warrant.flow.recipe import read_recipe
from warrant.flow.source_answers import find_question, require_answer, source_questions
from warrant.kernel.digest import Digest
from warrant.kernel.draft import Act
from warrant.kernel.statement import Subject
from warrant.records.content import Content

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.commit import Committed, Pen
    from warrant.flow.workspace import Workspace
    from warrant.kernel.statement import Role


_LEAST_DIGITS = 8
_CHOICES = {IMPACT.name: ("low", "high")}
_REVIEW_BY = "review by "
"""Begins the condition of a decision; a day follows."""


class Asked(NamedTuple):
    """One question to a person."""

    name: str
    """Short and stable."""
    words: str
    """As it is asked."""
    why: str
    """Why it is asked."""
    choices: tuple[str, ...]
    """Answers that it takes; none: any words."""
    answered: bool
    """True when a signed answer stands in the log."""


def candidate(workspace: Workspace) -> Digest:
    """Find the bundle digest that people are asked about.

    Args:
        workspace: whose state is read.

    Returns:
        The bundle digest of the last deploy step, drafted or committed.

    Raises:
        InputError: if nothing was made yet.
    """
    path = _candidate_path(workspace)
    if not path.exists():
        raise InputError(
            "There is no bundle to judge yet.", do=f"Run: warrant run {workspace.root}"
        )
    digest = Digest.from_hex(path.read_text(encoding="ascii").strip())
    Content.from_bytes(workspace.store.get(digest))  # else nobody knows what is approved
    return digest


def approve(
    pen: Pen, reason: str, stage: str | None = None, bundle: str | None = None
) -> Committed:
    """Approve the bundle for a stage of use.

    Args:
        pen: of the approver.
        reason: in her own words.
        stage: `pilot` or `production`; None: the stage that the bundle itself names.
        bundle: first digits of the bundle digest that she read; None: the last one made.

    Returns:
        Where the act stands.
    """
    return _judge(pen, "approve", reason, stage, bundle)


def reject(pen: Pen, reason: str, stage: str | None = None, bundle: str | None = None) -> Committed:
    """Reject the bundle; a later approval by the same person takes it back.

    Args:
        pen: of the approver.
        reason: in her own words.
        stage: as in `approve`.
        bundle: as in `approve`.

    Returns:
        Where the act stands.
    """
    return _judge(pen, "reject", reason, stage, bundle)


def decide(
    pen: Pen, reason: str, *, go: bool, review_by: str | None = None, bundle: str | None = None
) -> Committed:
    """Decide whether the bundle is used or not; her later decision takes the earlier one back.

    Args:
        pen: of an approver, or of the author.
        reason: in her own words: what it rests on, what would change it, what it replaces.
        go: False: it is not used.
        review_by: day on which she decides anew; None: none is set.
        bundle: as in `approve`.

    Returns:
        Where the act stands.
    """
    subject = _named_bundle(pen, bundle)
    conditions = (f"{_REVIEW_BY}{review_by}",) if review_by else ()
    return pen.act(Act("decide", subject, reason, {"go": go}, conditions=conditions))


class Decided(NamedTuple):
    """What one person decided about the last bundle."""

    go: bool
    """False: it is not used."""
    name: str
    """Of the person."""
    reason: str
    """In her own words."""
    review_by: str | None
    """Day on which she decides anew."""
    position: int
    """Index in the log."""


def decisions(workspace: Workspace) -> list[Decided]:
    """List what was decided about the last bundle.

    Args:
        workspace: whose log is read.

    Returns:
        Of each person her last decision that was not revoked, in log order; none before the
        first bundle.
    """
    if not _candidate_path(workspace).exists():
        return []
    bundle = candidate(workspace).hex
    latest: dict[str, Decided] = {}
    for signed in people.acts(workspace):
        if signed.act.act == "decide" and signed.subject == bundle:
            days = [one.removeprefix(_REVIEW_BY) for one in signed.act.conditions]
            go, reason = signed.act.detail["go"] is True, signed.act.reason
            latest.pop(signed.name, None)
            latest[signed.name] = Decided(
                go, signed.name, reason, days[0] if days else None, signed.position
            )
    return list(latest.values())


def review_sources(pen: Pen, reason: str) -> Committed:
    """Sign that the stated rights stand in the licence or agreement of every source.

    Args:
        pen: of a reviewer; it counts when she is not the author.
        reason: in her own words: what she read.

    Returns:
        Where the act stands.

    Raises:
        InputError: if nothing was read yet.
    """
    _require_role(pen, "reviewer", "approver", "author")
    entry = pen.workspace.index.latest("ingest")
    if entry is None:
        raise InputError("Nothing was read yet.", do=f"Run: warrant run {pen.workspace.root}")
    claim = pen.workspace.index.links(entry.position, "subject")["claim"]
    return pen.act(Act("approve", Subject("claim", Digest.from_hex(claim)), reason))


def make_exception(
    pen: Pen, rule: str, reason: str, expires_at: str | None = None, stage: str | None = None
) -> Committed:
    """Except one rule for what this workspace made last.

    Args:
        pen: of a person in a role that may except it.
        rule: the rule's id.
        reason: in her own words.
        expires_at: instant after which it no longer holds; None: until it is revoked.
        stage: the strictest stage of use that it reaches; None: the recipe's.

    Returns:
        Where the act stands.

    Raises:
        InputError: if nothing was made yet.
    """
    _require_role(pen, "approver")
    subject = _latest_training_rows(pen.workspace)
    reach = stage or read_recipe(pen.workspace.recipe_path).use.stage
    act = Act("except", subject, reason, {"rule": rule}, expires_at=expires_at, stage_of_use=reach)
    return pen.act(act)


def answer(pen: Pen, question: str, text: str, reason: str) -> Committed:
    """Answer one question of the card, or about a source.

    Args:
        pen: of the person.
        question: its name; of a source `PATH:NAME`, or `NAME` where one source alone is asked so.
        text: the answer; for `impact` it is `low` or `high`.
        reason: why.

    Returns:
        Where the act stands.

    Raises:
        InputError: if there is no such question, or the answer is none of those it takes.
    """
    words = {one.name: one.words for one in (*ASKED, *domain_questions(pen.workspace))}
    name = question
    if question not in words and (asked := find_question(pen.workspace, question)):
        require_answer(asked, text)
        name = asked.name
        words[name] = f"{asked.source}: {asked.words}"
    if name not in words:
        known = [one.name for one in questions(pen.workspace)]
        raise InputError(
            f"There is no question {question!r}.", do=f"There are: {', '.join(known)}."
        )
    choices = _CHOICES.get(name, (text,))
    if text not in choices:
        raise InputError(
            f"The answer to {name!r} is {text!r}.", do=f"Answer: {', or: '.join(choices)}."
        )
    subject = Subject("question", Digest.of(words[name].encode()))
    return pen.act(Act("answer", subject, reason, {"question": name, "answer": text}))


def questions(workspace: Workspace) -> list[Asked]:
    """List impact, what the recipe leaves open about its sources, and the card's questions."""
    still_open = set(open_questions(workspace))
    asked = [
        Asked(one.name, one.words, one.why, _CHOICES.get(one.name, ()), one.name not in still_open)
        for one in (*ASKED, *domain_questions(workspace))
    ]
    about_sources = [
        Asked(one.name, one.words, one.field.why, one.field.choices, answered)
        for one, answered in source_questions(workspace)
    ]
    return [*asked[:1], *about_sources, *asked[1:]]


def revoke(pen: Pen, envelope: str, reason: str) -> Committed:
    """Take back a statement.

    Args:
        pen: of the person.
        envelope: envelope digest (hex, or its first digits) of the statement.
        reason: in her own words.

    Returns:
        Where the act stands.

    Raises:
        InputError: if no single statement has this digest.
    """
    digits = envelope.lower()
    found = [entry for entry in pen.workspace.index.entries() if entry.envelope.startswith(digits)]
    if len(found) != 1 or len(digits) < _LEAST_DIGITS:
        raise InputError(
            f"{len(found)} statements have a digest that starts with {envelope[:12]!r}; expected "
            f"one, named by {_LEAST_DIGITS} digits or more.",
            do="See them with: warrant log show",
        )
    subject = Subject("statement", Digest.from_hex(found[0].envelope))
    return pen.act(Act("revoke", subject, reason))


def _candidate_path(workspace: Workspace) -> Path:
    return workspace.state / "runs" / "candidate"


def _judge(pen: Pen, verb: str, reason: str, stage: str | None, bundle: str | None) -> Committed:
    return pen.act(Act(verb, _named_bundle(pen, bundle), reason, stage_of_use=stage))


def _named_bundle(pen: Pen, bundle: str | None) -> Subject:
    """Give the last bundle; refuse when she read another one, or may not judge it."""
    _require_role(pen, "approver", "author")
    digest = candidate(pen.workspace)
    if bundle is not None and not digest.hex.startswith(bundle.removeprefix("sha256:")):
        raise InputError(
            f"The last bundle made here is {digest.hex}, not {bundle!r}: it was made again since.",
            do="Read the new one, then give its digest.",
        )
    return Subject("bundle", digest)


def _require_role(pen: Pen, *roles: Role) -> None:
    """Refuse before signing what verification would refuse for ever after.

    Args:
        pen: of the person.
        *roles: in which it may be signed.

    Raises:
        InputError: if the person acts in none of the roles.
    """
    if pen.identity.role not in roles:
        raise InputError(
            f"This is signed as {' or '.join(roles)}; {pen.identity.name!r} acts as "
            f"{pen.identity.role}.",
            do=f"Sign it as {roles[0]}, or ask somebody who may.",
        )


def _latest_training_rows(workspace: Workspace) -> Subject:
    """Exceptions are bound to the rows they were made for: other rows, another exception."""
    entry = workspace.index.latest("split")
    if entry is None:
        raise InputError(
            "There are no rows yet that a rule could be excepted for.",
            do=f"Run: warrant run {workspace.root}",
        )
    train = workspace.index.links(entry.position, "subject")["train"]
    return Subject("train", Digest.from_hex(train))
