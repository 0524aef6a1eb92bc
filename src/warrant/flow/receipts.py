"""Checking a file of answers against its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.errors import InputError
from warrant.kernel.digest import hash_file
from warrant.kernel.verdict import Verdict
from warrant.records.batch_receipt import BatchReceipt
from warrant.serve.batch import RECEIPT
from warrant.serve.outputs import Leaves, read_lines

if TYPE_CHECKING:
    from pathlib import Path

UNSIGNED = (
    "Nobody signed the receipt and no log knows it: whoever changed both it and the answers would "
    "not be noticed. Keep it apart from them."
)


def check_receipt(path: Path, output: Path | None = None) -> Verdict:
    """Compare a file of answers with its receipt.

    Args:
        path: the receipt.
        output: the file of answers; None: the one that the receipt names, beside it.

    Returns:
        `refused` when a line is not as it was; else `consistent, signer unknown`, since nobody
        signs a receipt.

    Raises:
        InputError: when a file is not there or not what it should be; no cell is quoted.
    """
    receipt = _read(path)
    answers = output or path.with_name(receipt.output)
    if not answers.is_file():
        raise InputError(
            f"The answers {str(answers)!r} are not there.",
            do=f"Name them: warrant verify {path} --output FILE",
        )
    leaves, width = Leaves(), len(receipt.columns)
    for line in read_lines(answers):
        leaves.add(line[:width] + [None] * (width - len(line)))
    root, lines = leaves.root().hex(), max(leaves.count - 1, 0)
    told = [
        f"The receipt is of {receipt.lines} lines, answered by {receipt.name!r}, bundle "
        f"{receipt.bundle}.",
        f"Then: {receipt.notice}. {receipt.approval}",
    ]
    if root != receipt.root:
        fault = (
            f"Header and {lines} lines of {answers.name!r} give the root {root}, the receipt says "
            f"{receipt.root}: a line was changed, added, moved or left out."
        )
        return Verdict("refused", (*told, fault), (fault,))
    told.append(f"Header and {lines} lines of {answers.name!r} give its root {root}.")
    if hash_file(answers).hex != receipt.sha256:
        told.append("The file was saved anew since; each line is as it was.")
    return Verdict("consistent, signer unknown", (*told, UNSIGNED), ())


def _read(path: Path) -> BatchReceipt:
    if not path.is_file():
        raise InputError(
            f"There is no receipt at {str(path)!r}.",
            do=f"Name the file that `warrant predict` wrote; it ends in {RECEIPT}.",
        )
    return BatchReceipt.from_bytes(path.read_bytes())
