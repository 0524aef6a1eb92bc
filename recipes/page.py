"""docs/results.md, written from what the runs measured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from warrant.records.metric import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from recipes.ready import Goal, Ready

Found = dict[str, Any]
"""What `recipes.one_run` prints."""

OPENING = (
    "# Results on real data",
    "",
    "Written by a program that runs each ready recipe on its data: `python -m tasks results`. "
    "Change nothing here by hand.",
    "",
    "Every figure comes from one run in an empty workspace, with the seed that stands in the "
    "recipe, and carries a 95 % interval where it was measured by resampling. CPU seconds are "
    "user plus system; on a shared machine they say how dear a run is, and no more. *Training* is "
    "the step `train`, the reading of its rows included, the loading of libraries not; *whole "
    "run* is all from the start of the program to card and bundle. *One row* is one row asked "
    "alone of a loaded model, the median of up to {asked} test rows, explanations off. *Floor* is "
    "the best that one constant answer reaches without a model. A goal is the bound of the "
    "recipe's plan, and what the project set itself beyond it.",
    "",
    "The parts that recipes are measured on were looked at while Warrant was built, again and "
    "again: take these figures for a description of the recipes, not for a promise about new rows. "
    "Where a test set was opened once, it is said.",
    "",
)


class Judged(NamedTuple):
    """A goal and whether it is met."""

    words: str
    met: bool


def write_page(pairs: Sequence[tuple[Ready, Found]], made: str, opened: Sequence[Found]) -> str:
    """Write the page.

    Args:
        pairs: recipes and what their runs measured, in the order of the page.
        made: the day, and how busy the machine was.
        opened: test sets that were opened once, as their files tell.

    Returns:
        Markdown.
    """
    from recipes.one_run import MOST_ASKED

    lines = [*(line.format(asked=MOST_ASKED) for line in OPENING), *_overview(pairs)]
    lines += _beside(pairs)
    for ready, found in pairs:
        lines += _section(ready, found)
        lines += [line for one in opened if one["name"] == ready.name for line in _once(one)]
    lines += ["## Made with", "", _made_with(pairs, made), ""]
    return "\n".join(lines)


def renew_page(
    page: str, pairs: Sequence[tuple[Ready, Found]], made: str, opened: Sequence[Found]
) -> str:
    """Put the sections of some recipes into a page, and leave the others as they are.

    Args:
        page: as `write_page` wrote it.
        pairs: recipes that were run; one without a section there gets it behind the recipe that
            stands before it in `READY`.
        made: the day, and how busy the machine was.
        opened: test sets that were opened once, as their files tell.

    Returns:
        The page; its end says which sections were measured apart.
    """
    for pair in pairs:
        title = pair[0].title
        if f"\n## {title}\n" not in page:
            page = _with_room(page, pair[0])
        fresh = write_page([pair], made, opened)
        rows = re.compile(rf"^\| {re.escape(title)} \|.*$", re.MULTILINE)
        section = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## )", re.MULTILINE | re.DOTALL)
        for part in (rows, section):
            found = iter(part.findall(fresh))
            page = part.sub(lambda _, found=found: next(found), page)
    renewed = {ready.title for ready, _ in pairs}
    lines = re.findall(r"^Measured apart, .*$", page, re.MULTILINE)
    apart = [one for one in lines if any(title in one for title in _others(renewed))]
    apart.append(f"Measured apart, {made}: {', '.join(ready.title for ready, _ in pairs)}.")
    whole = re.sub(r"\n+Measured apart, .*\Z", "", page.rstrip(), flags=re.DOTALL)
    return "\n\n".join([whole, *apart]) + "\n"


def _others(renewed: set[str]) -> list[str]:
    """Give the titles of recipes that were not run."""
    from recipes.ready import READY

    return [one.title for one in READY if one.title not in renewed]


def _with_room(page: str, ready: Ready) -> str:
    """Give a page an empty section and line for a recipe, behind the one before it."""
    from recipes.ready import READY

    before = re.escape(READY[[one.name for one in READY].index(ready.name) - 1].title)
    page = re.sub(
        rf"^\| {before} \|.*\n", rf"\g<0>| {ready.title} |\n", page, count=1, flags=re.MULTILINE
    )
    section = re.compile(rf"^## {before}\n.*?(?=^## )", re.MULTILINE | re.DOTALL)
    return section.sub(rf"\g<0>## {ready.title}\n\n", page, count=1)


def judge(ready: Ready, found: Found) -> list[Judged]:
    """Hold a run against the plan of its recipe and the goals beyond it.

    Args:
        ready: the recipe.
        found: what its run measured.

    Returns:
        Every goal in words, and whether it is met.
    """
    from recipes.ready import Goal

    bounds = [Goal(metric, least, most) for metric, least, most, _ in found["bounds"]]
    return [
        _judge(goal, found, ready.metrics[0]) for goal in dict.fromkeys([*bounds, *ready.goals])
    ]


def _judge(goal: Goal, found: Found, leading: str) -> Judged:
    if goal.figure == "by_hand":
        below = found["by_hand"] - found["scores"][leading][0]
        return Judged(
            f"{METRICS[leading].words} at most {goal.at_most} below the peer by hand, which has "
            f"{_number(found['by_hand'])}",
            below <= (goal.at_most or 0),
        )
    if goal.figure == "train_cpu_s":
        value, words = found["train_cpu_s"], "CPU seconds of training"
    else:
        value, words = found["scores"][goal.figure][0], METRICS[goal.figure].words
    if goal.at_least is not None:
        return Judged(f"{words} at least {goal.at_least:g}", value >= goal.at_least)
    assert goal.at_most is not None
    return Judged(f"{words} at most {goal.at_most:g}", value <= goal.at_most)


def _overview(pairs: Sequence[tuple[Ready, Found]]) -> Iterator[str]:
    yield (
        "| recipe | figure | result | floor | goals met | training, CPU s | whole run, CPU s | one "
        "row, ms | model, KB |"
    )
    yield "| --- | --- | --- | ---: | --- | ---: | ---: | ---: | ---: |"
    for ready, found in pairs:
        metric, goals = ready.metrics[0], judge(ready, found)
        met = sum(goal.met for goal in goals)
        yield (
            f"| {ready.title} | {METRICS[metric].words} | {_interval(found, metric)} | "
            f"{_number(found['floor'].get(metric))} | {met} of {len(goals)} | "
            f"{found['train_cpu_s']:.1f} | {found['whole_cpu_s']:.1f} | {found['row_ms']:.1f} | "
            f"{found['model_bytes'] / 1000:,.0f} |"
        )
    yield ""


def _beside(pairs: Sequence[tuple[Ready, Found]]) -> Iterator[str]:
    """Hold recipes on texts against the plain peer on the same rows."""
    peers = [(ready, found) for ready, found in pairs if found.get("tfidf")]
    if not peers:
        return
    yield (
        "Beside a plain peer on the same rows: `TfidfVectorizer(ngram_range=(1, 2))` and "
        "`LinearSVC()` of scikit-learn as they come, without an interval, a card or a proof."
    )
    yield ""
    yield (
        "| recipe | figure | recipe | plain TF-IDF | training, CPU s | plain, CPU s | one row, ms "
        "| plain, ms |"
    )
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for ready, found in peers:
        peer = found["tfidf"]
        for metric in (one for one in ready.metrics if one in peer["scores"]):
            yield (
                f"| {ready.title} | {METRICS[metric].words} | {_interval(found, metric)} | "
                f"{_number(peer['scores'][metric])} | {found['train_cpu_s']:.1f} | "
                f"{peer['train_cpu_s']:.1f} | {found['row_ms']:.1f} | {peer['row_ms']:.1f} |"
            )
    yield ""


def _section(ready: Ready, found: Found) -> Iterator[str]:
    yield f"## {ready.title}"
    yield ""
    yield f"[`recipes/{ready.recipe}`](../recipes/{ready.recipe}), tier `{found['tier']}`"
    yield ""
    yield f"- **Task**: {ready.task}"
    yield f"- **Data**: {ready.data}"
    yield f"- **Division**: {ready.division}"
    yield f"- **Rows**: {found['rows_trained']:,} learnt from, {found['rows_tested']:,} measured on"
    yield (
        f"- **Cost**: {found['train_cpu_s']:.1f} CPU s of training, {found['whole_cpu_s']:.1f} in "
        f"all; one row {found['row_ms']:.1f} ms, 95 of 100 below {found['row_ms_95']:.1f}; model "
        f"{found['model_bytes'] / 1000:,.0f} KB"
    )
    for goal in judge(ready, found):
        yield f"- **Goal**: {goal.words}: {'met' if goal.met else '**missed**'}"
    yield ""
    how = f", `{found['convention']}`" if found["convention"] != "plain" else ""
    yield "| figure | result, 95 % interval | floor without a model |"
    yield "| --- | --- | ---: |"
    for metric in ready.metrics:
        shown = METRICS[metric].words + (how if "f1" in metric else "")
        yield f"| {shown} | {_interval(found, metric)} | {_number(found['floor'].get(metric))} |"
    yield ""
    yield from _failing(found)
    if ready.remarks:
        yield ready.remarks
        yield ""


def _failing(found: Found) -> Iterator[str]:
    """Tell the failure tests that had cases, and name those that had none."""
    tests = found.get("failure_tests", [])
    ran = [one for one in tests if one["made"]]
    if ran:
        yield "| failure test | expected | cases | share passed | failures at most, 95 % sure |"
        yield "| --- | --- | ---: | ---: | ---: |"
        for one in ran:
            yield (
                f"| {one['name']} | {one['expect']} | {one['made']:,} | {one['pass_rate']:.3f} | "
                f"{one['failing_at_most']:.3f} |"
            )
        yield ""
    idle = [f"{one['name']} ({one['why_none']})" for one in tests if not one["made"]]
    if idle:
        yield f"Without a case: {'; '.join(idle)}."
        yield ""


def _once(opened: Found) -> Iterator[str]:
    """Tell of a test set that was opened once."""
    yield (
        f"**Test set, opened once** on {opened['date']}, after every setting was chosen: "
        f"{opened['rows_tested']:,} rows. The opening is entry {opened['entry']} of the log of "
        f"that workspace, statement `{opened['statement'][:16]}…`."
    )
    yield ""
    yield "| figure | result, 95 % interval | floor without a model |"
    yield "| --- | --- | ---: |"
    for metric in opened["scores"]:
        floor = _number(opened["floor"].get(metric))
        yield f"| {METRICS[metric].words} | {_interval(opened, metric)} | {floor} |"
    yield ""


def _interval(found: Mapping[str, Any], metric: str) -> str:
    value, low, high = found["scores"][metric]
    return f"{_number(value)} [{_number(low)}, {_number(high)}]"


def _number(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


def _made_with(pairs: Sequence[tuple[Ready, Found]], made: str) -> str:
    libraries = {name: version for _, one in pairs for name, version in one["libraries"].items()}
    named = ", ".join(
        f"{name} {version}" for name, version in sorted(libraries.items()) if ":" not in name
    )
    one = pairs[0][1]
    return f"{made}: Warrant {one['warrant']}, Python {one['python']}, {named}."
