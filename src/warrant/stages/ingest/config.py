"""What may be chosen about ingest."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from warrant.records.source import Terms
from warrant.stages.ingest.files import FoundFile


@dataclass(frozen=True)
class RightsConfig:
    """What the owner of a source allows; None is "not answered"."""

    train: bool | None = None
    """May a model be trained on it?"""

    commercial: bool | None = None
    """May the model be used commercially?"""

    expires: str | None = None
    """Last day of the right (YYYY-MM-DD), or `never`."""

    terms: Terms = field(default_factory=Terms)
    """Consent, retention and residency; empty: not stated."""


@dataclass(frozen=True)
class MapConfig:
    """How one source says what all say in common."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """The source's name of a column to ours."""

    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By our column: the source's code to ours."""

    factors: Mapping[str, float] = field(default_factory=dict)
    """By our column: what a number of the source is multiplied with to have our unit."""

    zones: Mapping[str, str] = field(default_factory=dict)
    """By our column: the IANA time zone of instants that name none."""


@dataclass(frozen=True)
class SourceConfig:
    """One folder, file or pattern of documents."""

    path: str
    """As the recipe writes it, relative to `IngestConfig.folder`."""

    metadata: str | None = None
    """A sheet (csv, xlsx, ods, parquet) with one line per file, relative to
    `IngestConfig.folder`."""

    worksheet: str | None = None
    """Of a workbook, by name; None: the first that can be seen and has a cell."""

    header: tuple[int, ...] = ()
    """Numbers of the one or two lines that name the columns; none: they are found."""

    join_column: str | None = None
    """The sheet's column that names the file; None: the column that names most of them."""

    key: tuple[str, ...] = ()
    """Of a table: the columns that make a record's identity; none: all of them."""

    map: MapConfig = field(default_factory=MapConfig)
    """Names, codes, units and time zones of its columns."""

    licence: str | None = None
    """SPDX id, or the name of an agreement."""

    agreement: str | None = None
    """SHA-256 of the terms of the agreement that `licence` names, hex; None: it names none."""

    origin: str | None = None
    """Where the documents come from, in a sentence."""

    rights: RightsConfig = RightsConfig()
    """What the owner allows."""

    special_category: bool | None = None
    """Holds special categories of personal data (GDPR Art. 9)?"""

    keep: Literal["copy", "reference"] = "copy"
    """`copy` the originals into the store, or `reference` them: only their digests are kept."""

    part: Literal["train", "validation", "test"] | None = None
    """The part that all its rows are for, told in the column `source_part`; None: any."""


@dataclass(frozen=True)
class LabelsConfig:
    """Where the labels of a row stand, as far as ingest must know."""

    column: str
    """The column of the answer; where `marked` names columns, the list that is made of them."""

    marked: tuple[str, ...] = ()
    """Columns with a yes or a no each, one for every label."""

    separator: str | None = None
    """Between several labels in one cell: the column stays text, `1,5` is no number there."""


@dataclass(frozen=True)
class AnswersConfig:
    """Where an answer stands that is more than a label."""

    kind: Literal["spans", "choice", "generation"]
    """What the answer is."""

    column: str
    """The column of the answer, as rows have it afterwards."""

    text: str = "text"
    """Of `spans`: the column of the text in which the places lie."""

    tokens: str | None = None
    """Of `spans`: a column of lists of words; then `column` is one of lists of tags."""

    options: str = ""
    """Of `choice`: the column of lists of options."""

    count_from: int = 0
    """Of `choice`: the number of the first option."""

    messages: str | None = None
    """Of `generation`: a column of conversations; the last message is the answer."""


@dataclass(frozen=True)
class RowsConfig:
    """What one row is made of."""

    segment: Literal["whole", "pages", "paragraphs", "sentences", "clauses", "windows"] = "whole"
    """What a document is divided into; `whole`: nothing is divided."""

    words: int = 200
    """Of a window, more than `overlap`."""

    overlap: int = 50
    """Words that a window shares with the one before, 0 or more."""

    one_per: str | None = None
    """Of an event log: the column that names the case; all its events become one row."""

    order_by: str | None = None
    """The column that says when an event happened."""

    label_at: str | None = None
    """The column that says when the case's answer was known: only older events enter."""

    window_hours: int | None = None
    """How far before that instant an event may lie; None: any."""

    labels: tuple[str, ...] = ()
    """Columns of the answer; of a case they are read from all its events."""


@dataclass(frozen=True)
class OcrConfig:
    """How text is recognised on pages that are pictures (OCR)."""

    engine: str = "rapidocr"
    """Name of what recognises it, in the catalog of engines."""

    dpi: int = 200
    """Of a PDF: dots per inch at which a page without text is drawn."""

    least_confidence: float = 0.8
    """A page of which the engine is less sure is left out, 0 to 1."""


@dataclass(frozen=True)
class IngestConfig:
    """All settings of one ingest, and where it finds its files on this machine."""

    sources: tuple[SourceConfig, ...]
    """Sources in the order of the recipe."""

    folder: Path | None = None
    """What relative paths start from; None: the working folder. No part of the content key."""

    files: tuple[tuple[FoundFile, ...], ...] | None = None
    """Files of each source, as `scan` found them; None: ingest scans by itself. No part of the
    content key either: `inputs_fingerprint` stands for them."""

    labels: LabelsConfig | None = None
    """Where the labels of a row stand; None: nothing depends on it."""

    answers: AnswersConfig | None = None
    """Where an answer stands that is more than a label; None: answers are labels or numbers."""

    sample: int | None = None
    """Read only so many documents, spread over sources and labels; None: all."""

    rows: RowsConfig = RowsConfig()
    """What one row is made of."""

    ocr: OcrConfig | None = None
    """How text is recognised on pages that are pictures; None: it is not."""

    def portable(self) -> "IngestConfig":
        """Give the settings without what belongs to this machine: for content key and statement."""
        return replace(self, folder=None, files=None)
