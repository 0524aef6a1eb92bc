"""An evaluation of a bundle by somebody else, on her own rows, signed with her own key.

It is a statement that no log holds: it stands in a file of its own, or beside a bundle's evidence.
Whoever reads it learns that the holder of a key says so, and by their own trust who that is.

Source: docs/reference/formats.md, section 9; in-toto Statement v1, DSSE v1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from warrant.errors import InputError, IntegrityError
from warrant.kernel import shape
from warrant.kernel.canon import canonical, parse_canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope, sign_statement
from warrant.kernel.keys import PublicKey
from warrant.kernel.predicates import BASE, RESOURCES, ROLES
from warrant.kernel.shape import exact, list_of, mapping, misfit, one_of, read_by, text
from warrant.kernel.wording import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from warrant.kernel.evidence import File
    from warrant.kernel.keys import Signer
    from warrant.kernel.trust import Trust
    from warrant.kernel.verdict import Report

OUTSIDE: Final = f"{BASE}:outside-evaluation:v1"
"""What its predicate is called."""

REPRODUCTION: Final = f"{BASE}:reproduction:v1"
"""What the predicate is called of somebody who has made a bundle again."""

OUTCOMES: Final = (
    "equal bytes",
    "equal fingerprints",
    "equal figures",
    "not compared",
    "within interval",
    "not run",
    "differs",
)
"""How a step may come out, the best first."""

SCORES_LIMIT: Final = 100
"""How many figures one evaluation may bring: they are told in one sentence."""

_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_SCORE = exact({"metric": text, "value": shape.number, "low": shape.number, "high": shape.number})
_SIGNED = {
    "actor": exact({"key": shape.hexdigest, "role": one_of(*ROLES), "unprotected": shape.boolean}),
    "key": read_by(PublicKey.parse),
    "name": text,
    "recorded_at": shape.instant,
}
_PREDICATES = {
    OUTSIDE: exact(
        {
            **_SIGNED,
            "commitment": shape.hexdigest,
            "evaluation": shape.hexdigest,
            "level": shape.number,
            "rows": shape.count,
            "scores": list_of(_SCORE, least=1, most=SCORES_LIMIT),
            "task": text,
        }
    ),
    REPRODUCTION: exact(
        {
            **_SIGNED,
            "outcome": one_of(*OUTCOMES),
            "steps": list_of(exact({"stage": text, "outcome": one_of(*OUTCOMES)}), least=1),
            "versions": mapping(text),
        }
    ),
}


def _check(value: object, kind: str) -> None:
    exact(
        {
            "_type": one_of(_STATEMENT),
            "subject": RESOURCES,
            "predicateType": one_of(kind),
            "predicate": _PREDICATES[kind],
        }
    )(value, "statement")


class Outside(NamedTuple):
    """What somebody signed about a bundle."""

    bundle: Digest
    """The bundle digest."""
    key: PublicKey
    """Whose signature holds."""
    predicate: Mapping[str, Any]
    """As it was signed."""


def note_outsides(
    files: Iterable[File],
    bundle: Digest | None,
    trust: Trust,
    report: Report,
    authors: Collection[str] = (),
) -> None:
    """Tell of evaluations by others that lie in a bundle; refuse what is none of it.

    Args:
        files: members; one that is not named by the SHA-256 of its bytes has none.
        bundle: the bundle digest; None: there is none.
        trust: whom the reader knows.
        report: gains a sentence for each.
        authors: ids of the keys that signed steps of the bundle: what they evaluate, nobody from
            outside did.
    """
    for file in files:
        try:
            found = read_outside(file.data)
        except (InputError, IntegrityError):
            report.refuse("outside-form", file=file.name)
            continue
        if found.bundle != bundle:
            report.refuse("outside-form", file=file.name)
            continue
        said, known = found.predicate, trust.signer(found.key.key_id)
        figures = (f"{quote(one['metric'])} {one['value']:.3f}" for one in said["scores"])
        fields = {
            "name": quote(known.name if known else said["name"]),
            "rows": said["rows"],
            "at": said["recorded_at"],
            "figures": ", ".join(figures),
            "key": found.key.key_id,
        }
        if found.key.key_id in authors:
            report.say("outside-own", **fields)
        elif known:
            report.say("outside-known", **fields)
        else:
            report.say("outside-unknown", **fields)


def sign_outside(
    bundle: Digest, predicate: Mapping[str, Any], signer: Signer, kind: str = OUTSIDE
) -> bytes:
    """Sign an evaluation, or that a bundle was made again.

    Args:
        bundle: the bundle digest.
        predicate: as the shape says; its key is the signer's.
        signer: the evaluator's key.
        kind: `OUTSIDE` or `REPRODUCTION`.

    Returns:
        The envelope, which `read_outside` reads.

    Raises:
        InputError: when the predicate does not fit.
    """
    value = {
        "_type": _STATEMENT,
        "subject": [{"name": "bundle", "digest": {"sha256": bundle.hex}}],
        "predicateType": kind,
        "predicate": dict(predicate),
    }
    _check(value, kind)
    return sign_statement(canonical(value), signer).to_bytes()


def read_outside(data: bytes, kind: str = OUTSIDE) -> Outside:
    """Read an evaluation, or that a bundle was made again, whose signature holds.

    Args:
        data: the envelope.
        kind: `OUTSIDE` or `REPRODUCTION`: the one that is expected.

    Returns:
        What was signed, and by which key.

    Raises:
        InputError: when it is no such envelope; values are never quoted.
        IntegrityError: when the signature is not that of the key it names.
    """
    envelope = Envelope.parse(data)
    value: Any = parse_canonical(envelope.payload)
    _check(value, kind)
    if [one["name"] for one in value["subject"]] != ["bundle"]:
        misfit("statement.subject", "one subject named 'bundle'")
    predicate = value["predicate"]
    key = PublicKey.parse(predicate["key"])
    if not predicate["actor"]["key"] == key.key_id == envelope.key_id:
        raise IntegrityError(
            f"The statement names the key {predicate['actor']['key'][:12]} and is signed by "
            f"{envelope.key_id[:12]}.",
            do="Ask its author for the file as it was written.",
        )
    envelope.check(key)
    return Outside(Digest.from_hex(value["subject"][0]["digest"]["sha256"]), key, predicate)
