"""`warrant demo`: the whole job on invented contracts, told as a story."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.predict import answered_lines
from warrant.cli.refusal import placed, told_once
from warrant.cli.screen import say, say_json

if TYPE_CHECKING:
    from warrant.cli.progress import Shown
    from warrant.errors import PolicyRefusal
    from warrant.flow.demo import Demo
    from warrant.flow.demo_tour import Tour
    from warrant.flow.predict import Predicted
    from warrant.flow.report import RunReport
    from warrant.kernel.verdict import Verdict


@example("warrant demo ./demo", "warrant demo ./demo --whole")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
    count: Annotated[int, typer.Option(min=60, help="How many contracts are invented.")] = 300,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="Four file formats, refusals, a pilot, the server and a spreadsheet of answers.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole job on invented contracts."""
    from warrant.flow.demo import make_demo
    from warrant.flow.demo_tour import make_tour

    audience = Audience(folder, quiet=as_json)
    try:
        made = make_tour(folder, audience) if whole else make_demo(folder, audience, count)
    finally:
        audience.reporter.close()
    if as_json:
        say_json(made)
    else:
        _say_next(made)
    if not made.is_as_told:
        raise typer.Exit(1)


class Audience:
    """Prints each part of the demo as it happens.

    Args:
        folder: the demo's.
        quiet: True prints nothing.
    """

    reporter: Shown
    """Shows how far the run is."""

    def __init__(self, folder: Path, *, quiet: bool) -> None:
        from warrant.cli.progress import reporter

        self._folder = folder
        self._quiet = quiet
        self.reporter = reporter(quiet=quiet)

    def scene(self, title: str, *lines: str) -> None:
        """Print a heading and what it is about; a command is shown as it would be typed."""
        if self._quiet:
            return
        if title:
            say(f"\n{title}", "cyan", bold=True)
        for line in lines:
            say(f"  $ {line}" if line.startswith("warrant ") else f"  {line}")

    def ran(self, report: RunReport) -> None:
        """Print the last lines of the run."""
        from warrant.cli.run_report import lines

        for line in () if self._quiet else lines(report, self._folder):
            say(f"  {line}")

    def refused(self, refusal: PolicyRefusal) -> None:
        """Print what a guardrail stopped, with its remedy; the law behind it is left out."""
        self.reporter.close()  # else a bar of the step goes on below
        if self._quiet:
            return
        told = placed(refusal, self._folder)
        reasons, act = told_once(told)
        say(f"  Refused: {told.what}", "yellow", bold=True)
        for reason in reasons:
            say(f"  - {reason.partition(' (Reference: ')[0]}")
        say(f"  What to do: {act}")

    def answered(self, done: Predicted) -> None:
        """Print how a batch of answers ended."""
        self.reporter.close()  # else a bar of the step goes on below
        if self._quiet:
            return
        for line in answered_lines(done):
            say(f"  {line}")

    def checked(self, path: Path, verdict: Verdict) -> None:
        """Print a verdict: of a refusal the faults, of the rest the result."""
        if self._quiet:
            return
        from warrant.cli.verify import COLOURS

        for fault in verdict.faults:
            say(f"  {fault}")
        say(f"  {path}: {verdict.headline}.", COLOURS[verdict.result], bold=True)


def _say_next(made: Demo | Tour) -> None:
    from warrant.cli.program import program

    folder, trust, warrant = made.folder, made.trust, program()
    say("\nNow try", "cyan", bold=True)
    for command, purpose in (
        (f"{warrant} verify {folder} --trust {trust}", "the twelve steps of verification"),
        (f"open {made.report.page}", "the card, in a browser: every figure names its evidence"),
        (f"{warrant} why {folder} contract-0007.txt", "what became of one file"),
        (f"{warrant} status {folder} --drops", "what was left out, and why"),
        (f"{warrant} log show {folder}", "every signed statement"),
        (f"{warrant} run {folder} --explain", "every setting of the recipe"),
    ):
        say(f"  $ {command}")
        say(f"      {purpose}")
    say(f"To sign there yourself: export WARRANT_CONFIG_DIR={trust.parent}, and --unprotected-key.")
    say(f"Everything in {folder} is fictional. Your own keys and trust were not touched.")
