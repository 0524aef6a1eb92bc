"""One run of the tier `causal`, after its rows are tokens."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

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

    @cached_property
    def key(self) -> str:
        """Give a digest of rows and settings, so that no checkpoint of others is taken up."""
        portable = json.dumps(asdict(self.job.config.portable()), default=str, sort_keys=True)
        said = f"{portable}\0{self.base.digest}\0{self.template.digest}\0{self.words.stops}\0"
        state = sha256(said.encode())
        for row in self.rows.rows:
            state.update(np.array([len(row.ids), *row.ids], np.int64).tobytes() + bytes(row.mask))
        return state.hexdigest()


def labels_of(job: Job) -> tuple[str, ...]:
    """Give the labels, sorted; none where the answer is a text."""
    if job.config.task == "generation":
        return ()
    return tuple(sorted({label for row in job.train.labels for label in row}))
