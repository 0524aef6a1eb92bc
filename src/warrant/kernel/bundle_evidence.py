"""Evidence from one file: a bundle.

Source: docs/reference/verification.md, steps (1), (3), (9) and (10); formats.md, section 7.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from warrant.errors import InputError, IntegrityError
from warrant.kernel import bundle, content
from warrant.kernel.approval import Release
from warrant.kernel.bundle import Bundle
from warrant.kernel.digest import Digest
from warrant.kernel.evidence import File
from warrant.kernel.lineage import ancestors
from warrant.kernel.log_view import split_entries
from warrant.kernel.predicates import KEYS
from warrant.kernel.proof import LogProof
from warrant.kernel.tree import RowTree
from warrant.kernel.wording import fault, quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warrant.kernel.bundle import Content
    from warrant.kernel.chain import Chain, Entry, Keys
    from warrant.kernel.log_view import LogView
    from warrant.kernel.model_signature import ModelSignature
    from warrant.kernel.verdict import Report

_CHECKPOINT = "evidence/checkpoint"
_LEAVES = "evidence/leaves"
_MODEL_SIGNATURE = "evidence/model.sig"
_OUTSIDE = "evidence/outside/"
_PROOF = re.compile(r"evidence/proofs/([0-9]+)\.tlog-proof")
_NAMED = re.compile(r"evidence/(statements|records)/([0-9a-f]{64})\.json")


class BundleEvidence:
    """A bundle as evidence.

    Args:
        path: the file; opened by `check_container`.
    """

    is_whole = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bundle: Bundle | None = None
        self._content: Content | None = None

    @property
    def bundle(self) -> Bundle:
        """The bundle, once its container is checked."""
        assert self._bundle is not None  # noqa: S101 - step (1) comes first
        return self._bundle

    @property
    def content(self) -> Content:
        """What `content.json` says, once its container is checked."""
        assert self._content is not None  # noqa: S101 - step (1) comes first
        return self._content

    def check_container(self, report: Report) -> None:
        """Check headers, names, the list of content, and the checksums of the evidence.

        Args:
            report: gains a sentence.

        Raises:
            IntegrityError: at the first fault.
        """
        self._bundle = Bundle.open(self._path)
        self._content = self._bundle.read_content()
        for name in self._bundle.entries:
            if name.startswith(bundle.EVIDENCE):
                self._read(name)
        report.say("bundle-sound", count=len(self._bundle.entries))

    def read_checkpoint(self) -> bytes | None:
        """Give the checkpoint; None when it is absent."""
        return self._read(_CHECKPOINT) if _CHECKPOINT in self.bundle.entries else None

    def read_entries(self) -> list[bytes]:
        """Give the leaves.

        Returns:
            All of them, in order.

        Raises:
            IntegrityError: when they are absent, or the last one is cut short.
        """
        if _LEAVES not in self.bundle.entries:
            raise fault("leaves-absent")
        return split_entries(self._read(_LEAVES), quote(_LEAVES))

    def check_log(self, view: LogView) -> Iterator[IntegrityError]:
        """Make each log proof again and compare.

        Args:
            view: the log.

        Yields:
            A fault for each proof that the log does not give.
        """
        tree = RowTree.over(view.hashes)
        for name in self.bundle.entries:
            found = _PROOF.fullmatch(name)
            if not found:
                continue
            index = int(found[1])
            if index >= len(view.leaves) or self._read(name) != _proof(tree, index, view):
                yield fault("log-file", file=quote(name))

    def find_statement(self, digest: Digest) -> File | None:
        """Give an envelope by its digest; None when absent."""
        return self._find(f"evidence/statements/{digest.hex}.json")

    def find_record(self, digest: Digest) -> File | None:
        """Give a claim or manifest by its digest; None when absent."""
        return self._find(f"evidence/records/{digest.hex}.json")

    def check_names(self, chain: Chain) -> Iterator[IntegrityError]:
        """Find statements that no leaf is of, and records that no statement names.

        Args:
            chain: the statements.

        Yields:
            A fault for each.
        """
        logged = {leaf.envelope.hex for leaf in chain.view.leaves}
        named = {
            one.digest.hex
            for entry in chain.entries
            for one in (*entry.statement.subjects, *entry.statement.dependencies)
        }
        for name in self.bundle.entries:
            found = _NAMED.fullmatch(name)
            if not found:
                continue
            if found[1] == "statements":
                if found[2] not in logged:
                    yield fault("statement-unlogged", file=quote(name))
            elif Digest.of(self._read(name)).hex != found[2]:
                yield fault("record-digest", file=quote(name))
            elif found[2] not in named:
                yield fault("record-unnamed", file=quote(name))

    def read_outsides(self) -> Iterator[File]:
        """Give the evaluations by others; without bytes where their digest is not the name."""
        for name in self.bundle.entries:
            if name.startswith(_OUTSIDE):
                data = self._read(name)
                is_named = name == f"{_OUTSIDE}{Digest.of(data).hex}.json"
                yield File(quote(name), data if is_named else b"")

    def find_deploys(self, chain: Chain) -> list[Entry]:
        """Find the statements that sign the bundle digest.

        Args:
            chain: the statements.

        Returns:
            The deploy steps with this bundle as their subject `bundle`, in order.
        """
        digest = self.digest
        return [
            entry
            for entry in chain.steps
            if entry.stage == "deploy" and entry.statement.subject("bundle") == digest
        ]

    @property
    def digest(self) -> Digest:
        """The bundle digest."""
        return Digest.of(self._read(bundle.CONTENT))

    def check_contents(self, report: Report, chain: Chain) -> None:
        """Compare the bundle digest with the deploy statements, each member with the list.

        Args:
            report: gains sentences.
            chain: the statements.
        """
        deploys = self.find_deploys(chain)
        if not deploys:
            report.refuse("bundle-unsigned", digest=self.digest.hex)
            return
        is_sound = report.add_all(self._check_members(deploys[-1], chain))
        for deploy in deploys:
            is_sound &= report.add_all(content.check_deploy(deploy, chain, self.content.members))
        if is_sound:
            report.add_all(content.check_records(chain, self.content.members, self._read))
        for deploy in deploys:
            signer = chain.signer(deploy)
            report.say("bundle-signed", digest=self.digest.hex, entry=deploy.name, signer=signer)
        stage = self.content.stage_of_use
        report.say("use-explore" if stage == "explore" else "use", stage=stage)

    def _check_members(self, deploy: Entry, chain: Chain) -> Iterator[IntegrityError]:
        for name, listed in self.content.members.items():
            measure = self.bundle.measure(name)
            if (measure.size, measure.digest) != listed:
                yield fault(
                    "member-changed",
                    file=quote(name),
                    size=measure.size,
                    found=measure.digest.hex,
                    entry=deploy.name,
                    signer=chain.signer(deploy),
                    listed=listed.size,
                    digest=listed.digest.hex,
                )
            elif measure.crc != self.bundle.entries[name].crc:
                yield fault("member-sum", name=quote(name))

    def check_model(self, report: Report, chain: Chain) -> None:
        """Check the model signature over the members under `model/`.

        Args:
            report: gains sentences.
            chain: has the model keys in force at the last deploy step.
        """
        deploys = self.find_deploys(chain)
        if not deploys:
            return
        if _MODEL_SIGNATURE not in self.bundle.entries:
            report.say("model-unsigned")
            return
        file = quote(_MODEL_SIGNATURE)
        found = _open_signature(self._read(_MODEL_SIGNATURE), chain.keys_at(deploys[-1].index))
        if found is None:
            report.refuse("model-signature", file=file)
            return
        files = {
            name.removeprefix(content.MODEL): listed.digest
            for name, listed in self.content.members.items()
            if name.startswith(content.MODEL)
        }
        if found.resources != files:
            report.refuse("model-files", file=file)
        else:
            report.say("model-signed", count=len(files), key=found.hint)

    def release(self, chain: Chain) -> Release | None:
        """Give what approvals of this bundle are judged by.

        Args:
            chain: the statements.

        Returns:
            The bundle and what it stands on; None when no deploy step signs it.
        """
        deploys = self.find_deploys(chain)
        if not deploys:
            return None
        steps = ancestors(deploys, chain)
        way = sorted([*chain.of_kind(KEYS), *steps.values()], key=lambda entry: entry.index)
        return Release(self.digest, self.content.stage_of_use, tuple(way))

    def close(self) -> None:
        """Close the file."""
        if self._bundle is not None:
            self._bundle.__exit__(None, None, None)

    def _find(self, name: str) -> File | None:
        if name not in self.bundle.entries:
            return None
        return File(quote(name), self._read(name))

    def _read(self, name: str) -> bytes:
        limit = bundle.LEAVES_LIMIT if name == _LEAVES else bundle.READ_LIMIT
        return self.bundle.read(name, limit)


def _open_signature(data: bytes, keys: Keys) -> ModelSignature | None:
    # Imported here: a workspace and a bundle without a signature do without it.
    from warrant.kernel.model_signature import ModelSignature

    try:
        signature = ModelSignature.parse(data)
        for key in keys.models:
            if key.key_id == signature.hint:
                signature.check(key)
                return signature
    except (InputError, IntegrityError):
        return None
    return None


def _proof(tree: RowTree, index: int, view: LogView) -> bytes:
    proof = LogProof(index, tuple(tree.prove(index)), view.signed.written)
    return proof.to_text().encode()
