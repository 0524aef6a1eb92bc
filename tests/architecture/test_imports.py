"""Who imports whom, and what an import may do."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

import warrant
from tests.architecture import house

if TYPE_CHECKING:
    from pathlib import Path

BUILT = sorted({house.room(path) for path in house.sources()} - {"warrant"})
KERNEL_MAY_IMPORT = {
    "cryptography",
    "rfc8785",
    "warrant.kernel",
    "warrant.catalog",
    "warrant.errors",
}
# The system keyring is one of three places a passphrase may come from; absent, the next is asked.
ASKED_WHEN_INSTALLED = {"src/warrant/kernel/passphrase.py": {"keyring"}}
MAY_IMPORT_BY_NAME = {"src/warrant/__init__.py", "src/warrant/catalog.py"}
IMPORTERS = {"import_module", "__import__"}
HEAVY = {
    "cel_expr_python",
    "jinja2",
    "numpy",
    "pandas",
    "pyarrow",
    "safetensors",
    "scipy",
    "sklearn",
    "torch",
}


def settings() -> dict[str, Any]:
    text = (house.ROOT / "pyproject.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)["tool"]["importlinter"]
    return found


def lint(folder: Path, package: Path) -> subprocess.CompletedProcess[str]:
    """Run our contracts on the package in `package`, from `folder`.

    Modules that are not there are left out, because a room may come later; `make check` runs the
    contracts as they stand and refuses a misspelt one.
    """
    config = settings()
    for contract in config["contracts"]:
        for key in ("source_modules", "forbidden_modules"):
            contract[key] = [name for name in contract.get(key, []) if there(package, name)]
    usable = [
        one for one in config["contracts"] if one["type"] != "forbidden" or has_both_sides(one)
    ]
    lines = [
        "[importlinter]",
        f"root_package = {config['root_package']}",
        "include_external_packages = True",
        f"exclude_type_checking_imports = {config['exclude_type_checking_imports']}",
    ]
    for contract in usable:
        lines.append(f"[importlinter:contract:{contract.pop('id')}]")
        for key, value in contract.items():
            shown = "\n".join(f"    {one}" for one in value) if isinstance(value, list) else value
            lines += (
                [f"{key} =\n{shown}" if isinstance(value, list) else f"{key} = {shown}"]
                if value
                else []
            )
    (folder / "contracts.ini").write_text("\n".join(lines), "utf-8")
    program = "import sys; from importlinter.cli import lint_imports; "
    program += "sys.exit(lint_imports(config_filename='contracts.ini', no_cache=True))"
    path = json.dumps([str(package.parent), *sys.path])
    start = f"import sys; sys.path[:] = {path}; {program}"
    return subprocess.run([sys.executable, "-c", start], cwd=folder, capture_output=True, text=True)


def there(package: Path, name: str) -> bool:
    """Say whether a module of ours is built; whatever is not ours counts as there."""
    if not name.startswith("warrant."):
        return True
    place = package.joinpath(*name.split(".")[1:])
    if not (place.parent / "__init__.py").is_file():
        return False
    return (place / "__init__.py").is_file() or place.with_suffix(".py").is_file()


def has_both_sides(contract: dict[str, Any]) -> bool:
    return bool(contract["source_modules"] and contract["forbidden_modules"])


def test_every_contract_is_kept(tmp_path: Path) -> None:
    done = lint(tmp_path, house.PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_floor_of_the_design_has_its_place_in_the_contract() -> None:
    layers = next(one for one in settings()["contracts"] if one["id"] == "floors")["layers"]
    named = [room.strip("() ") for layer in layers for room in layer.split("|")]
    assert named == list(house.ROOMS)


def test_a_room_that_is_built_is_named_by_every_contract_that_speaks_of_it() -> None:
    forbidding = {
        one["id"]: one["source_modules"]
        for one in settings()["contracts"]
        if one["type"] == "forbidden"
    }
    wanted = {"hands-off": {"stages", "providers"}, "surfaces": {"web", "cli"}}
    gaps = [
        (contract, room)
        for contract, rooms in wanted.items()
        for room in sorted(rooms & set(BUILT))
        if f"warrant.{room}" not in forbidding[contract]
    ]
    assert gaps == []


PLANTS = {
    "floors": ("kernel/store.py", "import warrant.flow.run"),
    "stages": ("stages/curate/step.py", "import warrant.stages.train.step"),
    "hands-off": ("stages/train/step.py", "def run():\n    from warrant.kernel import log"),
    "kernel-light": ("kernel/store.py", "def f():\n    import pydantic"),
    "records-light": ("records/act.py", "import numpy"),
    "no-rings": ("metrics/score.py", "def f():\n    import warrant.models.load"),
    "surfaces": ("cli/run.py", "import warrant.stages.train.step"),
    "a room nobody placed": ("attic/box.py", ""),
}
SKELETON = (
    "errors.py",
    "catalog.py",
    "kernel/keys.py",
    "kernel/envelope.py",
    "kernel/log.py",
    "kernel/store.py",
    "records/act.py",
    "metrics/score.py",
    "models/load.py",
    "stages/curate/step.py",
    "stages/train/step.py",
    "flow/run.py",
    "cli/run.py",
)


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_violation_is_caught(tmp_path: Path, contract: str) -> None:
    package = tmp_path / "src" / "warrant"
    place, code = PLANTS[contract]
    for name in (*SKELETON, place):
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for folder in (file.parent, *file.parent.parents):
            if folder.is_relative_to(package):
                (folder / "__init__.py").touch()
        file.touch()
    if contract == "no-rings":
        (package / "models" / "load.py").write_text("import warrant.metrics.score\n", "utf-8")
    (package / place).write_text(code + "\n", "utf-8")
    done = lint(tmp_path, package)
    names = {one["id"]: one["name"] for one in settings()["contracts"]}
    assert done.returncode == 1, done.stdout + done.stderr
    expected = names.get(contract, names["floors"])
    assert any(expected in line and "BROKEN" in line for line in done.stdout.splitlines()) or (
        contract not in names and "attic" in done.stdout
    ), done.stdout


def test_the_kernel_imports_the_standard_library_and_two_packages() -> None:
    allowed = KERNEL_MAY_IMPORT | set(sys.stdlib_module_names)
    found = {
        house.shown(path): house.imported(path) - allowed - {"warrant"}
        for path in house.sources()
        if house.room(path) == "kernel"
    }
    assert {name: extra for name, extra in found.items() if extra} == ASKED_WHEN_INSTALLED


def test_no_room_takes_a_public_name_from_the_root() -> None:
    public = {f"warrant.{name}" for name in warrant.__all__} - {"warrant.__version__"}
    found = [
        house.shown(path)
        for path in house.sources()
        if house.room(path) != "warrant" and house.imported(path) & public
    ]
    assert found == []


def test_only_the_catalog_imports_by_name() -> None:
    found = {
        house.shown(path)
        for path in house.sources()
        if any(name in path.read_text("utf-8") for name in IMPORTERS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.Name, ast.Attribute))
        and (node.id if isinstance(node, ast.Name) else node.attr) in IMPORTERS
    }
    assert found <= MAY_IMPORT_BY_NAME


PROBE = """
import importlib, json, logging, os, sys
seen = []
current = ""
def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else 0
        if writes and path != os.devnull:
            seen.append([current, "opens for writing", str(path)])
    elif event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.system"}:
        seen.append([current, event, ""])
sys.addaudithook(watch)
handlers, level = list(logging.root.handlers), logging.root.level
for current in sys.argv[1:]:
    importlib.import_module(current)
    if logging.root.handlers != handlers or logging.root.level != level:
        seen.append([current, "configures the root logger", ""])
for name, logger in logging.root.manager.loggerDict.items():
    if name.split(".")[0] == "warrant" and getattr(logger, "handlers", None):
        seen.append([name, "gives a logger a handler", ""])
sys.__stderr__.write("REPORT" + json.dumps([seen, sorted(sys.modules)]))
"""


def import_afresh(*names: str) -> tuple[str, list[list[str]], set[str]]:
    """Import modules in a new process: what was printed, what was touched, what got loaded."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROBE, *names], cwd=house.ROOT, capture_output=True, text=True
    )
    printed, found, report = (done.stdout + done.stderr).partition("REPORT")
    assert found, done.stderr
    touched, loaded = json.loads(report)
    return printed, touched, set(loaded)


def test_importing_a_module_touches_nothing() -> None:
    names = [house.module_name(path) for path in house.sources()]
    # `python -m package` runs on import: a program, not a module.
    names = [name for name in names if not name.endswith("__main__")]
    printed, touched, _ = import_afresh(*names)
    assert printed == ""
    assert touched == []


@pytest.mark.parametrize(
    "name", ["warrant", "warrant.cli", "warrant.kernel.verify", "warrant.flow.run"]
)
def test_nothing_heavy_is_loaded_before_it_is_needed(name: str) -> None:
    if not there(house.PACKAGE, name):
        pytest.skip(f"not built yet: {name}")
    _, _, loaded = import_afresh(name)
    assert sorted(loaded & HEAVY) == []


def test_the_root_loads_no_room() -> None:
    _, _, loaded = import_afresh("warrant")
    assert sorted(one for one in loaded if one.startswith("warrant.")) == []
