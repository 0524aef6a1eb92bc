"""What is seen of the settings of a model that writes text, and of the room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.stages.train.backend import Finding

if TYPE_CHECKING:
    from warrant.stages.train.causal.config import CausalConfig

HIGHEST_RATE = 0.05
"""A higher rate of learning destroys what the base knows."""


def settings_findings(config: CausalConfig) -> list[Finding]:
    """Look at settings that would fail, or spoil the result, after hours.

    Args:
        config: of the tier.

    Returns:
        What is wrong with them.
    """
    found = []
    if config.epochs < 1 or config.batch < 1 or config.length < 1:
        found.append(
            _error(
                "nothing-to-do",
                "Epochs, batch and length must be 1 or more.",
                "Write under train: epochs: 1, batch: 8, length: 1024",
            )
        )
    micro = config.micro_batch
    if micro is not None and (micro < 1 or config.batch % micro):
        found.append(
            _error(
                "accumulation-uneven",
                f"A batch of {config.batch} cannot be computed {micro} at a time.",
                f"Write under train: causal: {{micro_batch: {_divisor(config.batch, micro)}}}",
            )
        )
    usual = "2e-5" if config.method == "full" else "2e-4"
    if not 0 < config.learning_rate <= HIGHEST_RATE:
        found.append(
            _error(
                "learning-rate",
                f"A learning rate of {config.learning_rate:g} learns nothing or destroys the base.",
                f"Write under train: learning_rate: {usual}",
            )
        )
    if config.method != "full" and config.rank < 1:
        found.append(
            _error(
                "rank", "A rank of 0 has nothing to learn.", "Write under train: causal: {rank: 16}"
            )
        )
    if config.train_embeddings and config.method != "full" and config.save == "adapter":
        found.append(
            _error(
                "embeddings-in-adapter",
                "An adapter with trained embeddings is refused by the programs that would load it.",
                "Write under train: causal: {save: merged}, or take train_embeddings out.",
            )
        )
    return found


def budget_findings(usd: float | None) -> list[Finding]:
    """Look whether there is a budget to spend.

    Args:
        usd: the ceiling of the run, in US dollars; None: there is none.

    Returns:
        An error for a ceiling of nothing.
    """
    if usd is None or usd > 0:
        return []
    what = f"The budget is {usd:g} US dollars: training would stop at its first step."
    return [_error("no-budget", what, "Write under train: budget: {usd: 5}, or take it out.")]


def room_findings(peak_bytes: float, memory_bytes: int | None) -> list[Finding]:
    """Look whether the model, and what training keeps beside it, fits.

    Args:
        peak_bytes: the least that it will take.
        memory_bytes: of the device that computes; None: not known.

    Returns:
        An error where it cannot fit.
    """
    if memory_bytes is None or peak_bytes <= memory_bytes:
        return []
    what = (
        f"Training would take {peak_bytes / 1e9:.3g} GB of memory, and there are "
        f"{memory_bytes / 1e9:.3g} GB."
    )
    do = (
        "Choose a smaller base model, method: lora in place of full, a smaller length, or a "
        "machine with more memory: warrant plan --cost"
    )
    return [_error("out-of-memory", what, do)]


def _divisor(batch: int, micro: int) -> int:
    return max((one for one in range(1, max(1, micro) + 1) if batch % one == 0), default=1)


def _error(code: str, what: str, do: str) -> Finding:
    return Finding("error", what, do, code)
