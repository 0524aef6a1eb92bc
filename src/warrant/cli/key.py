"""`warrant key`: one's own keys, made, shown, kept and brought back; whose keys count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from warrant.cli import key_model, key_others
from warrant.cli.noun import add, example, noun
from warrant.cli.options import AsJson, Unprotected
from warrant.cli.screen import say, say_json, say_pairs, say_table
from warrant.errors import InputError

if TYPE_CHECKING:
    from warrant.flow.session import Desk
    from warrant.kernel.key_file import Kind
    from warrant.kernel.keys import Ed25519Signer, P256Signer
    from warrant.kernel.passphrase import Passphrases

OwnKey: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Of your key; needed if you have several.")
]
AlsoModel: TypeAlias = Annotated[bool, typer.Option("--model", help="The key that signs models.")]


@example('warrant key new ada --name "Ada Alvarez"')
def new(
    key: Annotated[str, typer.Argument(metavar="NAME", help="Short name of the key files.")],
    name: Annotated[str, typer.Option(metavar="TEXT", help="Your name, as statements show it.")],
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Make a key for yourself, and one for your models."""
    from warrant.flow.session import Desk, new_person

    desk = Desk(unprotected=unprotected)
    person = new_person(desk, key, name).person
    if as_json:
        say_json({"name": name, "key": person.public_key.text, "key_id": person.key_id})
        return
    say(f"Made the keys of {name} in {desk.folder / 'keys'}.")
    say_pairs([("key", person.public_key.text), ("key id", person.key_id)])
    say(f"Next, for the day you forget the passphrase: warrant key sheet {key}")


@example("warrant key list")
def listed(as_json: AsJson = False) -> None:
    """List your keys."""
    from warrant.kernel.key_file import key_names, key_path

    found = []
    for name in sorted({*key_names("person"), *key_names("model")}):
        person, model = key_path(name), key_path(name, "model")
        bare = any(
            path.exists() and b"ENCRYPTED" not in path.read_bytes() for path in (person, model)
        )
        found.append((name, _yes(person.exists()), _yes(model.exists()), _yes(not bare)))
    heads = ("key", "person", "model", "passphrase")
    if as_json:
        say_json([dict(zip(heads, one, strict=True)) for one in found])
    elif found:
        say_table(heads, found)
    else:
        say("You have no key yet. Run: warrant key new me --name 'Your Name'")


@example("warrant key show ada", "warrant key show ada --model > ada.model.pub")
def show(
    key: OwnKey = None,
    model: AlsoModel = False,
    unprotected: Unprotected = False,
    as_json: AsJson = False,
) -> None:
    """Show the public half of a key, to give to others."""
    from warrant.flow.session import Desk, load_person

    # Nothing is signed here, so a key without a passphrase may pass.
    del unprotected
    identity = load_person(Desk(unprotected=True), key)
    person = identity.person
    pem = identity.model.public_key.pem
    if as_json:
        told = {"name": identity.name, "key": person.public_key.text, "key_id": person.key_id}
        say_json({**told, "model": pem})
    elif model:
        typer.echo(pem, nl=not pem.endswith("\n"))
    else:
        say_pairs(
            [
                ("name", identity.name),
                ("key", person.public_key.text),
                ("key id", person.key_id),
                ("passphrase", _yes(not person.unprotected)),
            ],
            indent="",
        )


@example("warrant key protect ada")
def protect(key: OwnKey = None) -> None:
    """Give a key a passphrase."""
    from warrant.flow.session import Desk, load_person
    from warrant.kernel.key_file import key_path, save

    desk = Desk(unprotected=True)
    name = _name_of(key, desk)
    identity = load_person(desk, name)
    person, model = key_path(name, "person", desk.folder), key_path(name, "model", desk.folder)
    passphrases = _once(desk)
    save(identity.person, person, passphrases, replaces=True)
    save(identity.model, model, passphrases, replaces=True)
    say(f"The keys {name!r} have a passphrase now.")


@example("warrant key sheet ada", "warrant key sheet ada --model")
def sheet(key: OwnKey = None, model: AlsoModel = False) -> None:
    """Print a key for paper, to bring it back when it is lost."""
    from warrant.flow.session import Desk, load_person
    from warrant.kernel.recovery import recovery_sheet

    identity = load_person(Desk(unprotected=True), key)
    typer.echo(recovery_sheet(identity.model if model else identity.person), nl=False)


@example("warrant key restore typed-from-paper.txt --as ada")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The eight lines, as typed.")],
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Short name of the key files.")
    ] = "me",
    unprotected: Unprotected = False,
) -> None:
    """Bring a key back from its sheet."""
    from warrant.flow.session import Desk
    from warrant.kernel.key_file import key_path
    from warrant.kernel.recovery import restore_from_sheet

    desk = Desk(unprotected=unprotected)
    signer = restore_from_sheet(_typed(file))
    kind = _save(signer, name, desk)
    say(f"Brought back the {kind} key {signer.key_id[:12]} as {name!r}.")
    other: Kind = "model" if kind == "person" else "person"
    if not key_path(name, other, desk.folder).exists():
        flag = " --model" if other == "model" else ""
        say(
            f"The {other} key of {name!r} is not here: bring it back from its own sheet "
            f"(made with: warrant key sheet{flag}), or make new keys with: "
            "warrant key new; and then: warrant key rotate"
        )
    say(f"Next: destroy {file}")


def _save(signer: Ed25519Signer | P256Signer, name: str, desk: Desk) -> Kind:
    from warrant.kernel.key_file import key_path, save
    from warrant.kernel.keys import Ed25519Signer

    bare = desk.unprotected
    if isinstance(signer, Ed25519Signer):
        save(signer, key_path(name, "person", desk.folder), desk.passphrases, unprotected=bare)
        return "person"
    save(signer, key_path(name, "model", desk.folder), desk.passphrases, unprotected=bare)
    return "model"


def _typed(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise InputError(
            f"{str(file)!r} is not text.", do="Type the eight lines into it."
        ) from None


def _name_of(key: str | None, desk: Desk) -> str:
    from warrant.kernel.key_file import key_names

    names = key_names("person", desk.folder)
    return key or (names[0] if len(names) == 1 else "") or _choose(names)


def _choose(names: list[str]) -> str:
    if not names:
        raise InputError("You have no key yet.", do="Run: warrant key new me --name 'Your Name'")
    raise InputError(f"There are several keys: {', '.join(names)}.", do=f"Say which: {names[0]}")


def _once(desk: Desk) -> Passphrases:
    """Ask for a new passphrase once and use it for both files."""
    from warrant.kernel.passphrase import Passphrases

    found = desk.passphrases.find("your keys", is_new=True, again=True).decode()
    return Passphrases(environment={}, ask=lambda _: found)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


key = noun("Make, show, keep and replace keys.")
for _name, _function in (
    ("new", new),
    ("list", listed),
    ("show", show),
    ("protect", protect),
    ("sheet", sheet),
    ("restore", restore),
    ("sign-model", key_model.sign_model),
    ("check-model", key_model.check_model),
    ("trust", key_others.trust),
    ("add", key_others.add),
    ("rotate", key_others.rotate),
    ("recover", key_others.recover),
):
    add(key, _name, _function)
