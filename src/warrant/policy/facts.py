"""What a guardrail may ask about: a typed list of facts, and one step's values.

Facts are flat: a name, a type, a value. There are no maps and no values of unknown
type, so that a rule is checked whole before it judges anything. Three things are kept
apart: a value, a signed "not answered", and nothing at all, which is always a no.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warrant.records.act import Act
    from warrant.records.source import AnySource

FactType: TypeAlias = Literal["BOOL", "INT", "DOUBLE", "STRING", "TIMESTAMP"]
Scope: TypeAlias = Literal["run", "source", "row"]


class NotAnswered(Enum):
    """The type of `NOT_ANSWERED`."""

    NOT_ANSWERED = "not answered"


NOT_ANSWERED: Final = NotAnswered.NOT_ANSWERED
"""A signed record says that nobody has answered yet. Never made from a missing value."""

Value: TypeAlias = bool | int | float | str | datetime | NotAnswered

NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The value of `source_expires` when a signed record says that the right does not expire."""


@dataclass(frozen=True)
class Fact:
    """One thing that a rule may ask about."""

    name: str
    """The variable's name in a rule."""

    type: FactType
    """The CEL type; a value of any other type is a no."""

    scope: Scope
    """Whether there is one value for the run, for each source, or for each row."""

    meaning: str
    """What the value says, in one plain sentence."""

    unit: str = ""
    """What a number counts; empty for other types."""

    question: str | None = None
    """What to ask a person while it is not answered; None for what Warrant measures itself."""


def _table(*facts: Fact) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts}


FACTS: Final[Mapping[str, Fact]] = _table(
    # --- the run -----------------------------------------------------------
    Fact("now", "TIMESTAMP", "run", "The instant of this decision, UTC."),
    Fact(
        "use_team",
        "STRING",
        "run",
        "`solo` when the author works alone, else `team`. Set by the decision from the use.",
    ),
    Fact(
        "use_impact",
        "STRING",
        "run",
        "`low` or `high`: the answer of a person, raised where a pack asks for it. "
        "Set by the decision from the use.",
    ),
    Fact(
        "impact_answered",
        "BOOL",
        "run",
        "A person signed the answer about impact, with a reason.",
        question="If the model is wrong, can it cost a person health, money, rights or work?",
    ),
    Fact(
        "egress_allowed",
        "BOOL",
        "run",
        "No row leaves this machine in this step, or the recipe names where rows may go.",
    ),
    Fact("is_sample", "BOOL", "run", "The run took a marked sample of the rows."),
    Fact("training_rows", "INT", "run", "Rows that the model learns from.", "rows"),
    Fact("test_rows", "INT", "run", "Rows kept apart for the evaluation.", "rows"),
    Fact(
        "shared_rows_train_test",
        "INT",
        "run",
        "Rows, by their content, that stand in both training and test.",
        "rows",
    ),
    Fact(
        "shared_clusters_train_test",
        "INT",
        "run",
        "Clusters of near-duplicates, or groups, with rows in both training and test.",
        "clusters",
    ),
    Fact(
        "erased_rows_in_training",
        "INT",
        "run",
        "Rows that the model learned from or was tuned on, and that were erased since; not "
        "answered of a model that was trained elsewhere, unless it is declared.",
        "rows",
        question="Was a row that the model learned from erased since?",
    ),
    Fact(
        "declared_facts_accepted",
        "BOOL",
        "run",
        "Nothing rests on what somebody declares and nobody here has witnessed; not answered of a "
        "model that was trained elsewhere: an approver accepts it as an exception.",
        question="Who accepts what is declared of a model that was trained elsewhere?",
    ),
    Fact("has_base", "BOOL", "run", "The model starts from one that was trained elsewhere."),
    Fact(
        "base_licence",
        "STRING",
        "run",
        "The licence of the base model, an SPDX identifier where its card has one; empty without a "
        "base; not answered while nobody says it.",
        question="Under which licence may the base model be used?",
    ),
    Fact(
        "base_may_commercial",
        "BOOL",
        "run",
        "The licence of the base model does not forbid commercial use; true without a base; not "
        "answered of a licence that is not listed.",
        question="May the base model be used commercially?",
    ),
    Fact("plan_committed", "BOOL", "run", "An evaluation plan is signed and in the log."),
    Fact("plan_index", "INT", "run", "The plan's place in the log.", "entries before it"),
    Fact("evaluate_index", "INT", "run", "The evaluation's place in the log.", "entries before it"),
    Fact("plan_bounds_met", "BOOL", "run", "The evaluation reached every bound of its plan."),
    Fact(
        "failure_tests_run",
        "INT",
        "run",
        "Failure tests of the evaluation that had at least one case.",
        "tests",
    ),
    Fact(
        "failure_tests_bounded",
        "INT",
        "run",
        "Bounds of the evaluation's plan that are about a failure test.",
        "bounds",
    ),
    Fact(
        "workflow_rules_broken",
        "INT",
        "run",
        "Rules over the answers of a case that at least one case of the test breaks.",
        "rules",
    ),
    Fact(
        "chain_verified",
        "BOOL",
        "run",
        "Log, statements and stored bytes were verified up to this decision's checkpoint.",
    ),
    Fact(
        "approvals_independent",
        "INT",
        "run",
        "Different people besides the author who approved these very bytes for this stage of use.",
        "people",
    ),
    Fact(
        "approved_by_author",
        "BOOL",
        "run",
        "The author approved these very bytes for this stage of use.",
    ),
    Fact(
        "is_rejected",
        "BOOL",
        "run",
        "Somebody rejected these very bytes and has not approved them since.",
    ),
    Fact(
        "open_questions",
        "INT",
        "run",
        "Questions of the card that nobody has answered.",
        "questions",
    ),
    # --- each source -------------------------------------------------------
    Fact("source_name", "STRING", "source", "The path as the recipe writes it."),
    Fact(
        "source_licence",
        "STRING",
        "source",
        "The licence: an SPDX identifier, or the name of an agreement.",
        question="Under which licence or agreement do you hold these documents?",
    ),
    Fact(
        "source_origin",
        "STRING",
        "source",
        "Where the documents come from and how they were collected.",
        question="Where do these documents come from, and who collected them?",
    ),
    Fact(
        "source_may_train",
        "BOOL",
        "source",
        "The holder of the rights lets a model learn from these documents.",
        question="May a model be trained on these documents?",
    ),
    Fact(
        "source_may_commercial",
        "BOOL",
        "source",
        "The holder of the rights lets the result be used commercially.",
        question="May a model trained on these documents be used commercially?",
    ),
    Fact(
        "source_expires",
        "TIMESTAMP",
        "source",
        "The first instant at which the right is over, UTC; the last second of the year 9999 "
        "when a signed record says that it does not expire.",
        question="Until which day may these documents be used, or do the rights not expire?",
    ),
    Fact(
        "source_special_category",
        "BOOL",
        "source",
        "The documents hold special categories of personal data (health, belief, origin …).",
        question="Do these documents tell of anyone's health, belief, origin, politics, "
        "union membership, sex life, genes or biometrics?",
    ),
    Fact(
        "source_consent",
        "STRING",
        "source",
        "`given` when those whom the documents tell of agreed to this use, `refused` when they did "
        "not or took it back, `not stated` where the recipe does not speak of consent.",
    ),
    Fact(
        "source_keep_until",
        "TIMESTAMP",
        "source",
        "The first instant at which the documents may not be kept any longer, UTC; the last second "
        "of the year 9999 where no end is stated.",
    ),
    Fact(
        "source_residency_kept",
        "BOOL",
        "source",
        "The documents are processed where they may be, or no residency is stated; not answered "
        "while nobody says where the machine stands.",
        question="Where does the machine stand on which these documents are processed?",
    ),
    Fact(
        "source_reviewed",
        "BOOL",
        "source",
        "A person other than the author read the licence or agreement and signed that the "
        "stated rights stand in it.",
    ),
    # --- each row ----------------------------------------------------------
    Fact(
        "row_personal_data_found",
        "BOOL",
        "row",
        "A recogniser found personal data in the row; not answered while none has looked.",
        question="No recogniser has looked: do these rows tell of people who can be recognised?",
    ),
    Fact(
        "row_personal_data_resolved",
        "BOOL",
        "row",
        "Each finding in the row was masked, or kept by a person's signed decision.",
        question="Is what was found masked, or needed for the task?",
    ),
    Fact("row_erased", "BOOL", "row", "A logged erasure names the row or one of its documents."),
    Fact("row_is_test", "BOOL", "row", "The row belongs to the test set."),
)
"""Every fact, by name."""


@dataclass(frozen=True)
class Exemption:
    """A person's signed act `except`: one rule need not hold, for a reason, for a time.

    The caller passes only acts that are verified, not revoked, and whose subject is
    what the step works on.
    """

    rule: str
    """The rule's id."""

    role: str
    """The role in which the person signed."""

    by: str
    """Who signed: a name that the reader's trust knows, or a key id."""

    reason: str
    """Why, in the person's words."""

    expires_at: datetime | None = None
    """The first instant at which it no longer holds, UTC; None: until it is revoked."""

    stage: str | None = None
    """The strictest stage of use that it reaches; None: each of them."""

    by_author: bool = True
    """Whether the author of what is judged signed it; nobody grants herself what others must."""


@dataclass(frozen=True)
class Facts:
    """What is known when one step asks whether it may run.

    A value that is absent, or None, is missing, and missing is a no. Row facts are
    columns: lists of Python values, or numpy arrays of booleans or numbers. No text of
    a row ever enters.
    """

    run: Mapping[str, Value]
    """Run facts by name."""

    sources: tuple[Mapping[str, Value], ...] = ()
    """The facts of each source, in the order of the recipe."""

    expected_sources: int | None = None
    """How many sources the signed manifest counts; None is a no for each rule over sources."""

    rows: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Row facts by name, each with one value per row, in the rows' order."""

    expected_rows: int | None = None
    """How many rows the signed manifest counts; None is a no for each rule over rows."""

    positions: Sequence[int] | None = None
    """The position by which each row is named to a person; None: 0, 1, 2 …"""

    exemptions: tuple[Exemption, ...] = ()
    """Signed acts `except` that reach this step."""

    known: Mapping[str, Fact] = field(default_factory=lambda: FACTS, repr=False)
    """The list of facts."""

    def __post_init__(self) -> None:
        """Refuse a fact that is not on the list: a name misspelt here would be a missing fact."""
        self._check("run", self.run)
        self._check("row", self.rows)
        for source in self.sources:
            self._check("source", source)

    def _check(self, scope: Scope, names: Mapping[str, object]) -> None:
        allowed = [fact.name for fact in self.known.values() if fact.scope == scope]
        for name in names:
            if name not in allowed:
                near = get_close_matches(name, allowed, n=1)
                do = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(allowed)}."
                raise InputError(f"There is no {scope} fact {name!r}.", do=do)


def source_facts(
    source: AnySource, *, reviewed: bool, place: str | None = None
) -> dict[str, Value]:
    """Turn a source's signed record into its facts.

    Args:
        source: the record as ingest wrote it; its None values are signed "not answered".
        reviewed: whether a person other than the author signed for the rights.
        place: where the step processes documents; None: nobody says. No place is called "".

    Returns:
        each source fact by name.
    """
    terms = source.held_under
    asked: dict[str, Value | None] = {
        "source_licence": source.licence,
        "source_origin": source.origin,
        "source_may_train": source.rights.train,
        "source_may_commercial": source.rights.commercial,
        "source_expires": expiry(source.rights.expires),
        "source_special_category": source.special_category,
        "source_residency_kept": _is_kept(terms.residency, place),
    }
    answers = {name: NOT_ANSWERED if value is None else value for name, value in asked.items()}
    return {
        "source_name": source.name,
        "source_reviewed": reviewed,
        "source_consent": terms.told.consent,
        "source_keep_until": expiry(terms.keep_until) or NEVER,
        **answers,
    }


def _is_kept(residency: Sequence[str] | None, place: str | None) -> bool | None:
    """Say whether a place is among those that are allowed; None: nobody says which place it is."""
    if residency is None:
        return True
    if place is None:
        return None
    return place.casefold() in {one.casefold() for one in residency}


def exemption_of(act: Act, by: str, *, by_author: bool) -> Exemption:
    """Turn a person's signed act `except` into what the decision reads.

    Args:
        act: the act; its detail names the rule.
        by: who signed, as the reader's trust knows her, or the key id.
        by_author: whether that is the author of what is judged.

    Returns:
        the exemption.

    Raises:
        InputError: the act is of another kind, or names no rule.
    """
    rule = act.detail.get("rule")
    if act.act != "except" or not isinstance(rule, str):
        raise InputError(
            f"The act {act.act!r} of {act.recorded_at} excepts no rule.",
            do="Give only acts of the kind 'except', whose detail names a rule.",
        )
    ends = None if act.expires_at is None else datetime.fromisoformat(act.expires_at)
    return Exemption(
        rule, act.actor.role, by, act.reason, ends, act.stage_of_use, by_author=by_author
    )


def expiry(last_day: str | None) -> datetime | None:
    """Give the first instant at which a right is over.

    Args:
        last_day: its last day as `YYYY-MM-DD`, or `never`, or None.

    Returns:
        midnight UTC after that day; `NEVER` for `never`; None for None.

    Raises:
        InputError: there is no such day.
    """
    if last_day is None:
        return None
    if last_day == "never" or last_day >= "9999-12-31":
        return NEVER
    try:
        day = date.fromisoformat(last_day)
    except ValueError:
        raise InputError(
            f"The day {last_day!r}, on which a right ends, is not in the calendar.",
            do="Write it as YYYY-MM-DD, or write never.",
        ) from None
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)
