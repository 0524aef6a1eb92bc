"""`warrant key sign-model` and `check-model`: a model's folder with its own signature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from warrant.cli.noun import example
from warrant.cli.options import AsJson, Unprotected
from warrant.cli.screen import say, say_json
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.kernel.model_signature import ModelFiles

ModelFolder: TypeAlias = Annotated[Path, typer.Argument(metavar="DIR", help="The model's folder.")]
TrustStat: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--trust-stat", help="Believe size and times of files hashed before; says which were not."
    ),
]


@example("warrant key sign-model my-model/ -o my-model.sig")
def sign_model(
    folder: ModelFolder,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The signature.")],
    key: Annotated[str, typer.Option("--key", metavar="NAME", help="Whose model key.")] = "",
    trust_stat: TrustStat = False,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Sign a model's folder, so that `model_signing` and others can check it."""
    from warrant.flow.model_signing import sign_folder
    from warrant.flow.session import Desk
    from warrant.kernel.key_file import key_names

    desk = Desk(unprotected=unprotected)
    names = key_names("model", desk.folder)
    if not key and len(names) != 1:
        raise InputError(
            f"There are {len(names)} model keys: {', '.join(names) or 'none'}.",
            do="Say which with --key, or make one: warrant key new me --name 'Your Name'",
        )
    files = sign_folder(desk, key or names[0], folder, out, trust_stat=trust_stat)
    _tell("Signed", files, as_json=as_json)


@example("warrant key check-model my-model/ my-model.sig --pem ada.model.pub")
def check_model(
    folder: ModelFolder,
    signature: Annotated[Path, typer.Argument(metavar="FILE", help="The signature.")],
    pem: Annotated[Path, typer.Option("--pem", metavar="FILE", help="The model key you know.")],
    trust_stat: TrustStat = False,
    as_json: AsJson = False,
) -> None:
    """Check a model's folder against its signature and a key you know."""
    from warrant.flow.model_signing import check_folder
    from warrant.flow.session import Desk

    try:
        known = pem.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"The key {str(pem)!r} cannot be read.",
            do="Ask the signer for the text of: warrant key show --model",
        ) from None
    files = check_folder(Desk(), folder, signature, known, trust_stat=trust_stat)
    _tell("Holds", files, as_json=as_json)


def _tell(word: str, files: ModelFiles, *, as_json: bool) -> None:
    total, hashed = len(files.digests), len(files.hashed)
    if as_json:
        say_json({"files": total, "hashed_now": list(files.hashed)})
        return
    say(f"{word}: {total} files, {hashed} of them hashed now.")
    if hashed < total:
        say("The others have the size and times they had when they were last hashed.")
