"""The recipe's part about money: what training may cost, and what a month may cost."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from warrant.flow.recipe_fault import AdviceError
from warrant.flow.recipe_rows import Part

Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Budget(Part):
    """What may be spent. It never decides what is trained, only how far."""

    usd: Usd | None = None
    """US dollars that training may cost, earlier tries of the same work included; there it stops
    and keeps what is done."""
    usd_per_hour: Usd = 0.0
    """Price of an hour of the machine that trains; 0: it is your own."""
    month_usd: Usd | None = None
    """US dollars that a month of training and serving may cost, for `warrant plan --cost`."""

    @model_validator(mode="after")
    def _allows_something(self) -> Self:
        if self.usd == 0 and self.usd_per_hour:
            raise AdviceError(
                f"usd is 0 and an hour costs {self.usd_per_hour:g}: nothing could be trained",
                "Write a usd above 0 under budget, or take out usd_per_hour where the machine is "
                "your own",
            )
        return self
