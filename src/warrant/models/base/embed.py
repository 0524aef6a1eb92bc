"""A text as one vector: the mean of what a frozen encoder says of its tokens.

Texts of the same number of tokens are computed together, so that nothing is padded and nothing
masked: a text goes through the same arithmetic alone and among others. Products of very few rows
have an arithmetic of their own in some libraries, so a small batch is filled up with copies.

Law: a text has the same vector alone and among others.

Source: Reimers and Gurevych, "Sentence-BERT" (2019), for the mean over tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from warrant.models.base.network import load_libraries, one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from warrant.models.base.network import Encoder, Read
    from warrant.models.base.precision import Precision
    from warrant.models.base.record import Pooling

Texts: TypeAlias = "Sequence[str] | Sequence[tuple[str, str]]"
"""Texts, or pairs of texts that are read as two parts of one."""

TOKENS_AT_ONCE = 4096
"""Tokens of one batch: memory stays the same however many texts there are."""

FEWEST_TOKENS = 32
"""Of a batch; MKL's products of fewer than 16 rows differ from others in the last bit."""


@dataclass(frozen=True)
class Embedder:
    """An encoder that gives each text, or each pair of texts, a vector."""

    encoder: Encoder
    """Network and tokenizer."""

    precision: Precision
    """Of its arithmetic."""

    pooling: Pooling = "mean"
    """How the tokens' vectors become one."""

    longest: int = 256
    """Most tokens that are read of a text."""

    is_unit: bool = True
    """Whether each vector is scaled to length 1."""

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return self.encoder.width

    @cached_property
    def _network(self) -> Any:  # noqa: ANN401 - a torch module
        torch, _ = load_libraries()
        return self.encoder.network.to(getattr(torch, self.precision))

    def embed(
        self, texts: Texts, tell: Callable[[int, int, str], None] | None = None
    ) -> NDArray[np.float32]:
        """Give each text a vector.

        Args:
            texts: any, or pairs of them; a blank one has a vector of zeros.
            tell: called after each batch with texts done, texts in all, and `texts`.

        Returns:
            Shape (texts, width).
        """
        vectors = np.zeros((len(texts), self.width), np.float32)
        places = [place for place, text in enumerate(texts) if "".join(text).strip()]
        if places:
            read = self.encoder.encodings([texts[place] for place in places], self.longest)  # type: ignore[arg-type]
            vectors[places] = self.vectors(read, tell)
        return vectors

    def vectors(
        self, read: Sequence[Read], tell: Callable[[int, int, str], None] | None = None
    ) -> NDArray[np.float32]:
        """Give each text in tokens a vector.

        Args:
            read: any.
            tell: as for `embed`.

        Returns:
            Shape (texts, width).
        """
        torch, _ = load_libraries()
        vectors = np.zeros((len(read), self.width), np.float32)
        for group, states in self.states(read, tell):
            with torch.inference_mode(), one_thread():
                pooled = pool(states, self.pooling)
                if self.is_unit:
                    pooled = torch.nn.functional.normalize(pooled)
                vectors[group] = pooled.numpy()
        return vectors

    def states(
        self, read: Sequence[Read], tell: Callable[[int, int, str], None] | None = None
    ) -> Iterator[tuple[list[int], Any]]:
        """Give each token a vector.

        Args:
            read: texts in tokens.
            tell: as for `embed`.

        Yields:
            Places of some texts of one length, and a tensor, shape (texts, tokens, width),
            float32.
        """
        torch, _ = load_libraries()
        done = 0
        for group in same_length([one.ids for one in read]):
            with torch.inference_mode(), one_thread():
                batch = filled([read[one] for one in group])
                states = self._network(**self.encoder.arguments(batch)).last_hidden_state
                states = states[: len(group)].float()
            yield group, states
            done += len(group)
            if tell is not None:
                tell(done, len(read), "texts")


def pool(states: Any, pooling: Pooling, mask: Any = None) -> Any:  # noqa: ANN401 - tensors
    """Make one vector of the vectors of a text's tokens.

    Args:
        states: shape (texts, tokens, width).
        pooling: how.
        mask: shape (texts, tokens), 1 for a token and 0 for padding; None: nothing is padded.

    Returns:
        Shape (texts, width).
    """
    if pooling == "first":
        return states[:, 0]
    if mask is None:
        return states.mean(dim=1)
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def same_length(
    tokens: Sequence[Sequence[int]], at_once: int = TOKENS_AT_ONCE
) -> Iterator[list[int]]:
    """Put texts of the same length together.

    Args:
        tokens: of each text.
        at_once: most tokens of a group; one text is always allowed.

    Yields:
        Places of texts, all of one length; the short ones first.
    """
    if not len(tokens):
        return
    lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
    order = np.argsort(lengths, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        most = max(1, at_once // max(1, int(lengths[part[0]])))
        for start in range(0, len(part), most):
            yield part[start : start + most].tolist()


T = TypeVar("T")


def filled(read: list[T], length: int | None = None) -> list[T]:
    """Fill a small batch up with copies of its last row.

    Args:
        read: one at least, all of one length.
        length: tokens of each; None: as the first says.

    Returns:
        The rows and as many copies as `FEWEST_TOKENS` wants.
    """
    length = len(read[0].ids) if length is None else length  # type: ignore[attr-defined]
    return read + [read[-1]] * (-(-FEWEST_TOKENS // max(1, length)) - len(read))
