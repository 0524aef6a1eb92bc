"""Write one example of each record and of each statement. Run: python -m tasks golden records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from tests.records.examples import EXAMPLES, STATEMENTS

FOLDER: Final = Path(__file__).parents[1] / "golden" / "records"


def texts() -> dict[str, str]:
    """Give the text of each golden file by its name; indented, to be read."""
    values = {f"{name}.json": json.loads(found.to_bytes()) for name, found in EXAMPLES.items()}
    for name, statement in STATEMENTS.items():
        values[f"statement-{name}.json"] = json.loads(statement.to_bytes())
    return {
        name: json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        for name, value in values.items()
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
