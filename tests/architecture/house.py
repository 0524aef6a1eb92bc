"""What the architecture tests look at: modules of the package, texts of the repository."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "warrant"
STANDALONE = ("tasks.py", "verify.py")
"""Programs at the root, held to the same budgets."""

ROOMS = (
    "testing",
    "cli",
    "web",
    "flow",
    "stages",
    "serve",
    "providers",
    "registry",
    "backends",
    "calls",
    "models",
    "metrics",
    "engine",
    "policy",
    "regimes",
    "records",
    "kernel",
    "catalog",
    "errors",
)
"""Every room of the design, built or not, from the top floor down."""


@cache
def sources() -> tuple[Path, ...]:
    """List every source file of the package, sorted."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def programs() -> tuple[Path, ...]:
    """List the package and the programs at the root."""
    return (*sources(), *(ROOT / name for name in STANDALONE if (ROOT / name).exists()))


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Give all statements in a module, class or function, in order, those of inner bodies too.

    Most of a syntax tree are expressions: `ast.walk` would look at each.
    """
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        for child in getattr(node, name, ()):
            if isinstance(child, ast.stmt):
                yield child
            yield from statements(child)


def shown(path: Path) -> str:
    """Write a path as messages and the list of exceptions write it."""
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """Give the dotted name of a source file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(path: Path) -> str:
    """Give the room of a source file; the root is called `warrant`."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "warrant" if first == "__init__" else first


@cache
def imported(path: Path) -> frozenset[str]:
    """List the top-level modules a file imports anywhere, function bodies included.

    Of `warrant` the room is given too: `warrant.kernel`.
    """
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "warrant":
                found |= {f"warrant.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in found]
    return frozenset(".".join(part[:2]) if part[0] == "warrant" else part[0] for part in parts)


@cache
def texts() -> tuple[Path, ...]:
    """List every tracked or new text file of the repository, sorted."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        places = [ROOT / name for name in listing.stdout.decode("utf-8").split("\0") if name]
    else:  # a source archive: no repository, no debris
        places = [
            path for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith(".")
        ]
    kinds = {".md", ".py", ".toml", ".yaml", ".yml", ".txt", ".j2", ".cfg", ".json", ".html", ""}
    return tuple(sorted(path for path in places if path.suffix in kinds and path.is_file()))


@cache
def documents() -> tuple[Path, ...]:
    """List the Markdown files of the repository that people write."""
    return tuple(path for path in texts() if path.suffix == ".md" and "golden" not in path.parts)
