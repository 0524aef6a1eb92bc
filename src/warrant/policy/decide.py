"""Decide whether a step may run: every rule that guards it, one table, signed exceptions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from warrant.errors import InputError, PolicyRefusal
from warrant.policy.expression import fits
from warrant.policy.judge import Answer, Judgement, judge
from warrant.policy.rule import STAGES, STEPS, Rule, Stage, Step, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from warrant.policy.facts import Exemption, Facts

Team: TypeAlias = Literal["solo", "team"]
Impact: TypeAlias = Literal["low", "high"]

STOPS: Final[Mapping[Stage, Mapping[Weight, frozenset[Answer]]]] = MappingProxyType(
    {
        "explore": {
            "hard": frozenset({Answer.NO}),
            "block": frozenset(),
            "warn": frozenset(),
        },
        "pilot": {
            "hard": frozenset({Answer.NO, Answer.NOT_KNOWN}),
            "block": frozenset({Answer.NO, Answer.NOT_KNOWN}),
            "warn": frozenset(),
        },
        "production": {
            "hard": frozenset({Answer.NO, Answer.NOT_KNOWN}),
            "block": frozenset({Answer.NO, Answer.NOT_KNOWN}),
            "warn": frozenset(),
        },
    }
)
"""Which answers stop a step, per stage of use and weight of the rule. All else is a note.

Law: what stops a stage also stops each stricter one.
"""

WORDS: Final[Mapping[Answer, str]] = MappingProxyType(
    {Answer.NO: "no", Answer.NOT_KNOWN: "not known", Answer.YES: "yes"}
)
"""The answers as they are printed."""


@dataclass(frozen=True)
class Use:
    """What the model is for, as the recipe says and a person signed."""

    stage: Stage
    """How far it may be relied on."""

    team: Team
    """Whether the author works alone."""

    impact: Impact
    """What an error can cost; `high` as long as nobody signed `low`."""

    def __post_init__(self) -> None:
        """Refuse words that are none of the three: an unknown stage would guard nothing."""
        for key, value, allowed in (
            ("stage", self.stage, STAGES),
            ("team", self.team, get_args(Team)),
            ("impact", self.impact, get_args(Impact)),
        ):
            if value not in allowed:
                raise InputError(
                    f"use.{key} is {value!r}.", do=f"Write one of: {', '.join(allowed)}."
                )


@dataclass(frozen=True)
class Outcome:
    """What one rule said, and what follows from it."""

    rule: Rule
    """The rule."""

    judgement: Judgement
    """Its answer, why, and the offenders."""

    exempt: Exemption | None
    """The signed act that excepts it, where it needed one and one holds."""

    stops: bool
    """Whether it stops the step."""

    names: tuple[str, ...] = ()
    """The offenders as a person knows them: sources by name, rows by position."""


@dataclass(frozen=True)
class Decision:
    """Whether a step may run, with each rule's outcome in the packs' order."""

    step: Step
    """The step that asked."""

    use: Use
    """The use for which it asked."""

    outcomes: tuple[Outcome, ...]
    """One for each rule that guards the step in this stage of use."""

    @property
    def allowed(self) -> bool:
        """Whether no rule stops the step."""
        return not self.stopping

    @property
    def stopping(self) -> tuple[Outcome, ...]:
        """The outcomes that stop it."""
        return tuple(outcome for outcome in self.outcomes if outcome.stops)

    @property
    def notes(self) -> tuple[Outcome, ...]:
        """The outcomes that are not a yes and do not stop it: to be said, never hidden."""
        return tuple(
            outcome
            for outcome in self.outcomes
            if not outcome.stops and outcome.judgement.answer is not Answer.YES
        )


def decide(rules: Sequence[Rule], facts: Facts, step: Step, use: Use) -> Decision:
    """Decide whether a step may run.

    Args:
        rules: the rules of all packs in use, in order.
        facts: what is known up to the checkpoint at which policy reads the log. `use_team`
            and `use_impact` are taken from `use`.
        step: the step that asks.
        use: what the model is for, with the impact already raised by the packs.

    Returns:
        the decision; `allowed` only when no rule stops the step.

    Raises:
        InputError: the step is unknown, there is no rule at all, or two rules share an id.

    Law: a stricter stage never turns a no into a yes.
    Law: removing a fact, a source's or a row's value never turns a no into a yes.
    Law: removing an exemption never turns a no into a yes.
    """
    if step not in STEPS:
        raise InputError(f"There is no step {step!r}.", do=f"There are: {', '.join(STEPS)}.")
    if not rules:
        raise InputError(
            "There are no guardrails, so nothing may run.",
            do="Write in the recipe: guardrails: [core]",
        )
    twice = [name for name, count in Counter(rule.id for rule in rules).items() if count > 1]
    if twice:
        raise InputError(
            f"Two guardrails are called {twice[0]!r}.", do="Remove one of the packs, or rename it."
        )
    facts = replace(facts, run={**facts.run, "use_team": use.team, "use_impact": use.impact})
    outcomes = (_outcome(rule, facts, use) for rule in rules if rule.guards(step, use.stage))
    return Decision(step, use, tuple(outcomes))


def _outcome(rule: Rule, facts: Facts, use: Use) -> Outcome:
    judgement = judge(rule, facts)
    stops = judgement.answer in STOPS[use.stage][rule.weight]
    exempt = _exemption(rule, judgement, facts, use)
    return Outcome(
        rule, judgement, exempt, stops and exempt is None, _names(rule, judgement, facts)
    )


def _exemption(rule: Rule, judgement: Judgement, facts: Facts, use: Use) -> Exemption | None:
    """Find the first act that excepts a rule's answer.

    A person may except what was judged, never what could not be seen: a missing fact, an
    error, a wrong count stay a no.
    """
    now = facts.run.get("now")
    if judgement.answer is Answer.YES or judgement.cause != "judged":
        return None
    return next((act for act in facts.exemptions if _reaches(act, rule, now, use)), None)


def _reaches(act: Exemption, rule: Rule, now: object, use: Use) -> bool:
    """Say whether an act excepts a rule, now, in a stage of use.

    An act for a strict stage reaches the laxer ones, not the other way round. The author's own
    act counts only where the author may approve alone, and never against a hard rule.
    """
    stage = use.stage
    if act.by_author and (rule.weight == "hard" or not _may_act_alone(use)):
        return False
    if act.rule != rule.id or act.role not in rule.except_by or not act.reason.strip():
        return False
    if act.stage is not None and act.stage not in STAGES[STAGES.index(stage) :]:
        return False
    return act.expires_at is None or _is_before(now, act.expires_at)


def _may_act_alone(use: Use) -> bool:
    """Say whether a solo author may decide alone: below production, where little is at stake."""
    return use.team == "solo" and use.impact == "low" and use.stage != "production"


def _is_before(now: object, end: datetime) -> bool:
    return fits(now, "TIMESTAMP") and fits(end, "TIMESTAMP") and now < end  # type: ignore[operator]


def _names(rule: Rule, judgement: Judgement, facts: Facts) -> tuple[str, ...]:
    if rule.over == "row":
        return tuple(f"row {position}" for position in judgement.offenders)
    names = (facts.sources[at].get("source_name") for at in judgement.offenders)
    return tuple(
        repr(name) if isinstance(name, str) else f"source {at}"
        for at, name in zip(judgement.offenders, names, strict=True)
    )


def refusal(decision: Decision) -> PolicyRefusal:
    """Say why a step may not run: each rule, its offenders, its remedy.

    Args:
        decision: one that is not allowed.

    Returns:
        the error, for the caller to raise.

    Raises:
        ValueError: the decision allows the step.
    """
    stopping = decision.stopping
    if not stopping:
        raise ValueError(f"The step {decision.step} is allowed: there is nothing to refuse.")
    count = "1 guardrail stops" if len(stopping) == 1 else f"{len(stopping)} guardrails stop"
    return PolicyRefusal(
        f"The step {decision.step!r} may not run in {decision.use.stage} use: {count} it.",
        do=stopping[0].rule.remedy,
        reasons=[explain(outcome) for outcome in stopping],
    )


def explain(outcome: Outcome) -> str:
    """Say in one line what a rule answered, about whom, and what to do.

    Args:
        outcome: the rule's outcome.

    Returns:
        for a yes the rule and its title; else also why, the offenders, the remedy, and who
        may except it or did.
    """
    rule, judgement = outcome.rule, outcome.judgement
    line = f"{rule.id}: {rule.title}: {WORDS[judgement.answer]}"
    if judgement.answer is Answer.YES:
        return f"{line}."
    if why := _why(outcome):
        line += f", {why}"
    if outcome.exempt is not None:
        act = outcome.exempt
        until = f" until {act.expires_at:%Y-%m-%d %H:%M} UTC" if act.expires_at else ""
        return f"{line}. Excepted by {act.by} ({act.role}){until}: {act.reason.strip()}"
    line += f". {rule.remedy.rstrip('.')}."
    if rule.except_by and judgement.cause == "judged":
        line += f" Or except it: a signed act of the {' or '.join(rule.except_by)}, with a reason."
    return f"{line} (Reference: {rule.reference})"


def _why(outcome: Outcome) -> str:
    judgement = outcome.judgement
    named = ", ".join(judgement.facts)
    why = {
        "judged": f"not answered: {named}" if named else "",
        "missing": f"missing: {named}",
        "wrong type": f"of the wrong type: {named}",
        "error": "the rule failed while it was judged",
        "count": f"{judgement.judged} judged, which is not the signed number",
        "none": f"there is no {outcome.rule.over} to judge",
    }[judgement.cause]
    if not judgement.offender_count:
        return why
    noun = outcome.rule.over if judgement.judged == 1 else f"{outcome.rule.over}s"
    who = f"{judgement.offender_count} of {judgement.judged} {noun}: {', '.join(outcome.names)}"
    if judgement.offender_count > len(outcome.names):
        who += ", …"
    return f"{why}; {who}" if why else who
