"""Base models: encoders trained elsewhere, found, checked and pinned before a byte is used.

```python
base = find_base("minilm", root=Path("."))  # or "./folder", or "org/name" with a revision
base.record.licence  # from the folder's own card; None: nobody said
copy_base(base, job.folder)  # config.json, model.safetensors, tokenizer.json, base.json
encoder = load_encoder(job.folder)
Embedder(encoder, "float32").embed(texts)  # (texts, width); a text alone has the same numbers
```

Weights are safetensors, tokenizers are `tokenizer.json`; pickle and code of a model's own are
refused. A model holds the files of its base, so that a bundle answers without a network.
"""

from warrant.models.base.check import check_base, check_config
from warrant.models.base.embed import Embedder
from warrant.models.base.find import Base, copy_base, find_base
from warrant.models.base.network import (
    Encoder,
    load_encoder,
    load_libraries,
    load_tokenizer,
    one_thread,
    read_config,
    read_longest,
)
from warrant.models.base.precision import Precision, choose_precision, measure_bf16_gain
from warrant.models.base.record import FILES, RECORD, BaseFile, BaseRecord, base_facts, read_base

__all__ = [
    "FILES",
    "RECORD",
    "Base",
    "BaseFile",
    "BaseRecord",
    "Embedder",
    "Encoder",
    "Precision",
    "base_facts",
    "check_base",
    "check_config",
    "choose_precision",
    "copy_base",
    "find_base",
    "load_encoder",
    "load_libraries",
    "load_tokenizer",
    "measure_bf16_gain",
    "one_thread",
    "read_base",
    "read_config",
    "read_longest",
]
