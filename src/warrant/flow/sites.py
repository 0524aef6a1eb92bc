"""Leave one site out: for each site, a model of all others is tested on it.

Each site has a workspace of its own under `sites/`, with a signed chain from reading to
evaluation, so that every line of the table can be verified. The recipe's own model is another: it
learns from all sites.

Source: J. Futoma et al., The myth of generalisability in clinical research and machine learning in
health care, Lancet Digital Health 2, 2020 (why one mean over sites is not enough).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

from warrant.engine import dataset_record, read_dataset
from warrant.errors import InputError
from warrant.flow.agreement import FOLDER
from warrant.flow.job import run_recipe
from warrant.flow.workspace import Workspace
from warrant.kernel.digest import Digest
from warrant.kernel.durable import write_file
from warrant.records.metric import METRICS, leading
from warrant.stages.split.survey import site_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warrant.flow.recipe import Recipe
    from warrant.flow.recipe_source import SourcePart
    from warrant.flow.report import Reporter
    from warrant.flow.session import Desk
    from warrant.records.evaluation import Evaluation, Score

MOST = 50
"""Sites; a column of more values is none of sites."""


@dataclass(frozen=True)
class SiteResult:
    """How a model of all other sites does on one."""

    site: str
    """Value of the column."""
    rows: int
    """Tested."""
    trained_rows: int
    """Of the other sites."""
    score: Score
    """The leading figure, with its interval."""
    folder: Path
    """Its workspace."""


def leave_one_out(
    root: Path,
    recipe: Recipe,
    column: str,
    desk: Desk | None = None,
    reporter: Reporter | None = None,
) -> list[SiteResult]:
    """Test each site by a model of all others, and write the table to `sites.md`.

    Args:
        root: a workspace in which the recipe was run: its rows tell which sites there are.
        recipe: what to do.
        column: that names the site.
        desk: where keys and trust lie; None: the reader's own.
        reporter: told how far it is.

    Returns:
        One result a site, in the order of their names.

    Raises:
        InputError: when there are no rows yet, the column is missing, or it holds no few sites.
        PolicyRefusal: if a guardrail stops a step.
    """
    results = []
    for site in sites_of(root, column):
        folder = root / "sites" / sha256(site.encode()).hexdigest()[:12]
        folder.mkdir(parents=True, exist_ok=True)
        if (root / FOLDER).is_dir():
            copytree(root / FOLDER, folder / FOLDER, dirs_exist_ok=True)
        report = run_recipe(folder, _held_out(recipe, column, site), desk, reporter=reporter)
        evaluation = report.evaluation
        results.append(
            SiteResult(site, evaluation.rows, report.training_rows, _leading(evaluation), folder)
        )
    write_file(root / "sites.md", table(column, results).encode())
    return results


def sites_of(root: Path, column: str) -> list[str]:
    """List the sites that the rows of a workspace name.

    Args:
        root: the workspace.
        column: that names the site.

    Returns:
        Its values, sorted, empty cells left out.

    Raises:
        InputError: as `leave_one_out`.
    """
    workspace = Workspace.open(root)
    try:
        entry = workspace.index.latest("curate")
        if entry is None:
            raise InputError("No rows were made yet.", do=f"Run: warrant run {root}")
        manifest = Digest.from_hex(workspace.index.links(entry.position, "subject")["rows"])
        names = [one.name for one in dataset_record(workspace.store, manifest).columns]
        if column not in names:
            raise InputError(
                f"The rows have no column {column!r}; they have: {', '.join(names)}.",
                do="Name the column of sites after --by.",
            )
        found: set[str] = set()
        for batch in read_dataset(workspace.store, manifest, [column]):
            found |= set(map(site_text, batch.column(column).to_pylist()))
    finally:
        workspace.close()
    sites = sorted(found - {""})
    if not 2 <= len(sites) <= MOST:
        raise InputError(
            f"Column {column!r} holds {len(sites)} different values; sites are 2 to {MOST}.",
            do="Name the column of sites after --by.",
        )
    return sites


def table(column: str, results: Sequence[SiteResult]) -> str:
    """Write the results as Markdown.

    Args:
        column: that names the site.
        results: of each site.

    Returns:
        A heading, a line of what it says, and a table.
    """
    metric = results[0].score.metric
    lines = [
        f"# Each {column} tested by a model of all others",
        "",
        f"| {column} | rows tested | rows trained on | {metric} | interval | workspace |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    for one in results:
        name = one.site.replace("|", "\\|")
        lines.append(
            f"| {name} | {one.rows:,} | {one.trained_rows:,} | {one.score.value:.3f} | "
            f"{one.score.low:.3f} to {one.score.high:.3f} | sites/{one.folder.name} |"
        )
    more = METRICS[metric].better == "higher"
    worst = (min if more else max)(results, key=lambda one: one.score.value)
    lines += ["", f"The worst {metric} is {worst.score.value:.3f}, on {worst.site!r}.", ""]
    return "\n".join(lines)


def _held_out(recipe: Recipe, column: str, site: str) -> Recipe:
    split = recipe.split.model_copy(update={"held_out": {column: site}, "time": None})
    sources = tuple(map(_from_below, recipe.sources))
    return recipe.model_copy(update={"split": split, "sources": sources})


def _from_below(source: SourcePart) -> SourcePart:
    """Name the same files from a folder two levels deeper."""
    moved = {
        name: f"../../{path}"
        for name in ("path", "metadata")
        if (path := getattr(source, name)) and not Path(path).is_absolute()
    }
    return source.model_copy(update={**moved, "part": None})


def _leading(evaluation: Evaluation) -> Score:
    name = leading(evaluation.task)
    return next(one for one in evaluation.scores if one.metric == name)
