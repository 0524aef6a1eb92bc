"""`warrant measure-privacy`: how much of labelled personal data recognisers find."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from warrant.flow.measure_privacy import Measured


@example("warrant measure-privacy labelled.jsonl --recogniser safe_harbor")
def measure_privacy(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Rows with text and spans: jsonl or parquet.")
    ],
    recogniser: Annotated[
        list[str] | None, typer.Option(help="Name of a recogniser; may stand more than once.")
    ] = None,
    learn_from: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Labelled rows of other documents; a tagger learns."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how much of labelled personal data recognisers find."""
    from warrant.flow.measure_privacy import measure_privacy as measure

    found = measure(file, recogniser or ["patterns"], learn_from)
    if as_json:
        say_json(asdict(found))
    else:
        _show(found)


def _show(found: Measured) -> None:
    if found.all_labels is None:
        say(f"None of {found.texts:,} rows has a labelled place: not measured.")
        return
    rows = [
        (one.label, f"{one.labelled:,}", f"{one.found:,}", f"{one.recall:.3f}", f"{one.low:.3f}")
        for one in (*found.labels, found.all_labels)
    ]
    say_table(("label", "labelled", "found whole", "recall", "at least (95 % sure)"), rows)
    say()
    say(
        f"Measured on {found.texts:,} rows. Recognisers found {found.spans:,} places, "
        f"{found.stray:,} of them touch no labelled one."
    )
    say("The bound holds for texts drawn like these, where places do not depend on one another.")
