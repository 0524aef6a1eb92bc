"""Golden lists of what an installation brings, and no import without a declaration."""

from __future__ import annotations

import re
import sys
import tomllib
from typing import Any

import pytest

from tests.architecture import house

BASE = [
    "cel-expr-python",
    "cryptography",
    "google-re2",
    "jinja2",
    "lightgbm",
    "lxml",
    "markupsafe",
    "matplotlib",
    "numpy",
    "py3langid",
    "pyarrow",
    "pydantic",
    "pypdfium2",
    "python-calamine",
    "python-oxmsg",
    "pyyaml",
    "rfc8785",
    "rich",
    "safetensors",
    "scikit-learn",
    "scipy",
    "starlette",
    "striprtf",
    "threadpoolctl",
    "typer",
    "uvicorn",
    "xlsxwriter",
]
EXTRAS = [
    "bench",
    "dev",
    "encoder",
    "fast",
    "gguf",
    "keyring",
    "llm",
    "ocr",
    "onnx",
    "peers",
    "postgres",
    "presidio",
    "ray",
    "s3",
]
NEVER = {"pymupdf", "litellm"}
NEVER_AT_RUN_TIME = NEVER | {"pymerkle"}  # GPL

DISTRIBUTION = {
    "huggingface_hub": "huggingface-hub",
    "PIL": "pillow",
    "oxmsg": "python-oxmsg",
    "re2": "google-re2",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "click": "typer",
}
"""Import names that differ from the distribution's; click is typer's own ground."""


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((house.ROOT / "pyproject.toml").read_text("utf-8"))[
        "project"
    ]
    return found


def plain(requirement: str) -> str:
    """Give the normal name of the distribution in a requirement."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def pins() -> dict[str, str]:
    lines = (house.ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_the_base_dependencies_are_these() -> None:
    assert sorted(map(plain, project()["dependencies"])) == BASE


def test_the_extras_are_these() -> None:
    assert sorted(project()["optional-dependencies"]) == EXTRAS


def test_what_must_never_run_with_us_is_nowhere() -> None:
    extras = project()["optional-dependencies"]
    everywhere = {plain(one) for extra in extras.values() for one in extra} | set(BASE)
    assert not everywhere & NEVER
    outside_tests = {
        plain(one) for name, extra in extras.items() if name != "peers" for one in extra
    }
    assert not (outside_tests | set(BASE)) & NEVER_AT_RUN_TIME


def test_everything_a_task_installs_is_pinned() -> None:
    extras = project()["optional-dependencies"]
    wanted = set(BASE) | {
        plain(one)
        for name in ("dev", "llm", "encoder", "peers", "ray", "bench")
        for one in extras[name]
    }
    assert sorted(wanted - {"warrant-ml"} - set(pins())) == []


def test_every_pin_is_one_version_and_the_list_is_sorted() -> None:
    names = list(pins())
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"[0-9][0-9a-z.+]*", version) for version in pins().values())


def test_nothing_is_imported_that_is_not_declared() -> None:
    extras = project()["optional-dependencies"]
    brought = {name: {plain(one) for one in extra} for name, extra in extras.items()}
    at_run_time = set(BASE).union(
        *(brought[name] for name in brought if name not in {"dev", "peers", "bench"}),
        {"huggingface-hub", "tokenizers"},  # parts of transformers
    )
    # The test kit for plug-in authors runs under their test runner.
    declared = {"testing": at_run_time | {"hypothesis", "pytest"}}
    unknown = {
        (house.shown(path), name)
        for path in house.sources()
        for name in house.imported(path) - set(sys.stdlib_module_names)
        if name.split(".")[0] != "warrant"
        and DISTRIBUTION.get(name, plain(name)) not in declared.get(house.room(path), at_run_time)
    }
    assert sorted(unknown) == []


def test_nothing_is_declared_that_is_not_imported() -> None:
    if not (house.PACKAGE / "cli" / "__init__.py").exists():
        pytest.skip("not built yet: warrant.cli")
    names = {name for path in house.sources() for name in house.imported(path)}
    used = {DISTRIBUTION.get(name, plain(name)) for name in names}
    assert sorted(set(BASE) - used) == []


def test_the_stand_alone_programs_need_only_the_standard_library() -> None:
    found = {
        name: sorted(house.imported(house.ROOT / name) - set(sys.stdlib_module_names))
        for name in house.STANDALONE
        if (house.ROOT / name).exists()
    }
    assert {name: extra for name, extra in found.items() if extra} == {}
