"""One source of documents, with what its owner and the people in it allow.

`warrant/source/1` is a source of which only rights are stated, `warrant/source/2` one of which
consent, retention or residency are stated too: a recipe that is silent on them is signed as before.

Law: a source more never widens the terms of all together.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import Field

from warrant.records.base import Count, Name, Record

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Rights(Record):
    """What the documents of a source may be used for; None is a signed "not answered"."""

    train: bool | None = None
    commercial: bool | None = None
    expires: Day | Literal["never"] | None = None
    """The last day of the right, or `never`."""


_SILENT = "not stated"


class TermsTold(NamedTuple):
    """Terms in words, for a page."""

    consent: str
    """`given`, `refused` or `not stated`."""
    keep_until: str
    """A day, `never` or `not stated`."""
    residency: str
    """Places, `nowhere` or `not stated`."""


class Terms(Record):
    """Under which terms documents are held; None: not stated."""

    consent: bool | None = None
    """Whether those whom the documents tell of agreed to this use; False: refused or withdrawn."""
    keep_until: Day | Literal["never"] | None = None
    """The last day on which they may be kept, or `never`."""
    residency: tuple[Name, ...] | None = None
    """The places where they may be processed, such as EU or CH; none of them: nowhere; None:
    anywhere."""

    @property
    def told(self) -> TermsTold:
        """The terms in words."""
        consent = {None: _SILENT, True: "given", False: "refused"}[self.consent]
        places = _SILENT if self.residency is None else ", ".join(self.residency) or "nowhere"
        return TermsTold(consent, self.keep_until or _SILENT, places)


class _Stated(Record):
    """What both shapes of a source say."""

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

    @property
    def held_under(self) -> Terms:
        """Its terms; empty where none is stated."""
        return Terms()


class Source(_Stated):
    """A source as the recipe states it and ingest found it, without terms."""

    format: Literal["warrant/source/1"] = "warrant/source/1"


class Source2(_Stated):
    """A source as the recipe states it and ingest found it, with its terms."""

    format: Literal["warrant/source/2"] = "warrant/source/2"
    terms: Terms

    @property
    def held_under(self) -> Terms:
        """Its terms."""
        return self.terms


AnySource: TypeAlias = Source | Source2
"""A source of either shape."""


def state_source(terms: Terms, **facts: Any) -> AnySource:  # noqa: ANN401 - each field its own
    """Write a source in the first shape that can say all of it.

    Args:
        terms: under which it is held.
        **facts: the other fields.

    Returns:
        The source.
    """
    return Source(**facts) if terms == Terms() else Source2(terms=terms, **facts)


def narrowest(terms: Iterable[Terms]) -> Terms:
    """Say under which terms documents of several sources are held together.

    Args:
        terms: of each source.

    Returns:
        No consent where one of them has none, and consent where all that speak of it have it; the
        earliest last day; the places that all allow, in the order of the first.
    """
    consent: bool | None = None
    until: str | None = None
    places: tuple[str, ...] | None = None
    for one in terms:
        if one.consent is not None:
            consent = one.consent and consent is not False
        until = earlier(until, one.keep_until)
        if one.residency is not None:
            known = {place.casefold() for place in one.residency}
            both = one.residency if places is None else places
            places = tuple(place for place in both if place.casefold() in known)
    return Terms(consent=consent, keep_until=until, residency=places)


def earlier(one: str | None, other: str | None) -> str | None:
    """Give the earlier of two last days.

    Args:
        one: a day as YYYY-MM-DD, `never`, or None where nothing is stated.
        other: the same.

    Returns:
        What is stated, where only one of them is; a day before `never`.
    """
    days = [day for day in (one, other) if day is not None]
    return min(days, key=lambda day: (day == "never", day)) if days else None
