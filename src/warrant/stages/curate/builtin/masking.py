"""Masking: personal data goes out of the text, into the vault; a mark with a number stays.

In one text the same value always gets the same mark, `[EMAIL_1]`, numbered by first sight, so that
who wrote to whom can still be followed. Numbers start anew in each text: they link no two texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warrant.errors import InputError
from warrant.records.reason import Reason
from warrant.stages.curate.builtin.coverage import by_name, coverage_of
from warrant.stages.curate.builtin.known import find_known, kinds_of, known_kinds, values_of
from warrant.stages.curate.builtin.lesson import Lesson, told_of
from warrant.stages.curate.builtin.marks import DATE, SHIFTED, Style, code_of, mask
from warrant.stages.curate.builtin.moving import Moving
from warrant.stages.curate.filter import Judgement, Verdict
from warrant.stages.curate.recogniser import RECOGNISERS, Kind, Wanted, find_all, unite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from warrant.stages.curate.recogniser import Span

VERSION = "3"
"""Raised whenever the same rows may be masked otherwise."""


class MaskPersonalData:
    """Replaces personal data that recognisers find by marks; see `Filter` for the method.

    Args:
        recognisers: names in the catalog `warrant.recognisers`, at least one; or a name with
            settings, `{presidio: {language: de}}`.
        names: columns of the sheet that hold names of people, or kinds by column; their values are
            searched in the texts of their own row.
        replace: `mark`, numbered anew in each text, or `pseudonym`: the same value, and the same
            name in another order, has the same code in all files, under a key of the vault.
        shift_dates: moves days instead of masking them; see `Moving`.
        learn: labelled rows of which a tagger learns what else to find; see `Lesson`.

    Raises:
        InputError: when the list is empty or a recogniser is unknown, or a setting does not fit.
    """

    every_text = True
    """It reads every column of text that the model reads, not only the first."""

    def __init__(
        self,
        recognisers: Sequence[str | Mapping[str, Any]] = ("patterns",),
        names: Sequence[str] | Mapping[str, str] = (),
        replace: str = "mark",
        shift_dates: Mapping[str, Any] | None = None,
        learn: Mapping[str, Any] | None = None,
    ) -> None:
        if replace not in ("mark", "pseudonym"):
            raise InputError(
                "The setting 'replace' of 'mask_personal_data' is neither mark nor pseudonym.",
                do="Write: replace: mark, or: replace: pseudonym",
            )
        if isinstance(recognisers, str) or not recognisers:
            raise InputError(
                "The filter 'mask_personal_data' wants a list of recognisers.",
                do="Write for example: - mask_personal_data: {recognisers: [patterns]}",
            )
        self._replace = replace
        self._keyed: Callable[[bytes], bytes] | None = None
        self._wanted = [Wanted.read(entry) for entry in recognisers]
        self._recognisers = [one.make() for one in self._wanted if not one.reads_files]
        self._known = kinds_of(names)
        self._moving = None if shift_dates is None else Moving.read(shift_dates)
        self._lesson = None if learn is None else Lesson.read(learn)
        beside = (*self._known, *((self._moving.subject,) if self._moving else ()))
        self.beside = tuple(dict.fromkeys(beside))
        self.more_columns = self._moving.columns if self._moving else ()
        self._values: Sequence[tuple[tuple[str, str], ...]] = ()
        self._learnt: Mapping[str, str | int | float] = {}
        self._describe()

    def _describe(self) -> None:
        """Say what is looked for, now that all recognisers are known."""
        kinds = list(by_name(self._offered()).values())
        reasons = [_reason(kind) for kind in kinds if kind.coverage != "not covered"]
        if self._moving is not None:
            codes = [reason.code for reason in reasons]
            reasons += [one for one in (_reason(_DAYS), _SHIFTED) if one.code not in codes]
        places = [(one.name, RECOGNISERS.place(one.name)) for one in self._wanted]
        self.reasons = tuple(reasons)
        self.measures: Mapping[str, str | int | float] = {
            "personal_data_recognisers": ", ".join(
                f"{place.distribution}:{name} {place.version}" for name, place in places
            ),
            **coverage_of(kinds),
            **({} if self._moving is None else {"dates_shifted_within_days": self._moving.within}),
            **self._learnt,
        }

    def _offered(self) -> list[Kind]:
        return [*(k for one in self._recognisers for k in one.kinds), *known_kinds(self._known)]

    def learn(self, folder: Path) -> None:
        """Learn from the labelled rows, and open models, when the recipe names some.

        Args:
            folder: what paths start from.
        """
        later = [one for one in self._wanted if one.reads_files]
        self._recognisers += [one.make(folder=folder) for one in later]
        if later:
            self._describe()
        if self._lesson is not None:
            tagger = self._lesson.learn(folder, self._offered())
            self._recognisers.append(tagger)
            self._learnt = told_of(tagger.fit)
            self._describe()

    def unlock(self, keyed: Callable[[bytes], bytes]) -> None:
        """Receive the key of pseudonyms and of moved days.

        Without it, as for questions, marks are numbered and days stay as they are.

        Args:
            keyed: gives 32 bytes for a digest.
        """
        self._keyed = keyed if self._replace == "pseudonym" else None
        if self._moving is not None:
            self._moving.unlock(keyed)

    def know(self, columns: Mapping[str, pa.Array]) -> None:
        """Read the known values and the subjects of the rows of the next batch.

        Args:
            columns: of `beside`, one cell a row.
        """
        cells = {name: column.to_pylist() for name, column in columns.items()}
        count = len(next(iter(cells.values()), []))
        rows = ({name: column[row] for name, column in cells.items()} for row in range(count))
        self._values = [values_of(row, self._known) for row in rows] if self._known else ()
        if self._moving is not None:
            self._moving.know(cells[self._moving.subject])

    def judge(self, cells: pa.Array, positions: Sequence[int]) -> Judgement:  # noqa: ARG002
        """Judge one batch.

        Args:
            cells: texts, or days of a column whose days are moved.
            positions: not needed.

        Returns:
            For each text one change a kind, its value how many places were masked; the texts with
            marks; and what stood there, by mark.
        """
        if self._moving is not None and pa.types.is_temporal(cells.type):
            return self._moving.judge(cells)
        verdicts: list[Verdict] = []
        originals: dict[int, Mapping[str, bytes]] = {}
        texts: list[str | None] = cells.to_pylist()
        rows = [row for row, text in enumerate(texts) if text]
        for row, found in zip(rows, self._find(texts, rows), strict=True):
            masked = mask(texts[row] or "", found, self._style(row))
            if masked is None:
                continue
            texts[row], originals[row], counts = masked
            verdicts += [Verdict(row, code, float(count)) for code, count in counts.items()]
        if not verdicts:
            return Judgement([])
        return Judgement(verdicts, pa.array(texts, cells.type), originals)

    def _style(self, row: int) -> Style:
        if self._moving is None:
            return Style(self._keyed)
        return Style(self._keyed, self._moving.days(row), self._moving.day_first)

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
            unite(text, [span for spans in of_one for span in spans])
            for text, *of_one in zip(texts, *found, strict=True)
        ]


def _reason(kind: Kind) -> Reason:
    return Reason(
        code=code_of(kind.name),
        kind="change",
        rule="mask_personal_data",
        version=VERSION,
        words=f"{kind.words}: replaced by a mark, the original is in the vault; value: how many.",
    )


_DAYS = Kind(DATE, "Days that cannot be moved", "partly", "C", "factor")
_SHIFTED = Reason(
    code=SHIFTED,
    kind="change",
    rule="mask_personal_data",
    version=VERSION,
    words="Days: all days of one subject moved by the same number of days, the originals are in "
    "the vault; value: how many.",
)
