"""Scores, errors, intervals, costs and curves: arithmetic only, on arrays.

```python
judged = Judged(labels, true, predicted, single=True)
value = score("macro_f1", judged)
found = measure([counting(judged)], Resampling(resamples=2000, seed=7))
interval = found[Figure("macro_f1")]
```
"""

from warrant.metrics.convention import NO_LABEL, counted
from warrant.metrics.costs import Prices, cheapest_constant, costing, row_costs
from warrant.metrics.distances import half_closer_than, missing_by
from warrant.metrics.floor import base_rates, best_constant, best_number
from warrant.metrics.judged import Judged, judge
from warrant.metrics.measure import Family, Figure, Interval, Resampling, measure
from warrant.metrics.probabilities import answer_probability, probing
from warrant.metrics.ranks import ranking
from warrant.metrics.scores import (
    METRICS,
    LabelFigures,
    Undefined,
    confusion,
    counting,
    per_label,
    score,
)

__all__ = [
    "METRICS",
    "NO_LABEL",
    "Family",
    "Figure",
    "Interval",
    "Judged",
    "LabelFigures",
    "Prices",
    "Resampling",
    "Undefined",
    "answer_probability",
    "base_rates",
    "best_constant",
    "best_number",
    "cheapest_constant",
    "confusion",
    "costing",
    "counted",
    "counting",
    "half_closer_than",
    "judge",
    "measure",
    "missing_by",
    "per_label",
    "probing",
    "ranking",
    "row_costs",
    "score",
]
