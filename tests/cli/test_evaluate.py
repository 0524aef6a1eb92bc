"""Measuring somebody else's bundle at the command line, and checking what was signed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Type


def test_a_bundle_is_measured_signed_and_checked(typed: Type, own: Path, tmp_path: Path) -> None:
    del own  # the test stands beside a demo of its own
    typed("dataset", "export", "demo", "test", "-o", "rows", "--format", "jsonl")
    (bundle,) = Path("demo").glob("*.bundle")
    words = ("--on", "rows/test.jsonl", "-o", "my.evaluation.json", "--unprotected-key")
    shown = typed("evaluate", bundle, *words)
    assert shown.code == 0
    assert shown.out.startswith("Measured on ")
    assert "Keep this salt and the rows to show later which they were: " in shown.out
    assert "Check it: warrant verify my.evaluation.json" in shown.out
    checked = typed("verify", "my.evaluation.json", "--of", bundle)
    assert checked.code == 0
    assert "Result: holds" in checked.out
    unknown = typed("verify", "my.evaluation.json", "--trust", tmp_path)
    assert unknown.code == 3
    missing = typed("verify", "no.evaluation.json")
    assert missing.code == 2
    assert "There is no evaluation at 'no.evaluation.json'." in missing.err
