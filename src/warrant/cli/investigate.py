"""`warrant investigate`: one answer looked into: what decided, which rows did it, and why."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, TrustFolder
from warrant.cli.screen import say, say_json, say_pairs, say_table
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.investigate import Investigated

_ROWS = "It holds text of rows, and Warrant keeps no copy."


@example(
    "warrant investigate my-model contract-0007.txt",
    'warrant investigate contract-clauses.bundle --text "This lease ends …" --expected Lease',
    "warrant investigate my-model --from answers.xlsx --line 12 --html answer.html",
)
def investigate(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A bundle, or a workspace with one.")
    ],
    row: Annotated[
        str | None,
        typer.Argument(metavar="[ROW]", help="A row's id, its first digits, or its file."),
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="WORDS", help="A text to ask about.")] = None,
    cell: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A cell to ask about; may be given often."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A file of answers, or any table."),
    ] = None,
    line: Annotated[int, typer.Option(metavar="N", help="Which line of that file, from 1.")] = 1,
    expected: Annotated[
        str | None, typer.Option(metavar="LABEL", help="The right answer; else the row's own.")
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(
            metavar="START-END", help="Of places: the characters to look at; else a wrong one."
        ),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the bundle was made, if it lies elsewhere."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page; is replaced.")
    ] = None,
    trust: TrustFolder = None,
    as_json: AsJson = False,
) -> None:
    """Look into one answer: what decided it, which rows did it, and the likely cause."""
    from warrant.flow.answering import Wish
    from warrant.flow.investigate import Inquiry
    from warrant.flow.investigate import investigate as look
    from warrant.flow.session import Desk

    inquiry = Inquiry(row, answers, line, _cells(cell or ()), text, expected, place)
    wish = Wish(trust=trust, workspace=workspace, neighbours=False)
    found = look(path, inquiry, Desk(), wish)
    if html is not None:
        from warrant.flow.investigate.page import render_page

        html.write_text(render_page(found), "utf-8")
    if as_json:
        say_json(found)
        return
    _show(found, workspace or (path if path.is_dir() else path.parent))
    if html is not None:
        say(f"Wrote {html}. {_ROWS}")


def _cells(given: Sequence[str]) -> dict[str, str]:
    cells = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise InputError(
                f"A cell is written NAME=VALUE, got {len(one)} characters without a name or '='.",
                do="Write for example: --cell amount=120",
            )
        cells[name] = value
    return cells


def _show(found: Investigated, home: Path) -> None:
    given = found.given
    sure = "" if given.probability is None else f" ({given.probability:.3f})"
    say(f"Answer: {given.answer or 'no label'}{sure}", bold=True)
    if found.expected is not None:
        told = "which is another" if found.is_wrong else "as answered"
        say(
            f"Expected: {found.expected or 'no label'}, {told}.",
            "yellow" if found.is_wrong else None,
        )
    if found.written is not None:
        say(f"Text: {found.written}")
    say(f"Rule: {given.rule}")
    for doubt in given.abstentions:
        say(f"Not to be relied on: {doubt}.", "yellow")
    say(f"{found.notice}.")
    _show_causes(found)
    _show_reasons(found)
    _show_rows(found, home)
    _show_around(found)
    say("\nNot known:", bold=True)
    for line in found.unknown:
        say(f"  {line}")


def _show_causes(found: Investigated) -> None:
    if not found.causes:
        say("\nNothing speaks for any cause of the closed list.", bold=True)
        return
    first = "Likely causes" if found.is_wrong is not False else "Had it been wrong, likely causes"
    say(f"\n{first}, the weightiest first (a weight is no probability):", bold=True)
    for number, cause in enumerate(found.causes, start=1):
        say(f"  {number}. {cause.words} (weight {cause.weight:.2f})", bold=number == 1)
        for line in cause.evidence:
            say(f"     for: {line}")
        for line in cause.against:
            say(f"     against: {line}")


def _show_reasons(found: Investigated) -> None:
    if found.decided:
        say("\nWhat decided (log-odds that the answer loses without it):", bold=True)
        say_pairs([(one.term, f"{one.value:+.2f}") for one in found.decided])
    say("\nSmallest change that changes the answer:", bold=True)
    if found.flip is None:
        say("  No small change was found.")
        return
    for change in found.flip.changes:
        if change.after is None:
            say(f"  without the word {change.before!r}")
        else:
            say(f"  {change.column}: {change.after!r} in place of {change.before!r}")
    odds = found.flip.probability
    sure = "" if odds is None else f" ({odds:.3f})"
    the = "All of it together: the" if len(found.flip.changes) > 1 else "The"
    say(f"  {the} model then answers {found.flip.answer or 'no label'}{sure}; it was asked.")


def _show_rows(found: Investigated, home: Path) -> None:
    say("\nTraining rows that pushed most:", bold=True)
    say(f"  {found.influence}.")
    if not found.pushers:
        return
    say_table(
        ("training row", "file", "label", "influence", "likeness", "row"),
        [
            (
                one.position,
                one.path,
                one.label,
                f"{one.influence:+.2g}",
                f"{one.similarity:.2f}",
                one.row[:16],
            )
            for one in found.pushers
        ],
    )
    for one in found.pushers:
        for line in one.history:
            say(f"  row {one.position}: {line}")
    story = f"warrant why {shlex.quote(str(home))} {found.pushers[0].row[:16]}"
    say(f"  The whole story of one: {story}")


def _show_around(found: Investigated) -> None:
    if found.slices:
        say("\nThe slice it lies in:", bold=True)
    for part in found.slices:
        overall = {one.metric: one.value for one in part.overall}
        for score in part.scores:
            say(
                f"  {part.column} = {part.value} ({part.rows} rows): {score.metric} "
                f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]; on all rows "
                f"{overall.get(score.metric, float('nan')):.3f}"
            )
    if found.releases:
        say("\nOther releases:", bold=True)
    for one in found.releases:
        odds = "" if one.probability is None else f" ({one.probability:.3f})"
        if one.is_revoked:
            odds += ", revoked: not to be relied on"
        what = "; ".join(one.differs) or "it differs in nothing that training reads"
        say(
            f"  {one.bundle[:12]} of {one.recorded_at[:10]}: {one.answer or 'cannot be asked'}"
            f"{odds}; {what}"
        )
