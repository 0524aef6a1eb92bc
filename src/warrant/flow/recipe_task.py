"""The recipe's part about the task: what answers a row, and which columns are read."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from warrant.flow.recipe_fault import AdviceError
from warrant.flow.recipe_rows import Part, Text
from warrant.models.chat import COMPLETION

LABELS = "labels"
"""The list of labels that ingest makes of many columns of yes and no."""


class Task(Part):
    """What the model answers."""

    kind: Literal[
        "binary", "multiclass", "multilabel", "regression", "spans", "pairs", "choice", "generation"
    ] = "multiclass"
    """What answers a row: one of two labels, one of many, any of many, a number (`regression`),
    labelled places in the text (`spans`), one label of two texts (`pairs`), one of the row's own
    options (`choice`), a text (`generation`)."""
    label: Text | None = None
    """The column that holds the answer; needed unless `labels` or `messages` say where it is."""
    labels: tuple[Text, ...] = ()
    """For `multilabel`: columns with a yes or a no each, one for every label."""
    separator: Annotated[str, Field(min_length=1, max_length=8)] = ";"
    """For `multilabel`: what stands between several labels in one cell."""
    text: Text = "text"
    """The column that is read, where there is no list `inputs`."""
    tokens: Text | None = None
    """For `spans`: a column of lists of words, where `label` is one of lists of tags (B-, I-, O);
    the text is made of the words."""
    options: Text | None = None
    """For `choice`: the column of lists of options; `label` is the right one's text, its letter,
    or its number."""
    count_from: Literal[0, 1] = 0
    """For `choice`: the number of the first option."""
    messages: Text | None = None
    """For `generation`: a column of conversations; the assistant's last message is the answer."""

    @model_validator(mode="after")
    def _settings_of_its_kind(self) -> Self:
        kinds = {"tokens": "spans", "options": "choice", "messages": "generation"}
        for name, kind in kinds.items():
            if getattr(self, name) is not None and self.kind != kind:
                raise AdviceError(
                    f"a task of the kind {self.kind!r} has no {name}",
                    f"Write under task: kind: {kind}, or take {name} out",
                )
        if self.kind == "choice" and self.options is None:
            raise AdviceError(
                "the column of the options is missing", "Add under task: options: COLUMN"
            )
        return self

    @model_validator(mode="after")
    def _one_place_for_the_answer(self) -> Self:
        if not self.label and not self.labels and not self.messages:
            raise AdviceError(
                "the column of the answer is missing", "Add under task: label: COLUMN"
            )
        if self.label and (self.labels or self.messages):
            other = "labels" if self.labels else "messages"
            raise AdviceError(f"label and {other} are both there", "Keep one of them.")
        if self.labels and self.kind != "multilabel":
            raise AdviceError(
                f"labels names several columns, and {self.kind!r} has one answer a row",
                "Write under task: kind: multilabel",
            )
        return self

    @property
    def answer(self) -> str:
        """The column of the rows that holds the answer."""
        return self.label or (COMPLETION if self.messages else LABELS)

    @property
    def reads(self) -> str:
        """The column that is read, where there is no list `inputs`."""
        return self.messages or self.text


class Input(Part):
    """One column that the model reads."""

    column: Text
    """Name of the column."""
    read_as: Literal["text", "number", "category", "date"] = Field(alias="as")
    """What its cells are: `text`, a `number`, a `category` (one of a few words), or a `date`."""
    unit: Text | None = None
    """Of a `number`, for example `USD`; an amount in another currency is then not read."""
    decimal: Literal[".", ","] | None = None
    """Of a `number` in text: what stands before the decimals; left out: each cell tells."""
    day_first: bool | None = None
    """Of a `date` in text: whether 03/04/2024 is 3 April; left out: such a cell is not read."""
    leak_accepted: Text | None = None
    """Why a column that gives the answer away is known before it; the card shows the reason."""

    @model_validator(mode="after")
    def _settings_of_its_kind(self) -> Self:
        for name, kind in (("unit", "number"), ("decimal", "number"), ("day_first", "date")):
            if getattr(self, name) is not None and self.read_as != kind:
                raise AdviceError(
                    f"a {self.read_as!r} has no {name}", f"Take out `{name}`, or write `as: {kind}`"
                )
        return self


MOVING = frozenset({"mask_personal_data"})
"""Filters that change a text, so that places in it would point elsewhere."""


def require_fitting(
    task: Task, reads: tuple[Input, ...], filters: tuple[str, ...], tier: str
) -> None:
    """Refuse inputs, filters or a tier that a kind of task cannot have.

    Args:
        task: what the model answers.
        reads: the columns that it reads; of `choice` without the options.
        filters: names of those of `curate`.
        tier: how it is trained.

    Raises:
        AdviceError: what does not fit, and what to write.
    """
    texts = [one.column for one in reads if one.read_as == "text"]
    if task.kind == "pairs" and (len(texts) != 2 or len(reads) != 2):
        raise AdviceError(
            f"'pairs' reads two columns of text, and {len(texts)} are named",
            "Write: inputs: [{column: COLUMN, as: text}, {column: COLUMN, as: text}]",
        )
    if task.kind == "spans" and (len(texts) != 1 or len(reads) != 1):
        raise AdviceError(
            f"'spans' reads one column of text, and {len(reads)} columns are named",
            "Keep the text alone under inputs",
        )
    if task.kind in ("choice", "generation") and len(texts) != len(reads):
        raise AdviceError(
            f"{task.kind!r} reads texts alone, and other columns are named",
            "Keep the columns read as text under inputs",
        )
    moving = [name for name in filters if name in MOVING]
    if task.kind == "spans" and moving:
        raise AdviceError(
            f"{moving[0]!r} changes the text, and the places of 'spans' would point elsewhere",
            f"Take {moving[0]!r} out of curate, or mask the texts before their places are marked",
        )
    unfit = UNFIT.get(tier, frozenset())
    if task.kind in unfit:
        others = "causal" if task.kind == "generation" else "linear"
        raise AdviceError(
            f"the tier {tier!r} has no model for the task {task.kind!r}",
            f"Write under train: tier: {others}",
        )


UNFIT = {
    "encoder": frozenset({"generation"}),
    "auto": frozenset({"spans", "choice", "generation"}),
    "linear": frozenset({"generation"}),
    "trees": frozenset({"spans", "pairs", "choice", "generation"}),
    "causal": frozenset({"multilabel", "regression", "spans", "pairs", "choice"}),
}
"""By tier, the kinds of task that it has no model for."""
