"""Scores, errors, intervals, paired tests, costs and curves: arithmetic only, on arrays.

```python
judged = Judged(labels, true, predicted, single=True)
value = score("macro_f1", judged)
found = measure([counting(judged)], Resampling(resamples=2000, seed=7))
interval = found[Figure("macro_f1")]
```
"""

from warrant.metrics.conformal import fewest_rows, label_nonconformity, label_sets, quantile
from warrant.metrics.convention import NO_LABEL, counted
from warrant.metrics.costs import Prices, cheapest_constant, costing, row_costs
from warrant.metrics.distances import half_closer_than, missing_by
from warrant.metrics.floor import base_rates, best_constant, best_number
from warrant.metrics.judged import Judged, judge
from warrant.metrics.measure import Family, Figure, Interval, Method, Resampling, measure
from warrant.metrics.paired import Comparison, Difference, McNemar, mcnemar, paired_bootstrap
from warrant.metrics.probabilities import answer_probability, probing
from warrant.metrics.ranks import ranking
from warrant.metrics.scorer import SCORERS, Scorer, scoring
from warrant.metrics.scores import (
    METRICS,
    LabelFigures,
    Undefined,
    confusion,
    counting,
    per_label,
    score,
)
from warrant.metrics.selective import Abstaining, abstain_below, area_under_risk, share_bounds
from warrant.metrics.several import holm
from warrant.metrics.weak import Part, Weak, find_weak, worse_than_rest

__all__ = [
    "METRICS",
    "NO_LABEL",
    "SCORERS",
    "Abstaining",
    "Comparison",
    "Difference",
    "Family",
    "Figure",
    "Interval",
    "Judged",
    "LabelFigures",
    "McNemar",
    "Method",
    "Part",
    "Prices",
    "Resampling",
    "Scorer",
    "Undefined",
    "Weak",
    "abstain_below",
    "answer_probability",
    "area_under_risk",
    "base_rates",
    "best_constant",
    "best_number",
    "cheapest_constant",
    "confusion",
    "costing",
    "counted",
    "counting",
    "fewest_rows",
    "find_weak",
    "half_closer_than",
    "holm",
    "judge",
    "label_nonconformity",
    "label_sets",
    "mcnemar",
    "measure",
    "missing_by",
    "paired_bootstrap",
    "per_label",
    "probing",
    "quantile",
    "ranking",
    "row_costs",
    "score",
    "scoring",
    "share_bounds",
    "worse_than_rest",
]
