"""The page of results: one section a race, each measured when it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INTRODUCTION = """\
# Results

Written by `make bench` (`python -m benchmarks`); each section comes from one run on one machine, on
the day that it names (`python -m benchmarks --only NAME` measures one again). Contenders run in
turn on the same data, each in a process of its own. CPU seconds are user and system together, the
start of the program included, as the operating system counts them; medians, with the least and the
most in brackets. A ratio is the smaller of two, that of the medians and that of the least, so that
a disturbed round helps nobody. Absolute seconds mean little on a shared machine; ratios and CPU
seconds do.
"""
_SUMMARY = "## Goals"
_MET = {"yes": True, "**no**": False, "at its least": None}


def merge_page(page: str, section: str, order: Sequence[str]) -> str:
    """Replace one section of the page, or add it, and count the goals again.

    Args:
        page: as it was; empty at the first run.
        section: Markdown from its heading on.
        order: headings of all races; a section of no race goes.

    Returns:
        The page.
    """
    found = {**_sections(page), **_sections(section)}
    kept = [f"## {one}\n{found[one]}" for one in order if one in found]
    return "\n".join([INTRODUCTION, _summary(kept), *kept])


def _sections(page: str) -> dict[str, str]:
    pieces = f"\n{page}".split("\n## ")[1:]
    divided = (piece.partition("\n") for piece in pieces)
    return {heading: body.rstrip("\n") + "\n" for heading, _, body in divided}


def _summary(sections: Sequence[str]) -> str:
    goals = [
        (cells[0], _MET[cells[3]])
        for section in sections
        for cells in map(_cells, section.splitlines())
        if len(cells) > 3 and cells[3] in _MET
    ]
    lines = [f"{sum(met is True for _, met in goals)} of {len(goals)} goals met."]
    for words, wanted in (("Missed by the median, met by the least", None), ("Missed", False)):
        missed = [f"- {what}" for what, met in goals if met is wanted]
        lines += [f"\n{words}:\n", *missed] if missed else []
    return "\n".join([_SUMMARY, "", *lines, ""])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
