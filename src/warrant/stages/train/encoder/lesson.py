"""What the loop asks of a kind of task: scores of rows, their loss, and how good they are.

The order of a run is the same for all of them and stands in the loop. A lesson holds the rows as
they are computed, and writes the model at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from warrant.models import TrainedModel
    from warrant.models.base import Base, Encoder, Precision
    from warrant.stages.train.encoder.checkpoint import Stand
    from warrant.stages.train.encoder.config import EncoderConfig
    from warrant.stages.train.encoder.network import Tuned
    from warrant.stages.train.judging import Verdict


class Start(NamedTuple):
    """What is known before rows are read."""

    base: Base
    encoder: Encoder
    precision: Precision
    """Of arithmetic while training."""
    config: EncoderConfig
    longest: int
    """Most tokens that are computed of a row, or of a part of it."""

    @property
    def is_frozen(self) -> bool:
        """Whether the head alone is trained."""
        return self.config.method == "frozen"


class Written(NamedTuple):
    """A model whose files lie in the job's folder."""

    kind: str
    """Model format in the catalog `warrant.models`."""
    model: TrainedModel
    settings: Mapping[str, object]
    """What was chosen, beside the settings of the tier."""
    counts: Mapping[str, int]


class Lesson(Protocol):
    """Rows of one task, as they are learnt."""

    @property
    def tuned(self) -> Tuned:
        """Network and head."""
        ...

    @property
    def figure(self) -> str:
        """What validation rows are judged by, as measures name it."""
        ...

    @property
    def sign(self) -> int:
        """-1 where less of the figure is better."""
        ...

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Shape (items,): tokens that each item to learn from takes, alone."""
        ...

    @property
    def longest(self) -> int:
        """Tokens of the longest text."""
        ...

    @property
    def has_validation(self) -> bool:
        """Whether there are rows to judge by."""
        ...

    def size(self, part: list[int]) -> tuple[int, int]:
        """Count tokens of items that are computed together.

        Args:
            part: places of items.

        Returns:
            Real ones, and all with padding.
        """
        ...

    def scores(self, part: list[int]) -> Any:  # noqa: ANN401 - a tensor
        """Score items to learn from.

        Args:
            part: places of items.

        Returns:
            A tensor that `loss` reads.
        """
        ...

    def loss(self, scores: Any, part: list[int]) -> Any:  # noqa: ANN401 - tensors
        """Add up the losses of some items.

        Args:
            scores: of these, in float32.
            part: places of items.

        Returns:
            A tensor without dimensions.
        """
        ...

    def weight(self, items: list[int]) -> float:
        """Give what the losses of some items are divided by, above 0."""
        ...

    def validation_scores(self) -> NDArray[np.float64]:
        """Score the validation rows as they will be answered."""
        ...

    def judge(self, scores: NDArray[np.float64]) -> Verdict:
        """Say how good the scores of the validation rows are."""
        ...

    def fingerprint(self) -> Iterator[bytes]:
        """Give what the rows are, so that no checkpoint of others is taken up."""
        ...

    def write(self, stand: Stand) -> Written:
        """Write the model that was learnt.

        Args:
            stand: how the run went.

        Returns:
            The model, its files in the job's folder.
        """
        ...
