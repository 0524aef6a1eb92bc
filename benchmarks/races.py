"""The benchmarks: each races its named peer, or a bound, and gives the lines of its table.

Each takes a `Track` and puts everything it makes below the track's folder.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from benchmarks.measure import ROUND, Contender, Series, own, program, race, run_child
from benchmarks.results import Line, bound_line, memory_line, ratio_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

GB = 1_000_000_000
STREAMED_FILE_BYTES = 100_000


@dataclass(frozen=True)
class Track:
    """Where, how often and on how much."""

    folder: Path
    """Everything made lies below it."""
    environment: Mapping[str, str]
    """Variables of every program."""
    rounds: int = 3
    """Of each race."""
    quick: bool = False
    """Small data, to see that everything runs."""
    full: bool = False
    """All 10 GB where memory is measured."""
    speeds: list[float] = field(default_factory=list)
    """How fast the machine was before each run."""

    def run(self, *contenders: Contender) -> dict[str, Series]:
        """Race contenders."""
        return race(contenders, self.rounds, self.environment, self.speeds)

    def make(self, *words: str | Path) -> None:
        """Do a piece of work unmeasured."""
        run_child(own(*words), self.environment)


def race_ingest(track: Track) -> list[Line]:
    """20,000 texts into the store, and looked at again, against `dvc add` and `dvc status`."""
    texts = track.folder / "prose"
    files = 2_000 if track.quick else 20_000
    track.make("prose", texts, str(files), "10240")
    dvc = track.folder / f"dvc-{ROUND}"

    def copy_for_dvc(number: int) -> None:
        place = track.folder / f"dvc-{number}"
        place.mkdir()
        run_child([program("dvc"), "init", "-q", "--no-scm"], track.environment, place)
        shutil.copytree(texts, place / "prose")

    contenders = [Contender("dvc add", [program("dvc"), "add", "-q", "prose"], copy_for_dvc, dvc)]
    for piece in ("ingest", "kernel"):
        for codec in ("plain", "compressed"):
            place = track.folder / f"{piece}-{codec}-{ROUND}"
            contenders.append(Contender(f"{piece}, {codec}", own(piece, place, texts, codec)))
    # What is looked at again must not be the youngest: every add comes before any second look.
    contenders.append(Contender("dvc status", [program("dvc"), "status", "-q"], folder=dvc))
    for piece, codec in (("ingest", "plain"), ("kernel", "again")):
        place = track.folder / f"{piece}-plain-{ROUND}"
        contenders.append(Contender(f"{piece} again", own(piece, place, texts, codec)))
    found = track.run(*contenders)
    for cost in found["ingest again"].costs:
        assert cost.answer == {"computed": [], "entries": 2}, cost.answer
    what = f"{files:,} texts of 10 KB"
    add, status = found["dvc add"], found["dvc status"]
    return [
        ratio_line(f"`warrant run`, ingest: {what}", found["ingest, plain"], add, 5),
        ratio_line("`warrant run`, ingest, packs compressed", found["ingest, compressed"], add, 3),
        ratio_line(f"kernel alone: {what}", found["kernel, plain"], add, 5),
        ratio_line("kernel alone, packs compressed", found["kernel, compressed"], add, 3),
        ratio_line("`warrant run`, ingest: nothing changed", found["ingest again"], status, 4),
        ratio_line("kernel alone: nothing changed", found["kernel again"], status, 4),
    ]


def race_model(track: Track) -> list[Line]:
    """Sign and verify a model of 1 GB against `model_signing`."""
    place = track.folder / "models"
    size = GB // 10 if track.quick else GB
    track.make("model", place, str(size))
    model = place / "model"
    theirs: tuple[str | Path, ...] = ("--signature", place / "theirs.sig")
    found = track.run(
        Contender(
            "model_signing sign",
            [
                program("model_signing"),
                "sign",
                "key",
                model,
                *theirs,
                "--private_key",
                place / "private.pem",
            ],
        ),
        Contender("sign", own("sign", place)),
        Contender(
            "model_signing verify",
            [
                program("model_signing"),
                "verify",
                "key",
                model,
                *theirs,
                "--public_key",
                place / "public.pem",
            ],
        ),
        Contender("verify", own("verify", place)),
        Contender("sign after an edit", own("edit", place, ROUND), inside=True),
    )
    lines = []
    for verb in ("sign", "verify"):
        ours, theirs_ = found[verb], found[f"model_signing {verb}"]
        lines.append(bound_line(f"{verb} a model of {size / GB:g} GB", ours, 0.7))
        lines.append(ratio_line(f"{verb} a model of {size / GB:g} GB", ours, theirs_, 1.5))
    what = "sign again after a README edit, with the stat cache, inside a running process"
    return [*lines, bound_line(what, found["sign after an edit"], 0.05)]


def race_rows(track: Track) -> list[Line]:
    """The log, a tree over a million rows, and proofs of its rows, against bounds."""
    rows = 100_000 if track.quick else 1_000_000
    names = ("tree_from_commitments", "tree_from_digests", "tree_from_cells")
    proofs = ("proofs_made", "proofs_checked")
    found = replace(track, rounds=track.rounds + 2).run(
        Contender("log append", own("append", track.folder / f"log-{ROUND}"), inside=True),
        *(
            Contender(name, own("figure", "kernel_rows", name, str(rows)), inside=True)
            for name in (*names, *proofs)
        ),
    )
    log = found["log append"]
    leaves = log.costs[0].answer["n"]
    rate = leaves / log.cpu_s
    goal = "200,000 leaves per CPU s"
    lines = [
        Line(
            f"{leaves:,} leaves appended durably, 4 batches",
            goal,
            f"{rate:,.0f}",
            rate >= 200_000,
            log,
            met_at_least=leaves / log.spread[0] >= 200_000,
        )
    ]
    starts = ("commitments", "row ids and digests", "typed cells")
    for name, start, most in zip(names, starts, (1.0, 3.0, 6.0), strict=True):
        lines.append(
            bound_line(f"tree over {rows:,} rows, from {start}", found[name], most * rows / 1e6)
        )
    for name, verb, most_ms in zip(proofs, ("made", "checked"), (1.0, 0.2), strict=True):
        series = found[name]
        each_ms = series.cpu_s / series.costs[0].answer["n"] * 1e3
        what = f"a row proof {verb} ({rows:,} rows, tree in memory)"
        lines.append(Line(what, f"{most_ms:g} ms", f"{each_ms:.3f} ms", each_ms < most_ms, series))
    return [*lines, *_proof_sizes(track, rows)]


def race_start(track: Track) -> list[Line]:
    """The start of the program, and a small bundle verified, against bounds."""
    place = _contracts(track)
    bundle = place / "bench.bundle"
    environment = {**track.environment, "WARRANT_CONFIG_DIR": str(place / "reader")}
    found = replace(track, environment=environment, rounds=track.rounds + 2).run(
        Contender("model_signing --help", [program("model_signing"), "--help"]),
        Contender("dvc --help", [program("dvc"), "--help"]),
        Contender("help", [program("warrant"), "--help"]),
        Contender("verify", [program("warrant"), "verify", bundle]),
    )
    what = f"`warrant verify` of a bundle of {bundle.stat().st_size / 1e3:,.0f} KB"
    return [
        bound_line("`warrant --help`", found["help"], 0.3, found["dvc --help"]),
        bound_line(what, found["verify"], 0.3, found["model_signing --help"]),
    ]


def race_answers(track: Track) -> list[Line]:
    """A folder of contracts answered, against scikit-learn by hand."""
    place, count = _contracts(track), 1_000 if track.quick else 10_000
    asked, model = track.folder / "questions", track.folder / "bare.joblib"
    track.make("questions", asked, str(count))
    track.make("bare", "fit", place / "contracts", model)
    environment = {**track.environment, "WARRANT_CONFIG_DIR": str(place / "reader")}
    ask = [program("warrant"), "predict", place / "bench.bundle", asked, "-o"]
    plain = ["--no-words", "--no-neighbours"]
    out = {name: track.folder / f"{name}-{ROUND}.csv" for name in ("bare", "plain", "whole")}
    found = replace(track, environment=environment).run(
        Contender("bare scikit-learn", own("bare", "answer", model, asked, out["bare"])),
        Contender("predict", [*ask, out["plain"], *plain]),
        Contender("predict, words and nearest rows", [*ask, out["whole"]]),
    )
    what, peer = f"{count:,} contracts answered", found["bare scikit-learn"]
    return [
        ratio_line(f"{what}, `--no-words --no-neighbours`", found["predict"], peer, 0.5),
        ratio_line(
            f"{what}, with words and nearest rows", found["predict, words and nearest rows"], peer
        ),
    ]


def race_trees(track: Track) -> list[Line]:
    """Trees grown and asked, against LightGBM by hand on the same table."""
    trained, asked = (2_000, 5_000) if track.quick else (20_000, 100_000)
    sizes = {"train": trained, "predict": asked}
    found = track.run(
        *(
            Contender(
                f"{verb}_{who}", own("figure", "trees", f"{verb}_{who}", str(size)), inside=True
            )
            for verb, size in sizes.items()
            for who in ("bare", "ours")
        )
    )
    what = {
        "train": f"{trained:,} rows of 7 columns learnt, 100 rounds",
        "predict": f"{asked:,} rows answered, explanations off",
    }
    goals = {"train": None, "predict": 0.5}
    return [
        ratio_line(what[verb], found[f"{verb}_ours"], found[f"{verb}_bare"], goals[verb])
        for verb in sizes
    ]


def race_memory(track: Track) -> list[Line]:
    """Peak memory while texts stream through ingest."""
    size = 10 * GB if track.full else GB // 10 if track.quick else GB
    free = shutil.disk_usage(track.folder).free
    if free < 4 * size:
        words = f"{4 * size / GB:.1f} GB of disk needed, {free / GB:.1f} free: not run"
        return [Line(f"{size / GB:g} GB through ingest", "1,000 MB", words, met=False)]
    texts, place = track.folder / "stream", track.folder / "streamed"
    track.make("stream", texts, str(size // STREAMED_FILE_BYTES), str(STREAMED_FILE_BYTES))
    found = replace(track, rounds=1).run(Contender("stream", own("ingest", place, texts)))
    return [memory_line(f"peak while {size / GB:g} GB stream through ingest", found["stream"], GB)]


def _contracts(track: Track) -> Path:
    place = track.folder / "contracts"
    if not place.exists():
        place.mkdir(parents=True)
        track.make("contracts", place)
    return place


def _proof_sizes(track: Track, rows: int) -> list[Line]:
    place = _contracts(track)
    size = run_child(own("proof_sizes", place, str(rows)), track.environment).answer
    alone, whole = size["alone"], size["file"]
    return [
        Line(f"a row proof of {rows:,} rows", "1,500 bytes", f"{alone:,} bytes", alone < 1_500),
        Line(
            "the file of `warrant prove`, with statement, manifest and log proof",
            "",
            f"{whole:,} bytes",
            None,
        ),
    ]


RACES: dict[str, tuple[str, str, Callable[[Track], list[Line]]]] = {
    "ingest": (
        "Into the store",
        "Peers: `dvc add` and `dvc status`. Ours ends in a manifest, a row tree and a signed log "
        "entry. The step of `warrant run` besides decodes every text, keeps the original, writes "
        "the rows as Parquet and asks policy; the kernel alone scans, stores, hashes and logs.",
        race_ingest,
    ),
    "model": (
        "Model signatures",
        "Peer: `model_signing` with a key, on the same folder of 4 weight files and 3 small ones.",
        race_model,
    ),
    "rows": (
        "Log, row tree, row proofs",
        "Against bounds; measured inside the process, so that only the work named counts. Two "
        "rounds more.",
        race_rows,
    ),
    "start": (
        "Start",
        "Against a bound; beside it what `dvc --help` and `model_signing --help` cost. Two rounds "
        "more.",
        race_start,
    ),
    "answers": (
        "Answers",
        "Peer: the same kinds of terms and fit in scikit-learn by hand, which reads the files and "
        "writes a sheet. Ours verifies the bundle first, asks policy, keeps parts for a restart, "
        "and ends in a root over all lines. The ratio is that of rows per CPU second.",
        race_answers,
    ),
    "trees": (
        "Trees",
        "Peer: LightGBM by hand on the same table of text cells, which checks no file, asks no "
        "process apart and doubts no cell. Measured inside the process, child processes included.",
        race_trees,
    ),
    "memory": (
        "Memory",
        "One round. `--full` streams 10 GB, else 1 GB stands in for them; files of 100 KB, "
        "originals kept.",
        race_memory,
    ),
}
"""By name: heading, remarks, benchmark."""
