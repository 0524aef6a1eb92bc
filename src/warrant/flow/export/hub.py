"""The page of a dataset folder that `datasets` loads.

Source: Hugging Face Hub, "Dataset Cards" and "Data files configuration".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from warrant.flow.export.facts import NOT_RECORDED

if TYPE_CHECKING:
    from warrant.flow.export.facts import Facts


def hub_page(facts: Facts) -> str:
    """Write README.md: a head that names the files, and what the rows are.

    Args:
        facts: of the export.

    Returns:
        Markdown with a YAML head.
    """
    head: dict[str, Any] = {
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": part.name, "path": f"data/{part.name}-*.parquet"}
                    for part in facts.parts
                ],
            }
        ],
        "tags": ["warrant"],
    }
    licences = [one.lower() for one in facts.licences]
    if licences:
        head = {"license": licences[0] if len(licences) == 1 else licences, **head}
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n\n# {facts.name}\n\n{_body(facts)}"


def _body(facts: Facts) -> str:
    lines = ["| split | rows | fingerprint | log entry |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {part.name} | {part.rows:,} | `{part.version.fingerprint}` | {part.version.entry} |"
        for part in facts.parts
    ]
    lines += ["", "## Sources", "", "| source | licence | origin |", "| --- | --- | --- |"]
    lines += [
        f"| {_cell(one.name)} | {_cell(one.licence or NOT_RECORDED)} "
        f"| {_cell(one.origin or NOT_RECORDED)} |"
        for one in facts.sources
    ]
    lines += ["", "## What was done", ""]
    lines += [f"- {one}" for one in facts.curation] or ["Nothing was dropped."]
    lines += ["", "## Personal data", "", facts.personal_data]
    lines += ["", "## Columns", "", "| column | type |", "| --- | --- |"]
    lines += [f"| {_cell(one.name)} | {one.type} |" for one in facts.parts[0].columns]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Keep a table's shape, and leave nothing that a page would run."""
    plain = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(plain.split())
