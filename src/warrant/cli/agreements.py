"""`warrant agreements`, `what-if`, `end`: what is held under which paper, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.desk import reading, signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, Unprotected, WorkspacePath
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.flow.agreements import Held, Loss

_PREFIX = "agreement:"


@example("warrant agreements my-model")
def agreements(path: WorkspacePath, as_json: AsJson = False) -> None:
    """List agreements, what is held under each, what is owed."""
    from warrant.flow.agreements import held, owed
    from warrant.flow.licences import obligations

    with reading(path) as workspace:
        found, asked, together = held(workspace), owed(workspace), obligations(workspace)
    if as_json:
        asked_of = [list(one) for one in asked]
        say_json({"agreements": found, "owed": asked_of, "together": together})
        return
    if found:
        say_table(
            ("agreement", "with", "train", "commercial", "until", "documents", "from"),
            [_line(one) for one in found],
        )
    else:
        say(f"There is no agreement in {path / 'agreements'}.")
    if asked:
        say()
        say_table(("owed together", "by"), asked)
    if together:
        say()
        say(f"Licences and terms of all sources together ask: {', '.join(together)}.")


@example("warrant what-if my-model --without agreement:acme-2024")
def what_if(
    path: WorkspacePath,
    without: Annotated[
        str, typer.Option("--without", metavar="agreement:NAME", help="What would be missing.")
    ],
    as_json: AsJson = False,
) -> None:
    """Count the rows and labels that would go without an agreement."""
    from warrant.cli.recipe_file import read_recipe_file
    from warrant.flow.agreements import without as loss_without

    recipe = read_recipe_file(path / "recipe.yaml")
    with reading(path) as workspace:
        loss = loss_without(workspace, _name(without), recipe.task.answer)
    if as_json:
        say_json(loss)
    else:
        _say_loss(loss)


@example("warrant end my-model agreement:acme-2024")
def end(
    path: WorkspacePath,
    agreement: Annotated[str, typer.Argument(metavar="agreement:NAME", help="The one that ended.")],
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Erase what only this agreement allowed; certify it."""
    from warrant.flow.agreements import end as end_agreement

    with signing(path, "warrant end", key, unprotected=unprotected) as pen:
        report, page = end_agreement(pen, _name(agreement))
    if as_json:
        say_json({"certificate": str(page), "report": report})
        return
    entry = report.committed.position
    say(f"Erased {report.rows:,} rows in {report.datasets} datasets, log entry {entry}.")
    say("Not reached:")
    for one in report.not_reached:
        say(f"  {one}")
    say(f"Certificate of destruction: {page}")
    again = f"warrant run {path}{' --unprotected-key' if unprotected else ''}"
    say(f"Next: take its sources out of {path / 'recipe.yaml'}, then: {again}")


def _name(said: str) -> str:
    if not said.startswith(_PREFIX):
        raise InputError(
            f"{said!r} names no agreement.", do=f"Write it so: {_PREFIX}{said.split(':')[-1]}"
        )
    return said.removeprefix(_PREFIX)


def _line(one: Held) -> tuple[str, ...]:
    permits, clauses = one.agreement.permits, one.agreement.clauses
    told = {
        "train": _answer(permits.train),
        "commercial": _answer(permits.commercial),
        "expires": permits.expires or "not said",
    }
    cells = [
        f"{word} (clause {clauses[name]})" if name in clauses else word
        for name, word in told.items()
    ]
    name = f"{one.name}, ended {one.agreement.ended}" if one.agreement.ended else one.name
    return (
        name,
        one.agreement.party,
        *cells,
        f"{one.documents:,}",
        ", ".join(one.sources) or "no source",
    )


def _answer(said: bool | None) -> str:
    return "not said" if said is None else "yes" if said else "no"


def _say_loss(loss: Loss) -> None:
    rows = [(part, f"{gone:,} of {of:,}") for part, (gone, of) in loss.rows.items()]
    say_table(("dataset", "rows that would go"), rows)
    say()
    labels = [
        (label, f"{gone:,} of {of:,}", "none left" if gone == of else "")
        for label, (gone, of) in loss.labels.items()
    ]
    say_table(("label", "training rows that would go", ""), labels)
    for model in loss.models:
        say(f"Model {model[:12]} learned from them: it would be trained again.")
    say("Nothing was changed or trained: what a model without them scores, a run would tell.")
