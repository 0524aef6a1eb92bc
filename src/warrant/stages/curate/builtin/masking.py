"""Masking: personal data goes out of the text, into the vault; a mark with a number stays.

In one text the same value always gets the same mark, `[EMAIL_1]`, numbered by first sight, so that
who wrote to whom can still be followed. Numbers start anew in each text: they link no two texts.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow as pa

from warrant.errors import InputError
from warrant.records.ledger import Reason
from warrant.stages.curate.builtin.coverage import by_name, coverage_of
from warrant.stages.curate.builtin.known import NAME, find_known, kinds_of, known_kinds, values_of
from warrant.stages.curate.filter import Judgement, Verdict
from warrant.stages.curate.recogniser import RECOGNISERS, Kind, find_all, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from warrant.stages.curate.recogniser import Recogniser, Span

VERSION = "2"
"""Raised whenever the same rows may be masked otherwise."""


class MaskPersonalData:
    """Replaces what recognisers find; see `Filter` for the method.

    Args:
        recognisers: names in the catalog `warrant.recognisers`, at least one.
        names: columns of the sheet that hold names of people, or kinds by column; their values are
            searched in the texts of their own row.
        replace: `mark`, numbered anew in each text, or `pseudonym`: the same value, and the same
            name in another order, has the same code in all files, under a key of the vault.

    Raises:
        InputError: when the list is empty or a recogniser is unknown.
    """

    every_text = True
    """It reads every column of text that the model reads, not only the first."""

    def __init__(
        self,
        recognisers: Sequence[str] = ("patterns",),
        names: Sequence[str] | Mapping[str, str] = (),
        replace: str = "mark",
    ) -> None:
        if replace not in ("mark", "pseudonym"):
            raise InputError(
                "The setting 'replace' of 'mask_personal_data' is neither mark nor pseudonym.",
                do="Write: replace: mark, or: replace: pseudonym",
            )
        self._replace = replace
        self._keyed: Callable[[bytes], bytes] | None = None
        if isinstance(recognisers, str) or not recognisers:
            raise InputError(
                "The filter 'mask_personal_data' wants a list of recognisers.",
                do="Write for example: - mask_personal_data: {recognisers: [patterns]}",
            )
        self._recognisers: list[Recogniser] = [RECOGNISERS.load(name)() for name in recognisers]
        self._known = kinds_of(names)
        self.beside = tuple(self._known)
        self._values: Sequence[tuple[tuple[str, str], ...]] = ()
        offered = [kind for one in self._recognisers for kind in one.kinds]
        kinds = by_name([*offered, *known_kinds(self._known)])
        places = [(name, RECOGNISERS.place(name)) for name in recognisers]
        self.reasons = tuple(_reason(kind) for kind in kinds.values() if _is_looked_for(kind))
        self.measures: Mapping[str, str] = {
            "personal_data_recognisers": ", ".join(
                f"{place.distribution}:{name} {place.version}" for name, place in places
            ),
            **coverage_of(kinds.values()),
        }

    def unlock(self, keyed: Callable[[bytes], bytes]) -> None:
        """Receive the key of pseudonyms; without it, marks are numbered.

        Args:
            keyed: gives 32 bytes for a digest.
        """
        self._keyed = keyed if self._replace == "pseudonym" else None

    def know(self, columns: Mapping[str, pa.Array]) -> None:
        """Read the known values of the rows of the next batch.

        Args:
            columns: of `beside`, one cell a row.
        """
        cells = {name: column.to_pylist() for name, column in columns.items()}
        count = len(next(iter(cells.values()), []))
        rows = ({name: column[row] for name, column in cells.items()} for row in range(count))
        self._values = [values_of(row, self._known) for row in rows]

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            For each text one change a kind, its value how many places were masked; the texts with
            marks; and what stood there, by mark.
        """
        verdicts: list[Verdict] = []
        originals: dict[int, Mapping[str, bytes]] = {}
        texts: list[str | None] = cells.to_pylist()
        rows = [row for row, text in enumerate(texts) if text]
        for row, found in zip(rows, self._find(texts, rows), strict=True):
            masked = _masked(texts[row] or "", found, self._keyed)
            if masked is None:
                continue
            texts[row], originals[row], counts = masked
            verdicts += [Verdict(row, _code(kind), float(count)) for kind, count in counts.items()]
        if not verdicts:
            return Judgement([])
        return Judgement(verdicts, pa.array(texts, cells.type), originals)

    def _find(self, cells: Sequence[str | None], rows: Sequence[int]) -> list[list[Span]]:
        """Find in each text what any of the recognisers finds, without overlaps."""
        texts = [cells[row] or "" for row in rows]
        found = [find_all(one, texts) for one in self._recognisers]
        if self._values:
            known = [
                list(find_known(text, self._values[row]))
                for text, row in zip(texts, rows, strict=True)
            ]
            found.append(known)
        return [
            resolve([span for spans in of_one for span in spans])
            for of_one in zip(*found, strict=True)
        ]


def _masked(
    text: str, found: Sequence[Span], keyed: Callable[[bytes], bytes] | None
) -> tuple[str, Mapping[str, bytes], Mapping[str, int]] | None:
    if not found:
        return None
    marks: dict[tuple[str, str], str] = {}
    seen: dict[str, int] = {}
    counts: dict[str, int] = {}
    parts: list[str] = []
    at = 0
    for span in found:
        value = (span.kind, text[span.start : span.end])
        if value not in marks:
            seen[span.kind] = seen.get(span.kind, 0) + 1
            code = seen[span.kind] if keyed is None else _pseudonym(*value, keyed)
            marks[value] = f"{span.kind.upper()}_{code}"
        counts[span.kind] = counts.get(span.kind, 0) + 1
        parts += [text[at : span.start], f"[{marks[value]}]"]
        at = span.end
    originals = {mark: value.encode() for (_, value), mark in marks.items()}
    return "".join([*parts, text[at:]]), originals, counts


def _pseudonym(kind: str, value: str, keyed: Callable[[bytes], bytes]) -> str:
    """Give a value's code: 48 bits, so that two of a million values hardly ever share one."""
    words = value.casefold().replace(",", " ").split() if kind == NAME else value.casefold().split()
    same = " ".join(sorted(words) if kind == NAME else words)
    digest = sha256(f"warrant/pseudonym/1\0{kind}\0{same}".encode("utf-8", "surrogatepass"))
    return keyed(digest.digest()).hex()[:12]


def _is_looked_for(kind: Kind) -> bool:
    return kind.coverage != "not covered"


def _code(kind: str) -> str:
    return f"masked_{kind}"


def _reason(kind: Kind) -> Reason:
    return Reason(
        code=_code(kind.name),
        kind="change",
        rule="mask_personal_data",
        version=VERSION,
        words=f"{kind.words}: replaced by a mark, the original is in the vault; value: how many.",
    )
