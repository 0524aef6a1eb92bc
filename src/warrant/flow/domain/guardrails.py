"""Guardrails of a domain held against examples: facts, and whether the rule says yes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.flow.domain.folder import wrong
from warrant.policy import load_packs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warrant.flow.domain.folder import Domain
    from warrant.policy import Rule
    from warrant.records.yaml12 import Loaded


def own_rules(domain: Domain) -> dict[str, Rule]:
    """Give the guardrails that a domain answers for: those of its folder, or of its name.

    Args:
        domain: the domain.

    Returns:
        Rules by their ids; those of other packs have examples of their own.

    Raises:
        InputError: a pack is unknown, or one of its files is wrong.
    """
    named = [one for one in domain.guardrails if "/" in one or one == domain.name]
    return {rule.id: rule for pack in load_packs(named, domain.folder) for rule in pack.rules}


def try_guardrail(
    rules: Mapping[str, Rule], loaded: Loaded, where: tuple[str, int], one: object
) -> InputError | None:
    """Hold one rule against one example.

    Args:
        rules: by their ids.
        loaded: the file of examples.
        where: place of the example in it.
        one: the example.

    Returns:
        What is wrong; None when it comes out as written.
    """
    if not isinstance(one, dict) or set(one) != {"rule", "facts", "ok"}:
        return wrong(loaded.marks, where, "an example has 'rule', 'facts' and 'ok'")
    rule = rules.get(str(one["rule"]))
    if rule is None:
        return wrong(loaded.marks, where, f"the domain has no guardrail {one['rule']!r}")
    facts = one["facts"]
    if not isinstance(facts, dict) or set(facts) != set(rule.needs):
        return wrong(loaded.marks, where, f"{rule.id!r} needs the facts {', '.join(rule.needs)}")
    came = rule.ok.judge({name: _value(value) for name, value in facts.items()})
    if came is one["ok"]:
        return None
    said = {True: "yes", False: "no", None: "nothing: a fact is of another type"}[came]
    return InputError(
        f"{loaded.marks.place((*where, 'ok'))}: {rule.id!r} does not come out as written: it says "
        f"{said}.",
        do="Correct the example, or the rule.",
    )


def _value(value: object) -> object:
    """Read a day of YAML, which is text there, as the instant that a rule compares."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            return value
    return value


def without_example(
    rules: Mapping[str, Rule], examples: Sequence[object], place: str
) -> Iterator[InputError]:
    """Name guardrails that lack an example of a yes or of a no.

    Args:
        rules: by their ids.
        examples: as written.
        place: of the file, for messages.

    Yields:
        What is missing.
    """
    tried = {(one.get("rule"), one.get("ok")) for one in examples if isinstance(one, dict)}
    for name, rule in rules.items():
        for ok, word in ((True, "yes"), (False, "no")):
            if (name, ok) not in tried:
                facts = ", ".join(f"{need}: …" for need in rule.needs)
                yield InputError(
                    f"{place}: the guardrail {name!r} has no example of a {word}.",
                    do=f"Add: - {{rule: {name}, facts: {{{facts}}}, ok: {str(ok).lower()}}}",
                )
