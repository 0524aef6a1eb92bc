"""The recipe that `warrant new` writes: YAML with a reason and three examples beside each guess."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrant.flow.guess.inputs_text import inputs_text
from warrant.flow.guess.lines import comment, quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from warrant.flow.guess.columns import Guess
    from warrant.flow.guess.place import Place

QUESTIONS = (
    ("licence", "under which terms may you use it? An SPDX id such as CC-BY-4.0, or the name of an "
     "agreement."),
    ("origin", "where does it come from, in a sentence?"),
    ("rights", "what does its owner allow? For example {train: true, commercial: false, expires: "
     "2030-12-31}"),
    ("special_category", "does it hold health, faith, union or similar data about people (GDPR "
     "Art. 9)? true or false"),
)  # fmt: skip
"""What nobody but the author can know of a source."""


@dataclass(frozen=True)
class Written:
    """Where things lie, as the recipe writes it."""

    name: str
    """Of the model."""
    path: str
    """Of the source, relative to the recipe."""
    sheet: str | None
    """Of the sheet, relative to the recipe."""
    mapped: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """Of tables with other names for the same columns: the path of each, and its new names."""


def recipe_text(written: Written, place: Place, guess: Guess) -> str:
    """Write a recipe with its comments.

    Args:
        written: names and paths.
        place: where the rows come from.
        guess: what the columns are for.

    Returns:
        YAML in the language of recipes.
    """
    parts = [
        [
            *comment(
                "Written by `warrant new`. Each guess says what it rests on: change what is "
                "wrong. Every setting with its default: warrant run --explain"
            ),
            "warrant: 1",
            f"name: {written.name}",
        ],
        [
            *comment(
                "explore: everything runs, and nobody decides by its answers. Later: pilot (a "
                "small circle, after one approval), production."
            ),
            "use: {stage: explore, team: solo, impact: low}",
        ],
        list(_sources(written, place)),
        list(inputs_text(guess, is_table=place.is_table)),
        list(_task(guess)),
        list(_split(guess)),
        list(_left_out(guess)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _sources(written: Written, place: Place) -> Iterator[str]:
    yield "sources:"
    files = ", ".join(f"{count:,} {ending}" for ending, count in place.files.items())
    yield from comment(f"{files}; each record is a row." if place.is_table else files, 2)
    if written.mapped:
        yield from _mapped(written)
    else:
        yield f"  - path: {quoted(written.path)}"
    if written.sheet is not None:
        if place.sheet is not None:
            yield from comment(
                f"{place.lines:,} lines, of which {place.spare:,} name no file; "
                f"{place.unnamed:,} files have no line.",
                4,
            )
        yield f"    metadata: {quoted(written.sheet)}"
    if place.worksheet:
        yield f"    sheet: {quoted(place.worksheet)}"
    if place.join:
        yield f"    join: {quoted(place.join)}"
    yield from comment(
        "Only you can answer what follows, here or, signed, by `warrant card --ask` after a run. "
        "What is left out counts as not answered: explore runs all the same, pilot and production "
        "ask for it.",
        4,
    )
    for name, words in QUESTIONS:
        yield from comment(f"{name}: {words}", 4)


def _mapped(written: Written) -> Iterator[str]:
    """Write a source for each table, with the names that its columns would have."""
    yield from comment(
        "The tables name their columns otherwise. Under map, each of theirs is taken for one of "
        "ours, by its name or its values; correct what is wrong. Codes, units and time zones may "
        "differ too: map: {codes: …, factors: …, zones: …}.",
        2,
    )
    for path, columns in written.mapped:
        yield f"  - path: {quoted(path)}"
        if columns:
            yield "    map:"
            yield "      columns:"
            for theirs, ours in columns.items():
                yield f"        {quoted(theirs)}: {quoted(ours)}"


def _task(guess: Guess) -> Iterator[str]:
    answers = guess.having("answer")
    if guess.label is None and not guess.labels:
        yield from comment(
            "No column looks like an answer. Add one to the sheet, named label, with the right "
            "answer for each row; a dozen rows of each answer is the least to learn from."
        )
    elif guess.labels:
        yield from comment(
            f"{len(guess.labels)} columns hold a yes or a no each, one for every label."
        )
    else:
        yield from comment(f"The answer is {shown(answers[0])}")
    if guess.runner_up is not None:
        other = guess.runner_up
        examples = " · ".join(other.examples)
        yield from comment(f"It could have been {other.name}, for example {examples}")
    yield "task:"
    yield f"  kind: {guess.kind}"
    if guess.labels:
        yield "  labels:"
        yield from (f"    - {quoted(name)}" for name in guess.labels)
    else:
        yield f"  label: {quoted(guess.label or 'label')}"
    for name, value in guess.settings:
        yield f"  {name}: {value if name == 'count_from' else quoted(value)}"
    if guess.separator not in (None, ";"):
        yield f"  separator: {json.dumps(guess.separator)}"


def _split(guess: Guess) -> Iterator[str]:
    for group in guess.having("group")[:1]:
        yield from comment(
            f"Rows of one {group.profile.name} never stand on both sides of the split: "
            f"{' · '.join(group.profile.examples)}"
        )
        yield f"split: {{group: {quoted(group.profile.name)}}}"


def _left_out(guess: Guess) -> Iterator[str]:
    left = [one for one in guess.columns if one.role == "left out"]
    if left:
        yield from comment("Columns that are kept beside the rows, and not read:")
        for one in left:
            yield from comment(shown(one), hang=2)
