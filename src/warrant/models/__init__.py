"""What a trained model is: load, predict, explain, describe; one folder per format. No training.

`MODELS` maps the `kind` of a model record to the function that loads its folder of files:

```python
model = MODELS.load(record.kind)(folder)
predictions = model.predict({"text": ["This lease is made between …"]})
```
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from warrant.catalog import Catalog
from warrant.models.model import (
    VALUE,
    Abstention,
    Contribution,
    Description,
    InputColumn,
    Predictions,
    TrainedModel,
)

__all__ = [
    "MODELS",
    "VALUE",
    "Abstention",
    "Contribution",
    "Description",
    "InputColumn",
    "Loader",
    "Predictions",
    "TrainedModel",
]

Loader = Callable[[Path], TrainedModel]
"""Loads the folder of one model format; raises InputError, one message per fault."""

MODELS = Catalog[Loader](
    kind="model format",
    group="warrant.models",
    builtin={
        "causal": "warrant.models.causal:load_causal",
        "classifier": "warrant.models.classifier:load_classifier",
        "encoder": "warrant.models.encoder:load_encoder_model",
        "encoder-chooser": "warrant.models.encoder:load_encoder_chooser",
        "encoder-tagger": "warrant.models.encoder:load_encoder_tagger",
        "linear": "warrant.models.linear:load_linear",
        "matching": "warrant.models.matching:load_matching",
        "tagger": "warrant.models.tagger:load_tagger",
        "trees": "warrant.models.trees:load_trees",
    },
)
"""Every model format on offer."""
