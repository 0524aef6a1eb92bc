"""Warrant: small models on your own domain data, with proof of what they were trained on.

A tour of the house, from the ground up. Each floor imports only floors below it.

* `warrant.errors` and `warrant.catalog`: every error in one tree; plug-ins by name.
* `warrant.kernel` proves: canonical JSON, digests, store, statements, Merkle log, verification.
* `warrant.records` name: one file per noun that crosses a wall between rooms.
* `warrant.policy` decides: typed facts, rules in CEL, packs of rules as data.
* `warrant.engine` keeps rows on disk, `warrant.metrics` measure, `warrant.models` predict.
* `warrant.stages` compute: from digests to digests. They never sign, never log, never meet.
* `warrant.serve` answers: batches, and a server on this machine.
* `warrant.flow` commits: policy, step, store, signature, log entry, checkpoint, in that order.
* `warrant.cli` shows. No rule lives there.
* `warrant.testing` proves a plug-in: the test kit for its author.

The whole main job, as a program:

```python
from warrant import Workspace

workspace = Workspace.open("my-model")
workspace.run()
workspace.predict("new/", "answers.xlsx")
```

Public names are loaded when they are first asked for, so that `import warrant` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warrant.flow import Bundle, Workspace, verify

__version__ = "0.1.0"

__all__ = ["Bundle", "Workspace", "__version__", "verify"]

_HOMES = dict.fromkeys(("Bundle", "Workspace", "verify"), "warrant.flow")


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found  # asked for once: the next look-up does not come here
    return found


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
