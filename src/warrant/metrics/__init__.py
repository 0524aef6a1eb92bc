"""Scores, intervals and floors: arithmetic only, on arrays of booleans.

```python
judged = Judged(labels, true, predicted, single=True)
value = score("macro_f1", judged)
intervals = bootstrap(judged, ("macro_f1",), Resampling(resamples=2000, seed=7))
```
"""

from warrant.metrics.floor import best_constant
from warrant.metrics.intervals import Interval, Resampling, bootstrap
from warrant.metrics.judged import Judged, judge
from warrant.metrics.scores import METRICS, LabelFigures, Undefined, confusion, per_label, score

__all__ = [
    "METRICS",
    "Interval",
    "Judged",
    "LabelFigures",
    "Resampling",
    "Undefined",
    "best_constant",
    "bootstrap",
    "confusion",
    "judge",
    "per_label",
    "score",
]
