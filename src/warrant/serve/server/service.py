"""What the server answers with: one model, its card, its limits; one request at a time.

Law: a row has the answer that a batch gives it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, cast

import warrant
from warrant.errors import InputError
from warrant.serve.answer import answer_text, read_row
from warrant.serve.server.limits import Limits
from warrant.serve.server.problem import ProblemError
from warrant.serve.server.wire import (
    Answering,
    Answers,
    Column,
    Found,
    Health,
    Near,
    Reason,
    Said,
    Weighed,
)
from warrant.serve.wording import each, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal

    from warrant.serve.answer import Answer, Answerer
    from warrant.serve.cells import Cell

_PORTION_ROWS = 50
_PORTION_CHARACTERS = 1 << 18
"""Between portions of so many rows or characters the clock is looked at."""


@dataclass
class Tally:
    """What was answered since the start."""

    requests: int = 0
    """Requests that got answers."""

    rows: int = 0
    """Rows in them."""


@dataclass(frozen=True)
class Service:
    """One model, ready to be asked."""

    answerer: Answerer
    """Answers."""

    card: str
    """The card, Markdown."""

    card_page: str | None = None
    """The card as a page of HTML, where the bundle has one."""

    limits: Limits = field(default_factory=Limits)
    """How much one request may ask for."""

    tally: Tally = field(default_factory=Tally)
    """What was answered so far."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held while rows are answered: models share no state, but processors are few."""

    @property
    def model(self) -> Answering:
        """Say who answers."""
        served = self.answerer.served
        return Answering(
            name=served.name,
            digest=served.digest,
            stage_of_use=cast('Literal["explore", "pilot", "production"]', served.stage_of_use),
            notice=served.notice,
            approval=served.approval,
            verified=served.verified,
        )

    @property
    def health(self) -> Health:
        """Say that it is ready, and what it reads."""
        columns = [
            Column(name=one.column, read_as=one.read_as, unit=one.unit)
            for one in self.answerer.columns
        ]
        return Health(model=self.model, columns=columns, version=warrant.__version__)

    def answer(self, rows: Sequence[Mapping[str, object]]) -> Answers:
        """Answer rows.

        Args:
            rows: values of JSON by column.

        Returns:
            Answers in the order of the rows.

        Raises:
            ProblemError: when a column is missing, or it takes too long.
        """
        end = monotonic() + self.limits.time_s
        try:
            self.answerer.require(
                dict.fromkeys(name for row in rows for name in row), "The request"
            )
        except InputError as error:
            raise ProblemError(
                "missing-column", HTTPStatus.UNPROCESSABLE_ENTITY, error.what, error.do
            ) from error
        if not self.turn.acquire(timeout=self.limits.time_s):
            raise self._too_slow()
        try:
            said: list[Said] = []
            for portion in _portions([read_row(row) for row in rows]):
                if monotonic() > end:
                    raise self._too_slow()
                said += map(to_wire, self.answerer.answer(portion))
            self.tally.requests += 1
            self.tally.rows += len(said)
        finally:
            self.turn.release()
        return Answers(model=self.model, notice=self.answerer.served.notice, answers=said)

    def _too_slow(self) -> ProblemError:
        return ProblemError(
            "too-slow",
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"The rows could not be answered within {self.limits.time_s:g} seconds.",
            "Send fewer rows at a time, or run: warrant predict",
        )


def to_wire(answer: Answer) -> Said:
    """Give an answer as it goes over the wire.

    Args:
        answer: any.

    Returns:
        The same answer as a line of a batch has.
    """
    text, abstained = answer_text(answer), answer.has_abstained
    near = answer.nearest
    return Said(
        answer=None if abstained else text,
        labels=[] if abstained else list(answer.labels),
        leans_to=text if abstained else None,
        probability=answer.probability,
        probabilities=dict(zip(answer.labels, answer.probabilities, strict=True)),
        abstained=abstained,
        why=[
            Reason(doubt=one.doubt, column=one.column, words=phrase(one))
            for one in answer.abstentions
        ],
        out_of_range=list(answer.out_of_range),
        deciding_words=[
            Weighed(label=label, column=one.column, kind=one.kind, term=one.term, weight=one.value)
            for label, one in each(answer)
        ],
        nearest=Near(path=near.path, similarity=near.similarity) if near else None,
        spans=None if answer.spans is None else [Found(**one._asdict()) for one in answer.spans],
        answer_set=None if answer.held is None else list(answer.held),
        between=answer.bounds,
    )


def _portions(rows: list[dict[str, Cell]]) -> Iterator[list[dict[str, Cell]]]:
    portion: list[dict[str, Cell]] = []
    characters = 0
    for row in rows:
        portion.append(row)
        characters += sum(len(cell) for cell in row.values() if isinstance(cell, str))
        if len(portion) >= _PORTION_ROWS or characters >= _PORTION_CHARACTERS:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion
