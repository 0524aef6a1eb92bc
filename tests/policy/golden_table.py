"""Write what the core pack decides, to be read. Run: python -m tests.policy.golden_table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from tests.policy.situations import SITUATIONS
from warrant.policy import FACTS, STAGES, STEPS, Answer, Use, decide, describe, load_packs, rules_of
from warrant.policy.decide import STOPS, Impact, Team

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE: Final = Path(__file__).parents[2] / "docs" / "guide" / "guardrails.md"
"""The page whose tables of facts and rules are written here."""

GOLDEN: Final = Path(__file__).parent.parent / "golden" / "policy" / "core.txt"

RULES: Final = rules_of(load_packs(["core"]))

PROFILES: Final = [
    Use(stage, team, impact)
    for stage in STAGES
    for team in get_args(Team)
    for impact in get_args(Impact)
]


def table() -> str:
    """Write both tables."""
    return "\n".join([*_rules(), "", *_situations(), ""])


def _rules() -> Iterator[str]:
    yield "RULES: what a no, and a not known, do in each stage of use"
    yield "(stop: the step may not run; note: it runs and says so; -: not asked;"
    yield "one word: Warrant measures it, so that it is never not known)"
    yield ""
    yield f"{'rule':<26} {'over':<7}" + "".join(f"{stage:<14}" for stage in STAGES) + "before"
    for rule in RULES:
        cells = []
        for stage in STAGES:
            stops = STOPS[stage][rule.weight]
            may_be_open = any(FACTS[name].question for name in rule.needs)
            answers = (Answer.NO, Answer.NOT_KNOWN) if may_be_open else (Answer.NO,)
            effects = ["stop" if answer in stops else "note" for answer in answers]
            asked = any(rule.guards(step, stage) for step in STEPS)
            cells.append(" / ".join(effects) if asked else "-")
        line = "".join(f"{cell:<14}" for cell in cells)
        yield f"{rule.id:<26} {rule.over:<7}{line}{' '.join(rule.before)}"


def _situations() -> Iterator[str]:
    yield "SITUATIONS: what each profile may not do, and by which rules"
    yield "(a profile is stage, team, impact; steps with one outcome share a line; other steps run)"
    for name in SITUATIONS:
        yield ""
        yield f"{name}:"
        lines: dict[tuple[str, ...], list[Use]] = {}
        for use in PROFILES:
            lines.setdefault(tuple(_refusals(name, use)), []).append(use)
        for refusals, uses in lines.items():
            yield f"  {_profiles(uses)}:"
            yield from (f"    {refusal}" for refusal in refusals or ("everything runs",))


def _refusals(name: str, use: Use) -> Iterator[str]:
    same: dict[tuple[str, ...], list[str]] = {}
    for step in STEPS:
        decision = decide(RULES, SITUATIONS[name], step, use)
        stopping = tuple(outcome.rule.id for outcome in decision.stopping)
        if stopping:
            same.setdefault(stopping, []).append(step)
    for stopping, steps in same.items():
        yield f"{', '.join(steps)}: {', '.join(stopping)}"


def _profiles(uses: list[Use]) -> str:
    """Name profiles, shortly where a stage is whole."""
    names = []
    for stage in STAGES:
        mine = [use for use in uses if use.stage == stage]
        if len(mine) == len(PROFILES) // len(STAGES):
            names.append(stage)
        else:
            names += [f"{use.stage} {use.team} {use.impact}" for use in mine]
    return ", ".join(names)


def guide(page: str) -> str:
    """Write the tables of facts and rules into the guide's page, between their marks."""
    for name, lines in (("facts", _fact_lines()), ("rules", _rule_lines())):
        head, start, rest = page.partition(f"<!-- {name}: begin -->\n")
        _, end, tail = rest.partition(f"<!-- {name}: end -->")
        page = head + start + "\n".join(lines) + "\n" + end + tail
    return page


def _fact_lines() -> Iterator[str]:
    yield "| fact | type | asked of | meaning |"
    yield "| --- | --- | --- | --- |"
    for fact in FACTS.values():
        unit = f", {fact.unit}" if fact.unit else ""
        yield f"| `{fact.name}` | {fact.type}{unit} | {fact.scope} | {fact.meaning} |"


def _rule_lines() -> Iterator[str]:
    yield "| rule | what must hold | before | a no stops | who may except it |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in describe(load_packs(["core"])[0]):
        yield f"| `{rule.id}` | {rule.title} | {rule.before} | {rule.stops} | {rule.except_by} |"


if __name__ == "__main__":
    GOLDEN.write_text(table())
    GUIDE.write_text(guide(GUIDE.read_text()))
