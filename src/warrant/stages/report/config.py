"""What may be chosen about the card."""

from dataclasses import dataclass
from typing import Literal

StageOfUse = Literal["explore", "pilot", "production"]


@dataclass(frozen=True)
class Expected:
    """The author's own prediction, as the signed plan holds it."""

    metric: str
    """Which figure."""

    value: float
    """The predicted value, 0 to 1."""

    sure: float
    """How sure the author was that the result reaches it, 0 to 1."""


@dataclass(frozen=True)
class Answer:
    """A person's answer to one question of the card."""

    question: str
    """Name of the question, for example `intended_use`; `QUESTIONS` lists them."""

    answer: str
    """What she said; `not answered` is an answer too, and shown as a gap."""

    person: str
    """Her name, as her key's entry in the log gives it."""

    act: str
    """Envelope digest (hex) of the signed act."""


@dataclass(frozen=True)
class SourceAnswer:
    """A person's answer about a source, which the recipe left open; ingest's claim holds it."""

    source: str
    """The source's name in the claim."""

    setting: str
    """What was answered, as the recipe calls it."""

    person: str
    """Her name, as her key's entry in the log gives it."""

    act: str
    """Envelope digest (hex) of the signed act."""


@dataclass(frozen=True)
class Section:
    """A part of the card that a domain adds."""

    title: str
    """Its heading."""

    questions: tuple[tuple[str, str], ...]
    """Name and words of what the domain's readers ask; each is a visible gap until answered."""


@dataclass(frozen=True)
class ReportConfig:
    """All settings of one card."""

    name: str
    """Name of the model."""

    stage_of_use: StageOfUse = "explore"
    """Stands in the title."""

    licence: str | None = None
    """Licence of the model (SPDX id); None: not answered."""

    plan: str | None = None
    """Envelope digest (hex) of the evaluation plan, the evidence of `expected`."""

    expected: Expected | None = None
    """The plan's expectation."""

    answers: tuple[Answer, ...] = ()
    """Answers to the card's questions; a question without one is a visible gap."""

    source_answers: tuple[SourceAnswer, ...] = ()
    """Who answered what about a source."""

    domain: str | None = None
    """Name and version of the domain whose sections these are."""

    sections: tuple[Section, ...] = ()
    """Of the domain."""
