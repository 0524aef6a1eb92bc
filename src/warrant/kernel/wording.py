"""Every sentence that verification prints, in one table.

`docs/reference/verification.md` holds the same table, and so does the stand-alone
`verify.py`, which imports nothing from here; a test compares the three. A sentence that
reports a fault says what is wrong and what to do; other sentences have no second part.

Every code used by `say` or `fault` stands in `WORDING`; a test reads the calls.
"""

from __future__ import annotations

from typing import NamedTuple

from warrant.errors import IntegrityError


class FaultError(IntegrityError):
    """A sentence that reports a fault."""

    code: str = ""
    """A key of `WORDING`."""


class Wording(NamedTuple):
    """A sentence of verification."""

    what: str
    """A template in the form of `str.format`."""
    do: str = ""
    """What the reader should do; empty unless the sentence reports a fault."""


_COPY = "Keep the file as evidence and ask its maker for a sound copy."
_SIGNER = "Ask the signer for a bundle whose parts were made of one another."
_RESTORE = "Restore it from a backup."

WORDING: dict[str, Wording] = {
    "file-size": Wording(
        "The file has {size} bytes; a bundle has at least 22 bytes and less than 4 GiB.", _COPY
    ),
    "end-record": Wording(
        "The end record of the ZIP says {field} {got}, expected {expected}.", _COPY
    ),
    "directory-cut": Wording("The directory of the ZIP ends within member {number}.", _COPY),
    "directory-entry": Wording(
        "Member {name}: the directory of the ZIP says {field} {got}, expected {expected}.", _COPY
    ),
    "member-header": Wording(
        "Member {name}: the header before its bytes is not what the directory says.", _COPY
    ),
    "member-name": Wording("Member {name} has an unsafe name: {reason}.", _COPY),
    "member-twice": Wording("Member {name} stands in the ZIP twice.", _COPY),
    "member-order": Wording("Member {name} stands out of order.", _COPY),
    "member-sum": Wording("Member {name} does not have the checksum that the ZIP states.", _COPY),
    "member-large": Wording("Member {name} has {size} bytes; at most {limit} are read.", _COPY),
    "member-unlisted": Wording("Member {name} is not listed in content.json.", _COPY),
    "member-absent": Wording("Member {name} is listed in content.json and absent.", _COPY),
    "evidence-name": Wording("Member {name} is no kind of evidence that a bundle holds.", _COPY),
    "content-absent": Wording("The first member is not content.json.", _COPY),
    "content-form": Wording("'content.json' is not a list of members: {reason}.", _COPY),
    "bundle-sound": Wording("The bundle has {count} members and no byte besides."),
    "file-unlisted": Wording("File {file} does not belong to a workspace.", "Move it elsewhere."),
    "index-damaged": Wording("File {file} is not the index of its pack.", _RESTORE),
    "workspace-sound": Wording("The workspace has {count} files in log and store, each in place."),
    "checkpoint-absent": Wording("The log's checkpoint is absent.", _COPY),
    "checkpoint-form": Wording("The checkpoint is not a signed note of origin, size, root.", _COPY),
    "checkpoint-origin": Wording(
        "The checkpoint is of log {origin}, entry 0 names log {claimed}.", _COPY
    ),
    "checkpoint-signature": Wording(
        "The signature of log {origin} on the checkpoint does not hold.", _COPY
    ),
    "checkpoint-sound": Wording("The checkpoint of {size} entries is signed by log {origin}."),
    "leaves-absent": Wording("The log's leaves are absent.", _COPY),
    "leaves-form": Wording("The log's leaves cannot be told apart: {file} is cut short.", _COPY),
    "leaves-count": Wording("The log has {found} leaves, its checkpoint says {size}.", _COPY),
    "leaves-root": Wording("The {size} leaves give another root than the checkpoint's.", _COPY),
    "leaf-form": Wording("Leaf {index} is not of its form.", _COPY),
    "log-file-absent": Wording("File {file} of the log is absent.", _RESTORE),
    "log-file": Wording("File {file} does not follow from the log's leaves.", _COPY),
    "leaf-twice": Wording(
        "{entry} is the statement of {first} again: the log holds it twice.", _COPY
    ),
    "leaves-sound": Wording("{size} leaves give the checkpoint's root."),
    "seen-form": Wording(
        "The checkpoint kept in seen/ for log {origin} cannot be read.",
        "Restore that file; until then nobody knows what was seen before.",
    ),
    "seen-larger": Wording(
        "The log has {size} entries, but a checkpoint of {seen} was seen before: this is an old "
        "or a cut copy.",
        "Ask for the newest copy.",
    ),
    "seen-fork": Wording(
        "The log does not continue the checkpoint of {seen} entries seen before: it was rewritten.",
        "Keep both as evidence and ask who signed them.",
    ),
    "fresh": Wording(
        "As of entry {last}: continues the checkpoint of {seen} entries seen before; later "
        "withdrawals unknown."
    ),
    "fresh-unknown": Wording(
        "As of entry {last}; later withdrawals unknown: no checkpoint of this log was seen before."
    ),
    "entry-absent": Wording(
        "The statement of {entry} is absent: it may take something back.", _COPY
    ),
    "step-absent": Wording("The statement of {entry} is absent.", _RESTORE),
    "envelope-digest": Wording("{file}: the statement of {entry} has other bytes.", _COPY),
    "envelope-form": Wording("{file}: the envelope of {entry} is not of its form.", _COPY),
    "statement-form": Wording("{file}: the statement of {entry} is not of its form.", _COPY),
    "leaf-differs": Wording("The leaf of {entry} has another {field} than its statement.", _COPY),
    "actor-differs": Wording(
        "The statement of {entry} names another actor than its signer.", _COPY
    ),
    "keys-first": Wording("Entry 0 is not a statement of keys.", _COPY),
    "keys-self": Wording("Entry 0 is signed by a key that it does not list.", _COPY),
    "keys-author": Wording("Entry 0 is signed by a person whom it does not list as author.", _COPY),
    "keys-log": Wording("The keys of {entry} are those of another log.", _COPY),
    "keys-sound": Wording("{persons} persons and {models} model keys are in force."),
    "key-unlisted": Wording(
        "{entry} is signed by key {key}, which is not among the keys in force.", _COPY
    ),
    "signature": Wording("{file}: the signature on {entry} does not hold.", _COPY),
    "role-unlisted": Wording(
        "{entry} was signed as {role}, a role that the keys in force do not give to key {key}.",
        _COPY,
    ),
    "role-unfit": Wording("{entry} was signed as {role}; it may be signed as {roles}.", _COPY),
    "role-denied": Wording(
        "{entry} was signed as {role}, a role that you do not grant to {name}.",
        "Ask for a statement by somebody with that role, or add the role in your trust folder.",
    ),
    "statement-unlogged": Wording("{file}: no leaf of the log is of this statement.", _COPY),
    "record-digest": Wording("{file}: the record has other bytes than its name says.", _COPY),
    "record-unnamed": Wording("{file}: no statement names this record.", _COPY),
    "statements-sound": Wording(
        "{count} of {size} statements are present, each signed and listed."
    ),
    "unprotected": Wording("{count} statements were signed with a key that has no passphrase."),
    "dependency": Wording(
        "{entry} depends on {name}, sha256 {digest}, which no earlier statement made.", _COPY
    ),
    "claim-absent": Wording("The claim of {entry} is absent.", _COPY),
    "record-changed": Wording(
        "{file}: record {name} of {entry}, signed by {signer}, has other bytes.", _RESTORE
    ),
    "claim-form": Wording("{file}: the claim of {entry} is not of its form.", _COPY),
    "claim-differs": Wording(
        "The claim of {entry} names other inputs than its statement.", _SIGNER
    ),
    "manifest-absent": Wording("The manifest {name} of {entry} is absent.", _COPY),
    "manifest-form": Wording("{file}: the manifest {name} of {entry} is not of its form.", _COPY),
    "manifest-fingerprint": Wording(
        "{file}: the manifest {name} has another fingerprint than {entry} says.", _COPY
    ),
    "content-key": Wording(
        "The content key of {entry} does not follow from its configuration and inputs.", _COPY
    ),
    "test-undeclared": Wording(
        "{entry} read a test set for whose rows no statement signs a fingerprint.", _SIGNER
    ),
    "test-learned": Wording(
        "{entry} has a test set of rows that {maker} read, which made its model.",
        "Evaluate on rows that the model has not learned from.",
    ),
    "plan-late": Wording(
        "{entry} comes before the plan of {plan} for the same test rows.",
        "Evaluate again on rows that were not used before, with a plan signed first.",
    ),
    "plan-none": Wording("{entry} had no plan: what was to be reached is not known."),
    "opening": Wording("{entry}: this was opening {number} of this test set."),
    "order-sound": Wording("{count} steps follow from one another; each content key is right."),
    "right-expired": Wording(
        "{entry} was recorded no earlier than {at} and uses source {source} of {origin}, "
        "whose right ended on {expires} ({count} such sources).",
        "Renew the right or leave the source out, and run again.",
    ),
    "right-denied": Wording(
        "{entry} uses source {source} of {origin}, whose right does not cover training ({count} "
        "such sources).",
        "Leave the source out, and run again.",
    ),
    "right-ended": Wording(
        "The right to source {source} of {origin} ended on {expires}: it may not be used again."
    ),
    "rights-sound": Wording("Each source was used within its right."),
    "bundle-unsigned": Wording("No deploy statement names bundle {digest}.", _COPY),
    "member-changed": Wording(
        "{file} has {size} bytes and sha256 {found}, but {entry}, signed by {signer}, says "
        "{listed} bytes and sha256 {digest}.",
        "Restore the file, or ask the signer for a sound bundle.",
    ),
    "bundle-signed": Wording("Bundle {digest} is what {entry}, signed by {signer}, names."),
    "content-unread": Wording("{entry} names no {name} among what it read.", _SIGNER),
    "content-differs": Wording("{file} is not the {name} that {entry} read.", _SIGNER),
    "content-maker": Wording(
        "The {name} that {entry} read was not made by a step of {stage}.", _SIGNER
    ),
    "content-made": Wording("{maker} read another {name} than {entry}.", _SIGNER),
    "content-record": Wording("{file} is not of its form.", _SIGNER),
    "content-files": Wording("The files under model/ are not those that {file} lists.", _SIGNER),
    "evaluation-differs": Wording(
        "The evaluation of {entry} is of another {name} than it read.", _SIGNER
    ),
    "bound-missed": Wording(
        "The evaluation of {entry} says that the bound on {metric} is met; by its own figure it is "
        "not.",
        _SIGNER,
    ),
    "plan-unlogged": Wording(
        "The evaluation of {entry} names a plan, and none stands before it for its test rows.",
        _SIGNER,
    ),
    "plan-differs": Wording(
        "The evaluation of {entry} has another plan or other bounds than {plan}, which counts for "
        "its test rows.",
        _SIGNER,
    ),
    "use-explore": Wording("Stage of use: explore. Exploration: not for decisions."),
    "use": Wording("Stage of use: {stage}."),
    "blob-changed": Wording("{file}: blob {digest} has other bytes. It is {what}.", _RESTORE),
    "blob-absent": Wording("Blob {digest} is absent. It is {what}.", _RESTORE),
    "pack-absent": Wording("File {file} is absent.", _RESTORE),
    "pack-gap": Wording("File {file} has bytes that belong to no blob.", _RESTORE),
    "layout-absent": Wording("{what} has no layout.", _RESTORE),
    "layout-form": Wording("File {file} is not a layout of its dataset.", _RESTORE),
    "layout-rows": Wording("File {file} has {found} rows, {what} has {rows}.", _RESTORE),
    "layout-size": Wording(
        "File {file} says that blob {digest} has {size} bytes, it has {found}.", _RESTORE
    ),
    "rows-root": Wording("The row commitments give another root than {what} says.", _RESTORE),
    "rows-changed": Wording(
        "Row {position} has other cells than {what} says ({count} such rows).", _RESTORE
    ),
    "rows-erased": Wording(
        "Row {position} is missing and no logged erasure names it; it belongs to {what} "
        "({count} such rows).",
        _RESTORE,
    ),
    "rows-kept": Wording(
        "Row {position} of {what} is still here, though a logged erasure names it ({count} such "
        "rows).",
        "Run the same warrant erase again.",
    ),
    "rows-salt": Wording(
        "Row {position} of {what} cannot be checked: the salt of its document is absent "
        "({count} such rows).",
        "Restore the vault from a backup: warrant backup says where it is.",
    ),
    "rows-count": Wording("{found} rows were read of {what}, expected {rows}.", _RESTORE),
    "rows-sound": Wording("{rows} rows are those of {what}; {erased} were erased."),
    "rows-unsalted": Wording("Rows not checked: salts absent."),
    "rows-undecoded": Wording("Rows not decoded here."),
    "contents-sound": Wording("{count} blobs and {datasets} datasets are as signed."),
    "model-unsigned": Wording("The model has no model signature."),
    "model-signature": Wording(
        "{file}: no model key in force has signed the files under model/.", _COPY
    ),
    "model-files": Wording("{file}: the files it signs are not those under model/.", _COPY),
    "model-signed": Wording("The {count} files under model/ are signed with model key {key}."),
    "model-none": Wording("A workspace has no model signature; its bundles have."),
    "revoked": Wording(
        "{entry} was revoked by {revoker} at {act}.", "Do not use what follows from it."
    ),
    "revoked-note": Wording("{entry} was revoked by {revoker} at {act}."),
    "withdrawn": Wording(
        "{name} of {entry} was withdrawn: {step} made it too and was revoked by {revoker} at "
        "{act}.",
        "Do not use what follows from it.",
    ),
    "bundle-revoked": Wording("The bundle was revoked by {revoker} at {act}.", "Do not use it."),
    "approval-void": Wording("The approval of {entry} by {signer} does not count: {reason}."),
    "approval-none": Wording("Approval: none."),
    "approved": Wording("Approved for {stage} by {signer} (approver) at {entry}{conditions}."),
    "approved-author": Wording(
        "Approved for {stage} by its author; no independent review: {entry}{conditions}."
    ),
    "rejected": Wording("Rejected by {signer} ({role}) at {entry}."),
    "decided": Wording("Decision: {word}, by {signer} ({role}) at {entry}{conditions}."),
    "excepted": Wording("Rule {rule} was excepted by {signer} until {until}: {entry}."),
    "acts": Wording("Acts in the log: {acts}."),
    "outside-form": Wording(
        "{file} is no evaluation of this bundle whose signature holds.",
        "Ask its author for the file, and add it again.",
    ),
    "outside-known": Wording(
        "Evaluated from outside by {name}, whom you know, on {rows} rows of their own at {at}: "
        "{figures}; key {key}."
    ),
    "outside-own": Wording(
        "Evaluated again by {name}, who signed steps of this bundle, on {rows} rows of their own "
        "at {at}: {figures}; key {key}."
    ),
    "outside-unknown": Wording(
        "Evaluated from outside by somebody who says to be {name}, on {rows} rows of their own at "
        "{at}: {figures}; you do not know the key {key}."
    ),
    "quorum": Wording(
        "Your log.policy does not accept the checkpoint of log {origin}: too few witnesses, or a "
        "cosignature that does not hold.",
        "Ask for a checkpoint with the cosignatures that your log.policy asks for.",
    ),
    "log-known": Wording("Log {origin} stands in your log.policy."),
    "log-unknown": Wording("Log {origin} does not stand in your log.policy."),
    "signer-known": Wording("You know {name}: key {key}."),
    "signer-unknown": Wording("You do not know the signer with key {key}."),
    "proof-form": Wording("The proof is not of its form.", _COPY),
    "proof-statement": Wording(
        "The statement of {entry} in the proof does not name this tree of this dataset.", _COPY
    ),
    "proof-key": Wording("The key in the proof is not the one that {entry} bound.", _COPY),
    "proof-path": Wording(
        "The path in the proof does not lead to the root that {entry} signed.", _COPY
    ),
    "proof-present": Wording(
        "The {kind} with SHA-256 {digest} is in dataset {name}: the path ends in it.",
        "Do not rely on the proof: it shows the contrary.",
    ),
    "proof-opening": Wording(
        "The statement of {entry} in the proof does not open the key of this dataset.", _COPY
    ),
    "proof-place": Wording(
        "The log proof does not lead from {entry} to the checkpoint of one log.", _COPY
    ),
    "proof-absent": Wording(
        "The {kind} with SHA-256 {digest} is not in dataset {name}, manifest {manifest}."
    ),
    "proof-made": Wording("The tree of this dataset was signed in {entry} at {at}."),
    "proof-opened": Wording(
        "The key of this dataset was opened to {to} in {entry} at {at}: who has it can ask about "
        "anything."
    ),
    "absence-exact": Wording(
        "Not shown: that no changed copy, paraphrase or scan is in it; bytes are compared exactly, "
        "and of a table or archive only what is in it is a document."
    ),
    "absence-tree": Wording(
        "Not shown: that the tree holds all that the rows hold; whoever has the workspace can "
        "plant it again."
    ),
    "proof-later": Wording(
        "Not shown: whether one of its statements was taken back after it was made; the log says."
    ),
    "absence-model": Wording(
        "Not shown: what a model learned from; that is what the statement of its training says."
    ),
    "more": Wording("And {count} more sentences of the sort '{sort}'."),
    "stopped": Wording("Steps {first} to 12 were not reached."),
}
"""Sentences by code."""


def say(code: str, **fields: object) -> str:
    """Give a sentence.

    Args:
        code: a key of `WORDING`.
        **fields: the template's fields.

    Returns:
        The sentence, with what to do where it reports a fault.
    """
    what, do = WORDING[code]
    return f"{_fill(what, fields)} {do}".rstrip()


def fault(code: str, **fields: object) -> FaultError:
    """Give a sentence that reports a fault as an error, ready to be raised.

    Args:
        code: a key of `WORDING`.
        **fields: the template's fields.

    Returns:
        The error; its text is what `say` gives.
    """
    what, do = WORDING[code]
    error = FaultError(_fill(what, fields), do=do)
    error.code = code
    return error


def quote(text: str) -> str:
    """Quote text that others wrote.

    Args:
        text: any text.

    Returns:
        The text in quotes, printable ASCII, at most 80 characters of it.
    """
    return ascii(text[:80])


def _fill(template: str, fields: dict[str, object]) -> str:
    filled = template.format_map(fields)
    return filled[:1].upper() + filled[1:]
