"""`warrant test`: failure tests with the rows that fail, on the machine that has them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from warrant.flow.failing import Looked


@example("warrant test my-model", "warrant test my-model/leases.bundle --name negation --most 3")
def failing(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="The workspace, or a bundle that lies in it."),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="TEST", help="One failure test alone.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Show so many cases of each test.")] = 5,
    passed: Annotated[bool, typer.Option("--passed", help="Show cases that passed, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show rows on which failure tests fail; nothing is kept.

    The rows are test rows: whoever mends the model by what is shown here needs other test rows
    afterwards.
    """
    from warrant.flow.failing import look_at

    root = path.parent if path.is_file() else path
    with reading(root) as workspace:
        looked = look_at(workspace, name, most, passed=passed)
    if as_json:
        say_json(
            [{**one.record.model_dump(), "cases": list(map(asdict, one.cases))} for one in looked]
        )
        return
    _show(looked)


def _show(looked: list[Looked]) -> None:
    say_table(
        ("test", "expected", "cases", "passed", "failures at most"),
        [
            (
                one.record.name,
                one.record.expect,
                f"{one.record.made:,}",
                f"{one.record.passed:,}" if one.record.made else one.record.why_none,
                "" if one.record.failing_at_most is None else f"{one.record.failing_at_most:.3f}",
            )
            for one in looked
        ],
    )
    for one in looked:
        for case in one.cases:
            where = "a case of the domain" if case.position is None else f"test row {case.position}"
            say()
            say(f"{one.record.name}, {where}: {case.change}", bold=True)
            say(f"  before  {case.before}")
            say(f"          {case.first}")
            say(f"  after   {case.after}")
            say(f"          {case.second}  {'passed' if case.passed else 'FAILED'}")
    say()
    say("These are test rows. Mend the model by them, and it needs other test rows.")
