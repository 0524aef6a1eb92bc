"""One source of documents, with the rights its owner stated (`warrant/source/1`)."""

from typing import Annotated, Literal

from pydantic import Field

from warrant.records.base import Count, Name, Record

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Rights(Record):
    """What the documents of a source may be used for; None is a signed "not answered"."""

    train: bool | None = None
    commercial: bool | None = None
    expires: Day | Literal["never"] | None = None
    """The last day of the right, or `never`."""


class Source(Record):
    """A source as the recipe states it and ingest found it."""

    format: Literal["warrant/source/1"] = "warrant/source/1"
    name: Name
    """The path as the recipe writes it."""
    licence: Name | None = None
    origin: Annotated[str, Field(max_length=2000)] | None = None
    rights: Rights = Rights()
    special_category: bool | None = None
    """Holds special categories of personal data (GDPR Art. 9); None: not answered."""
    documents: Count = 0
    """Documents read from this source."""
    unread: Count = 0
    """Files found and not read, each with a decision in the ledger."""
    sheet_rows_unmatched: Count = 0
    """Lines of the sheet that name no file."""
    files_unmatched: Count = 0
    """Files that no line of the sheet names."""
