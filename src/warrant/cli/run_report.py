"""The last lines of a run."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from warrant.cli.progress import lasted
from warrant.cli.screen import say
from warrant.flow.words import shown_bytes
from warrant.records.failure_test import figure_words
from warrant.records.metric import METRICS, leading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.flow.report import RunReport
    from warrant.records.evaluation import Score

FIRST = ("macro_f1", "micro_f1", "accuracy", "mae")
"""Which figure leads when the author predicted none."""

_FORMS = {"date": "write YYYY-MM-DD in each", "number": "write digits alone in each"}

_ADVISED = ("binary", "multiclass", "multilabel")
"""Tasks that `warrant advise` knows."""

_NAMED = 10  # labels of a list in one line


def say_report(report: RunReport, path: Path) -> None:
    """Print how a run ended.

    Args:
        report: of `run_recipe`.
        path: the workspace, as the reader wrote it.
    """
    for line in lines(report, path):
        say(line)
    if report.sample:
        say(f"Next, all of it: warrant run {shlex.quote(str(path))}", bold=True)
        return
    say(f"Read it: {report.page}")
    say(f"Check it: warrant verify {report.bundle}")
    say(f"Next: warrant predict {report.bundle} new/ -o answers.xlsx", bold=True)


def lines(report: RunReport, path: Path) -> Iterator[str]:
    """Write what a run has to say, all but its last line.

    Args:
        report: of `run_recipe`.
        path: the workspace, as the reader wrote it.

    Yields:
        Sentences.
    """
    place = "" if str(path) == "." else f" {path}"
    dropped = sum(report.dropped.values())
    why = f" (why: warrant status{place} --drops)" if dropped else ""
    if report.declared_by is not None:
        yield (
            f"Took over {report.name}, trained elsewhere: every fact about it is declared by "
            f"{report.declared_by}, not witnessed. {dropped:,} test rows dropped{why}."
        )
    else:
        yield (
            f"Trained {report.name} on {_count(report.training_rows, 'row')} from "
            f"{_count(report.sources, 'source')}; {dropped:,} dropped{why}."
        )
    yield from _rows(report)
    yield from _unmatched(report, place)
    yield _score_line(report)
    yield from _beside_floor(report, place)
    yield from report.warnings
    yield from _costs(report)
    yield from _candidates(report)
    yield from _promises(report)
    yield from _weak(report)
    yield from _untested(report)
    yield from _failing(report)
    yield from _bounds(report)
    yield from _unread(report)
    yield from _standing(report, place)
    if report.cpu_ms_per_row is not None:
        yield f"An answer takes {report.cpu_ms_per_row:,.2f} CPU ms, measured on the test rows."
    yield (
        f"Cost: ${report.cost_usd:,.2f}, {lasted(report.took_s)}. Left this machine: "
        f"{_left(report)}."
    )
    yield from _full_run(report)


def _full_run(report: RunReport) -> Iterator[str]:
    """Say what a sample is, and what all documents will take."""
    if report.sample is None:
        return
    whole = report.sample
    yield (
        f"This is a sample: {whole.taken:,} of {_count(whole.documents, 'document')}. It says "
        "whether the recipe works, not how good the model will be."
    )
    yield (
        f"The full run will take about {lasted(whole.seconds)}, about "
        f"{shown_bytes(whole.disk_bytes)} of disk and ${whole.usd:.2f}."
    )


def _rows(report: RunReport) -> Iterator[str]:
    """Say what about the rows the reader may not have meant."""
    if report.tables_beside_documents:
        yield (
            f"{_count(report.tables_beside_documents, 'table')} beside the documents of a source "
            "with a sheet: each record was read as a document. Move a second sheet elsewhere."
        )
    if report.without_text:
        yield f"{_count(report.without_text, 'row')} had no text: left out."
    for column, kind, number in report.unreadable_cells:
        yield (
            f"{number:,} of {report.training_rows:,} cells of {column!r} could not be read as a "
            f"{kind} and count as unknown: {_FORMS[kind]}."
        )
    if report.copies_with_another_label:
        yield (
            f"{_count(report.copies_with_another_label, 'row')} with the text of an earlier row "
            "and not its label: both stay. Correct the label that is wrong in the sheet."
        )


def _unread(report: RunReport) -> Iterator[str]:
    """Say what could not be read and why, and where each file stands with what helps."""
    where = f" (list and remedy: {report.unread_list})"
    for word, problems in (("file", report.unread_problems), ("record", report.unread_records)):
        if problems:
            (number, phrase), *others = problems
            said = ", ".join([f"{number:,} {phrase}{where}", *(f"{n:,} {p}" for n, p in others)])
            yield f"{_count(sum(n for n, _ in problems), word)} could not be read: {said}."
            where = ""
    if report.unread_parts:
        parts = " and ".join(f"{number:,} {phrase}" for number, phrase in report.unread_parts)
        yield f"Missing from files that were read: {parts}{where}."


def _unmatched(report: RunReport, place: str) -> Iterator[str]:
    """Say how far sheet and files fit each other, both ways."""
    found = []
    if report.files_without_line:
        have = "has" if report.files_without_line == 1 else "have"
        found.append(f"{_count(report.files_without_line, 'file')} {have} no line in the sheet")
    if report.lines_without_file:
        name = "names" if report.lines_without_file == 1 else "name"
        found.append(f"{_count(report.lines_without_file, 'line')} of the sheet {name} no file")
    if found:
        yield f"{'; '.join(found)}: warrant status{place} --drops names them."


def _untested(report: RunReport) -> Iterator[str]:
    untested = report.untested
    if not untested:
        return
    more = len(untested) - _NAMED
    named = ", ".join(untested[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    yield f"Not tested: {named} (no row among {report.evaluation.rows:,})."


def _score_line(report: RunReport) -> str:
    score = _leading(report)
    floors = {one.metric: one.value for one in report.evaluation.floor}
    line = (
        f"{METRICS[score.metric].words} {score.value:.2f} [{score.low:.2f}, {score.high:.2f}] on "
        f"{_tested(report, score)}."
    )
    if score.metric in floors:
        line += f" Floor without a model: {floors[score.metric]:.2f}."
    if (hidden := report.evaluation.may_hide) is not None:
        line += f" All rows are right, as one time in twenty with {100 * hidden:.1f} % of errors."
    if report.expected:
        metric, value, sure = report.expected
        name = "" if metric == score.metric else f"{METRICS[metric].words} "
        line += f" Expected: {name}{value:.2f} (you said {100 * sure:.0f} % sure)."
    return line


def _beside_floor(report: RunReport, place: str) -> Iterator[str]:
    """Say where the model is no better than one constant answer, or not surely so."""
    score = _leading(report)
    floor = next((o.value for o in report.evaluation.floor if o.metric == score.metric), None)
    if floor is None or score.value is None:
        return
    sign = 1 if METRICS[score.metric].better == "higher" else -1
    if sign * (score.value - floor) <= 0:
        yield (
            "That is no better than always giving one answer: this model has learnt nothing of "
            f"use. {_help(report, place)}"
        )
    elif sign * ((score.low if sign > 0 else score.high) - floor) <= 0:
        yield "On so few rows it is not sure that the model is better than that floor."


def _help(report: RunReport, place: str) -> str:
    """Say what may make it better; `warrant advise` is for tasks with labels."""
    if report.evaluation.task in _ADVISED:
        return f"More rows or cleaner labels? warrant advise{place}"
    return "Get more rows, train longer, or write another tier under train:."


def _costs(report: RunReport) -> Iterator[str]:
    """Say what errors cost, where the recipe has prices."""
    cost = report.evaluation.cost
    if cost is None:
        return
    found, plain = cost.model, cost.without_thresholds
    others = [] if plain is None else [f"{plain.value:,.0f} without thresholds"]
    others.append(f"{cost.no_model:,.0f} without a model")
    if cost.all_reviewed is not None:
        others.append(f"{cost.all_reviewed:,.0f} if a person looks at every row")
    yield (
        f"Errors cost {found.value:,.0f} [{found.low:,.0f}, {found.high:,.0f}] per 1,000 rows; "
        f"{', '.join(others)}."
    )


def _candidates(report: RunReport) -> Iterator[str]:
    """Say which tiers were held against each other, on validation rows."""
    for one in report.candidates:
        took = "" if one.cpu_s is None else f" ({one.cpu_s:,.1f} CPU s)"
        value = "" if one.value is None else f", {one.value:.3f} on validation rows"
        gain = ""
        if one.difference is not None and one.low is not None and one.high is not None:
            gain = (
                f": {one.difference:+.3f} [{one.low:+.3f}, {one.high:+.3f}] against "
                f"{one.against}, {_p(one.p)}"
            )
        kept = ", kept" if one.is_chosen else ""
        yield f"Tier {one.tier}{value}{took}{gain}: {one.verdict}{kept}."


def _p(value: float | None) -> str:
    if value is None:
        return "p not known"
    return "p < 0.001" if value < 0.001 else f"p {value:.3f}"


def _promises(report: RunReport) -> Iterator[str]:
    """Say what came of stated coverage and risk."""
    found, risk = report.evaluation.covered, report.evaluation.selective
    if found is not None:
        size = f"{found.mean_size:,.2f}"
        what = f"intervals {size} wide" if report.evaluation.task == "regression" else (
            f"sets of {size} labels on average"
        )  # fmt: skip
        yield (
            f"Sets that shall hold the truth {found.stated:.0%} of the time hold it "
            f"{found.share:.1%} [{found.low:.1%}, {found.high:.1%}]: {what}."
        )
    if risk is None:
        return
    if risk.threshold is None:
        yield (
            f"No threshold on {_count(risk.chosen_on, 'validation row')} promises at most "
            f"{risk.stated:.1%} wrong answers: every row is left to a person."
        )
        return
    wrong = f"{risk.wrong:,} of them wrong"
    if risk.low is not None and risk.high is not None:
        wrong += f" ({risk.wrong / risk.answered:.1%} [{risk.low:.1%}, {risk.high:.1%}])"
    yield (
        f"With at most {risk.stated:.1%} wrong answers stated, {risk.answered:,} of "
        f"{_count(risk.rows, 'test row')} are answered, {wrong}; a person decides the rest."
    )


def _weak(report: RunReport) -> Iterator[str]:
    """Name the surest of the parts on which the model does worse."""
    search = report.evaluation.weak
    if search is None or not search.found:
        return
    worst, more = search.found[0], len(search.found) - 1
    named = " and ".join(f"{one.column} {one.value!r}" for one in worst.parts)
    others = f" {more:,} more on the card." if more else ""
    yield (
        f"Worse where {named} ({_count(worst.rows, 'row')}): {search.loss} {worst.loss:.2f}, "
        f"elsewhere {worst.rest:.2f} (corrected {_p(worst.corrected)}).{others}"
    )


def _tested(report: RunReport, score: Score) -> str:
    """Say on what was measured: only once are rows new."""
    found = report.evaluation
    earlier, opened = found.attempt - 1, found.openings
    rows = _count(score.rows, "test row")
    said = f"{_count(score.rows, 'row')} never used before"
    if earlier:
        times = "once" if earlier == 1 else f"{earlier:,} times"
        said = f"{rows} that were looked at {times} before (run {earlier + 1} of {earlier + 1})"
    if opened is not None and opened.others:
        tests = _count(opened.others, "earlier evaluation")
        of = f"{opened.rows:,} of them from documents of other test sets, in {tests}"
        said = f"{said if earlier else rows}; {of}"
    if opened is not None and opened.unknown:
        said += f"; {_count(opened.unknown, 'earlier evaluation')} of rows that are gone"
    return said


def _leading(report: RunReport) -> Score:
    whole = {score.metric: score for score in report.evaluation.scores}
    wanted = (report.expected[0],) if report.expected else ()
    first = leading(report.evaluation.task)
    return next(whole[metric] for metric in (*wanted, first, *FIRST) if metric in whole)


def _failing(report: RunReport) -> Iterator[str]:
    """Say which failure test did worst, which were not run, and which rules are broken."""
    tests = report.evaluation.failure_tests
    ran = [one for one in tests if one.pass_rate is not None]
    if tests:
        line = f"Failure tests: {len(ran)} of {len(tests)} had cases."
        if ran:
            worst = min(ran, key=lambda one: one.pass_rate or 0.0)
            line += (
                f" The weakest: {worst.name} (expected: {worst.expect}), {worst.passed:,} of "
                f"{worst.made:,} passed."
            )
        yield line
    for rule in report.evaluation.workflow:
        if rule.broken:
            yield f"{rule.broken:,} of {_count(rule.cases, 'case')} break the rule {rule.name}."


def _bounds(report: RunReport) -> Iterator[str]:
    for bound in report.evaluation.bounds:
        if not bound.met:
            found = "not measured" if bound.value is None else f"{bound.value:.2f}"
            known = METRICS.get(bound.metric)
            name = known.words if known else figure_words(bound.metric) or bound.metric
            limit = (
                f"at least {bound.at_least:.2f}"
                if bound.at_least is not None
                else f"at most {bound.at_most:.2f}"
            )
            yield f"Not reached: {name} {limit} was planned, found {found}."


def _standing(report: RunReport, place: str) -> Iterator[str]:
    """Say how far others may rely on it, and what stands in the way."""
    if report.notes:
        rules = ", ".join(note.split(":", 1)[0] for note in report.notes)
        noted = _count(len(report.notes), "guardrail")
        yield f"{noted} did not say yes and did not stop this stage of use: {rules}."
    asked = _count(len(report.open_questions), "open question")
    ask = f"{asked}: warrant card{place} --ask"
    if report.stage_of_use == "explore":
        yield "This is an exploration: not for decisions."
        yield f"To let others rely on it: {ask}"
    elif report.open_questions:
        yield f"Stage of use: {report.stage_of_use}. {ask}"
    else:
        yield f"Stage of use: {report.stage_of_use}. No open question."


def _left(report: RunReport) -> str:
    return (
        "; ".join(f"{size:,} bytes to {host} ({purpose})" for host, size, purpose in report.left)
        or "nothing"
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
