"""How much memory training takes, and whether layers must be computed twice to fit.

The figures are bounds: weights, what is learnt with its gradient and two moments, what a layer
keeps for the way back, and the scores of one piece of a sequence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warrant.stages.train.causal.config import CausalConfig

LEARNT_BYTES = 16
"""Of each number that is learnt: itself, its gradient, two moments, in float32."""

HEAD_PIECE = 1024
"""Tokens whose scores over the vocabulary are computed at once."""

SPARE = 0.9
"""Part of the free memory that is used: the rest is left to the allocator."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a network that decide its memory."""

    parameters: int
    layers: int
    hidden: int
    inner: int
    """Width of the feed-forward part."""
    vocabulary: int
    key_values: int
    """Width of keys, and of values."""

    @classmethod
    def of(cls, config: Mapping[str, Any], parameters: int) -> Shape:
        """Read the sizes out of a base model's settings.

        Args:
            config: `config.json`.
            parameters: of the base.

        Returns:
            The sizes; 1 where nothing is said.
        """
        hidden = int(config.get("hidden_size", 1))
        heads = max(1, int(config.get("num_attention_heads", 1)))
        return cls(
            parameters=parameters,
            layers=int(config.get("num_hidden_layers", 1)),
            hidden=hidden,
            inner=int(config.get("intermediate_size", 4 * hidden)),
            vocabulary=int(config.get("vocab_size", 1)),
            key_values=int(config.get("num_key_value_heads") or heads) * hidden // heads,
        )

    def learnt(self, config: CausalConfig) -> int:
        """Count the numbers that are learnt."""
        if config.method == "full":
            return self.parameters
        width, inner, values = self.hidden, self.inner, self.key_values
        layer = config.rank * (2 * (width + width) + 2 * (width + values) + 3 * (width + inner))
        both = 2 * self.vocabulary * width if config.train_embeddings else 0
        return self.layers * layer + both


def fixed_bytes(shape: Shape, config: CausalConfig) -> float:
    """Give what is there before the first token: weights, and what is learnt.

    Args:
        shape: of the network.
        config: of the tier.

    Returns:
        Bytes.
    """
    learnt = shape.learnt(config)
    if config.method == "full":
        return float(learnt * LEARNT_BYTES)
    each = {"qlora": 0.6, "lora": _width(config)}[config.method]
    return shape.parameters * each + learnt * LEARNT_BYTES


def token_bytes(shape: Shape, config: CausalConfig, *, recompute: bool) -> float:
    """Give what one token of a sequence keeps for the way back.

    Args:
        shape: of the network.
        config: of the tier.
        recompute: whether layers are computed twice, so that only their inputs are kept.

    Returns:
        Bytes.
    """
    width = _width(config)
    one = shape.hidden * width
    kept = 8 * shape.hidden + 2 * shape.key_values + 4 * shape.inner
    layer = kept * width * (1.35 if config.method != "full" else 1.0)
    return shape.layers * one + layer if recompute else shape.layers * layer


def head_bytes(shape: Shape, tokens: int) -> float:
    """Give what the scores of one piece take, with their gradient.

    Args:
        shape: of the network.
        tokens: of the sequence.

    Returns:
        Bytes.
    """
    return float(min(tokens, HEAD_PIECE) * shape.vocabulary * 4 * 3)


def peak_bytes(shape: Shape, config: CausalConfig, tokens: int, *, recompute: bool) -> float:
    """Give the most memory of a step.

    Args:
        shape: of the network.
        config: of the tier.
        tokens: computed at once.
        recompute: as for `token_bytes`.

    Returns:
        Bytes.
    """
    return (
        fixed_bytes(shape, config)
        + tokens * token_bytes(shape, config, recompute=recompute)
        + head_bytes(shape, tokens)
    )


def layers_to_recompute(
    shape: Shape, config: CausalConfig, tokens: int, free_bytes: int | None
) -> int:
    """Choose how many layers are computed twice: as few as fit.

    Args:
        shape: of the network.
        config: of the tier.
        tokens: computed at once.
        free_bytes: of the device, before the network is there; None: not known.

    Returns:
        From 0, none, to all layers.
    """
    if config.recompute != "auto":
        return shape.layers if config.recompute == "always" else 0
    if free_bytes is None:
        return 0
    room = free_bytes * SPARE - fixed_bytes(shape, config) - head_bytes(shape, tokens)
    whole = token_bytes(shape, config, recompute=False) * tokens
    if whole <= room:
        return 0
    one = whole / max(1, shape.layers)
    saved = one - tokens * shape.hidden * _width(config)
    needed = (whole + one - room) / max(saved, 1.0)
    return min(shape.layers, max(1, int(needed) + 1))


def must_shard(
    shape: Shape, config: CausalConfig, processes: int, memory_bytes: int | None
) -> bool:
    """Say whether several processes share out the weights.

    Args:
        shape: of the network.
        config: of the tier.
        processes: that train together.
        memory_bytes: that each of them has; None: not known.

    Returns:
        As the settings say; where they leave it open, True when a whole network in each would take
        over half of it.
    """
    if processes == 1 or config.shard != "auto":
        return processes > 1 and config.shard == "always"
    return memory_bytes is not None and 2 * fixed_bytes(shape, config) > memory_bytes


def _width(config: CausalConfig) -> int:
    return 2 if config.precision == "bfloat16" else 4
