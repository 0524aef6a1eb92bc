"""`warrant evaluate`: a bundle measured by somebody else, on her own rows, signed with her key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, KeyName, TrustFolder, Unprotected
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from warrant.flow.outside import Evaluated


@example("warrant evaluate contract-clauses.bundle --on mine.csv -o mine.evaluation.json")
def evaluate(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The model's bundle.")],
    rows: Annotated[
        Path,
        typer.Option("--on", metavar="FILE", help="Your own rows: a table or folder with labels."),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Ends in .evaluation.json.")
    ] = Path("mine.evaluation.json"),
    attach: Annotated[
        bool, typer.Option("--attach", help="Add it to the bundle, where verify shows it.")
    ] = False,
    key: KeyName = None,
    unprotected: Unprotected = False,
    trust: TrustFolder = None,
    as_json: AsJson = False,
) -> None:
    """Measure a bundle on rows of your own, and sign the result with your own key."""
    from warrant.flow.outside import Order, attach_outside, evaluate_on
    from warrant.flow.session import Desk, load_person

    desk = Desk(unprotected=unprotected)
    identity = load_person(desk, key, "reviewer")
    order = Order(bundle, rows, output, identity.name, trust)
    done = evaluate_on(order, desk, identity.person)
    if attach:
        attach_outside(bundle, done.output, desk, trust)
    if as_json:
        say_json(done)
        return
    _show(done)


def _show(done: Evaluated) -> None:
    say(f"Measured on {done.evaluation.rows:,} rows of your own:", bold=True)
    for one in done.evaluation.scores:
        say(f"  {one.metric} {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
    for note in done.notes:
        say(f"Note: {note}")
    say(f"Signed: {done.output}. The whole evaluation: {done.figures}.")
    say(f"Keep this salt and the rows to show later which they were: {done.salt}")
    say("Left this machine: nothing.")
    say(f"Check it: warrant verify {done.output}", bold=True)
