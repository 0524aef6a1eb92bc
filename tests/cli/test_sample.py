"""`warrant run --sample` and Ctrl-C, as a person types them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.flow.bench import make_bench

WARRANT = [sys.executable, "-c", "from warrant.cli import main; main()"]


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bench = make_bench(tmp_path / "notes")
    monkeypatch.setenv("WARRANT_CONFIG_DIR", str(bench.root / "reader"))
    monkeypatch.chdir(tmp_path)
    return bench.root


def test_a_sample_ends_with_what_all_will_take(typed: Type, notes: Path) -> None:
    done = typed("run", "notes", "--sample", "30", "--unprotected-key")
    assert done.code == 0
    assert "Trained notes-sample on " in done.out
    assert (
        "This is a sample: 30 of 40 documents. It says whether the recipe works, not how good the "
        "model will be.\nThe full run will take about "
    ) in done.out
    assert re.search(r"about [\d.]+ s, about \d+ kB of disk and \$0\.00\.", done.out)
    assert done.out.endswith("Next, all of it: warrant run notes\n")
    assert re.search(r"^Disk: about 21 MB needed, .* free\.$", done.err, re.MULTILINE)
    assert (notes / "notes-sample.bundle").is_file()
    assert not (notes / "notes.bundle").exists()


def test_status_says_that_its_counts_are_those_of_a_sample(typed: Type, notes: Path) -> None:
    (notes / "notes" / "note-000.txt").write_text(" ")
    assert typed("run", "notes", "--sample", "30", "--unprotected-key").code == 0
    told = typed("status", "notes", "--drops").out
    said = (
        "These are the counts of a sample; 10 documents were left aside. For all of them: warrant "
        "run notes"
    )
    assert " ".join(told.split()).startswith(said)
    passed = typed("status", "notes", "--json").json
    assert passed["left_aside"] == 10
    assert [one["out"] for one in passed["passed"]][:-1] == [one["in"] for one in passed["passed"]][
        1:
    ]


def test_status_names_the_files_that_no_line_names(typed: Type, notes: Path) -> None:
    for number in range(52):
        (notes / "notes" / f"x{number:02}.txt").write_text(f"Nobody wrote down {number}.")
    assert typed("run", "notes", "--unprotected-key").code == 0
    told = typed("status", "notes", "--drops").out
    assert "file that no line of the sheet names\nx00.txt\n" in told
    assert "and 2 more; all of them: warrant status --drops --json" in told
    assert len(typed("status", "notes", "--json").json["unnamed"]) == 52


def test_a_run_without_a_key_names_the_command(
    typed: Type, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARRANT_CONFIG_DIR", str(notes / "nobody"))
    done = typed("run", "notes")
    assert done.code == 2
    assert "There is no key to sign with yet." in done.err
    assert "What to do: Run: warrant key new me --name 'Your Name'" in done.err


@pytest.mark.faults
@pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends a process at once there")
def test_a_run_that_is_terminated_leaves_no_unpacked_file(notes: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(notes / "notes" / "old.zip", "w") as archive:
        for number in range(2000):
            archive.writestr(f"{number}.txt", f"An old note, number {number}.")
    place = tmp_path / "temporary"
    place.mkdir()
    with subprocess.Popen(
        [*WARRANT, "run", "notes", "--unprotected-key"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(place)},
    ) as running:
        while not list(place.glob("warrant-unpacked-*/*")):
            assert running.poll() is None
            time.sleep(0.002)
        running.terminate()
        out, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in out + said
    assert "Stopped. Kept: " in said
    assert not list(place.glob("warrant-unpacked-*"))


@pytest.mark.faults
@pytest.mark.skipif(os.name == "nt", reason="SIGINT is sent as POSIX does")
@pytest.mark.usefixtures("notes")
def test_ctrl_c_says_what_is_kept_and_the_command_that_goes_on(typed: Type) -> None:
    words = ["run", "notes", "--sample", "30", "--unprotected-key"]
    with subprocess.Popen(
        [*WARRANT, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests in the background of a shell hand on that SIGINT is ignored; a terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as running:
        assert running.stderr is not None
        said = ""
        while "curate" not in said:
            said += running.stderr.readline()
        running.send_signal(signal.SIGINT)
        out, rest = running.communicate(timeout=60)
    said += rest
    assert running.returncode == 130
    assert "Traceback" not in out + said
    stopped = re.search(r"^Stopped\. Kept: (.*)\. Go on with: warrant (.*)$", said, re.MULTILINE)
    assert stopped is not None
    assert stopped[1].startswith("ingest, curate")
    again = stopped[2].split()
    assert again == words
    done = typed(*again)
    assert done.code == 0
    for stage in stopped[1].split(", "):
        assert re.search(rf"^{stage} +kept: nothing", done.err, re.MULTILINE), stage
