"""The room that answers: one code path from a row to its answer, in batches and over HTTP.

```python
answerer = Answerer(model, served)
answers = answerer.answer([{"text": "This lease is made between …"}])
```

`batch` writes a sheet of answers part by part and goes on after a kill; `server` answers on this
machine alone. Both ask the same `Answerer`, so that they cannot differ.
"""

from warrant.serve.answer import Answer, Answerer, Nearest, Served

__all__ = ["Answer", "Answerer", "Nearest", "Served"]
