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
    from collections.abc import Callable

    from warrant.flow.measure_privacy import Measured
    from warrant.flow.measure_table import TableRisk
    from warrant.flow.protection_cost import ProtectionCost
    from warrant.metrics.anonymity import Anonymity


@example(
    "warrant measure-privacy labelled.jsonl --recogniser safe_harbor",
    "warrant measure-privacy patients.csv --quasi zip --quasi age --sensitive diagnosis",
)
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
    quasi: Annotated[
        list[str] | None,
        typer.Option(help="Of a table: a column that with others may tell who a row is about."),
    ] = None,
    sensitive: Annotated[
        list[str] | None, typer.Option(help="Of a table: a column that nobody shall learn of.")
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(help="Of a table: the column of the answer; says what protecting costs."),
    ] = None,
    k: Annotated[int, typer.Option(min=2, help="So many rows shall share all of `quasi`.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Measure what recognisers find, or how well a table hides its rows."""
    if quasi or file.suffix.lower() in _SHEETS:
        from warrant.flow.measure_table import measure_table

        risk = measure_table(file, quasi or (), sensitive or (), k, label)
        say_json(asdict(risk)) if as_json else _show_table(risk)
        return
    from warrant.flow.measure_privacy import measure_privacy as measure

    found = measure(file, recogniser or ["patterns"], learn_from)
    if as_json:
        say_json(asdict(found))
    else:
        _show(found)


def _show_table(risk: TableRisk) -> None:
    if risk.proposed:
        say("Roles, proposed from names and values of the columns; you decide:")
        say()
    say_table(("column", "role"), list(risk.roles.items()))
    say()
    rows = [(words, figure(risk.now), figure(risk.then)) for words, figure in _FIGURES]
    say_table(("", "as it is", "coarser"), [row for row in rows if row[1] or row[2]])
    say()
    levels = ", ".join(f"{name}: {level}" for name, level in risk.levels.items() if level)
    if levels:
        say(f"Coarser: {levels}. Rows in classes under {risk.k} would be taken out.")
        say(f"In the recipe: - protect_table: {{quasi: {{{levels}}}, k: {risk.k}}}")
    if risk.cost:
        _show_cost(risk.cost)
    say("These figures are about these columns alone; somebody may know more. This is no opinion")
    say("of an expert (45 CFR 164.514(b)(1)), and the rows stay personal data (GDPR, Art. 4).")


def _show_cost(cost: ProtectionCost) -> None:
    words = cost.metric.replace("_", "-").replace("f1", "F1")
    say(
        f"What that costs in score: {words} of {cost.label!r} {cost.plain:.3f} as it is, "
        f"{cost.protected:.3f} coarser; difference {cost.difference:+.3f} "
        f"[{cost.low:+.3f}, {cost.high:+.3f}]."
    )
    say(
        f"The cheapest model, twice, on {cost.rows:,} rows that neither learnt from; "
        f"{cost.taken_out:,} rows to learn from would be taken out."
    )


_FIGURES: tuple[tuple[str, Callable[[Anonymity], str]], ...] = (
    ("rows", lambda one: f"{one.rows:,}"),
    ("classes", lambda one: f"{one.classes:,}"),
    ("smallest class (k)", lambda one: f"{one.smallest:,}"),
    (
        "fewest sensitive values (l)",
        lambda one: "" if one.diversity is None else str(one.diversity),
    ),
    ("rows alone in their class", lambda one: f"{one.alone:,}"),
    ("rows in small classes", lambda one: f"{one.in_small_classes:,}"),
    ("values of one column that few rows share", lambda one: f"{one.small_cells:,}"),
)
_SHEETS = (".csv", ".tsv", ".xlsx", ".xls", ".ods")


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
