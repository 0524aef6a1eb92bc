"""The part of a recipe that says where documents are, and what their owner allows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from warrant.flow.recipe_rows import Part, Text

Line = Annotated[int, Field(ge=1)]


class SourceRights(Part):
    """What the documents may be used for; of the first three, what is left out is not answered."""

    train: bool | None = None
    """May a model be trained on it?"""
    commercial: bool | None = None
    """May the model be used commercially?"""
    expires: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2}|never)$")] | None = None
    """Last day of the right (YYYY-MM-DD), or `never`."""
    consent: bool | None = None
    """Did those whom the documents tell of agree to this use? `false`, refused or withdrawn: no
    model is trained on it. Left out: not stated, and nothing asks for it."""
    keep_until: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2}|never)$")] | None = None
    """Last day on which the documents may be kept (YYYY-MM-DD), or `never`: no end."""
    residency: tuple[Text, ...] | None = None
    """The places where they may be processed, such as [EU, CH]; `use: place:` says where this
    machine stands. An empty list: nowhere; left out: anywhere."""


class SourceMap(Part):
    """How one source says what all say in common; its columns bear our names everywhere else."""

    columns: dict[Text, Text] = {}  # noqa: RUF012 - pydantic copies it
    """The source's name of a column to ours."""
    codes: dict[Text, dict[Text, Text]] = {}  # noqa: RUF012 - pydantic copies it
    """By our column: each code of the source to ours."""
    factors: dict[Text, Annotated[float, Field(gt=0)]] = {}  # noqa: RUF012 - pydantic copies it
    """By our column: what its numbers are multiplied with, such as 0.01 from cents."""
    zones: dict[Text, Text] = {}  # noqa: RUF012 - pydantic copies it
    """By our column: the time zone of instants that name none, such as Europe/Berlin."""


class SourcePart(Part):
    """One folder, file or pattern of documents."""

    path: Text
    """Folder or file, relative to the recipe."""
    metadata: Text | None = None
    """A sheet (csv, tsv, xlsx, xls, ods, parquet) with one line per file."""
    sheet: Text | None = None
    """Worksheet of `metadata`, or of the source itself; left out: the first with a cell."""
    header: Annotated[tuple[Line, ...], Field(max_length=2)] = ()
    """Numbers of the one or two lines that name the columns of it; left out: they are found."""
    join: Text | None = None
    """The sheet's column that names the file; found by itself when one column fits."""
    map: SourceMap = SourceMap()
    """Where its columns, codes, units or time zones differ from those of the other sources."""
    licence: Text | None = None
    """SPDX id, or the name of an agreement."""
    origin: Text | None = None
    """Where the documents come from, in a sentence."""
    rights: SourceRights = SourceRights()
    """What the owner allows."""
    special_category: bool | None = None
    """Does it hold health, faith, union or similar data (GDPR Art. 9)?"""
    keep: Literal["copy", "reference"] = "copy"
    """`copy` the originals into the store, or only `reference` them."""
    part: Literal["train", "validation", "test"] | None = None
    """Its rows are all for `test`, `validation` or `train`; left out: `split` draws."""
