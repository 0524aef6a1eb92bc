"""The inference server: the same answers as a batch, over HTTP, on this machine alone.

```python
app = make_app(Service(answerer, card))
```

It says "not logged" in each answer and on its page, and writes no row anywhere.
"""

from warrant.serve.server.app import make_app
from warrant.serve.server.limits import Limits
from warrant.serve.server.service import Service

__all__ = ["Limits", "Service", "make_app"]
