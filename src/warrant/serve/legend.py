"""What a file of answers says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warrant.serve.answer import Served
    from warrant.serve.outputs import Written
    from warrant.serve.sheet import Heading


def about(served: Served) -> Iterator[tuple[str, str]]:
    """Say which model answered, and how far it may be relied on.

    Args:
        served: the model.

    Yields:
        Names and texts.
    """
    yield "notice", served.notice
    yield "model", served.name
    yield "bundle digest", served.digest
    yield "stage of use", served.stage_of_use
    yield "approval", served.approval
    yield "verified", served.verified


def legend(
    served: Served, source: str, counts: Mapping[str, int], written: Written
) -> Iterator[tuple[str, str]]:
    """Say what a file of answers holds.

    Args:
        served: the model.
        source: what was asked about.
        counts: lines by what became of them.
        written: root, and what was changed for the file.

    Yields:
        Names and texts.
    """
    yield from about(served)
    yield "asked about", source
    yield "lines", "; ".join(f"{count:,} {name}" for name, count in counts.items())
    yield "root", written.root.hex()
    yield (
        "",
        "RFC 6962 root over header and lines, each as the canonical JSON of its cells as text. "
        "The receipt beside this file holds it too. It is not logged and nobody signed it.",
    )
    if written.inert:
        yield "made inert", f"{written.inert:,} cells that look like formulas are plain text here."
    if written.cut:
        yield (
            "cut",
            f"{written.cut:,} texts are longer than a cell may be (32,767 characters) and end in "
            "a remark that says so. A csv, jsonl or parquet file holds them whole.",
        )


def columns(
    own: Iterable[str], given: Sequence[Heading], header: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Say what each column means.

    Args:
        own: names of the user's own columns.
        given: the columns that the answers bring.
        header: the whole header.

    Yields:
        Names and texts.
    """
    listed = list(own)
    if listed:
        yield "your own columns", f"{len(listed):,}, as they were: {', '.join(listed)}"
    for name, heading in zip(header[len(listed) :], given, strict=True):
        yield name, heading.meaning
