"""What may be chosen about the tier `causal`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["lora", "qlora", "full"]


@dataclass(frozen=True)
class CausalConfig:
    """Settings of one training run of a model that writes text."""

    method: Method = "lora"
    """`lora`: small matrices beside the frozen ones; `qlora`: the frozen ones in 4 bits, on a card
    alone; `full`: all weights."""

    backend: Literal["own", "trl"] = "own"
    """Whose loop: ours, or that of the library TRL."""

    length: int = 1024
    """Most tokens of a row, and of a packed sequence."""

    overlong: Literal["refuse", "drop"] = "refuse"
    """What happens to rows of more tokens: training stops before it begins, or goes without."""

    epochs: int = 1
    """Passes over the rows."""

    batch: int = 8
    """Rows, or packed sequences, of one update."""

    micro_batch: int | None = None
    """Of those, so many are computed at once; None: one."""

    learning_rate: float = 2e-4
    """Of AdamW, at its highest."""

    warmup: float = 0.05
    """Part of the updates over which it rises; then it falls as a cosine."""

    clip: float = 1.0
    """Longest gradient, Euclidean."""

    rank: int = 16
    """Of the small matrices."""

    alpha: int = 32
    """What they add is multiplied by alpha / rank."""

    packing: bool = True
    """Several rows in one sequence; none sees another."""

    train_embeddings: bool = False
    """Of `lora`: embeddings and head are trained as well."""

    save: Literal["merged", "adapter"] = "merged"
    """What the model's folder holds: whole weights, or what was learnt and the base's digest."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """Of the network's arithmetic; what is learnt is kept in float32."""

    recompute: Literal["auto", "never", "always"] = "auto"
    """Whether layers are computed twice to save memory; `auto`: where they would not fit."""

    shard: Literal["auto", "never", "always"] = "auto"
    """Of several processes: whether they share out the weights as well; `auto`: where the whole of
    them in each would not fit."""

    template: str | None = None
    """Text of the chat template; None: the base model's own."""

    answer: int = 256
    """Most tokens that the trained model says."""

    keep_every: int = 50
    """A checkpoint after so many updates; one is always written at a stop."""
