"""The recipe's part about models that write text, beside what all tiers share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from warrant.flow.recipe_rows import Part, Text


class Causal(Part):
    """Settings of `tier: causal` alone."""

    backend: Literal["own", "trl"] = "own"
    """Whose loop trains: ours, which goes on bit by bit after a kill, or that of TRL."""
    template: Text | None = None
    """File with a chat template (Jinja) beside the recipe; left out: the base model's own."""
    overlong: Literal["refuse", "drop"] = "refuse"
    """Rows of more tokens than `length`: training stops before it begins, or goes without them."""
    packing: bool = True
    """Several rows in one sequence; none sees another."""
    micro_batch: Annotated[int, Field(ge=1)] | None = None
    """Sequences of a batch that are computed at once; left out: one."""
    rank: Annotated[int, Field(ge=1, le=1024)] = 16
    """Of LoRA: width of the small matrices."""
    alpha: Annotated[int, Field(ge=1)] = 32
    """Of LoRA: what they add is multiplied by alpha / rank."""
    train_embeddings: bool = False
    """Of LoRA: embeddings and head are trained as well."""
    save: Literal["merged", "adapter"] = "merged"
    """What the model holds: whole weights, or what was learnt and the digest of its base; of
    `qlora` always the latter."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Of the network's arithmetic."""
    recompute: Literal["auto", "never", "always"] = "auto"
    """Layers computed twice to save memory; `auto`: as few as make it fit."""
    shard: Literal["auto", "never", "always"] = "auto"
    """Of several `processes`: whether they share out the weights as well (FSDP2); `auto`: where the
    whole of them in each would take over half of its memory."""
    answer: Annotated[int, Field(ge=1, le=32768)] = 256
    """Most tokens that the trained model says."""
    keep_every: Annotated[int, Field(ge=1)] = 50
    """Updates between two checkpoints."""
