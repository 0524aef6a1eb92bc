"""What goes over the wire, as pydantic models; OpenAPI is made of them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Wire(BaseModel):
    """What every message has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Asking(Wire):
    """Rows to be answered."""

    rows: list[dict[str, JsonValue]] = Field(min_length=1)
    """One object a row: cells by the name of their column. Null or absent: empty."""


class Reason(Wire):
    """Why an answer must not be relied on."""

    doubt: Literal["missing", "unseen", "out_of_range", "unreadable", "cut", "unsure"]
    """The kind of reason."""
    column: str | None
    """The column it lies in."""
    words: str
    """The same as a phrase."""


class Weighed(Wire):
    """Something that spoke for or against an answer."""

    label: str
    """The label; empty for regression."""
    column: str
    """Where it was found."""
    kind: Literal["word", "characters", "pair", "embedding", "number", "category", "date"]
    """What it is."""
    term: str
    """As the model reads it."""
    weight: float
    """Added to the score (log-odds); below zero it spoke against."""


class Near(Wire):
    """The training row that a row resembles most."""

    path: str
    """Its file; where that has several rows, its position among the training rows, too."""
    similarity: float
    """0 (nothing in common) to 1 (the same)."""


class Found(Wire):
    """A place that was found in a text."""

    start: int
    """First character, from 0."""
    end: int
    """After the last character."""
    label: str
    """What stands there."""
    probability: float
    """How sure the model is of place and label together, 0 to 1."""


class Said(Wire):
    """The answer to one row."""

    answer: str | float | None
    """The label, several joined by '; ', or the number. Null where the model abstains, and where no
    label holds."""
    labels: list[str]
    """The labels, the most probable first; none where the model abstains."""
    leans_to: str | float | None
    """What it would have said, where it abstains. Not to be relied on."""
    probability: float | None
    """How sure it is, 0 to 1; of several labels that of the least sure one."""
    probabilities: dict[str, float]
    """Of each label it says or leans to, 0 to 1."""
    abstained: bool
    """Whether a person must decide."""
    why: list[Reason]
    """Why it abstains."""
    out_of_range: list[str]
    """Columns that hold what no training row had."""
    deciding_words: list[Weighed]
    """What weighed most, the strongest first."""
    nearest: Near | None
    """Null where the workspace is not at hand."""
    spans: list[Found] | None
    """The places found, in order; null of a model that finds none."""
    answer_set: list[str] | None
    """Labels that hold the truth as often as the card states it, the most probable first; null
    where no coverage was stated."""
    between: tuple[float, float] | None
    """Of regression, the same as two bounds."""


class Answering(Wire):
    """The model that answers, and how far it may be relied on."""

    name: str
    """Name of the bundle."""
    digest: str
    """The bundle digest, SHA-256 in hex."""
    stage_of_use: Literal["explore", "pilot", "production"]
    """What it was made for."""
    notice: str
    """How far its answers may be relied on, such as 'exploration: not for decisions'."""
    approval: str
    """Who approved it."""
    verified: str
    """What verification said when the server started."""


class Answers(Wire):
    """The answers to all rows, in their order."""

    model: Answering
    """Who answers."""
    notice: str
    """How far the answers may be relied on."""
    log: Literal["not logged"] = "not logged"
    """Nothing of question or answer was kept."""
    answers: list[Said]
    """One a row, in the order of the rows."""


class Column(Wire):
    """A column that the model reads."""

    name: str
    """As a row must name it."""
    read_as: Literal["text", "number", "category", "date", "options"]
    """How it enters the model."""
    unit: str | None
    """Of a number, as its author stated it."""


class Health(Wire):
    """Whether the server answers, with which model."""

    status: Literal["ready"] = "ready"
    """It answers."""
    model: Answering
    """Who answers."""
    columns: list[Column]
    """What the model reads."""
    log: Literal["not logged"] = "not logged"
    """Questions and answers are kept nowhere."""
    version: str
    """Of Warrant."""


class Problem(Wire):
    """Why a request was not answered (RFC 9457)."""

    type: str
    """A URN that ends in the name of the fault."""
    title: str
    """The words of the status."""
    status: int
    """Of HTTP."""
    detail: str
    """What is wrong; no cell is quoted."""
    do: str
    """The act that helps."""
