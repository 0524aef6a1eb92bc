"""`warrant card`: what only a person can say about the model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warrant.cli.desk import reading, signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, OwnWorkspace, Unprotected
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import InputError


@example(
    "warrant card my-model --ask",
    'warrant card my-model --answer impact=low --reason "A person reads every contract anyway"',
)
def card(
    path: OwnWorkspace = Path(),
    ask: Annotated[bool, typer.Option("--ask", help="List the questions.")] = False,
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
        _ask(path, as_json=as_json)
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


def _ask(path: Path, *, as_json: bool) -> None:
    from warrant.flow.acts import questions

    with reading(path) as workspace:
        asked = questions(workspace)
    if as_json:
        say_json([one._asdict() for one in asked])
        return
    say_table(
        ("question", "", "state"),
        [(one.name, one.words, "answered" if one.answered else "open") for one in asked],
    )
    still_open = [one.name for one in asked if not one.answered]
    if still_open:
        say(f'Answer one: warrant card {path} --answer {still_open[0]}=… --reason "…"')
