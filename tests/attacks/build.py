"""An honest workspace and its bundle, made with the kernel alone; attacks derive from them.

Everything but the model signature is a function of the seed, so that figures repeat.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warrant.kernel import bundle, merkle, rows
from warrant.kernel.canon import canonical
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.digest import Digest
from warrant.kernel.draft import (
    Act,
    Person,
    Run,
    act_statement,
    erasure_statement,
    keys_statement,
    plan_statement,
    step_statement,
)
from warrant.kernel.envelope import Envelope
from warrant.kernel.keys import Ed25519Signer, P256Signer, log_origin
from warrant.kernel.layout import Layout, Shard, encode_layout
from warrant.kernel.model_signature import sign_model
from warrant.kernel.note import KeyKind, VerifierKey, sign_note
from warrant.kernel.pack import PLAIN, ZLIB, Entry, encode_index, index_name, shrink
from warrant.kernel.predicates import STEP
from warrant.kernel.proof import LogProof
from warrant.kernel.statement import Actor, Role, Statement, Subject, leaf_of
from warrant.kernel.tiles import bundles_between, encode_bundle, grow_tiles
from warrant.kernel.tree import RowTree
from warrant.kernel.trust import Trust
from warrant.kernel.workspace_contents import Rows, StoredRow

NOW = "2026-06-01T12:00:00Z"
SCHEMA = [rows.Column("text", "text"), rows.Column("label", "text")]


def person(seed: str) -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest()))


def model_key(seed: str) -> P256Signer:
    secret = int.from_bytes(sha256(seed.encode()).digest(), "big") >> 1
    return P256Signer(ec.derive_private_key(secret, ec.SECP256R1()))


@dataclass(eq=False)
class World:
    """A workspace in memory: who there is, what is stored, what was logged."""

    seed: str = "honest"
    blobs: dict[Digest, bytes] = field(default_factory=dict)
    layouts: dict[Digest, Layout] = field(default_factory=dict)
    envelopes: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    digests: dict[str, Digest] = field(default_factory=dict)
    fingerprints: dict[Digest, str] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    salts: dict[bytes, bytes] = field(default_factory=dict)
    planned: tuple[str | None, dict[str, float]] = (None, {})
    ceilings: dict[str, float] | None = None
    minute: int = 0

    def __post_init__(self) -> None:
        self.author = person(f"{self.seed} author")
        self.approver = person(f"{self.seed} approver")
        self.log = person(f"{self.seed} log")
        self.model = model_key(f"{self.seed} model")

    # --- what happens ------------------------------------------------------

    def now(self) -> str:
        self.minute += 1
        return f"2026-03-02T{self.minute // 60:02}:{self.minute % 60:02}:00Z"

    def put(self, data: bytes) -> Digest:
        digest = Digest.of(data)
        self.blobs[digest] = data
        return digest

    def record(
        self, statement: Statement, signer: Ed25519Signer, at: str | None = None
    ) -> Envelope:
        envelope = statement.sign(signer)
        data = envelope.to_bytes()
        self.put(data)
        self.envelopes.append(data)
        self.leaves.append(leaf_of(data, at or self.now()))
        return envelope

    def keys(self, persons: Sequence[tuple[Ed25519Signer, str, tuple[Any, ...]]]) -> None:
        listed = [Person(signer.public_key, name, roles) for signer, name, roles in persons]
        actor = Actor.of(self.author, "author")
        statement = keys_statement(
            actor,
            self.log.public_key,
            listed,
            recorded_at=self.now(),
            models=[self.model.public_key],
            reason="rotated" if self.leaves else "opened",
        )
        self.record(statement, self.author)

    def dataset(self, name: str, texts: Sequence[str]) -> Digest:
        """Store rows in two shards, with manifest and layout."""
        stored = [self._row(text) for text in texts]
        commitments = b"".join(
            rows.commitment(rows.row_salt([rows.Salt(salt)], row_id), digest)
            for _, salt, row_id, digest in stored
        )
        schema = rows.schema_digest(SCHEMA)
        prints = rows.fingerprint(schema, len(stored), [(one[2], one[3]) for one in stored])
        leaves = merkle.leaf_hashes(merkle.split_hashes(commitments))
        manifest = {
            "columns": [{"name": column.name, "type": column.type} for column in SCHEMA],
            "counts": {"kept": len(stored)},
            "fingerprint": prints.hex,
            "format": "warrant/dataset/1",
            "name": name,
            "root": merkle.tree_root(leaves).hex(),
            "rows": len(stored),
            "sample": False,
        }
        digest = self.put(canonical(manifest))
        half = len(texts) // 2
        self.layouts[digest] = Layout(
            digest,
            self.put(commitments),
            tuple(self._shard(part) for part in (texts[:half], texts[half:])),
        )
        self.digests[name], self.fingerprints[digest] = digest, prints.hex
        return digest

    def _row(self, text: str) -> tuple[bytes, bytes, rows.RowId, rows.RowDigest]:
        document = sha256(text.encode()).digest()
        salt = self.salts.setdefault(document, sha256(b"salt" + document).digest())
        row_id = rows.row_id(Digest(document), [0])
        return document, salt, row_id, rows.row_digest({"text": text, "label": "a"})

    def _shard(self, texts: Sequence[str]) -> Shard:
        data = write_shard([{"document": sha256(t.encode()).hexdigest(), "text": t} for t in texts])
        return Shard(len(texts), self.put(data), len(data))

    def step(
        self,
        stage: str,
        inputs: Sequence[str],
        outputs: Mapping[str, Digest],
        *,
        sources: Sequence[Mapping[str, Any]] = (),
        signer: Ed25519Signer | None = None,
        at: str | None = None,
        content_key: Digest | None = None,
        role: Role = "author",
    ) -> Envelope:
        """Record a step with its claim and a content key that follows from both."""
        signer = signer or self.author
        read = {name: self.digests[name] for name in inputs}
        links = [
            {"digest": d.hex, "fingerprint": self.fingerprints.get(d), "name": n, "rows": None}
            for n, d in sorted(read.items())
        ]
        if not links:
            links = [{"digest": "11" * 32, "fingerprint": None, "name": "raw", "rows": None}]
        claim = {
            "counts": {},
            "format": "warrant/claim/1",
            "inputs": links,
            "left_this_machine": [],
            "measures": {},
            "outputs": [],
            "plugins": [{"name": "python", "version": "3.11"}],
            "sources": list(sources),
            "stage": stage,
            "version": 1,
        }
        configuration = {"stage": stage, "share": 0.1}
        key = canonical(
            {
                "configuration": configuration,
                "inputs": {one["name"]: one["fingerprint"] or one["digest"] for one in links},
                "plugins": claim["plugins"],
                "stage": stage,
                "version": 1,
            }
        )
        subjects = {**outputs, "claim": self.put(canonical(claim))}
        self.digests |= outputs
        when = at or self.now()
        run = Run(
            stage=stage,
            content_key=content_key or Digest.of(key),
            outputs=subjects,
            inputs=read,
            configuration=configuration,
            fingerprints={
                name: Digest.from_hex(self.fingerprints[digest])
                for name, digest in outputs.items()
                if digest in self.fingerprints
            },
            started_at=when,
            finished_at=when,
            versions={"warrant": "0.1.0"},
        )
        return self.record(step_statement(run, Actor.of(signer, role)), signer, when)

    def act(
        self,
        kind: str,
        subject: tuple[str, Digest],
        signer: Ed25519Signer,
        role: Role,
        **more: object,
    ) -> Envelope:
        act = Act(kind, Subject(*subject), "because", **more)  # type: ignore[arg-type]
        when = self.now()
        return self.record(
            act_statement(act, Actor.of(signer, role), recorded_at=when), signer, when
        )

    def plan(self, least: float = 0.5, signer: Ed25519Signer | None = None) -> Envelope:
        signer = signer or self.author
        when, bounds = self.now(), {"macro_f1": least}
        statement = plan_statement(
            self.digests["test"], Actor.of(signer, "author"), bounds=bounds, recorded_at=when
        )
        envelope = self.record(statement, signer, when)
        self.planned = (envelope.digest.hex, bounds)
        return envelope

    def plan_both(self, least: float, most: float) -> Envelope:
        """Sign a plan that also says what is too much: of the second shape."""
        bounds, ceilings, when = {"macro_f1": least}, {"mae": most}, self.now()
        actor = Actor.of(self.author, "author")
        statement = plan_statement(
            self.digests["test"], actor, bounds=bounds, recorded_at=when, ceilings=ceilings
        )
        envelope = self.record(statement, self.author, when)
        self.planned, self.ceilings = (envelope.digest.hex, bounds), ceilings
        return envelope

    def evaluation(self) -> bytes:
        """Write the record of an evaluation of the last model on the test set."""
        if self.ceilings is not None:
            return self._evaluation_2(self.ceilings)
        plan, bounds = self.planned
        return canonical(
            {
                "bounds": [
                    {"at_least": least, "met": True, "metric": metric, "value": 0.63}
                    for metric, least in bounds.items()
                ],
                "format": "warrant/evaluation/1",
                "model": self.digests["model"].hex,
                "plan": plan,
                "scores": [{"metric": "macro_f1", "value": 0.63}],
                "test": self.digests["test"].hex,
            }
        )

    def _evaluation_2(self, ceilings: dict[str, float]) -> bytes:
        plan, bounds = self.planned
        limits = [(metric, least, None) for metric, least in bounds.items()]
        limits += [(metric, None, most) for metric, most in ceilings.items()]
        return canonical(
            {
                "bounds": [
                    {"at_least": least, "at_most": most, "met": True, "metric": name, "value": 0.63}
                    for name, least, most in limits
                ],
                "format": "warrant/evaluation/2",
                "model": self.digests["model"].hex,
                "plan": plan,
                "test": self.digests["test"].hex,
            }
        )

    def deploy(self, at: str | None = None, **more: Any) -> Envelope:  # noqa: ANN401 - of step
        """Sign the bundle over what was made last."""
        inputs = ["card", "evaluation", "model", *(["page"] if "page" in self.digests else [])]
        outputs = {"bundle": Digest.of(self.content_member())}
        return self.step("deploy", inputs, outputs, at=at, **more)

    def erase(self, name: str, positions: Sequence[int]) -> Envelope:
        statement = erasure_statement(
            {self.digests[name]: positions},
            Actor.of(self.author, "author"),
            reason="asked",
            not_reached=[],
            warning="A holder of all other rows could test guesses against the fingerprint.",
            recorded_at=self.now(),
        )
        return self.record(statement, self.author)

    # --- what is written ---------------------------------------------------

    @property
    def origin(self) -> str:
        return log_origin(self.log.public_key)

    def checkpoint(self) -> str:
        root = merkle.tree_root(merkle.leaf_hashes(self.leaves))
        text = Checkpoint(self.origin, len(self.leaves), root).to_text()
        return sign_note(text, self.origin, self.log)

    def content_member(self) -> bytes:
        return bundle.write_content(
            "toy", "pilot", [bundle.Member(*one) for one in self.content.items()]
        )

    def evidence(self) -> dict[str, bytes]:
        """Give the evidence members of a bundle, off-the-way steps included."""
        note = self.checkpoint()
        tree = RowTree.over(merkle.leaf_hashes(self.leaves))
        members = {"evidence/checkpoint": note.encode(), "evidence/leaves": join(self.leaves)}
        for index, data in enumerate(self.envelopes):
            members[f"evidence/statements/{Digest.of(data).hex}.json"] = data
            statement = Statement.open(Envelope.parse(data))
            if statement.kind != STEP:
                continue
            proof = LogProof(index, tuple(tree.prove(index)), note)
            members[f"evidence/proofs/{index}.tlog-proof"] = proof.to_text().encode()
            prints = statement.predicate["buildDefinition"]["externalParameters"]["fingerprints"]
            for name in ("claim", *prints):
                digest = statement.subject(name)
                assert digest is not None
                members[f"evidence/records/{digest.hex}.json"] = self.blobs[digest]
        if self.content:
            members["evidence/model.sig"] = self.sign_model()
        return members

    def sign_model(self) -> bytes:
        with TemporaryDirectory() as folder:
            for name, data in self.content.items():
                if name.startswith("model/"):
                    (Path(folder) / name.removeprefix("model/")).write_bytes(data)
            return sign_model(Path(folder), self.model).data

    def members(self) -> dict[str, bytes]:
        return {"content.json": self.content_member(), **self.content, **self.evidence()}

    def bundle(self) -> bytes:
        return packed(self.members())

    def write_workspace(self, place: Path) -> Path:
        """Write `.warrant` with two packs, one of them compressed, and a blob of its own."""
        root = place / ".warrant"
        log = root / "log"
        write(log / "checkpoint", self.checkpoint().encode())
        for tile, data in grow_tiles(0, merkle.leaf_hashes(self.leaves), lambda _: b""):
            write(log / tile.path, data)
        for one in bundles_between(0, len(self.leaves)):
            first = one.number * 256
            write(log / one.path, encode_bundle(self.leaves[first : first + one.width]))
        digests = sorted(self.blobs)
        shards = [one.sha256 for layout in self.layouts.values() for one in layout.shards]
        alone = next((one for one in shards if one in self.blobs), digests[0])
        write(root / "store/blobs" / alone.hex[:2] / alone.hex[2:], self.blobs[alone])
        rest = [digest for digest in digests if digest != alone]
        for part, codec in ((rest[::2], PLAIN), (rest[1::2], ZLIB)):
            self._write_pack(root / "store/packs", part, codec)
        for digest, layout in self.layouts.items():
            write(root / "store/layouts" / f"{digest.hex}.json", encode_layout(layout))
        return place

    def _write_pack(self, folder: Path, digests: Sequence[Digest], codec: int) -> None:
        entries, body = [], b""
        for digest in digests:
            data = self.blobs[digest]
            kind, stored = shrink(data) if codec == ZLIB else (PLAIN, data)
            entries.append(Entry(digest.raw, len(body), len(stored), len(data), kind))
            body += stored
        index = encode_index(entries)
        write(folder / f"{index_name(index)}.pack", body)
        write(folder / f"{index_name(index)}.idx", index)

    def trust(self, place: Path, *, approver: bool = True) -> Path:
        """Write the folder of a reader who knows the log, Ann and perhaps Ben."""
        key = VerifierKey(self.origin, KeyKind.ED25519, self.log.public_key)
        write(place / "log.policy", f"# mine\nlog {key.text}\nquorum none\n".encode())
        lines = [f"{self.author.public_key.text} Ann Alvarez author,operator"]
        if approver:
            lines.append(f"{self.approver.public_key.text} Ben Brown approver,reviewer")
        write(place / "signers", ("# mine\n" + "\n".join(lines) + "\n").encode())
        return place

    def reader(self) -> Rows:
        """Read the rows of this world, as flow reads Parquet."""
        return Rows(read_rows, lambda members: [self.salts.get(one) for one in members])


def write_shard(found: Sequence[Mapping[str, str] | None]) -> bytes:
    return "\n".join(json.dumps(one) for one in found).encode()


def read_rows(manifest: bytes, shards: Sequence[BinaryIO]) -> Iterator[StoredRow | None]:
    assert json.loads(manifest)["format"] == "warrant/dataset/1"
    for shard in shards:
        for line in shard.read().decode().splitlines():
            one = json.loads(line)
            if one is None:
                yield None
                continue
            document = bytes.fromhex(one["document"])
            yield StoredRow(
                rows.row_id(Digest(document), [0]),
                [document],
                rows.row_digest({"text": one["text"], "label": "a"}),
            )


SOURCE = {"name": "contracts/", "rights": {"expires": "2030-01-01", "train": True}}


def until_train(seed: str = "honest", sources: Sequence[Mapping[str, Any]] = (SOURCE,)) -> World:
    """Give the world after ingest, curate, split and plan."""
    world = World(seed)
    world.keys(
        [
            (world.author, "Ann Alvarez", ("author", "operator")),
            (world.approver, "Ben Brown", ("approver", "reviewer")),
        ]
    )
    texts = [f"clause {number}" for number in range(6)]
    world.step("ingest", [], {"documents": world.dataset("documents", texts)}, sources=sources)
    world.step("curate", ["documents"], {"rows": world.dataset("rows", texts[:5])})
    parts = {
        "train": world.dataset("train", texts[:3]),
        "test": world.dataset("test", texts[3:5]),
    }
    world.step("split", ["rows"], parts)
    return world


def train(
    world: World,
    at: str | None = None,
    weights: bytes = b'{"coefficients":[0.5,-1.25,3]}',
    **more: Any,  # noqa: ANN401 - of every step
) -> World:
    """Train, evaluate, report and deploy."""
    files = {"vocabulary.txt": b"cap\nliability\n", "weights.json": weights}
    listed = [
        {"name": name, "sha256": world.put(data).hex, "size": len(data)}
        for name, data in files.items()
    ]
    model = canonical({"files": listed, "format": "warrant/model/1", "kind": "linear"})
    card = b"# Card\n\nMacro-F1 0.63 [0.60, 0.66]\n"
    world.step("train", ["train"], {"model": world.put(model)}, at=at, **more)
    evaluation = world.evaluation()
    outputs = {"evaluation": world.put(evaluation)}
    world.step("evaluate", ["model", "test"], outputs, at=at, **more)
    world.step("report", ["evaluation", "model"], {"card": world.put(card)}, at=at, **more)
    world.content = {
        "card.md": card,
        "evaluation.json": evaluation,
        "model.json": model,
        **{f"model/{name}": data for name, data in files.items()},
    }
    world.deploy(at, **more)
    return world


def honest(seed: str = "honest") -> World:
    """Give a world in which everything is as it should be, approved by Ben."""
    world = until_train(seed)
    world.plan()
    train(world)
    subject = ("bundle", world.digests["bundle"])
    world.act("approve", subject, world.approver, "approver", stage_of_use="pilot")
    return world


@lru_cache(maxsize=8)
def honest_members(seed: str = "honest") -> dict[str, bytes]:
    return honest(seed).members()


def packed(members: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    bundle.write(out, [bundle.Member(*one) for one in members.items()])
    return out.getvalue()


def join(leaves: Sequence[bytes]) -> bytes:
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@dataclass(eq=False)
class Lie:
    """A forged bundle or workspace, and what must come back."""

    path: Path
    trust: Path
    expect: Sequence[str]
    """Sentences, or parts of them, one of which each must stand in the answer."""
    result: str = "refused"
    seen: Path | None = None
    rows: Rows | None = None
    """Where rows are decoded: the stand-alone verifier then says `alone` instead."""
    alone: str = ""


Liar = Callable[[Path], "list[Lie]"]


def lie_in_bundle(
    place: Path,
    members: Mapping[str, bytes] | bytes,
    *expect: str,
    world: World | None = None,
    **more: Any,  # noqa: ANN401 - the other fields of a lie
) -> Lie:
    """Write a forged bundle beside the trust folder of a reader of the honest world."""
    data = members if isinstance(members, bytes) else packed(members)
    number = len(list(place.glob("*.bundle")))
    path = place / f"{number:04}.bundle"
    write(path, data)
    trust = (world or World()).trust(place / "trust")
    return Lie(path, trust, expect, **more)


def lie_in_workspace(
    place: Path,
    world: World,
    *expect: str,
    **more: Any,  # noqa: ANN401 - the other fields of a lie
) -> Lie:
    """Write a forged workspace beside the trust folder of a reader of the honest world."""
    path = place / f"workspace-{len(list(place.glob('workspace-*')))}"
    world.write_workspace(path)
    return Lie(path, World().trust(place / "trust"), expect, **more)


def copy_workspace(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target


def load_trust(lie: Lie) -> Trust:
    return Trust.load(lie.trust)


def flipped_in(place: Path, world: World, room: str, samples: int) -> list[Lie]:
    """Flip some bytes, the first and the last among them, of each file of a room."""
    honest_one = lie_in_workspace(place, world)
    files = sorted(one for one in (honest_one.path / ".warrant" / room).rglob("*") if one.is_file())
    lies = []
    for file in files:
        data = file.read_bytes()
        step = max(1, len(data) // samples)
        for position in sorted({*range(0, len(data), step), len(data) - 1}):
            forged = bytearray(data)
            forged[position] ^= 1 + position % 255
            path = place / f"flipped-{len(list(place.glob('flipped-*')))}"
            copy_workspace(honest_one.path, path)
            (path / file.relative_to(honest_one.path)).write_bytes(forged)
            lies.append(Lie(path, honest_one.trust, ()))
    return lies
