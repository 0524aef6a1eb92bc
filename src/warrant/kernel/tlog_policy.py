"""Which logs and witnesses a reader believes: the file `log.policy`.

Law: adding a valid cosignature never turns an accepted checkpoint into a refused one.
Law: without `quorum none`, a checkpoint that no witness has cosigned is refused.

Source: C2SP tlog-policy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from warrant.errors import InputError, IntegrityError
from warrant.kernel.checkpoint import Checkpoint
from warrant.kernel.note import KeyKind, VerifierKey, open_note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from warrant.kernel.note import Cosigned

NO_QUORUM = "none"
"""The name that asks for no cosignature at all."""

_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses, or groups of them, of which enough must have cosigned.

    Args:
        threshold: how many members must have cosigned, at least 1.
        members: names of witnesses and groups.
    """

    threshold: int
    """How many members must have cosigned."""
    members: tuple[str, ...]
    """Names of witnesses and of groups defined before."""


@dataclass(frozen=True, slots=True)
class TlogPolicy:
    """Whose signature on a checkpoint counts.

    Args:
        logs: keys of the logs believed.
        witnesses: keys of the witnesses, by the policy's own names for them.
        groups: groups by name.
        quorum: name of a witness or group, or `NO_QUORUM`.
    """

    logs: tuple[VerifierKey, ...]
    """Keys of the logs believed; a key's name is the log's origin."""
    witnesses: Mapping[str, VerifierKey]
    """Keys of the witnesses, by the policy's own names for them."""
    groups: Mapping[str, Group]
    """Groups by name."""
    quorum: str
    """Name of the witness or group that must have cosigned, or `NO_QUORUM`."""

    def is_met(self, cosigners: frozenset[VerifierKey]) -> bool:
        """Say whether enough witnesses have cosigned.

        Args:
            cosigners: keys whose cosignature holds.

        Returns:
            True when the quorum is reached.

        Source: C2SP tlog-policy, "Defining a witness group".
        """
        met = {NO_QUORUM} | {name for name, key in self.witnesses.items() if key in cosigners}
        for name, group in self.groups.items():
            if len(met.intersection(group.members)) >= group.threshold:
                met.add(name)
        return self.quorum in met


@dataclass(frozen=True, slots=True)
class Endorsed:
    """A checkpoint that a policy accepts.

    Args:
        checkpoint: what the log says.
        log: whose signature holds.
        cosigned: cosignatures that hold, by witnesses of the policy.
    """

    checkpoint: Checkpoint
    """What the log says."""
    log: VerifierKey
    """Whose signature holds."""
    cosigned: tuple[Cosigned, ...]
    """Cosignatures that hold, by witnesses of the policy."""


def endorse(policy: TlogPolicy, written: str) -> Endorsed:
    """Check a checkpoint under a policy.

    Args:
        policy: whose signatures count.
        written: the checkpoint as a signed note.

    Returns:
        The checkpoint with the signatures that made it acceptable.

    Raises:
        InputError: when note or checkpoint cannot be read.
        IntegrityError: when a known key's signature does not hold, no known log signed under
            the checkpoint's origin, or the quorum is not reached.

    Source: C2SP tlog-policy; C2SP tlog-checkpoint, "Signatures".
    """
    opened = open_note(written, [*policy.logs, *policy.witnesses.values()])
    checkpoint = Checkpoint.parse(opened.text)
    logs = [key for key in opened.signed if key.name == checkpoint.origin]
    if not logs:
        raise IntegrityError(
            f"No known log has signed the checkpoint of {checkpoint.origin!r}.",
            do="If you trust that log, add its key to log.policy in your trust folder.",
        )
    if not policy.is_met(frozenset(one.key for one in opened.cosigned)):
        raise IntegrityError(
            f"Too few known witnesses have cosigned the checkpoint of {checkpoint.origin!r}: "
            f"the quorum {policy.quorum!r} is not reached.",
            do="Fetch a checkpoint with more cosignatures.",
        )
    return Endorsed(checkpoint, logs[0], opened.cosigned)


def parse_policy(data: bytes) -> TlogPolicy:
    """Read a policy file.

    Args:
        data: the file's bytes.

    Returns:
        The policy.

    Raises:
        InputError: with the number of the line, for a keyword, name, key or threshold that the
            format does not allow; without one, when no quorum is named.

    Source: C2SP tlog-policy, "Policy file syntax and structure".
    """
    reader = _Reader()
    for number, line in enumerate(data.split(b"\n"), start=1):
        reader.line = number
        if _CONTROL.search(line):
            reader.refuse("it holds a control character")
        words = _BLANKS.split(line.decode(errors="surrogateescape").strip(" \t"))
        if words[0] and not words[0].startswith("#"):
            reader.read(words)
    if not reader.quorum:
        raise InputError(
            "The log policy names no quorum.", do="Add the line: quorum none, or quorum NAME."
        )
    return TlogPolicy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


@dataclass(slots=True)
class _Reader:
    line: int = 0
    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    grouped: set[str] = field(default_factory=set)
    quorum: str = ""

    def read(self, words: list[str]) -> None:
        keyword, *rest = words
        readers: dict[str, Callable[[list[str]], None]] = {
            "log": self.read_log,
            "witness": self.read_witness,
            "group": self.read_group,
            "quorum": self.read_quorum,
        }
        if keyword not in readers:
            self.refuse(f"{keyword[:40]!r} is not one of log, witness, group, quorum")
        readers[keyword](rest)

    def read_log(self, words: list[str]) -> None:
        if len(words) not in {1, 2}:
            self.refuse("expected: log VKEY [URL]")
        key = self.read_key(words[0], KeyKind.ED25519)
        if any(key.public == other.public for other in self.logs):
            self.refuse("a log with this key stands on an earlier line")
        self.logs.append(key)

    def read_witness(self, words: list[str]) -> None:
        if len(words) not in {2, 3}:
            self.refuse("expected: witness NAME VKEY [URL]")
        name, key = self.new_name(words[0]), self.read_key(words[1], KeyKind.COSIGNATURE)
        if any(key.public == other.public for other in self.witnesses.values()):
            self.refuse("a witness with this key stands on an earlier line")
        self.witnesses[name] = key

    def read_group(self, words: list[str]) -> None:
        if len(words) < 3:
            self.refuse("expected: group NAME all|any|NUMBER MEMBER…")
        name, asked, *members = words
        self.new_name(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                self.refuse(f"{member[:40]!r} is not defined on an earlier line")
            if member in self.grouped:
                self.refuse(f"{member[:40]!r} is already a member of a group")
            self.grouped.add(member)
        self.groups[name] = Group(self.read_threshold(asked, len(members)), tuple(members))

    def read_threshold(self, asked: str, members: int) -> int:
        if asked in {"any", "all"}:
            return 1 if asked == "any" else members
        if not _THRESHOLD.fullmatch(asked) or int(asked) > members:
            self.refuse(f"the threshold is {asked[:40]!r}, expected all, any or 1 to {members}")
        return int(asked)

    def read_quorum(self, words: list[str]) -> None:
        if len(words) != 1:
            self.refuse("expected: quorum NAME")
        if self.quorum:
            self.refuse("the quorum stands on an earlier line")
        if words[0] not in {NO_QUORUM, *self.witnesses, *self.groups}:
            self.refuse(f"{words[0][:40]!r} is not defined on an earlier line")
        self.quorum = words[0]

    def new_name(self, name: str) -> str:
        if name == NO_QUORUM or name in self.witnesses or name in self.groups:
            self.refuse(f"the name {name[:40]!r} is taken")
        return name

    def read_key(self, text: str, kind: KeyKind) -> VerifierKey:
        try:
            key = VerifierKey.parse(text)
        except InputError as error:
            self.refuse(error.what.removesuffix("."))
        if key.kind is not kind:
            self.refuse(f"its key is of kind {key.kind:#04x}, expected {kind:#04x}")
        return key

    def refuse(self, fault: str) -> NoReturn:
        raise InputError(
            f"Log policy, line {self.line}: {fault}.", do="Correct the line in log.policy."
        )
