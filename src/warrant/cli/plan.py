"""`warrant plan`: what a run would do, what it would cost, and the prices behind that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.progress import lasted
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warrant.flow.cost import Candidate, Costed, CostPlan

_MOST_REQUESTS = 10**9


@example("warrant plan my-model", "warrant plan my-model --cost", "warrant plan --refresh")
def plan(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder with recipe.yaml.")
    ] = Path(),
    cost: Annotated[
        bool, typer.Option("--cost", help="Say what training and a month of serving will cost.")
    ] = False,
    requests: Annotated[
        int,
        typer.Option(
            "--requests",
            metavar="N",
            min=0,
            max=_MOST_REQUESTS,
            help="Answers a month, for --cost.",
        ),
    ] = 100_000,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Take over SkyPilot's prices from this disk, and stop."),
    ] = False,
    catalogue: Annotated[
        Path | None,
        typer.Option("--catalogue", metavar="DIR", help="Folder of SkyPilot's catalogue."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a run would do, or what it would cost."""
    if refresh:
        _refresh(catalogue, as_json=as_json)
        return
    from warrant.cli.recipe_file import read_recipe_file

    recipe = read_recipe_file(path / "recipe.yaml")
    if not cost:
        from warrant.cli.run import say_steps

        say_steps(path, recipe, None, as_json=as_json)
        return
    from warrant.flow.cost import plan_cost

    found = plan_cost(path, recipe, requests=requests)
    if as_json:
        say_json(found)
    else:
        _show(found)


def _refresh(catalogue: Path | None, *, as_json: bool) -> None:
    from warrant.flow.cost import refresh_prices
    from warrant.flow.session import Desk

    found = refresh_prices(Desk(), catalogue)
    if as_json:
        say_json(found)
        return
    say(
        f"Took over {found.offers:,} prices of {', '.join(found.clouds)} into {found.place}; "
        f"{found.passed_over:,} lines are no whole machine."
    )


def _show(found: CostPlan) -> None:
    say(found.verdict, bold=True)
    say(f"{found.rows:,} rows to train on, from {found.rows_from}.")
    for seen in found.findings:
        if seen.severity == "error":
            say(f"Training would refuse this: {seen.what} {seen.do}", "red")
        else:
            say(f"Note: {seen.what} {seen.do}", "yellow")
    say("")
    say_table(
        ("training", "where", "time", "US dollars", "energy"),
        [line for one in found.candidates for line in _training(one)],
    )
    for one in found.candidates:
        say(
            f"{one.tier}: {one.tokens.expected:,.0f} tokens, {one.steps.expected:,.0f} steps, "
            f"{_bytes(one.here)} of memory at the peak. {one.here.basis[:1].upper()}"
            f"{one.here.basis[1:]}."
        )
    say("")
    say_table(
        (f"a month, {found.requests:,} answers", "machine", "hours", "serving", "with training"),
        [
            (
                one.way,
                one.machine or "none fits",
                f"{one.hours:,.0f}",
                _usd(one.serving_usd),
                f"{_usd(one.total_usd)}{_fits(one.fits)}",
            )
            for one in found.serving
        ],
    )
    for line in _ceilings(found):
        say(line)
    first, last = found.prices_noted
    say(
        f"Prices noted {first if first == last else f'{first} to {last}'} "
        f"(sha256:{found.prices_digest[:12]}). {found.prices_warning}"
    )


def _training(one: Candidate) -> Iterator[tuple[str, ...]]:
    for place in (one.here, *one.machines):
        low, expected, high = place.seconds.low, place.seconds.expected, place.seconds.high
        where = f"{place.where} (${place.usd_per_hour:,.2f}/h)"
        yield (
            one.tier,
            where,
            f"{lasted(low)} / {lasted(expected)} / {lasted(high)}",
            " / ".join(map(_small, _three(place))),
            f"{place.watt_hours.expected:,.1f} Wh",
        )


def _three(place: Costed) -> tuple[float, float, float]:
    return place.usd.low, place.usd.expected, place.usd.high


def _small(value: float) -> str:
    """Write dollars, of less than ten cents with four places."""
    return f"{value:,.2f}" if value >= 0.1 or not value else f"{value:.4f}"


def _bytes(place: Costed) -> str:
    from warrant.flow.words import shown_bytes

    return shown_bytes(int(place.peak_bytes.expected))


def _usd(value: float | None) -> str:
    return "unknown" if value is None else f"${value:,.2f}"


def _fits(fits: bool | None) -> str:
    return "" if fits is None else ("" if fits else " over the ceiling")


def _ceilings(found: CostPlan) -> Iterator[str]:
    if found.budget_usd is not None:
        over = ", ".join(found.over_budget)
        yield f"Ceiling of one training: ${found.budget_usd:,.2f}. " + (
            f"It may stop before the end: {over}."
            if over
            else "On this machine the high figures stay under it."
        )
        if found.over_elsewhere:
            yield f"Over it, by their high figures: {', '.join(found.over_elsewhere)}."
    if found.month_usd is not None:
        under = [one.way for one in found.serving if one.fits]
        ways = "; ".join(under) if under else "none of these ways"
        yield f"Ceiling of a month: ${found.month_usd:,.2f}. Under it: {ways}."
