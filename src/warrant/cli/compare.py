"""`warrant compare`: two releases on the same rows: what flipped, and in what they were made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, TrustFolder
from warrant.cli.screen import say, say_json, say_table
from warrant.errors import InputError, PolicyRefusal

if TYPE_CHECKING:
    from warrant.flow.comparing import Compared
    from warrant.metrics import Difference

_FIGURES = {"micro_f1": "micro-F1 of places", "token_f1": "token F1"}
_NOTHING = "nothing"  # no label, or no place
_ROW_ID = re.compile(r"\b[0-9a-f]{64}\b")
_SHOWN = 20
"""Lines of differences that are listed."""


@example(
    "warrant compare old.bundle new.bundle --on rows.csv --most-flips 1%",
    "warrant compare 12 my-model --workspace my-model",
)
def compare(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A bundle, a workspace, or a release by log entry.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="As A; the newer one.")],
    rows: Annotated[
        Path | None,
        typer.Option("--on", metavar="FILE", help="Your own rows with labels; else B's test rows."),
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where releases and rows are looked up.")
    ] = None,
    most_flips: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", help="Right answers of A that may turn wrong, such as 1%; else exit 4."
        ),
    ] = None,
    trust: TrustFolder = None,
    as_json: AsJson = False,
) -> None:
    """Compare two releases: answers that flip, with tests, and how they were made."""
    from warrant.flow.comparing import Comparison
    from warrant.flow.comparing import compare as look
    from warrant.flow.session import Desk

    order = Comparison(first, second, workspace, rows, _share(most_flips), trust)
    found = look(order, Desk())
    if as_json:
        say_json(found)
    else:
        _show(found)
    if not found.is_within_budget:
        raise typer.Exit(PolicyRefusal.exit_code)


def _share(word: str | None) -> float | None:
    if word is None:
        return None
    try:
        share = float(word.removesuffix("%")) / (100 if word.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise InputError(
            f"--most-flips wants a share from 0 to 1 or a percentage, got {word!r}.",
            do="Write for example: --most-flips 1%",
        )
    return share


def _show(found: Compared) -> None:
    say(f"A: {found.first.name}, bundle {found.first.digest[:12]}")
    say(f"B: {found.second.name}, bundle {found.second.digest[:12]}")
    say(f"Asked: {found.where}.")
    say()
    say(f"Right: A {found.first.right:.1%}, B {found.second.right:.1%}.", bold=True)
    say(f"  accuracy: {_told(found.accuracy)}")
    if found.macro_f1 is not None:
        say(f"  macro-F1: {_told(found.macro_f1)}")
    for name, one in found.more.items():
        say(f"  {_FIGURES[name]}: {_told(one)}")
    say(
        f"{found.changed:,} answers differ: {found.turned_right:,} turned right, "
        f"{found.turned_wrong:,} turned wrong (McNemar, {found.test.method}: p = "
        f"{found.test.p:.3g})."
    )
    _show_flips(found)
    _show_making(found)
    for note in found.notes:
        say(note)
    if found.budget is not None:
        told = "within" if found.is_within_budget else "more than"
        say(
            f"Flip budget: {found.share:.2%} of A's right answers turned wrong, {told} the "
            f"{found.budget:.2%} that may.",
            None if found.is_within_budget else "red",
            bold=True,
        )


def _told(one: Difference) -> str:
    return (
        f"{one.first:.3f} to {one.second:.3f}, {one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}], "
        f"p = {one.p:.3g}"
    )


def _show_flips(found: Compared) -> None:
    if found.flips:
        say("\nThe weightiest flips:", bold=True)
        say_table(
            ("row", "file", "true", "A", "B", "weight", "decided in B"),
            [
                (
                    _ROW_ID.sub(lambda found: found[0][:16], one.row),
                    one.path,
                    one.true or _NOTHING,
                    one.before or _NOTHING,
                    one.after or _NOTHING,
                    f"{one.weight:.3g}",
                    ", ".join(one.words),
                )
                for one in found.flips
            ],
        )
    if found.parts:
        say("\nBy slice (p corrected by Holm):", bold=True)
        say_table(
            ("column", "value", "rows", "turned right", "turned wrong", "p"),
            [
                (
                    one.column,
                    one.value,
                    one.rows,
                    one.test.only_second,
                    one.test.only_first,
                    f"{one.p:.3g}",
                )
                for one in found.parts
            ],
        )


def _show_making(found: Compared) -> None:
    say("\nIn what they differ:", bold=True)
    if found.same_rows:
        say("  Both learnt from the same rows.")
    elif found.data is None:
        say("  They learnt from different rows, which are not both at hand.")
    for moved in (found.data or ())[:_SHOWN]:
        place = f" from {moved.path}" if moved.path else ""
        say(f"  {moved.rows:,} training rows {moved.change}{place}: {moved.why}")
    for setting in found.settings[:_SHOWN]:
        say(f"  {setting.stage}: {setting.name}: {setting.before} to {setting.after}")
    for setting in found.libraries:
        say(f"  library {setting.name}: {setting.before} to {setting.after}")
    listed = (found.data or (), found.settings)
    more = sum(max(0, len(one) - _SHOWN) for one in listed)
    if more:
        say(f"  and {more:,} more: --json")
    if found.same_rows and not found.settings and not found.libraries:
        say("  In nothing else: rows, settings and libraries are the same.")
