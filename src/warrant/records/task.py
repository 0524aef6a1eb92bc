"""What kinds of answers a row may have."""

from typing import Final, Literal, TypeAlias

FirstTaskKind: TypeAlias = Literal["binary", "multiclass", "multilabel", "regression"]
"""The kinds that release 0.1 knew."""

TaskKind: TypeAlias = Literal[
    "binary", "multiclass", "multilabel", "regression", "spans", "pairs", "choice", "generation"
]
"""What answers a row: one of two labels, one of many, any of many, a number; places in a text with
a label each (`spans`); one label of two texts (`pairs`); one of the options that the row itself
brings (`choice`); a text (`generation`)."""

FIRST_TASKS: Final[frozenset[TaskKind]] = frozenset(
    {"binary", "multiclass", "multilabel", "regression"}
)
"""The kinds that release 0.1 knew; what it wrote of them keeps its shape."""

ONE_LABEL: Final[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "pairs", "choice"})
"""The kinds whose rows have exactly one label, true and answered."""

LABELLED: Final[frozenset[TaskKind]] = ONE_LABEL | {"multilabel", "spans"}
"""The kinds whose answers are labels."""

PRICED: Final[frozenset[TaskKind]] = frozenset({"binary", "multiclass", "multilabel", "pairs"})
"""The kinds whose errors can have prices."""

WEIGHED: Final[frozenset[TaskKind]] = FIRST_TASKS | {"pairs"}
"""The kinds whose rows may count differently while a model learns."""

LEARNT_LABELS: Final[frozenset[TaskKind]] = LABELLED - {"choice"}
"""The kinds whose labels are learnt, each from rows of its own: letters of options are not."""

LEAK_CHECKED: Final[frozenset[TaskKind]] = FIRST_TASKS | {"pairs"}
"""The kinds of which a column by itself may give the answer away."""
