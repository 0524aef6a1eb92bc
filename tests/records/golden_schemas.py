"""Write the JSON Schemas of all records. Run: python -m tasks schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from warrant.records.schemas import RECORDS, schema_of

FOLDER: Final = Path(__file__).parents[2] / "docs" / "schemas"


def texts() -> dict[str, str]:
    """Give the text of each schema file by its name."""
    return {
        f"{name}.json": json.dumps(schema_of(name), indent=1, ensure_ascii=False) + "\n"
        for name in RECORDS
    }


def main() -> None:
    """Write the folder afresh."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
