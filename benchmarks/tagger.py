"""What the tagger finds on real texts, in documents that it had not seen.

`python -m benchmarks.tagger DATA` prints a table; DATA has the folders meddocan, sec_ner, echr_pii
and pii_synthetic_en. Settings are those of the recipe's defaults. The features were chosen while
looking at meddocan's validation part and at sec_ner.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from warrant.metrics.recall import lower_bound
from warrant.stages.curate.tagging import LabelledRow, Place, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEC_STARTS = (0, 366, 637, 1033)
"""First sentences of the agreements in sec_ner's training part."""


@dataclass
class Found:
    """What was found of one data set."""

    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    spans: int = 0
    stray: int = 0
    fit_s: float = 0.0
    size_bytes: int = 0
    find_s: float = 0.0

    def add(self, taught: Sequence[LabelledRow], asked: Sequence[LabelledRow]) -> None:
        """Learn from some rows and ask about others."""
        started = process_time()
        tagger = fit(taught)
        learnt = process_time()
        spans = tagger.find_all([row.text for row in asked])
        self.fit_s += learnt - started
        self.find_s += process_time() - learnt
        for row, some in zip(asked, spans, strict=True):
            self.size_bytes += len(row.text.encode())
            covered = {at for one in some for at in range(one.start, one.end)}
            labelled = {at for one in row.places for at in range(one.start, one.end)}
            self.spans += len(some)
            self.stray += sum(labelled.isdisjoint(range(one.start, one.end)) for one in some)
            for place in row.places:
                letters = {at for at in range(place.start, place.end) if row.text[at].isalnum()}
                self.labelled[place.label] += 1
                self.found[place.label] += letters <= covered

    def line(self, name: str) -> str:
        """Write a line of the table."""
        total, found = self.labelled.total(), self.found.total()
        low = lower_bound(found, total)
        return (
            f"| {name} | {found:,} of {total:,} | {found / total:.3f} ({low:.3f}) | "
            f"{self.stray / self.spans:.2f} | {self.fit_s:.1f} | "
            f"{self.size_bytes / 1e6 / self.find_s:.1f} |"
        )

    def kinds(self) -> str:
        """Write what was found by label."""
        return ", ".join(
            f"{label} {self.found[label]}/{count}" for label, count in self.labelled.most_common()
        )


def of_spans(file: Path, document: str | None = None) -> list[LabelledRow]:
    """Read texts with spans."""
    rows = pq.read_table(file).to_pylist()
    return [
        LabelledRow(
            row["text"],
            [Place(one["start"], one["end"], one["label"]) for one in row["spans"]],
            str(row[document]) if document else str(number),
        )
        for number, row in enumerate(rows)
    ]


def of_tokens(sentences: Iterable[dict[str, Any]], document: str) -> LabelledRow:
    """Join sentences of tagged tokens to one text, a sentence a line."""
    text, places = "", []
    for one in sentences:
        pairs = zip(one["tokens"], one["tags"], strict=True)
        for tag, run in groupby(pairs, key=lambda pair: pair[1][2:]):
            words = " ".join(token for token, _ in run)
            if tag:
                places.append(Place(len(text), len(text) + len(words), tag))
            text += f"{words} "
        text += "\n"
    return LabelledRow(text, places, document)


def sentences_of(file: Path) -> list[LabelledRow]:
    """Read sentences of tagged tokens, each a text of its own."""
    rows = pq.read_table(file).to_pylist()
    return [of_tokens([row], str(number)) for number, row in enumerate(rows)]


def measure(data: Path) -> dict[str, Found]:
    """Measure every data set."""
    results = {}
    clinical = results["meddocan, validation part"] = Found()
    clinical.add(
        of_spans(data / "meddocan/train.parquet"), of_spans(data / "meddocan/validation.parquet")
    )
    agreements = results["sec_ner, one of four agreements left out, four times"] = Found()
    rows = pq.read_table(data / "sec_ner/train.parquet").to_pylist()
    ends = (*SEC_STARTS[1:], len(rows))
    texts = [of_tokens(rows[a:b], str(a)) for a, b in zip(SEC_STARTS, ends, strict=True)]
    for left_out in texts:
        agreements.add([one for one in texts if one is not left_out], [left_out])
    for name in ("es_manual", "es_projected", "fr_projected"):
        court = results[f"echr_pii, {name}, dev part (sentences of the same cases)"] = Found()
        court.add(
            sentences_of(data / f"echr_pii/{name}_train.parquet"),
            sentences_of(data / f"echr_pii/{name}_dev.parquet"),
        )
    invented = results["pii_synthetic_en, a quarter of the templates left out"] = Found()
    every = of_spans(data / "pii_synthetic_en/data.parquet", "template_id")
    out = set(sorted({row.document for row in every})[::4])
    invented.add(
        [row for row in every if row.document not in out],
        [row for row in every if row.document in out],
    )
    return results


def main(data: Path) -> None:
    """Print the table, and what was found by label."""
    results = measure(data)
    print(
        "| data | found whole | recall (lower bound, 95 %) | spans that touch no label "
        "| CPU s to learn | MB per CPU s |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for name, found in results.items():
        print(found.line(name))
    print()
    for name, found in results.items():
        print(f"- {name}: {found.kinds()}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
