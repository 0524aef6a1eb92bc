"""`warrant status`: what is done, who signed it, what is open; with --drops, what was left out."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warrant.cli.desk import reading
from warrant.cli.noun import example
from warrant.cli.options import AsJson, OwnWorkspace
from warrant.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from warrant.flow.dropped import Drops
    from warrant.flow.story import Status

MOST = 50
"""Files that are listed one by one."""

_NAMED = 3  # open questions that the last line names


@example("warrant status my-model", "warrant status my-model --drops")
def status(
    path: OwnWorkspace = Path(),
    drops: Annotated[
        bool, typer.Option("--drops", help="Count what was dropped, and name unread files.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is done, what was dropped, what is open."""
    from warrant.flow.dropped import drops as dropped_in
    from warrant.flow.licences import obligations
    from warrant.flow.story import status as status_of
    from warrant.flow.story import unread as unread_in
    from warrant.flow.unmatched import files_without_line

    with reading(path) as workspace:
        dropped = dropped_in(workspace)
        unread = unread_in(workspace)
        unnamed = files_without_line(workspace) if drops or as_json else []
        owed = obligations(workspace)
        found = status_of(workspace)
    if as_json:
        counted = [
            {"stage": one.stage, "reason": one.words, "count": one.rows, "share": one.share}
            for one in dropped.reasons
        ]
        passed = [
            {"stage": one.stage, "in": one.came, "dropped": one.dropped, "out": one.went}
            for one in dropped.passed
        ]
        files = [{"file": name, "reason": why} for name, why in unread]
        say_json(
            {
                "status": found,
                "drops": counted,
                "passed": passed,
                "left_aside": dropped.aside,
                "unread": files,
                "unnamed": unnamed,
                "obligations": owed,
            }
        )
    elif drops:
        _show_drops(dropped, path)
        _show_unread(unread)
        _show_unnamed(unnamed)
        if owed:
            say(f"The licences of what was read ask together: {', '.join(owed)}.")
        say(f"Of one file: warrant why {path} FILE")
    else:
        _show(found, sum(one.dropped for one in dropped.passed), path)


def _show_drops(dropped: Drops, path: Path) -> None:
    if dropped.aside:
        say(
            f"These are the counts of a sample; {dropped.aside:,} documents were left aside. For "
            f"all of them: warrant run {path}"
        )
        say()
    if not dropped.reasons:
        say("Nothing was dropped.")
        return
    say_table(
        ("step", "came in", "dropped", "went on"),
        [
            (one.stage, f"{one.came:,}", f"{one.dropped:,}", f"{one.went:,}")
            for one in dropped.passed
        ],
    )
    for one, after in pairwise(dropped.passed):
        if one.went != after.came:
            say(f"Of {one.went:,} documents {one.stage} made {after.came:,} rows.")
    say()
    lines = [
        (one.stage, one.words, f"{one.rows:,}", _percent(one.share)) for one in dropped.reasons
    ]
    say_table(("step", "why", "count", "share"), lines)


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 else "under 0.1%"


def _show_unread(unread: list[tuple[str, str]]) -> None:
    if unread:
        say()
        say_table(("file that could not be read", "why"), unread[:MOST])
    if len(unread) > MOST:
        say(f"… and {len(unread) - MOST:,} more; all of them: warrant status --drops --json")
    say()


def _show_unnamed(unnamed: list[str]) -> None:
    if unnamed:
        say_table(("file that no line of the sheet names",), [(name,) for name in unnamed[:MOST]])
        if len(unnamed) > MOST:
            say(f"… and {len(unnamed) - MOST:,} more; all of them: warrant status --drops --json")
        say()


def _show(found: Status, dropped: int, path: Path) -> None:
    from warrant.flow.affected import told

    say(f"The log has {found.entries} entries.")
    say()
    say_table(("step", "entry", "signed by", "recorded"), found.steps)
    say()
    say_table(
        ("who", "key", "roles"), [(name, key[:12], roles) for name, key, roles in found.persons]
    )
    if found.acts:
        say()
        say_table(("entry", "act", "by", "reason"), found.acts)
    say()
    for one in found.decisions:
        until = f" Review by {one.review_by}." if one.review_by else ""
        word = "go" if one.go else "no go"
        say(f"Decision: {word}, by {one.name} at entry {one.position}.{until}")
    for mark in found.affected:
        say(f"Marked: {told(mark)}")
    if found.identifiers:
        say()
        looked = [(f"{letter} {words}", answer) for letter, words, answer in found.identifiers]
        say_table(("personal data: identifier of Safe Harbor", "looked for"), looked)
        say("How much was missed: not measured.")
        say()
    say(f"Dropped: {dropped:,} (warrant status {path} --drops).")
    if found.open_questions:
        first, more = found.open_questions[:_NAMED], len(found.open_questions) - _NAMED
        named = ", ".join(first) + (f" and {more:,} more" if more > 0 else "")
        say(f"Open questions: {named} (warrant card {path} --ask).")
