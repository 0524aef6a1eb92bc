"""Texts computed one behind the other: nothing is computed for what only fills up.

A network works on each token by itself but where it attends. So the tokens of all texts stand in
one row, and only there are they laid out text by text, shorter ones filled up.

Law: packed, a network gives every token of every text the vector that it has padded, up to the last
digits of its numbers.

Source: Krell et al., "Efficient sequence packing without cross-contamination" (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from warrant.models.base.network import PLACES_AFTER_PADDING

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKED = "warrant_texts"
"""Name of our attention in the transformers library."""

_FAMILIES = frozenset(
    (
        "albert",
        "bert",
        "camembert",
        "data2vec-text",
        "distilbert",
        "electra",
        "ernie",
        "roberta",
        "roberta-prelayernorm",
        "xlm-roberta",
    )
)
"""Architectures in which every token attends to its whole text; all others are computed padded."""

LONGEST_PLAIN = 512
"""Tokens of a text up to which attention is computed by plain products, whose memory grows with
their square."""

_NEVER = -1e4
"""Added to the score of what is not there: its share is zero, in bf16 too."""


def may_pack(family: str) -> bool:
    """Say whether texts are computed one behind the other in networks of a family.

    Args:
        family: `model_type` of the network's settings.

    Returns:
        True for those whose attention looks at the whole of each text.
    """
    return family in _FAMILIES


@dataclass(frozen=True)
class Layout:
    """Where the tokens of some texts stand, packed and padded."""

    texts: int
    longest: int
    packed: Any = None
    """Shape (texts x longest,): for each padded place the packed one, 0 where nothing is; None:
    all texts are equally long."""
    real: Any = None
    """Shape (tokens,): for each packed place the padded one."""
    absent: Any = None
    """Shape (texts, 1, 1, longest): what is added to scores, 0 where a token is."""

    @classmethod
    def of(cls, mask: Any, texts: int, longest: int) -> Self:  # noqa: ANN401 - a tensor or None
        """Make the layout of a batch.

        Args:
            mask: shape (texts, longest): 1 where a token is; None: everywhere.
            texts: in the batch.
            longest: tokens of the longest.

        Returns:
            The layout.
        """
        import torch

        if mask is None:
            return cls(texts, longest)
        is_there = mask.bool()
        real = is_there.reshape(-1).nonzero()[:, 0]
        packed = torch.zeros(texts * longest, dtype=torch.int64)
        packed[real] = torch.arange(len(real))
        absent = torch.zeros(texts, 1, 1, longest)
        absent.masked_fill_(~is_there[:, None, None, :], _NEVER)
        return cls(texts, longest, packed, real, absent)

    def pack(self, values: Any) -> Any:  # noqa: ANN401 - tensors
        """Give shape (1, tokens, …) for shape (texts, longest, …)."""
        flat = values.reshape(-1, *values.shape[2:])
        return (flat if self.real is None else flat[self.real])[None]

    def pad(self, values: Any) -> Any:  # noqa: ANN401 - tensors
        """Give shape (texts, longest, …) for shape (1, tokens, …); what fills up has no meaning."""
        flat = values[0] if self.packed is None else values[0].index_select(0, self.packed)
        return flat.view(self.texts, self.longest, *values.shape[2:])


def packed_states(network: Any, batch: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of torch
    """Give each token a vector.

    Args:
        network: of a family that may be packed, its attention switched to `PACKED`.
        batch: as `Encoder.arguments` gives it.

    Returns:
        Shape (texts, longest, width); what fills up has no meaning.
    """
    import torch

    ids = batch["input_ids"]
    layout = Layout.of(batch.get("attention_mask"), *ids.shape)
    config = network.config
    first = int(config.pad_token_id) + 1 if config.model_type in PLACES_AFTER_PADDING else 0
    places = torch.arange(first, first + layout.longest).expand(ids.shape)
    parts = batch.get("token_type_ids")
    states = network(
        input_ids=layout.pack(ids),
        position_ids=layout.pack(places),
        layout=layout,
        **({} if parts is None else {"token_type_ids": layout.pack(parts)}),
    ).last_hidden_state
    return layout.pad(states)


def attend_packed(
    module: Any,  # noqa: ANN401 - of an optional library
    query: Any,  # noqa: ANN401
    key: Any,  # noqa: ANN401
    value: Any,  # noqa: ANN401
    attention_mask: Any,  # noqa: ANN401
    scaling: float | None = None,
    dropout: float = 0.0,
    **more: Any,  # noqa: ANN401
) -> tuple[Any, None]:
    """Attend within each text; see transformers' attention functions.

    Args:
        module: the layer's attention.
        query: shape (1, heads, tokens, width).
        key: as `query`.
        value: as `query`.
        attention_mask: none: the layout tells what is there.
        scaling: of the scores.
        dropout: none: no share of attention is left out.
        **more: `layout` of the texts.

    Returns:
        Shape (1, tokens, heads, width); no weights.
    """
    import torch

    del module, attention_mask, dropout
    layout: Layout = more["layout"]
    by_text = [layout.pad(one.transpose(1, 2)).transpose(1, 2) for one in (query, key, value)]
    if layout.longest > LONGEST_PLAIN:
        mask = None if layout.absent is None else layout.absent.to(query.dtype)
        found = torch.nn.functional.scaled_dot_product_attention(
            *by_text, attn_mask=mask, scale=scaling
        )
        return layout.pack(found.transpose(1, 2)), None
    scores = torch.matmul(by_text[0], by_text[1].transpose(-1, -2)) * scaling
    if layout.absent is not None:
        scores = scores + layout.absent.to(scores.dtype)
    with torch.autocast("cpu", enabled=False):  # its sums are exact enough in either precision
        shares = torch.softmax(scores, dim=-1)
    return layout.pack(torch.matmul(shares, by_text[2]).transpose(1, 2)), None


def switch_attention(network: Any, *, packed: bool) -> None:  # noqa: ANN401 - of torch
    """Let a network attend within packed texts, or as the transformers library does by itself.

    Args:
        network: of a family that may be packed.
        packed: which of the two.
    """
    import transformers

    transformers.AttentionInterface.register(PACKED, attend_packed)
    network.config._attn_implementation = PACKED if packed else "sdpa"  # noqa: SLF001 - its switch
