"""`warrant verify`: one of three results, and the sentences that led to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson
from warrant.cli.screen import say, say_json
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.kernel.verdict import Verdict

COLOURS = {"holds": "green", "refused": "red", "consistent, signer unknown": "yellow"}
ENDINGS = {".yaml", ".yml", ".md", ".txt", ".csv", ".xlsx", ".html"}
"""Files that lie beside a bundle and are none."""
RECEIPT = ".receipt.json"
"""How the name of a receipt of answers ends."""
OUTSIDE = ".evaluation.json"
"""How the name of somebody else's evaluation ends."""
REPRODUCED = ".reproduction.json"
"""How the name of a signed reproduction ends."""

TOLD = (
    *("result", "headline", "exit_code", "lines", "faults"),
    *("signers", "origin", "size", "bundle", "approval"),
)
"""What `--json` prints of a verdict."""


@example(
    "warrant verify contract-clauses.bundle",
    "warrant verify contract-clauses.bundle --trust auditors/ --now 2027-01-01T00:00:00Z",
    "warrant verify answers.xlsx.receipt.json",
    "warrant verify mine.evaluation.json --of contract-clauses.bundle",
    "warrant verify proof.json --row row.json",
)
def verify(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A bundle, a workspace, a receipt of answers, or a proof."
        ),
    ],
    trust: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Whom to believe; else your own trust folder."),
    ] = None,
    now: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="Judge as of this instant, UTC.")
    ] = None,
    no_seen: Annotated[
        bool, typer.Option("--no-seen", help="Neither ask nor keep the newest checkpoint seen.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Of a receipt: the answers, if they lie elsewhere."),
    ] = None,
    row: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Of a proof: the row, as JSON.")
    ] = None,
    of: Annotated[
        Path | None,
        typer.Option(metavar="BUNDLE", help="Of an evaluation: the bundle it should be of."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether every claim holds, and who signed it.

    Exit code 0: it holds. 1: it is refused. 3: it is consistent, but you do not know who signed it.
    """
    from warrant.cli.verify_advice import advice
    from warrant.flow.check import verify_path
    from warrant.kernel.key_file import config_dir

    _require_evidence(path)
    is_receipt, is_proof = path.name.endswith(RECEIPT), path.suffix == ".json"
    if path.name.endswith(REPRODUCED):
        verdict = _check_reproduced(path, trust)
    elif path.name.endswith(OUTSIDE):
        verdict = _check_outside(path, trust, of)
    elif is_proof and not is_receipt:
        verdict = _check_proof(path, trust, row)
    elif is_receipt:
        from warrant.flow.receipts import check_receipt  # dear to import: bundles do without

        verdict = check_receipt(path, output)
    else:
        verdict = verify_path(
            path,
            trust=_folder(trust) if trust else config_dir() / "trust",
            now=_instant(now) if now else datetime.now(UTC),
            seen=None if no_seen else config_dir() / "seen",
        )
    if as_json:
        say_json({name: getattr(verdict, name) for name in TOLD})
    else:
        show_verdict(verdict)
        for line in () if is_proof else advice(verdict, path, trust):
            say(line)
    raise typer.Exit(verdict.exit_code)


def _check_reproduced(path: Path, trust: Path | None) -> Verdict:
    from warrant.flow.reproducing import check_reproduction
    from warrant.kernel.key_file import config_dir

    if not path.is_file():
        raise InputError(
            f"There is no reproduction at {str(path)!r}.",
            do="Name the file that `warrant reproduce --sign` wrote.",
        )
    return check_reproduction(path, _folder(trust) if trust else config_dir() / "trust")


def _check_outside(path: Path, trust: Path | None, of: Path | None) -> Verdict:
    from warrant.flow.outside import check_outside
    from warrant.kernel.key_file import config_dir

    if not path.is_file():
        raise InputError(
            f"There is no evaluation at {str(path)!r}.",
            do="Name the file that `warrant evaluate` wrote.",
        )
    return check_outside(path, _folder(trust) if trust else config_dir() / "trust", of)


def _check_proof(path: Path, trust: Path | None, row: Path | None) -> Verdict:
    from warrant.flow.prove import check_proof
    from warrant.kernel.key_file import config_dir
    from warrant.kernel.trust import Trust

    if not path.is_file():
        raise InputError(
            f"There is no proof at {str(path)!r}.",
            do="Name the file that `warrant prove` wrote.",
        )
    believed = Trust.load(_folder(trust) if trust else config_dir() / "trust")
    return check_proof(path.read_bytes(), believed, _row(row) if row else None)


def _row(path: Path) -> dict[str, Any]:
    try:
        cells = json.loads(path.read_text("utf-8"))
    except ValueError:
        cells = None
    if not isinstance(cells, dict):
        raise InputError(f"{str(path)!r} is not a row as JSON.", do='Write {"column": value, …}')
    return cells


def show_verdict(verdict: Verdict) -> None:
    """Print a verdict: sentences first, faults marked with an x, the result last.

    Args:
        verdict: of `verify_path`.
    """
    for line in verdict.lines:
        is_fault = line in verdict.faults
        say(f"{'x' if is_fault else ' '} {line}", "red" if is_fault else None)
    say(f"Result: {verdict.headline}.", COLOURS[verdict.result], bold=True)


def _require_evidence(path: Path) -> None:
    """Refuse a file that was never meant to be a bundle; a damaged bundle is for the verdict."""
    if path.suffix not in ENDINGS or not path.is_file():
        return
    home = path.parent if (path.parent / ".warrant").is_dir() else None
    do = "Name the file that `warrant run` wrote; it ends in .bundle."
    raise InputError(
        f"{str(path)!r} is no bundle.",
        do=f"Write {str(home)!r} in place of {str(path)!r}." if home else do,
    )


def _folder(trust: Path) -> Path:
    if not trust.is_dir():
        raise InputError(
            f"The trust folder {str(trust)!r} is not there.",
            do="Name a folder with the files 'signers' and 'log.policy', or leave --trust out.",
        )
    return trust


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--now is {text!r}, which is no instant.", do="Write it as: 2027-01-01T00:00:00Z"
        ) from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
