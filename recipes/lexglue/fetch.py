"""Fetch a task of LexGLUE and write it as recipes read it: `python -m recipes.lexglue.fetch TASK`.

From the hub (`pip install huggingface_hub`, a commit is pinned and told), or with `--from` out of a
folder with the hub's layout. Labels are written as names instead of numbers, paragraphs as one
text, and nothing else is changed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable

REPOSITORY = "coastalcph/lex_glue"
"""Of the hub."""
TASKS = ("ecthr_a", "ecthr_b", "scotus", "eurlex", "ledgar", "unfair_tos", "case_hold")
"""Folders of the repository."""
PARTS = ("train", "validation", "test")
BETWEEN = "\n"
"""Stands between the paragraphs of a case."""


def main(words: list[str] | None = None) -> int:
    """Write the three parts of a task; 0 when they are written."""
    asked = _read_arguments(words)
    folder = asked.source or _from_hub(asked.task, asked.revision, asked.into)
    for part in PARTS:
        found = sorted((folder / asked.task).glob(f"{part}-*.parquet"))
        if not found:
            print(f"No '{asked.task}/{part}-….parquet' in {folder}.", file=sys.stderr)
            return 2
        table = readable(pa.concat_tables(pq.read_table(path) for path in found), asked.task)
        target = asked.into / asked.task / f"{part}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, target, compression="zstd")
        print(f"{target}: {table.num_rows:,} rows")
    return 0


def readable(table: pa.Table, task: str) -> pa.Table:
    """Give a part as the recipes read it.

    Args:
        table: as the hub has it; names of labels stand in its schema.
        task: one of `TASKS`.

    Returns:
        `text` and `label` or `labels` in names; of `case_hold` `context`, `endings` and `label`,
        the right ending's text.

    Raises:
        ValueError: when it has no names of labels, or other columns.
    """
    rows = table.to_pylist()
    if task == "case_hold":
        right = [row["endings"][row["label"]] for row in rows]
        return pa.table({
            "context": [row["context"] for row in rows],
            "endings": [row["endings"] for row in rows],
            "label": right,
        })  # fmt: skip
    texts = [_text(row["text"]) for row in rows]
    several = "labels" in table.column_names
    names = _names(table, "labels" if several else "label")
    if several:
        named = [[names[number] for number in row["labels"]] for row in rows]
        return pa.table({"text": texts, "labels": pa.array(named, pa.list_(pa.string()))})
    return pa.table({"text": texts, "label": [names[row["label"]] for row in rows]})


def _text(cell: str | Iterable[str]) -> str:
    return cell if isinstance(cell, str) else BETWEEN.join(cell)


def _names(table: pa.Table, column: str) -> list[str]:
    """Read the names of labels out of the schema, where the datasets library puts them."""
    held = (table.schema.metadata or {}).get(b"huggingface")
    if held is None:
        raise ValueError("the schema has no names of labels: no 'huggingface' metadata")
    feature: dict[str, Any] = json.loads(held)["info"]["features"][column]
    while "names" not in feature:
        feature = feature["feature"]
    return [str(name) for name in feature["names"]]


def _from_hub(task: str, revision: str | None, into: Path) -> Path:
    """Fetch the files of a task at one commit."""
    from huggingface_hub import HfApi, snapshot_download

    commit = revision or HfApi().dataset_info(REPOSITORY).sha
    print(f"{REPOSITORY} at {commit}: write it into the recipe's origin")
    fetched = snapshot_download(
        REPOSITORY,
        repo_type="dataset",
        revision=commit,
        allow_patterns=[f"{task}/*.parquet"],
        local_dir=into / "hub",
    )
    return Path(fetched)


def _read_arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m recipes.lexglue.fetch")
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--into", type=Path, default=Path("data"), help="folder to write to")
    parser.add_argument("--revision", help="commit of the repository; else the newest")
    parser.add_argument("--from", dest="source", type=Path, help="a folder with the hub's layout")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
