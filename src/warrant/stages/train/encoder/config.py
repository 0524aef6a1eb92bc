"""What may be chosen about training on an encoder."""

from __future__ import annotations

from dataclasses import dataclass

from warrant.models.encoder import Method  # noqa: TC001 - a packed job is read by its types

EPOCHS = {"frozen": 30, "lora": 8, "full": 5}
"""Most passes, where the recipe names no number; validation rows stop sooner."""

RATES = {"frozen": 3e-3, "lora": 1e-3, "full": 1e-4}
"""Largest learning rates, where the recipe names none."""


PATIENCE = {"frozen": 6, "lora": 2, "full": 2}
"""Passes without a better figure that are waited for, where nobody says."""


@dataclass(frozen=True)
class EncoderConfig:
    """Settings of the `encoder` tier beside those of all tiers."""

    method: Method = "full"
    """What is changed: the head alone, a few directions of the network, or all of it."""

    epochs: int | None = None
    """Most passes over the training rows; None: as `EPOCHS` says."""

    batch: int = 32
    """Rows that one update learns from."""

    learning_rate: float | None = None
    """The largest, after warming up; None: as `RATES` says."""

    warm_up: float = 0.06
    """Share of all updates in which the rate rises, 0 to 1; then it falls to zero."""

    weight_decay: float = 0.01
    """Of matrices; not of the words' vectors, biases and norms."""

    patience: int | None = None
    """Passes without a better figure on validation rows after which training stops; None: as
    `PATIENCE` says."""

    rank: int = 16
    """For `lora`: directions in which each matrix may change."""

    tokens_at_once: int = 4096
    """Tokens, padding among them, that are computed together; an update adds up as many as it
    needs. It bounds memory and changes no result beyond rounding."""

    @property
    def most_epochs(self) -> int:
        """Passes at most."""
        return self.epochs or EPOCHS[self.method]

    @property
    def largest_rate(self) -> float:
        """Learning rate at its largest."""
        return self.learning_rate or RATES[self.method]

    @property
    def waits(self) -> int:
        """Passes without a better figure that are waited for."""
        return PATIENCE[self.method] if self.patience is None else self.patience
