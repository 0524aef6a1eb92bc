"""`warrant card`: what only a person can say about the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.asking import Signer, ask_each
from warrant.cli.desk import reading, signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, OwnWorkspace, Unprotected
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.flow.acts import Asked


@example(
    "warrant card my-model --ask",
    'warrant card my-model --answer impact=low --reason "A person reads every contract anyway"',
)
def card(
    path: OwnWorkspace = Path(),
    ask: Annotated[bool, typer.Option("--ask", help="Ask one question after another.")] = False,
    answer: Annotated[
        str | None, typer.Option(metavar="QUESTION=ANSWER", help="Answer one, signed by you.")
    ] = None,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; it is signed and stays in the log.")
    ] = "",
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Show the open questions of the card, or answer one."""
    if answer is None:
        if reason and not ask:
            raise InputError("There is a reason and no answer.", do="Add: --answer QUESTION=ANSWER")
        still_open = _show(path, as_json=as_json)
        if ask and still_open and not as_json:
            _ask(path, still_open, Signer(path, key, unprotected))
        elif still_open and not as_json:
            say(f"Answer them one at a time: warrant card {path} --ask")
        return
    question, separator, text = answer.partition("=")
    if not separator or not text.strip():
        raise InputError(f"--answer is {answer!r}.", do="Write it as: --answer QUESTION=ANSWER")
    if not reason.strip():
        raise InputError("An answer needs a reason.", do='Add: --reason "why it is so"')
    with signing(path, "warrant card", key, unprotected=unprotected) as pen:
        from warrant.flow.acts import answer as sign

        done = sign(pen, question.strip(), text.strip(), reason)
    if as_json:
        say_json({"question": question, "entry": done.position, "statement": done.envelope.hex})
    else:
        say(f"Answered: {question}, log entry {done.position}. Next: warrant run {path}")


def _show(path: Path, *, as_json: bool) -> list[Asked]:
    """Show all questions; give those that are open."""
    from warrant.flow.acts import questions

    with reading(path) as workspace:
        asked = questions(workspace)
    if as_json:
        say_json([one._asdict() for one in asked])
        return [one for one in asked if not one.answered]
    say_table(
        ("question", "", "state"),
        [(one.name, one.words, "answered" if one.answered else "open") for one in asked],
    )
    say()
    return [one for one in asked if not one.answered]


def _ask(path: Path, still_open: list[Asked], signer: Signer) -> None:
    answered = ask_each(still_open, signer)
    if answered:
        left = len(still_open) - answered
        said = "No question is open." if not left else f"Still open: {left}."
        say(f"{said} To put the answers into the card: warrant run {path}")
    else:
        say(f'Answer one: warrant card {path} --answer {still_open[0].name}=… --reason "…"')
