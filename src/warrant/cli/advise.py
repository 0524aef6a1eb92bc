"""`warrant advise`: what rows to get next, what sources are worth, which labels look wrong."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.desk import reading, signing
from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, OwnWorkspace, Unprotected
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from warrant.flow.advise.advice import Advice, LabelAdvice
    from warrant.flow.advise.take import Taken

SECONDS = 60.0
"""Of trials, when nothing else is said."""
_SHOWN = 10  # labels, and values, on a terminal


@example(
    "warrant advise my-model --by contract_type",
    "warrant advise my-model --suspects suspects.xlsx --page advice.html",
    'warrant advise my-model --take suspects.xlsx --reason "Read all 40 against the contracts"',
)
def advise(
    path: OwnWorkspace = Path(),
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Value rows by this column too; may stand again."),
    ] = None,
    suspects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write labels to judge, .xlsx or .csv; is replaced."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one page of HTML; is replaced.")
    ] = None,
    take: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take back a sheet that you judged.")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="With --take: what your judgement rests on; is signed."),
    ] = None,
    time: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="About so long it tries.")
    ] = SECONDS,
    key: KeyName = None,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Say what rows to get next, and which labels are probably wrong.

    Training and validation rows are used, test rows never. Nothing is stored: it is computed when
    it is asked for.
    """
    if take is not None:
        _take(path, take, reason, key, unprotected=unprotected, as_json=as_json)
        return
    from warrant.cli.progress import reporter
    from warrant.flow.advise.next import advise_on

    shown = reporter(quiet=as_json)
    shown.step("advise", "started")
    try:
        with reading(path) as workspace:
            told = advise_on(workspace, tuple(by or ()), time, shown.progress)
            if suspects is not None:
                told.write_suspects(suspects)
            if page is not None:
                page.write_text(told.page(), "utf-8")
    finally:
        shown.close()
    if as_json:
        say_json({**asdict(told.advice), "next": [one._asdict() for one in told.steps]})
        return
    _show(told.advice, [one.text for one in told.steps])
    if suspects is not None:
        say(f"Wrote {suspects}: {len(told.advice.suspects):,} labels to judge.{told.withheld}")
        say(
            "Then: correct the places in the source itself."
            if told.advice.unit == "words"
            else f"Then: warrant advise {path} --take {suspects} --reason '…'"
        )
    if page is not None:
        say(f"Wrote {page}. Warrant keeps no copy.")


def _take(
    path: Path,
    sheet: Path,
    reason: str | None,
    key: str | None,
    *,
    unprotected: bool,
    as_json: bool,
) -> None:
    from warrant.errors import InputError
    from warrant.flow.advise.rows import read_rows
    from warrant.flow.advise.take import take_corrections

    if not reason:
        raise InputError(
            "What your judgement rests on is not said.", do="Add for example: --reason 'Read each'"
        )
    with signing(path, "warrant advise", key, unprotected=unprotected) as pen:
        taken = take_corrections(pen, read_rows(pen.workspace), sheet, reason)
        name = pen.identity.name
    if as_json:
        told = {"corrected": taken.corrected, "confirmed": taken.confirmed, "file": taken.path}
        say_json({**told, "entry": taken.committed.position, "recipe": taken.lines})
        return
    _show_taken(taken, name, path)


def _show_taken(taken: Taken, name: str, path: Path) -> None:
    say(
        f"{taken.corrected:,} labels corrected, {taken.confirmed:,} found right; signed by {name}, "
        f"log entry {taken.committed.position}."
    )
    say(f"{taken.path} lists {taken.listed:,} corrections.")
    if taken.lines:
        is_whole = taken.lines[0] == "curate:"
        where = "Add to the recipe:" if is_whole else "Add in the recipe, first under curate:"
        say(f"{where}\n" + "\n".join(taken.lines))
    say(f"Then: warrant run {path}")


def _show(advice: Advice, steps: list[str]) -> None:
    say(f"On {advice.rows:,} training and validation rows; test rows were left alone.")
    say()
    if not steps:
        say("Nothing was found that would help.")
    for number, step in enumerate(steps, start=1):
        say(f"{number}. {step}")
    say()
    rows = [_line(one) for one in (advice.whole, *advice.labels[:_SHOWN])]
    figure = "accuracy" if advice.unit == "options" else "F1"
    say_table(("label", "rows", figure, "twice as many rows bring"), rows)
    if len(advice.labels) > _SHOWN:
        say(f"… and {len(advice.labels) - _SHOWN:,} labels more: --page advice.html, or --json")
    valued = [one for one in advice.values if one.f1 is not None]
    if valued:
        from warrant.flow.advise.steps import told

        say()
        worth = [
            (one.by, one.value or "(empty)", f"{one.rows:,}",
             f"{one.f1:.3f}",
             told(one.worth) if one.worth else f"not known: {one.why}")
            for one in valued[:_SHOWN]
        ]  # fmt: skip
        say_table(("by", "value", "rows", "right", f"worth to {advice.figure} of all"), worth)
    say()
    if advice.unit == "words":
        say("F1 counts words with their label, not whole places; rows of a label are its places.")
    say("Figures are those of a linear model, each row answered without it; in brackets the middle")
    say("95 of 100 of what resampled rows say.")


def _line(one: LabelAdvice) -> tuple[str, str, str, str]:
    from warrant.flow.advise.steps import told

    gain = told(one.doubled) if one.doubled else f"not known: {one.why}"
    return one.label or "mean of all labels", f"{one.rows:,}", f"{one.f1:.3f}", gain
