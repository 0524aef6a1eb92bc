"""One run of the tier `causal`, after its rows are tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warrant.models.causal import ChatTemplate, Words
    from warrant.models.causal.base import CausalBase
    from warrant.stages.train.backend import Job
    from warrant.stages.train.causal.config import CausalConfig
    from warrant.stages.train.causal.prepare import Prepared


@dataclass(frozen=True)
class Work:
    """What there is to do."""

    job: Job
    """Whom to tell, where to write."""

    config: CausalConfig
    """Settings of the tier."""

    base: CausalBase
    """The base model."""

    words: Words
    """Its tokenizer."""

    template: ChatTemplate
    """What renders the rows."""

    rows: Prepared
    """To learn from."""

    validation: Prepared
    """Kept apart."""


def labels_of(job: Job) -> tuple[str, ...]:
    """Give the labels, sorted; none where the answer is a text."""
    if job.config.task == "generation":
        return ()
    return tuple(sorted({label for row in job.train.labels for label in row}))
