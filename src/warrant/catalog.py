"""Catalogs: the one plug-in mechanism, from a name to a factory loaded on first use.

A room declares its catalog beside its protocol:

```python
FILTERS = Catalog[type[Filter]](
    kind="filter",
    group="warrant.filters",
    builtin={"min_words": "warrant.stages.curate.builtin.length:MinWords"},
)
```

Other distributions add names through the entry-point group. Nothing is imported before it is asked
for. Recipes hold names, never dotted paths: a data file cannot choose code that nobody installed.
This is the only module of the package that imports by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from warrant import __version__
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

OURS = "warrant-ml"
"""Name of the distribution that owns every built-in plug-in."""


class Place(NamedTuple):
    """Where a plug-in comes from, as a step's claim records it."""

    target: str
    """`module:attribute`, as in an entry point."""

    distribution: str
    """Name of the distribution that offers it."""

    version: str
    """Version of that distribution."""


@dataclass(frozen=True)
class Catalog(Generic[T]):
    """All plug-ins of one kind, by name.

    Args:
        kind: the word for one of them in messages: "filter".
        group: the entry-point group in which other distributions offer theirs.
        builtin: our own, name to `module:attribute`.
    """

    kind: str
    """The word for one plug-in in messages."""

    group: str
    """The entry-point group of other distributions."""

    builtin: Mapping[str, str]
    """Our own plug-ins, name to `module:attribute`."""

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each name is loaded from; two owners of one name are an error, not a choice."""
        # Here, because the module takes longer to import than all the rest of this floor.
        from importlib.metadata import entry_points

        found = {name: Place(target, OURS, __version__) for name, target in self.builtin.items()}
        for entry in entry_points(group=self.group):
            if entry.name in found:
                raise InputError(
                    f"Two places offer the {self.kind} {entry.name!r}: "
                    f"{found[entry.name].target} and {entry.value}.",
                    do="Uninstall one of the packages, or rename its entry.",
                )
            owner = (entry.dist.name, entry.dist.version) if entry.dist else ("unknown", "")
            found[entry.name] = Place(entry.value, *owner)
        return found

    def names(self) -> list[str]:
        """List every name on offer, sorted, without importing any of them."""
        return sorted(self.places)

    def place(self, name: str) -> Place:
        """Say where a plug-in comes from, without importing it.

        Args:
            name: as written in a recipe.

        Returns:
            its target, distribution and version.

        Raises:
            InputError: nobody offers this name, or two do.
        """
        if name not in self.places:
            raise InputError(f"No {self.kind} is called {name!r}.", do=self._advice(name))
        return self.places[name]

    def load(self, name: str) -> T:
        """Import a plug-in and give its factory.

        Args:
            name: as written in a recipe.

        Returns:
            what stands at its place: a class, a function, an object.

        Raises:
            InputError: nobody offers this name, two do, or its place cannot be imported.
        """
        from importlib import import_module

        place = self.place(name)
        module_name, _, attribute = place.target.partition(":")
        try:
            return cast("T", getattr(import_module(module_name), attribute))
        except (ImportError, AttributeError) as error:
            raise InputError(
                f"The {self.kind} {name!r} of {place.distribution} cannot be loaded "
                f"from {place.target!r}: {error}.",
                do=f"Install {place.distribution} again, or choose another {self.kind}.",
            ) from error

    def _advice(self, name: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name, self.names(), n=1)
        if near:
            return f"Did you mean {near[0]!r}?"
        if not self.places:
            return f"None is installed: a package offers one in the group {self.group!r}."
        return f"There are: {', '.join(self.names())}."
