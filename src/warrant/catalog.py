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
This is the only module of the package that imports by name; so it is also where a package's public
names are loaded from when they are first asked for.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from warrant import __version__
from warrant.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from importlib.metadata import EntryPoints, SelectableGroups

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

    def load(self) -> object:
        """Give what stands there.

        Returns:
            a class, a function, an object.

        Raises:
            ImportError: there is no such module.
            AttributeError: it has no such attribute.
        """
        module, _, attribute = self.target.partition(":")
        found: object = getattr(import_module(module), attribute)
        return found


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
        found = {name: Place(target, OURS, __version__) for name, target in self.builtin.items()}
        for entry in _offered(tuple(sys.path)).select(group=self.group):
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
        place = self.place(name)
        try:
            return cast("T", place.load())
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


@lru_cache(maxsize=1)
def _offered(
    path: tuple[str, ...],  # noqa: ARG001 - where packages are looked for
) -> EntryPoints | SelectableGroups:
    """Read once what all distributions offer; each catalog takes its group of it."""
    # Here, because the module takes longer to import than all the rest of this floor.
    from importlib.metadata import entry_points

    return entry_points()


def loads_on_demand(
    package: str, names: Collection[str], homes: Sequence[str]
) -> Callable[[str], object]:
    """Give the `__getattr__` of a package whose public names are loaded on first use (PEP 562).

    Args:
        package: its `__name__`.
        names: its `__all__`; none of them is a module of the package too.
        homes: its modules that define them, the lightest first.

    Returns:
        a function from a name to what bears it.
    """

    def load(name: str) -> object:
        if name in names:
            for home in homes:
                module = import_module(f"{package}.{home}")
                if hasattr(module, name):
                    found: object = getattr(module, name)
                    setattr(import_module(package), name, found)  # asked for once
                    return found
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return load
