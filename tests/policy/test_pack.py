"""Packs: folders of YAML in which nothing is overlooked."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.policy.rules import TEXT
from warrant.errors import InputError
from warrant.policy import PACKS, Use, describe, load_pack, load_packs, raised, rules_of
from warrant.policy.pack import Description

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "pack: 1\nname: mine\nversion: 3\ntitle: Ours\nimpact: high\nfiles: [a.yaml]\n"
RULES = "rules:\n  - " + TEXT.replace("\n", "\n    ").rstrip() + "\n"


def write(folder: Path, head: str = HEAD, rules: str = RULES) -> Path:
    folder = folder / "mine"
    folder.mkdir()
    (folder / "pack.yaml").write_text(head)
    (folder / "a.yaml").write_text(rules)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_pack(folder)
    return str(caught.value)


def test_a_pack_is_loaded_by_name() -> None:
    (core,) = load_packs(["core"])
    assert core.name == "core"
    assert core.impact is None
    assert len(core.rules) == 32
    assert len({rule.id for rule in core.rules}) == 32
    domains = ["finance", "healthcare", "healthcare-operations", "legal"]
    assert PACKS.names() == ["core", *domains]
    for pack in load_packs(domains):
        assert all(rule.id.startswith(f"{pack.name}-") for rule in pack.rules)


def test_a_pack_is_loaded_from_a_folder(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (pack,) = load_packs([str(folder)])
    assert pack == load_packs(["./mine"], base=tmp_path)[0]
    assert (pack.name, pack.version, pack.title, pack.impact) == ("mine", 3, "Ours", "high")
    assert [rule.id for rule in rules_of([pack, pack])] == ["enough-rows", "enough-rows"]
    assert pack.rules[0].place == "mine/a.yaml, line 2, column 5"


def test_the_digest_changes_with_every_byte(tmp_path: Path) -> None:
    folder = write(tmp_path)
    before = load_pack(folder).digest
    assert before == load_pack(folder).digest
    (folder / "a.yaml").write_text(RULES + "# a comment\n")
    assert load_pack(folder).digest != before


def test_an_unknown_pack_is_named() -> None:
    with pytest.raises(InputError) as caught:
        load_packs(["coer"])
    assert str(caught.value) == ("No guardrail pack is called 'coer'. Did you mean 'core'?")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            HEAD + "file: 1\n",
            "mine/pack.yaml, line 7, column 1: unknown key 'file'. Write 'files'?",
        ),
        (
            "- 1",
            "mine/pack.yaml, line 1, column 1: the file is not a mapping of keys. "
            "Write the keys pack, name, version, title, impact, files.",
        ),
        (
            HEAD.replace("version: 3", "version: '3'"),
            "mine/pack.yaml, line 3, column 1: 'version' is not a whole number. Correct it.",
        ),
        (
            HEAD.replace("pack: 1\n", ""),
            "mine/pack.yaml, line 1, column 1: 'pack' is not the number 1. Correct it.",
        ),
        (
            HEAD.replace("pack: 1", "pack: true"),
            "mine/pack.yaml, line 1, column 1: 'pack' is not the number 1. Correct it.",
        ),
        (
            HEAD.replace("pack: 1", "pack: 2"),
            "mine/pack.yaml, line 1, column 1: 'pack' is not the number 1, the format that this "
            "version reads. Correct it.",
        ),
        *(
            (
                HEAD.replace("high", impact),
                "mine/pack.yaml, line 5, column 1: 'impact' is not low or high, or no such key. "
                "Correct it.",
            )
            for impact in ("none", "[high]")
        ),
        *(
            (
                HEAD.replace("[a.yaml]", files),
                "mine/pack.yaml, line 6, column 1: 'files' is not different names of files that "
                "lie beside it. Correct it.",
            )
            for files in ("[]", "[a.yaml, a.yaml]", "[../a.yaml]", "[pack.yaml]", "[1]", "[[a]]")
        ),
        (
            HEAD.replace("[a.yaml]", "[b.yaml]"),
            "The guardrail file 'mine/b.yaml' cannot be read: No such file or directory. "
            "Restore it, or install the pack again.",
        ),
    ],
)
def test_a_head_with_a_fault_is_refused(tmp_path: Path, head: str, message: str) -> None:
    assert refusal(write(tmp_path, head)) == message


def test_a_file_of_rules_that_nobody_lists_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "README.md").write_text("About this pack.")
    load_pack(folder)
    (folder / "b.yml").write_text(RULES)
    assert refusal(folder) == (
        "mine/pack.yaml does not list 'b.yml', which lies beside it. "
        "Add it to `files`, or remove it."
    )


@pytest.mark.parametrize("rules", ["rules: []", "rules: 1", "{}"])
def test_a_file_without_rules_is_refused(tmp_path: Path, rules: str) -> None:
    assert refusal(write(tmp_path, rules=rules)) == (
        "mine/a.yaml, line 1, column 1: 'rules' is not a list of rules. Correct it."
    )


def test_a_fault_in_a_rule_names_its_file(tmp_path: Path) -> None:
    folder = write(tmp_path, rules=RULES.replace("over: run", "ovr: run"))
    assert refusal(folder) == "mine/a.yaml, line 5, column 5: unknown key 'ovr'. Write 'over'?"


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "a.yaml").write_bytes(b"rules: \xff")
    assert refusal(folder) == "mine/a.yaml: byte 7 is not UTF-8. Save it as UTF-8."


def test_a_pack_raises_the_impact_and_never_lowers_it(tmp_path: Path) -> None:
    high = load_pack(write(tmp_path))
    low = replace(high, impact="low")
    none = replace(high, impact=None)
    assert raised(Use("pilot", "solo", "low"), [low, none]).impact == "low"
    assert raised(Use("pilot", "solo", "low"), [low, high]).impact == "high"
    assert raised(Use("pilot", "solo", "high"), [low]).impact == "high"
    assert raised(Use("pilot", "solo", "high"), []) == Use("pilot", "solo", "high")


def test_a_rule_is_described_in_words(tmp_path: Path) -> None:
    assert describe(load_pack(write(tmp_path))) == (
        Description(
            id="enough-rows",
            title="There are rows",
            before="train",
            stops="pilot, production",
            needs=("training_rows: Rows that the model learns from.",),
            ok="training_rows > 0",
            remedy="Add rows.",
            reference="Our design",
            except_by="nobody",
        ),
    )


@pytest.mark.parametrize(
    ("more", "stops"),
    [
        ("hard: true", "explore, pilot, production"),
        ("from: pilot", "pilot, production"),
        ("from: production", "production"),
        ("severity: warn", "nothing; it is noted"),
    ],
)
def test_a_description_says_which_stages_a_rule_stops(
    tmp_path: Path, more: str, stops: str
) -> None:
    pack = load_pack(write(tmp_path, rules=f"{RULES}    {more}\n"))
    assert describe(pack)[0].stops == stops


def test_importing_policy_loads_neither_cel_nor_numpy() -> None:
    code = (
        "import sys, warrant.policy; "
        "print(sorted({'cel_expr_python', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
