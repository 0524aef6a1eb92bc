"""What training and serving will cost, before anything is spent."""

from warrant.flow.cost.plan import Candidate, CostPlan, plan_cost
from warrant.flow.cost.priced import Costed
from warrant.flow.cost.prices import Refreshed, current_book, refresh_prices
from warrant.flow.cost.serving import ServingLine, monthly

__all__ = [
    "Candidate",
    "CostPlan",
    "Costed",
    "Refreshed",
    "ServingLine",
    "current_book",
    "monthly",
    "plan_cost",
    "refresh_prices",
]
