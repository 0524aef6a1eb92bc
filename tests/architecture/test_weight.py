"""How heavy an installation is, by what is declared; tests/slow/test_wheel.py weighs a real one."""

from __future__ import annotations

from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.test_dependencies import project

MOST_PACKAGES = 65
MOST_BYTES = 900 * 1000 * 1000
"""Bytecode left out: DESIGN, section 9."""


def closure(requirements: list[str]) -> dict[str, Distribution]:
    """Give every distribution that some requirements bring, here and now, by normal name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(one), "") for one in requirements]
    while waiting:
        wanted, extra = waiting.pop()
        if wanted.marker and not wanted.marker.evaluate({**default_environment(), "extra": extra}):
            continue
        name = canonicalize_name(wanted.name)
        for chosen in ("", *wanted.extras):
            if (name, chosen) not in seen:
                seen.add((name, chosen))
                found[name] = distribution(name)
                waiting += [(Requirement(one), chosen) for one in found[name].requires or ()]
    return found


def size(one: Distribution) -> int:
    paths = (Path(str(file.locate())) for file in one.files or () if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())


def test_the_base_installation_has_at_most_65_packages_with_warrant_itself() -> None:
    found = closure(project()["dependencies"])
    assert "numpy" in found
    assert len(found) + 1 <= MOST_PACKAGES, sorted(found)


@pytest.mark.slow
def test_the_base_installation_has_at_most_900_megabytes() -> None:
    sizes = {name: size(one) for name, one in closure(project()["dependencies"]).items()}
    heaviest = sorted(sizes, key=sizes.__getitem__, reverse=True)[:10]
    assert sizes["scipy"] > 10**7  # what is weighed is there
    assert sum(sizes.values()) <= MOST_BYTES, [(name, sizes[name]) for name in heaviest]
