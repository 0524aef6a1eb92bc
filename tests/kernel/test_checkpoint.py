"""Checkpoints: one spelling each."""

from __future__ import annotations

import pytest

from warrant.errors import InputError
from warrant.kernel.checkpoint import Checkpoint, read_number
from warrant.kernel.merkle import Head

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"


def test_the_example_of_the_standard_is_read_and_written() -> None:
    checkpoint = Checkpoint.parse(TEXT)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.head == Head(20852163, checkpoint.root)
    assert checkpoint.to_text() == TEXT


def test_extension_lines_of_others_are_kept() -> None:
    assert Checkpoint.parse(TEXT + "more\n").extensions == ("more",)
    assert Checkpoint.parse(TEXT + "more\n").to_text() == TEXT + "more\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\n1\n", "Checkpoint cannot be read: it has 2 lines, expected 3"),
        (TEXT[:-1], "Checkpoint cannot be read: its last line has no end"),
        (f"\n1\n{ROOT}\n", "Checkpoint cannot be read: it holds an empty line"),
        (TEXT + "\n", "Checkpoint cannot be read: it holds an empty line"),
        (f"a\n01\n{ROOT}\n", "The size in the checkpoint is '01', expected 0 to"),
        (f"a\n-1\n{ROOT}\n", "The size in the checkpoint is '-1', expected 0 to"),
        (f"a\n+1\n{ROOT}\n", "The size in the checkpoint is"),
        (f"a\n 1\n{ROOT}\n", "The size in the checkpoint is"),
        (f"a\n{2**63}\n{ROOT}\n", "The size in the checkpoint is"),
        (f"a\n1\n{ROOT[:-1]}\n", "The root in the checkpoint is not base64"),
        (f"a\n1\n{ROOT[:-2]}J=\n", "The root in the checkpoint is not base64"),
        ("a\n1\nAAAA\n", "Checkpoint cannot be read: its root has 3 bytes, expected 32"),
    ],
)
def test_each_fault_of_a_checkpoint_has_its_message(text: str, fault: str) -> None:
    with pytest.raises(InputError) as refused:
        Checkpoint.parse(text)
    assert refused.value.what.startswith(fault)


def test_the_largest_number_is_the_largest_that_every_tool_counts() -> None:
    assert read_number(str(2**63 - 1), "N") == 2**63 - 1
    assert read_number("0", "N") == 0
