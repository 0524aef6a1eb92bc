"""Small workspaces of places, pairs and options, each with planted wrong labels."""

from __future__ import annotations

import json
import random
from pathlib import Path

from warrant.flow.job import run_recipe
from warrant.flow.recipe import parse_recipe
from warrant.flow.session import Desk, new_person

HEAD = """\
warrant: 1
name: {name}
sources: [{{path: {name}.jsonl, licence: CC0-1.0, origin: Invented, rights: {{train: true}}}}]
split: {{test: 0.2, validation: 0.15}}
"""
FIRST = ("Ada", "Ben", "Cem", "Dora", "Finn", "Hana")
LAST = ("Takar", "Vimmer", "Zelnik", "Quade", "Pravin", "Nordal")
TOWNS = ("Quellbach", "Norhaven", "Silverfen", "Aldermoor")
PLANTED = 12
"""Every so many rows one has a wrong label."""


def note(seed: int) -> dict[str, object]:
    """Write a sentence with a name and a town; a planted one calls the town a name."""
    some = random.Random(seed)
    name = f"{some.choice(FIRST)} {some.choice(LAST)}"
    town, head = some.choice(TOWNS), some.choice(("Seen today: ", "Signed by "))
    first, last = len(head), len(head) + len(name)
    label = "name" if seed % PLANTED == 0 else "town"
    return {
        "text": f"{head}{name} in {town} as noted on day {seed}.",
        "spans": [
            {"start": first, "end": last, "label": "name"},
            {"start": last + 4, "end": last + 4 + len(town), "label": label},
        ],
    }


def claim(seed: int) -> dict[str, object]:
    """Set a claim beside a source; a planted one has the other label."""
    some = random.Random(seed)
    here = some.randrange(2, 9)
    there = here if seed % 2 else some.randrange(2, 9)
    label = ("not supported", "supported")[(here == there) != (seed % PLANTED == 0)]
    return {
        "claim": f"The lease ends in {here} months.",
        "source": f"Note {seed}: it is agreed that the lease ends in {there} months.",
        "verdict": label,
    }


def question(seed: int) -> dict[str, object]:
    """Ask for what the question says; a planted one has a wrong letter."""
    some = random.Random(seed)
    right = some.randrange(3)
    options = [f"{some.randrange(100, 900)} {unit}" for unit in ("dollars", "keys", "rooms")]
    days = some.randrange(10, 90)
    options[right] = f"{days} days"
    return {
        "text": f"Note {seed} says that the lease ends in {days} days. When does it end?",
        "options": options,
        "right": (right + (seed % PLANTED == 0)) % 3,
    }


WORKSPACES = {
    "notes": (note, "task: {kind: spans, label: spans}\n"),
    "claims": (
        claim,
        "inputs: [{column: claim, as: text}, {column: source, as: text}]\n"
        "task: {kind: pairs, label: verdict}\n",
    ),
    "quiz": (question, "task: {kind: choice, label: right, options: options}\n"),
}


def make(
    folder: Path, name: str, rows: int = 150, more: str = "evaluate: {resamples: 100}\n"
) -> Desk:
    """Make and run a workspace in a folder.

    Args:
        folder: an empty one.
        name: of `WORKSPACES`.
        rows: how many.
        more: the rest of the recipe.

    Returns:
        The desk of the person who ran it.
    """
    _, task = WORKSPACES[name]
    write_rows(folder / f"{name}.jsonl", name, rows)
    recipe = HEAD.format(name=name) + task + more
    (folder / "recipe.yaml").write_text(recipe)
    desk = Desk(folder=folder / "desk", unprotected=True)
    new_person(desk, "ada", "Ada Alvarez")
    run_recipe(folder, parse_recipe(recipe), desk)
    return desk


def write_rows(path: Path, name: str, rows: int) -> None:
    """Write the first so many rows."""
    write = WORKSPACES[name][0]
    path.write_text("".join(json.dumps(write(seed)) + "\n" for seed in range(rows)))
