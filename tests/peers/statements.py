"""One statement of each kind, for the peers to judge."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.kernel import draft
from warrant.kernel.digest import Digest
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.statement import Actor, Statement, Subject

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
_ACTOR = Actor.of(SIGNER, "author")
_AT = "2026-03-02T09:00:00Z"
_ONE, _TWO = Digest.of(b"one"), Digest.of(b"two")

STATEMENTS: dict[str, Statement] = {
    "step": draft.step_statement(
        draft.Run(
            stage="curate",
            content_key=_ONE,
            outputs={"rows": _ONE, "claim": _TWO},
            inputs={"documents": _TWO},
            configuration={"similarity": 0.8, "languages": ["en"]},
            fingerprints={"rows": _TWO},
            started_at=_AT,
            finished_at=_AT,
            versions={"warrant": "0.1.0"},
        ),
        _ACTOR,
    ),
    "keys": draft.keys_statement(
        _ACTOR,
        SIGNER.public_key,
        [draft.Person(SIGNER.public_key, "Anna Álvarez", ("author",))],
        recorded_at=_AT,
    ),
    "act": draft.act_statement(
        draft.Act("approve", Subject("bundle", _ONE), "Read."), _ACTOR, recorded_at=_AT
    ),
    "plan": draft.plan_statement(_ONE, _ACTOR, bounds={"macro_f1": 0.55}, recorded_at=_AT),
    "erasure": draft.erasure_statement(
        {_ONE: [1]},
        _ACTOR,
        reason="Asked for.",
        not_reached=[],
        warning="Guesses can be tested.",
        recorded_at=_AT,
    ),
}
"""By kind."""
