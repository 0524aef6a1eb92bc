"""What a part of a recipe is like, and the part that says what one row is."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from warrant.flow.recipe_fault import AdviceError

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Part(BaseModel):
    """A part of a recipe: strict, immutable, no unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        strict=True,
        title="recipe",
        defer_build=True,
    )


class Rows(Part):
    """What one training unit is."""

    segment: Literal["whole", "pages", "paragraphs", "sentences", "clauses", "windows"] = "whole"
    """What becomes a row: a `whole` document, or each of its parts; `windows` are of `words`."""
    words: Annotated[int, Field(ge=2)] = 200
    """Of a window."""
    overlap: Annotated[int, Field(ge=0)] = 50
    """Words that a window shares with the one before."""
    one_per: Text | None = None
    """Of an event log: the column that names the case; the events of a case become one row."""
    order_by: Text | None = None
    """Of an event log: the column that says when an event happened."""
    label_at: Text | None = None
    """Column of when the answer became known: a later `date` is a leak, a later event left out."""
    window: Annotated[str, Field(pattern=r"^[1-9]\d{0,4}[hdw]$")] | None = None
    """Of an event log: how far back events may lie, such as `180d`, `36h` or `4w`."""

    @property
    def window_hours(self) -> int | None:
        """The window in hours; None for no limit."""
        if self.window is None:
            return None
        return int(self.window[:-1]) * {"h": 1, "d": 24, "w": 168}[self.window[-1]]

    @model_validator(mode="after")
    def _case_is_whole(self) -> Self:
        named = {"one_per": self.one_per, "order_by": self.order_by, "label_at": self.label_at}
        missing = [name for name, column in named.items() if column is None]
        if missing and (self.one_per or self.order_by) is not None:
            raise AdviceError(
                f"a case needs one_per, order_by and label_at; missing: {', '.join(missing)}",
                f"Write under rows: {missing[0]}: COLUMN",
            )
        if self.window is not None and missing:
            raise AdviceError("a window is of a case", "Write under rows: one_per: COLUMN")
        if self.one_per is not None and self.segment != "whole":
            raise AdviceError(
                "one_per makes one row of many events, and segment many rows of one document",
                "Keep one of them.",
            )
        return self

    @model_validator(mode="after")
    def _window_moves_on(self) -> Self:
        if self.segment == "windows" and self.overlap >= self.words:
            raise AdviceError(
                f"a window of {self.words} words cannot share {self.overlap} with the next",
                f"Write under rows: overlap: {self.words // 4}",
            )
        fields = type(self).model_fields
        chosen = [one for one in ("words", "overlap") if getattr(self, one) != fields[one].default]
        if self.segment != "windows" and chosen:  # a recipe with all defaults written out is read
            raise AdviceError(
                "words and overlap are for windows", "Write under rows: segment: windows"
            )
        return self
