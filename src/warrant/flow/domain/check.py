"""A domain tried out: every file read, and every test and rule held against its own examples."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, cast

from warrant.errors import InputError
from warrant.flow.domain.entries import OWN, configured, merged
from warrant.flow.domain.folder import FILES, load, mapping, read_domain, wrong
from warrant.flow.domain.guardrails import own_rules, try_guardrail, without_example
from warrant.policy import load_packs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from warrant.flow.domain.entries import Entry
    from warrant.flow.domain.folder import Domain
    from warrant.records.yaml12 import Loaded
    from warrant.stages.evaluate.failure_test import FailureTest, Row

DRAWS = 300
"""So often a test is drawn for an example: what is written must be among what comes out."""

NO_CASE = "no case"
"""In place of a changed row that must not come about."""


@dataclass(frozen=True)
class Checked:
    """What was tried, and what is wrong."""

    domain: Domain | None
    """None: it could not be read."""
    rules: int
    """Guardrails read."""
    examples: int
    """Examples that came out as written."""
    faults: tuple[InputError, ...]
    """Each with its file and line, and what to do."""


def check_domain(folder: Path) -> Checked:
    """Check every file of a domain's folder and run its examples.

    Args:
        folder: of the domain.

    Returns:
        What was tried; no fault means that all is well.
    """
    try:
        domain = read_domain(folder)
    except InputError as error:
        return Checked(None, 0, 0, (error,))
    faults = list(_strangers(folder))
    rules = 0
    try:
        rules = sum(len(pack.rules) for pack in load_packs(domain.guardrails, folder))
        merged((), domain.failure_tests)
    except InputError as error:
        faults.append(error)
    for entry in domain.failure_tests:
        faults += _tried(lambda entry=entry: configured(entry))
    good = 0
    try:
        for fault in () if faults else _examples(domain):
            good += fault is None
            faults += [fault] if fault else []
    except InputError as error:  # the file of examples itself is wrong
        faults.append(error)
    return Checked(domain, rules, good, tuple(faults))


def _tried(act: Any) -> list[InputError]:  # noqa: ANN401 - any function without arguments
    try:
        act()
    except InputError as error:
        return [error]
    return []


def _strangers(folder: Path) -> Iterator[InputError]:
    """Refuse a YAML file that nobody reads, and any file that is code."""
    for path in sorted(folder.iterdir()):
        if path.suffix in {".yaml", ".yml"} and path.name not in FILES:
            yield InputError(
                f"{folder.name}/{path.name}: nobody reads this file.",
                do=f"A domain has {', '.join(FILES)}. Rename it, or take it out.",
            )
        if path.suffix in {".py", ".sh", ".so", ".dll", ".exe"}:
            yield InputError(
                f"{folder.name}/{path.name}: a domain holds no code.", do="Take it out."
            )


_LISTS = ("failure_tests", "rules", "guardrails")
"""What `examples.yaml` holds."""


def _examples(domain: Domain) -> Iterator[InputError | None]:
    """Hold tests and rules against their examples: None for one that comes out as written."""
    loaded = load(domain.folder, "examples.yaml")
    value = mapping(loaded, _LISTS)
    for key in _LISTS:
        if not isinstance(value.get(key, []), list):
            yield wrong(loaded.marks, (key,), f"{key!r} is no list of examples")
            return
    tests = cast("list[Any]", value.get("failure_tests", []))
    for at, one in enumerate(tests):
        yield _one(domain, loaded, ("failure_tests", at), one)
    rules = cast("list[Any]", value.get("rules", []))
    for at, one in enumerate(rules):
        yield _one_rule(domain, loaded, ("rules", at), one)
    yield from _without(domain, loaded, tests, rules)
    guardrails = cast("list[Any]", value.get("guardrails", []))
    own = own_rules(domain)
    for at, one in enumerate(guardrails):
        yield try_guardrail(own, loaded, ("guardrails", at), one)
    yield from without_example(own, guardrails, loaded.marks.place(()))


def _without(
    domain: Domain, loaded: Loaded, tests: list[Any], rules: list[Any]
) -> Iterator[InputError]:
    """Name tests without an example, and rules without one that holds and one that breaks."""
    shown = {one.get("test") for one in tests if isinstance(one, dict)}
    for entry in domain.failure_tests:
        if entry.name not in shown and entry.test != "templates":
            yield InputError(
                f"{loaded.marks.place(())}: the failure test {entry.name!r} has no example.",
                do=f"Add: - {{test: {entry.name}, before: …, after: …}}",
            )
    tried = {(one.get("rule"), one.get("ok")) for one in rules if isinstance(one, dict)}
    for name, _ in domain.rules:
        for ok, word in ((True, "keep"), (False, "break")):
            if (name, ok) not in tried:
                yield InputError(
                    f"{loaded.marks.place(())}: the rule {name!r} has no example that should "
                    f"{word} it.",
                    do=f"Add: - {{rule: {name}, answers: […], ok: {str(ok).lower()}}}",
                )


def _one(domain: Domain, loaded: Loaded, where: tuple[str, int], one: object) -> InputError | None:
    if not isinstance(one, dict) or not {"test", "before", "after"} <= set(one):
        return wrong(loaded.marks, where, "an example has 'test', 'before' and 'after'")
    if strange := set(one) - {"test", "before", "after", "rows"}:
        return wrong(loaded.marks, where, f"an example has no {sorted(strange)[0]!r}")
    entry = next((one_of for one_of in domain.failure_tests if one_of.name == one["test"]), None)
    if entry is None:
        return wrong(loaded.marks, where, f"there is no failure test {one['test']!r}")
    made = _outcomes(entry, one)
    wanted = None if one["after"] == NO_CASE else _cells(entry, one["after"])
    if (wanted is None and not made) or wanted in made:
        return None
    place = loaded.marks.place((*where, "after"))
    if not made:
        return InputError(
            f"{place}: {entry.name!r} makes no case of this row.",
            do=f"Write after: {NO_CASE}, or another row or other words.",
        )
    came = made[0] if len(made) == 1 else f"one of {len(made)}, such as {made[0]}"
    return InputError(
        f"{place}: {entry.name!r} does not make this of the row; it makes {came}.",
        do="Correct the example, or the words and settings of the test.",
    )


def _cells(entry: Entry, said: object) -> dict[str, object]:
    """Read one row of an example: text alone stands for the test's own column."""
    column = str(entry.settings.get("column", "text"))
    return dict(said) if isinstance(said, dict) else {column: said}


def _outcomes(entry: Entry, one: Mapping[str, Any]) -> list[dict[str, object]]:
    """List the different rows that a test makes of an example."""
    from warrant.stages.evaluate.failure_test import Row, Surveying, make_test

    before = _cells(entry, one["before"])
    others = {key: value for key, value in entry.settings.items() if key not in OWN}
    column = str(entry.settings.get("column", next(iter(before))))
    test: FailureTest = make_test(entry.test, column, others)
    rows: list[Row] = [Row(_cells(entry, row), ()) for row in one.get("rows", [])]
    if isinstance(test, Surveying):
        test.survey(rows or [Row(before, ())])
    found: list[dict[str, object]] = []
    for seed in range(DRAWS):
        change = test.change(Row(before, ()), Random(seed))  # noqa: S311 - reproducible
        made = None if change is None else {**before, **change.cells}
        if made is not None and made not in found:
            found.append(made)
    return found


def _one_rule(
    domain: Domain, loaded: Loaded, where: tuple[str, int], one: object
) -> InputError | None:
    from warrant.stages.evaluate.workflow import compile_rule, first_break

    if not isinstance(one, dict) or set(one) != {"rule", "answers", "ok"}:
        return wrong(loaded.marks, where, "an example has 'rule', 'answers' and 'ok'")
    ok = dict(domain.rules).get(str(one["rule"]))
    if ok is None:
        return wrong(loaded.marks, where, f"there is no rule {one['rule']!r}")
    try:
        rule = compile_rule(str(one["rule"]), ok)
    except InputError as error:
        return error
    at = first_break(rule, [str(answer) for answer in cast("list[object]", one["answers"])])
    if (at is None) == one["ok"]:
        return None
    came = "it holds at every step" if at is None else f"it breaks at step {at + 1}"
    return InputError(
        f"{loaded.marks.place((*where, 'ok'))}: {one['rule']!r} does not come out as written: "
        f"{came}.",
        do="Correct the example, or the rule in workflow.yaml.",
    )
