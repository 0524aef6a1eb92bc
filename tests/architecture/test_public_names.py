"""The golden list of what `import warrant` offers."""

from __future__ import annotations

import importlib
import importlib.metadata

import pytest

import warrant

PUBLIC = ["Bundle", "Workspace", "__version__", "verify"]
MOST = 25


def test_the_public_names_are_these() -> None:
    assert sorted(warrant.__all__) == PUBLIC
    assert dir(warrant) == PUBLIC
    assert len(warrant.__all__) <= MOST


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_loads_on_first_use_and_stays(name: str) -> None:
    home = warrant._HOMES.get(name)
    if home and not hasattr(importlib.import_module(home), name):
        pytest.skip(f"not built yet: {home}.{name}")
    found = getattr(warrant, name)
    assert found is not None
    assert vars(warrant)[name] is found


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'warrant' has no attribute 'Workshop'"):
        getattr(warrant, "Workshop")  # noqa: B009 - a name that no type checker may see


def test_the_installed_version_is_the_one_in_the_code() -> None:
    assert importlib.metadata.version("warrant-ml") == warrant.__version__
