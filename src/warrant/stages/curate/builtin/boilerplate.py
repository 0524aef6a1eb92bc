"""Boilerplate: lines that stand in many rows, as letterheads, footers and menus do.

A line is compared without regard to case, digits (page numbers differ) and white space; lines of
one word do not count. By default a row goes out when most of it is such lines (`action: drop`);
`action: remove` takes the lines out of every text and keeps the row.

Law: a line that stands in fewer rows than the limit is never taken out.

Source: G. Wenzek et al., CCNet, LREC 2020, section 3.1 (paragraphs that repeat across documents).
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from warrant.records.reason import Reason
from warrant.stages.curate.builtin.setting import Settings
from warrant.stages.curate.filter import Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

VERSION = "1"
"""Raised whenever the same rows may be judged otherwise."""

_NAME = "boilerplate"
_DIGITS = re.compile(r"\d+")


class Boilerplate:
    """Drops rows that are mostly lines of many rows, or takes these lines out.

    Args:
        rows: a line is boilerplate when it stands in at least so many rows, 2 or more.
        most: with `drop`, the largest share of a text's characters in such lines that is kept,
            above 0 and at most 1.
        action: `drop` the rows above that share, or `remove` the lines.

    Raises:
        InputError: when a setting does not fit.
    """

    def __init__(self, rows: int = 10, most: float = 0.5, action: str = "drop") -> None:
        said = Settings(_NAME, f"{_NAME}: {{rows: 10, most: 0.5, action: drop}}")
        self._rows = said.count("rows", rows, 2)
        self._most = said.share("most", most)
        self._removes = said.choice("action", action, ("drop", "remove")) == "remove"
        self._seen: list[NDArray[np.uint64]] = []
        self._known: frozenset[int] = frozenset()
        self.measures: Mapping[str, str | int | float] = {}
        self.reasons = (
            Reason(
                code="boilerplate",
                kind="drop",
                rule=_NAME,
                version=VERSION,
                threshold=self._most,
                words=f"More than the threshold of the text is in lines that stand in {rows} rows "
                "or more; value: the share.",
            ),
            Reason(
                code="boilerplate_removed",
                kind="change",
                rule=_NAME,
                version=VERSION,
                threshold=float(rows),
                words="Lines that stand in as many rows as the threshold, or more, were taken out "
                "of the text; value: how many.",
            ),
        )

    def look(self, cells: pa.Array, positions: Sequence[int]) -> None:  # noqa: ARG002
        """Look at one batch.

        Args:
            cells: texts.
            positions: not needed.
        """
        found = [
            key
            for text in cells.to_pylist()
            for key in {key for _, key in _lines(text or "") if key is not None}
        ]
        self._seen.append(np.array(found, np.uint64))

    def settle(
        self,
        cells_at: Callable[[NDArray[np.int64]], pa.Array],  # noqa: ARG002
        scratch: Path,  # noqa: ARG002
    ) -> None:
        """Count in how many rows each line stands.

        Args:
            cells_at: not needed.
            scratch: not needed.
        """
        if not self._seen:
            return
        keys, counts = np.unique(np.concatenate(self._seen), return_counts=True)
        self._seen = []
        self._known = frozenset(keys[counts >= self._rows].tolist())
        self.measures = {"boilerplate_lines": len(self._known)}

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts.
            positions: not needed.

        Returns:
            A drop for each text above the share; or a change, and the column without the lines.
        """
        import pyarrow as pa

        texts = cells.to_pylist()
        verdicts = []
        for row, text in enumerate(texts):
            parts = list(_lines(text or ""))
            taken = [line for line, key in parts if key in self._known]
            if not taken:
                continue
            if self._removes:
                texts[row] = "".join(line for line, key in parts if key not in self._known)
                verdicts.append(Verdict(row, "boilerplate_removed", len(taken)))
                continue
            share = _visible(taken) / _visible([line for line, _ in parts])
            if share > self._most:
                verdicts.append(Verdict(row, "boilerplate", round(share, 6)))
        changed = self._removes and bool(verdicts)
        return Judgement(verdicts, pa.array(texts, cells.type) if changed else None)


def _lines(text: str) -> Iterator[tuple[str, int | None]]:
    """Give each line with its end, and what stands for it among all rows; None of one word."""
    for line in text.splitlines(keepends=True):
        words = _DIGITS.sub("0", line).casefold().split()
        if len(words) < 2:
            yield line, None
            continue
        digest = blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        yield line, int.from_bytes(digest, "big")


def _visible(lines: Sequence[str]) -> int:
    return sum(len(word) for line in lines for word in line.split())
