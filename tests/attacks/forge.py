"""Forgeries by the thousand: each seed changes an honest bundle at one to three places.

Changes happen in the bytes of the ZIP, in whole members, and inside statements, leaves, records
and content, which are then signed again with the true keys, so that every step is reached.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from tests.attacks.build import World, honest, join, packed, person, train, until_train
from warrant.errors import InputError
from warrant.kernel import merkle
from warrant.kernel.bundle import is_safe_name
from warrant.kernel.canon import canonical
from warrant.kernel.digest import Digest
from warrant.kernel.envelope import Envelope, pae
from warrant.kernel.keys import Ed25519Signer
from warrant.kernel.note import sign_note
from warrant.kernel.predicates import STEP
from warrant.kernel.proof import LogProof
from warrant.kernel.tree import RowTree

JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 1e300, 2**53, 2.0**60, "", "x", "ä", "é" * 90, "never", "author",
    "2026-03-02T09:00:00Z", "2020-01-01", "2026-02-30T09:00:00Z", "0" * 64, "A" * 64, [], {}, ["x"],
    {"expires": "2020-01-01"}, {"sha256": "0" * 64}, "explore", "revoke", "deploy", "bundle",
    "urn:x-warrant:stage:deploy:v1", "urn:x-warrant:act:v1", "https://slsa.dev/provenance/v1",
]  # fmt: skip


UNREADABLE = (AttributeError, IndexError, InputError, KeyError, TypeError, ValueError)


@cache
def _world(number: int) -> World:
    world = honest()
    if number == 1:
        statement = Digest.of(world.envelopes[5])
        world.act("revoke", ("statement", statement), world.approver, "approver")
    elif number == 2:
        world.erase("train", [1])
        subject = ("bundle", world.digests["bundle"])
        world.act("reject", subject, world.approver, "approver")
    elif number == 3:
        world = until_train(sources=[{"name": "a", "rights": {"expires": "2026-05-01"}}])
        world.keys([(world.author, "Ann", ("author",)), (world.approver, "Ben", ("approver",))])
        world.plan()
        train(world)
        subject = ("bundle", world.digests["bundle"])
        world.act("approve", subject, world.author, "author", conditions=("one",))
        world.act("approve", subject, world.approver, "approver", expires_at="2026-04-01T00:00:00Z")
    elif number == 4:
        world = until_train()
        world.step("ingest", [], {"documents": world.digests["documents"]}, sources=[_DENIED])
        world.plan()
        world.step("train", ["train"], {"model": world.put(b"first")})
        world.step("evaluate", ["model", "test"], {"evaluation": world.put(b"first scores")})
        again = train(world).step("train", ["train"], {"model": world.digests["model"]})
        world.deploy()
        world.act("revoke", ("statement", again.digest), world.author, "author")
    elif number == 5:
        world.deploy()
        rows = ("train", world.digests["train"])
        world.act("except", rows, world.approver, "approver", detail={"rule": "a"})
        subject = ("bundle", world.digests["bundle"])
        world.act("reject", subject, world.approver, "approver")
        world.act("approve", subject, world.author, "author")
        world.act("decide", subject, world.author, "author", detail={"go": False})
        world.act("decide", subject, world.approver, "approver", detail={"go": True})
    elif number == 6:
        world = until_train()
        world.plan_both(0.5, 2.0)
        train(world)
    return world


_DENIED = {"name": "a", "rights": {"expires": "2020-01-01", "train": False}}


class Forger:
    """One forgery in the making."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        world = _world(self.rng.randrange(7))
        self.world = world
        self.signers = {
            signer.key_id: signer for signer in (world.author, world.approver, person("stranger"))
        }
        self.envelopes = list(world.envelopes)
        self.leaves = list(world.leaves)
        evidence = _evidence(world)
        self.records = {
            name: data for name, data in evidence.items() if name.startswith("evidence/records/")
        }
        self.content = dict(world.content)
        self.listed = world.content_member()
        self.model_signature = evidence["evidence/model.sig"]
        self.note: Callable[[str], str] | None = None
        self.proofs = self.rng.random() < 0.5

    def forge(self) -> bytes:
        """Change something, and write the bundle."""
        changes = (
            *(self.change_statement, self.change_statement, self.change_leaf, self.change_record),
            *(self.change_content, self.change_note, self.change_history, self.change_signature),
        )
        kind = self.rng.random()
        if kind < 0.7:
            for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
                # A second change may meet what the first has left unreadable.
                with suppress(*UNREADABLE):
                    self.rng.choice(changes)()
        members = self.members()
        if kind > 0.6:
            members = self.change_members(members)
        data = packed({name: one for name, one in members.items() if is_safe_name(name)})
        return self.change_bytes(data) if kind > 0.85 else data

    def members(self) -> dict[str, bytes]:
        note = self.checkpoint()
        members = {"content.json": self.listed, **self.content, **self.records}
        members["evidence/checkpoint"] = note.encode()
        members["evidence/leaves"] = join(self.leaves)
        members["evidence/model.sig"] = self.model_signature
        for data in self.envelopes:
            members[f"evidence/statements/{Digest.of(data).hex}.json"] = data
        if self.proofs and self.leaves:
            tree = RowTree.over(merkle.leaf_hashes(self.leaves))
            index = self.rng.randrange(len(self.leaves))
            proof = LogProof(index, tuple(tree.prove(index)), note).to_text()
            members[f"evidence/proofs/{index}.tlog-proof"] = proof.encode()
        return members

    def checkpoint(self) -> str:
        root = b64encode(merkle.tree_root(merkle.leaf_hashes(self.leaves))).decode()
        text = f"{self.world.origin}\n{len(self.leaves)}\n{root}\n"
        if self.note is not None:
            return self.note(text)
        return sign_note(text, self.world.origin, self.world.log)

    # --- changes -----------------------------------------------------------

    def change_statement(self) -> None:
        """Change a statement somewhere, sign and log it again."""
        index = self.rng.randrange(len(self.envelopes))
        envelope = json.loads(self.envelopes[index])
        statement = self.mutate(json.loads(b64decode(envelope["payload"])))
        payload = self.spell(statement)
        key = envelope["signatures"][0]["keyid"]
        signer = self.signers[key]
        if self.rng.random() < 0.1:
            signer = self.rng.choice(list(self.signers.values()))
        self.log_again(index, self.sign(payload, signer, key), payload, signer)

    def change_leaf(self) -> None:
        index = self.rng.randrange(len(self.leaves))
        self.leaves[index] = self.spell(self.mutate(json.loads(self.leaves[index])))

    def change_record(self) -> None:
        """Change a claim or manifest, and every statement that names it."""
        name = self.rng.choice(sorted(self.records))
        changed = self.spell(self.mutate(json.loads(self.records.pop(name))))
        digest = Digest.of(changed).hex
        self.records[f"evidence/records/{digest}.json"] = changed
        self.rename(name[-69:-5], digest)

    def change_content(self) -> None:
        """Change a member or the list, and the deploy statement that names the bundle."""
        before = Digest.of(self.listed).hex
        value = json.loads(self.listed)
        kind = self.rng.random()
        if kind < 0.4:
            name = self.rng.choice(["evaluation.json", "model.json"])
            old = Digest.of(self.content[name]).hex
            self.content[name] = self.spell(self.mutate(json.loads(self.content[name])))
            new = Digest.of(self.content[name]).hex
            self.rename(old, new)
            if name == "model.json" and self.rng.random() < 0.5:
                evaluation = self.content["evaluation.json"]
                self.content["evaluation.json"] = evaluation.replace(old.encode(), new.encode())
                self.rename(
                    Digest.of(evaluation).hex, Digest.of(self.content["evaluation.json"]).hex
                )
            for member in value["members"]:
                data = self.content[member["name"]]
                member |= {"sha256": Digest.of(data).hex, "size": len(data)}
        elif kind < 0.7:
            member = self.rng.choice(value["members"]) if value.get("members") else {}
            name = member.get("name")
            if name in self.content:
                self.content[name] += b"x"
                member |= {"sha256": Digest.of(self.content[name]).hex}
                member |= {"size": len(self.content[name])}
        else:
            value = self.mutate(value)
        self.listed = self.spell(value)
        self.rename(before, Digest.of(self.listed).hex)

    def change_note(self) -> None:
        """Change the checkpoint, mostly signed again."""
        rng, world = self.rng, self.world
        old, new = rng.choice(
            [
                ("\n", "\nx\n"),
                ("warrant-log", "log"),
                ("=", "=="),
                ("1", "2"),
                ("\n", "\n\n"),
                ("\n", ""),
            ]
        )
        extra = rng.choice(["", "— w abcdabcd\n", "— w\n", "x", "— é YWJjZGVm\n", "\n"])

        def write(text: str) -> str:
            changed = text.replace(old, new, 1) if rng.random() < 0.6 else text
            signed = f"{text}\n— {world.origin} AAAAAAAA\n"
            if changed.endswith("\n") and "\n\n" not in changed:
                signed = sign_note(changed, world.origin, world.log)
            return signed + (extra if rng.random() < 0.5 else "")

        self.note = write

    def change_history(self) -> None:
        """Drop, repeat or move entries."""
        rng = self.rng
        index, other = rng.randrange(len(self.leaves)), rng.randrange(len(self.leaves))
        action = rng.randrange(4)
        if action == 0 and len(self.leaves) > 1:
            del self.leaves[index]
            self.envelopes = self.envelopes[:index] + self.envelopes[index + 1 :]
        elif action == 1:
            self.leaves.insert(other, self.leaves[index])
        elif action == 2:
            self.leaves[index], self.leaves[other] = self.leaves[other], self.leaves[index]
        elif len(self.envelopes) > 1:
            del self.envelopes[index % len(self.envelopes)]

    def change_signature(self) -> None:
        """Change the model signature, or an envelope around its statement."""
        rng = self.rng
        if rng.random() < 0.5:
            bundle = json.loads(self.model_signature)
            if rng.random() < 0.5 and isinstance(bundle, dict) and "dsseEnvelope" in bundle:
                payload = json.loads(b64decode(bundle["dsseEnvelope"]["payload"]))
                data = canonical(self.mutate(payload))
                signature = self.world.model.sign(pae(data))
                bundle["dsseEnvelope"]["payload"] = b64encode(data).decode()
                bundle["dsseEnvelope"]["signatures"][0]["sig"] = b64encode(signature).decode()
                self.model_signature = canonical(bundle)
            else:
                self.model_signature = self.spell(self.mutate(bundle))
            return
        index = rng.randrange(len(self.envelopes))
        envelope = self.spell(self.mutate(json.loads(self.envelopes[index])))
        if index < len(self.leaves):
            leaf = json.loads(self.leaves[index])
            if isinstance(leaf, dict):
                leaf["envelope"] = Digest.of(envelope).hex
                self.leaves[index] = canonical(leaf)
        self.envelopes[index] = envelope

    def change_members(self, members: dict[str, bytes]) -> dict[str, bytes]:
        rng = self.rng
        name, other = rng.choice(sorted(members)), rng.choice(sorted(members))
        action = rng.randrange(6)
        if action == 0 and name != "content.json":
            del members[name]
        elif action == 1:
            members[name], members[other] = members[other], members[name]
        elif action == 2 and members[name]:
            data = bytearray(members[name])
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            members[name] = bytes(data)
        elif action == 3:
            members[name] = members[name][: rng.randrange(len(members[name]) + 1)]
        elif action == 4:
            members[rng.choice(["a", "evidence/x", f"{name}x", "evidence/leaves/a"])] = b"x"
        else:
            members[name] += rng.choice([b"\n", b"\0", b" ", b"x"])
        return members

    def change_bytes(self, data: bytes) -> bytes:
        rng, forged = self.rng, bytearray(data)
        for _ in range(rng.choice([1, 1, 2, 5])):
            at = rng.randrange(len(forged))
            if rng.random() < 0.5:  # the directory is small and interesting
                at = max(0, len(forged) - 1 - rng.randrange(2000))
            action = rng.randrange(4)
            if action == 0:
                forged[at] ^= 1 << rng.randrange(8)
            elif action == 1:
                del forged[at : at + rng.randrange(1, 40)]
            elif action == 2:
                forged[at:at] = forged[at : at + rng.randrange(1, 60)]
            else:
                forged[at : at + 4] = rng.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"PK\5\6"])
        return bytes(forged) or b"PK"

    # --- tools -------------------------------------------------------------

    def mutate(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Change a value somewhere inside."""
        rng = self.rng
        value = deepcopy(value)
        places = list(_places(value))
        if not places:
            return rng.choice(JUNK)
        holder, key = rng.choice(places)
        action = rng.randrange(6)
        if action == 0:
            del holder[key]
        elif action == 1 and isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        elif action == 1:
            holder["extra"] = 1
        elif action == 2 and isinstance(holder[key], str) and holder[key]:
            text = holder[key]
            at = rng.randrange(len(text))
            holder[key] = text[:at] + rng.choice("0az9Z=-") + text[at + 1 :]
        elif action == 3:
            other, place = rng.choice(places)
            holder[key] = deepcopy(other[place])
        else:
            holder[key] = deepcopy(rng.choice(JUNK))
        return value

    def spell(self, value: Any) -> bytes:  # noqa: ANN401 - any JSON
        """Write JSON, now and then in another spelling."""
        if self.rng.random() < 0.05 or _is_beyond(value):
            return json.dumps(value, ensure_ascii=self.rng.random() < 0.5).encode()
        return canonical(value)

    def sign(self, payload: bytes, signer: Ed25519Signer, key: str) -> bytes:
        claimed = signer.key_id if self.rng.random() < 0.95 else key
        return Envelope(payload, claimed, signer.sign(pae(payload))).to_bytes()

    def log_again(self, index: int, envelope: bytes, payload: bytes, signer: Ed25519Signer) -> None:
        before = Digest.of(self.envelopes[index]).hex
        self.envelopes[index] = envelope
        kind = json.loads(payload)
        for place, data in enumerate(self.leaves):
            if before.encode() not in data:
                continue
            leaf = json.loads(data)
            leaf |= {"envelope": Digest.of(envelope).hex, "key": signer.key_id}
            leaf |= {"pae": Digest.of(pae(payload)).hex}
            leaf["predicate"] = _leaf_type(kind) or leaf["predicate"]
            self.leaves[place] = canonical(leaf)

    def rename(self, before: str, after: str) -> None:
        """Name a new digest wherever an old one was named, and sign again."""
        for index, data in enumerate(self.envelopes):
            envelope = json.loads(data)
            try:
                payload = b64decode(envelope["payload"])
                signer = self.signers[envelope["signatures"][0]["keyid"]]
            except (KeyError, TypeError, ValueError, IndexError):
                continue
            changed = payload.replace(before.encode(), after.encode())
            if changed != payload:
                self.log_again(index, self.sign(changed, signer, signer.key_id), changed, signer)


def _leaf_type(statement: Any) -> Any:  # noqa: ANN401 - any JSON
    """Give what a leaf would call a statement, as far as it can be read."""
    try:
        kind = statement["predicateType"]
        return statement["predicate"]["buildDefinition"]["buildType"] if kind == STEP else kind
    except (KeyError, TypeError):
        return None


@cache
def _evidence(world: World) -> dict[str, bytes]:
    return world.evidence()


def _places(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from _places(inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield value, index
            yield from _places(inner)


def _is_beyond(value: Any) -> bool:  # noqa: ANN401 - any JSON
    inner = [holder[key] for holder, key in _places(value)]
    return any(type(one) is int and abs(one) >= 2**53 for one in [value, *inner])
