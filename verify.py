#!/usr/bin/env python3
"""Check a Warrant bundle, workspace or absence proof with nothing but Python 3.11 or newer.

Copy this one file to a machine that you trust and read it: it imports the standard library
alone, and nothing of Warrant. It was written from docs/reference/verification.md (the twelve
steps and their sentences) and docs/reference/formats.md (the bytes). A differential test compares
it with `warrant verify`; the two share no code.

    python verify.py PATH [--trust DIR] [--seen DIR] [--now 2026-06-01T12:00:00Z] [--json]

Exit codes: 0 holds, signed by NAME · 1 refused · 3 consistent, signer unknown · 2 wrong use.

Of a workspace it checks log, statements, blobs, and the root over each dataset's row
commitments; it decodes no Parquet and says so.
"""

from __future__ import annotations

import argparse
import binascii
import hashlib
import json
import os
import re
import struct
import sys
import zlib
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate, pairwise
from json.encoder import encode_basestring
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO, NamedTuple, NoReturn

# --- the sentences, as in docs/reference/verification.md --------------------

_ADVICE = {
    "COPY": "Keep the file as evidence and ask its maker for a sound copy.",
    "RESTORE": "Restore it from a backup.",
    "SIGNER": "Ask the signer for a bundle whose parts were made of one another.",
}
_TABLE = """
file-size | The file has {size} bytes; a bundle has at least 22 bytes and less than 4 GiB. | COPY
end-record | The end record of the ZIP says {field} {got}, expected {expected}. | COPY
directory-cut | The directory of the ZIP ends within member {number}. | COPY
directory-entry | Member {name}: the directory of the ZIP says {field} {got}, expected {expected}. | COPY
member-header | Member {name}: the header before its bytes is not what the directory says. | COPY
member-name | Member {name} has an unsafe name: {reason}. | COPY
member-twice | Member {name} stands in the ZIP twice. | COPY
member-order | Member {name} stands out of order. | COPY
member-sum | Member {name} does not have the checksum that the ZIP states. | COPY
member-large | Member {name} has {size} bytes; at most {limit} are read. | COPY
member-unlisted | Member {name} is not listed in content.json. | COPY
member-absent | Member {name} is listed in content.json and absent. | COPY
evidence-name | Member {name} is no kind of evidence that a bundle holds. | COPY
content-absent | The first member is not content.json. | COPY
content-form | 'content.json' is not a list of members: {reason}. | COPY
bundle-sound | The bundle has {count} members and no byte besides. |
file-unlisted | File {file} does not belong to a workspace. | Move it elsewhere.
index-damaged | File {file} is not the index of its pack. | RESTORE
workspace-sound | The workspace has {count} files in log and store, each in place. |
checkpoint-absent | The log's checkpoint is absent. | COPY
checkpoint-form | The checkpoint is not a signed note of origin, size, root. | COPY
checkpoint-origin | The checkpoint is of log {origin}, entry 0 names log {claimed}. | COPY
checkpoint-signature | The signature of log {origin} on the checkpoint does not hold. | COPY
checkpoint-sound | The checkpoint of {size} entries is signed by log {origin}. |
leaves-absent | The log's leaves are absent. | COPY
leaves-form | The log's leaves cannot be told apart: {file} is cut short. | COPY
leaves-count | The log has {found} leaves, its checkpoint says {size}. | COPY
leaves-root | The {size} leaves give another root than the checkpoint's. | COPY
leaf-form | Leaf {index} is not of its form. | COPY
log-file-absent | File {file} of the log is absent. | RESTORE
log-file | File {file} does not follow from the log's leaves. | COPY
leaf-twice | {entry} is the statement of {first} again: the log holds it twice. | COPY
leaves-sound | {size} leaves give the checkpoint's root. |
seen-form | The checkpoint kept in seen/ for log {origin} cannot be read. | Restore that file; until then nobody knows what was seen before.
seen-larger | The log has {size} entries, but a checkpoint of {seen} was seen before: this is an old or a cut copy. | Ask for the newest copy.
seen-fork | The log does not continue the checkpoint of {seen} entries seen before: it was rewritten. | Keep both as evidence and ask who signed them.
fresh | As of entry {last}: continues the checkpoint of {seen} entries seen before; later withdrawals unknown. |
fresh-unknown | As of entry {last}; later withdrawals unknown: no checkpoint of this log was seen before. |
entry-absent | The statement of {entry} is absent: it may take something back. | COPY
step-absent | The statement of {entry} is absent. | RESTORE
envelope-digest | {file}: the statement of {entry} has other bytes. | COPY
envelope-form | {file}: the envelope of {entry} is not of its form. | COPY
statement-form | {file}: the statement of {entry} is not of its form. | COPY
leaf-differs | The leaf of {entry} has another {field} than its statement. | COPY
actor-differs | The statement of {entry} names another actor than its signer. | COPY
keys-first | Entry 0 is not a statement of keys. | COPY
keys-self | Entry 0 is signed by a key that it does not list. | COPY
keys-author | Entry 0 is signed by a person whom it does not list as author. | COPY
keys-log | The keys of {entry} are those of another log. | COPY
keys-sound | {persons} persons and {models} model keys are in force. |
key-unlisted | {entry} is signed by key {key}, which is not among the keys in force. | COPY
signature | {file}: the signature on {entry} does not hold. | COPY
role-unlisted | {entry} was signed as {role}, a role that the keys in force do not give to key {key}. | COPY
role-unfit | {entry} was signed as {role}; it may be signed as {roles}. | COPY
role-denied | {entry} was signed as {role}, a role that you do not grant to {name}. | Ask for a statement by somebody with that role, or add the role in your trust folder.
statement-unlogged | {file}: no leaf of the log is of this statement. | COPY
record-digest | {file}: the record has other bytes than its name says. | COPY
record-unnamed | {file}: no statement names this record. | COPY
statements-sound | {count} of {size} statements are present, each signed and listed. |
unprotected | {count} statements were signed with a key that has no passphrase. |
dependency | {entry} depends on {name}, sha256 {digest}, which no earlier statement made. | COPY
claim-absent | The claim of {entry} is absent. | COPY
record-changed | {file}: record {name} of {entry}, signed by {signer}, has other bytes. | RESTORE
claim-form | {file}: the claim of {entry} is not of its form. | COPY
claim-differs | The claim of {entry} names other inputs than its statement. | SIGNER
manifest-absent | The manifest {name} of {entry} is absent. | COPY
manifest-form | {file}: the manifest {name} of {entry} is not of its form. | COPY
manifest-fingerprint | {file}: the manifest {name} has another fingerprint than {entry} says. | COPY
content-key | The content key of {entry} does not follow from its configuration and inputs. | COPY
test-undeclared | {entry} read a test set for whose rows no statement signs a fingerprint. | SIGNER
test-learned | {entry} has a test set of rows that {maker} read, which made its model. | Evaluate on rows that the model has not learned from.
plan-late | {entry} comes before the plan of {plan} for the same test rows. | Evaluate again on rows that were not used before, with a plan signed first.
plan-none | {entry} had no plan: what was to be reached is not known. |
opening | {entry}: this was opening {number} of this test set. |
order-sound | {count} steps follow from one another; each content key is right. |
right-expired | {entry} was recorded no earlier than {at} and uses source {source} of {origin}, whose right ended on {expires} ({count} such sources). | Renew the right or leave the source out, and run again.
right-denied | {entry} uses source {source} of {origin}, whose right does not cover training ({count} such sources). | Leave the source out, and run again.
right-ended | The right to source {source} of {origin} ended on {expires}: it may not be used again. |
rights-sound | Each source was used within its right. |
bundle-unsigned | No deploy statement names bundle {digest}. | COPY
member-changed | {file} has {size} bytes and sha256 {found}, but {entry}, signed by {signer}, says {listed} bytes and sha256 {digest}. | Restore the file, or ask the signer for a sound bundle.
bundle-signed | Bundle {digest} is what {entry}, signed by {signer}, names. |
content-unread | {entry} names no {name} among what it read. | SIGNER
content-differs | {file} is not the {name} that {entry} read. | SIGNER
content-maker | The {name} that {entry} read was not made by a step of {stage}. | SIGNER
content-made | {maker} read another {name} than {entry}. | SIGNER
content-record | {file} is not of its form. | SIGNER
content-files | The files under model/ are not those that {file} lists. | SIGNER
evaluation-differs | The evaluation of {entry} is of another {name} than it read. | SIGNER
bound-missed | The evaluation of {entry} says that the bound on {metric} is met; by its own figure it is not. | SIGNER
plan-unlogged | The evaluation of {entry} names a plan, and none stands before it for its test rows. | SIGNER
plan-differs | The evaluation of {entry} has another plan or other bounds than {plan}, which counts for its test rows. | SIGNER
use-explore | Stage of use: explore. Exploration: not for decisions. |
use | Stage of use: {stage}. |
blob-changed | {file}: blob {digest} has other bytes. It is {what}. | RESTORE
blob-absent | Blob {digest} is absent. It is {what}. | RESTORE
pack-absent | File {file} is absent. | RESTORE
pack-gap | File {file} has bytes that belong to no blob. | RESTORE
layout-absent | {what} has no layout. | RESTORE
layout-form | File {file} is not a layout of its dataset. | RESTORE
layout-rows | File {file} has {found} rows, {what} has {rows}. | RESTORE
layout-size | File {file} says that blob {digest} has {size} bytes, it has {found}. | RESTORE
rows-root | The row commitments give another root than {what} says. | RESTORE
rows-changed | Row {position} has other cells than {what} says ({count} such rows). | RESTORE
rows-erased | Row {position} is missing and no logged erasure names it; it belongs to {what} ({count} such rows). | RESTORE
rows-kept | Row {position} of {what} is still here, though a logged erasure names it ({count} such rows). | Run the same warrant erase again.
rows-salt | Row {position} of {what} cannot be checked: the salt of its document is absent ({count} such rows). | Restore the vault from a backup: warrant backup says where it is.
rows-count | {found} rows were read of {what}, expected {rows}. | RESTORE
rows-sound | {rows} rows are those of {what}; {erased} were erased. |
rows-unsalted | Rows not checked: salts absent. |
rows-undecoded | Rows not decoded here. |
contents-sound | {count} blobs and {datasets} datasets are as signed. |
model-unsigned | The model has no model signature. |
model-signature | {file}: no model key in force has signed the files under model/. | COPY
model-files | {file}: the files it signs are not those under model/. | COPY
model-signed | The {count} files under model/ are signed with model key {key}. |
model-none | A workspace has no model signature; its bundles have. |
revoked | {entry} was revoked by {revoker} at {act}. | Do not use what follows from it.
revoked-note | {entry} was revoked by {revoker} at {act}. |
withdrawn | {name} of {entry} was withdrawn: {step} made it too and was revoked by {revoker} at {act}. | Do not use what follows from it.
bundle-revoked | The bundle was revoked by {revoker} at {act}. | Do not use it.
approval-void | The approval of {entry} by {signer} does not count: {reason}. |
approval-none | Approval: none. |
approved | Approved for {stage} by {signer} (approver) at {entry}{conditions}. |
approved-author | Approved for {stage} by its author; no independent review: {entry}{conditions}. |
rejected | Rejected by {signer} ({role}) at {entry}. |
decided | Decision: {word}, by {signer} ({role}) at {entry}{conditions}. |
excepted | Rule {rule} was excepted by {signer} until {until}: {entry}. |
acts | Acts in the log: {acts}. |
outside-form | {file} is no evaluation of this bundle whose signature holds. | Ask its author for the file, and add it again.
outside-known | Evaluated from outside by {name}, whom you know, on {rows} rows of their own at {at}: {figures}; key {key}. |
outside-own | Evaluated again by {name}, who signed steps of this bundle, on {rows} rows of their own at {at}: {figures}; key {key}. |
outside-unknown | Evaluated from outside by somebody who says to be {name}, on {rows} rows of their own at {at}: {figures}; you do not know the key {key}. |
quorum | Your log.policy does not accept the checkpoint of log {origin}: too few witnesses, or a cosignature that does not hold. | Ask for a checkpoint with the cosignatures that your log.policy asks for.
log-known | Log {origin} stands in your log.policy. |
log-unknown | Log {origin} does not stand in your log.policy. |
signer-known | You know {name}: key {key}. |
signer-unknown | You do not know the signer with key {key}. |
proof-form | The proof is not of its form. | COPY
proof-statement | The statement of {entry} in the proof does not name this tree of this dataset. | COPY
proof-key | The key in the proof is not the one that {entry} bound. | COPY
proof-path | The path in the proof does not lead to the root that {entry} signed. | COPY
proof-present | The {kind} with SHA-256 {digest} is in dataset {name}: the path ends in it. | Do not rely on the proof: it shows the contrary.
proof-opening | The statement of {entry} in the proof does not open the key of this dataset. | COPY
proof-place | The log proof does not lead from {entry} to the checkpoint of one log. | COPY
proof-absent | The {kind} with SHA-256 {digest} is not in dataset {name}, manifest {manifest}. |
proof-made | The tree of this dataset was signed in {entry} at {at}. |
proof-opened | The key of this dataset was opened to {to} in {entry} at {at}: who has it can ask about anything. |
absence-exact | Not shown: that no changed copy, paraphrase or scan is in it; bytes are compared exactly, and of a table or archive only what is in it is a document. |
absence-tree | Not shown: that the tree holds all that the rows hold; whoever has the workspace can plant it again. |
proof-later | Not shown: whether one of its statements was taken back after it was made; the log says. |
absence-model | Not shown: what a model learned from; that is what the statement of its training says. |
more | And {count} more sentences of the sort '{sort}'. |
stopped | Steps {first} to 12 were not reached. |
"""  # noqa: E501 - a row stands on one line, as in the page
_ROWS = [line.split(" |") for line in _TABLE.strip().split("\n")]
WORDS = {code: (what.strip(), _ADVICE.get(do.strip(), do.strip())) for code, what, do in _ROWS}
"""By code: the sentence, and what the reader should do where it reports a fault."""

# --- faults ----------------------------------------------------------------


class Refused(Exception):  # noqa: N818 - read as the thing that happened
    """A fault in what is checked; its text is the sentence of `WORDS` with its code."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(say(code, **fields))
        self.code = code


class MisuseError(Exception):
    """A fault in how the reader called this program, or in the reader's own files."""


def say(code: str, **fields: object) -> str:
    """Give a sentence, with what to do where it reports a fault."""
    what, do = WORDS[code]
    filled = what.format_map(fields)
    return f"{filled[:1].upper()}{filled[1:]} {do}".rstrip()


def require(condition: object) -> None:
    """Raise ValueError unless a condition holds."""
    if not condition:
        raise ValueError


def quote(text: str) -> str:
    """Quote text that others wrote: printable ASCII, at most 80 characters of it."""
    return ascii(text[:80])


# --- digests and canonical JSON (RFC 8785) ---------------------------------

Json = Any
"""A value that JSON can say; what is read is checked by a `Shape` before it is used."""

MAX_INTEGER = 2**53 - 1
DEPTH_LIMIT = 64
HEX = re.compile(r"[0-9a-f]{64}")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


def sha256(data: bytes) -> bytes:
    """Hash bytes: 32 bytes."""
    return hashlib.sha256(data).digest()


def sha256_hex(data: bytes) -> str:
    """Hash bytes: 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Json) -> bytes:
    """Write a value as canonical JSON. Source: RFC 8785, section 3.2."""
    return _write(value).encode()


def parse(data: bytes) -> Json:
    """Read JSON strictly, or raise ValueError. Source: RFC 8259; RFC 7493, section 2."""
    _check_depth(data)
    value = _DECODER.decode(data.decode())
    if b"\\u" in data:
        json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair has no UTF-8
    return value


def parse_canonical(data: bytes) -> Json:
    """Read JSON that must be spelt canonically, or raise ValueError."""
    value = parse(data)
    if canonical(value) != data:
        raise ValueError
    return value


def number_text(number: float) -> str:
    """Write a finite float as ECMAScript does. Source: RFC 8785, section 3.2.2.3."""
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole.strip("0") == "":
        point = int(exponent or 0) - (len(fraction) - len(fraction.lstrip("0")))
    digits = digits.rstrip("0")
    return sign + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{rest}e{point - 1:+d}"


def _write(value: Json) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, list):
        return f"[{','.join(map(_write, value))}]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return (
        "{" + ",".join(f"{encode_basestring(name)}:{_write(value[name])}" for name in names) + "}"
    )


def _check_depth(data: bytes) -> None:
    if data.count(b"[") + data.count(b"{") <= DEPTH_LIMIT:
        return
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH_LIMIT:
            raise ValueError


def _read_integer(text: str) -> int | float:
    if len(text) <= 17 and abs(int(text)) <= MAX_INTEGER:
        return int(text)
    # A whole float below 10^21 is written as digits alone; digits that no float gives are lost.
    require(len(text) <= 22 and number_text(float(text)) == text)
    return float(text)


def _read_float(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError
    return number


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError
    return read


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_read_object,
    parse_int=_read_integer,
    parse_float=_read_float,
    parse_constant=_refuse_constant,
)


def decode_base64(text: str) -> bytes:
    """Read base64 in its one spelling, or raise ValueError. Source: RFC 4648, section 3.5."""
    try:
        data = b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
    if b64encode(data).decode() != text:
        raise ValueError
    return data


# --- Ed25519 (RFC 8032) ----------------------------------------------------
# A signature R ‖ S over M under A holds when S < L and the encoding of [S]B − [k]A is R byte for
# byte, k = SHA-512(R ‖ A ‖ M). That is OpenSSL's rule: no cofactor, R never decoded; A's y may be
# p or more, and A may have small order.

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_WINDOW = 4

Point = tuple[int, int, int, int]
"""A point of the curve in extended coordinates (X, Y, Z, T)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def _add(left: Point, right: Point) -> Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(point: Point) -> Point:
    x, y, z, _ = point
    a, b = x * x % _P, y * y % _P
    h, g = a + b, a - b
    e = h - (x + y) * (x + y)
    f = 2 * z * z + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decode_point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, sign = (number & (1 << 255) - 1) % _P, number >> 255
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P != u:
        x = x * _ROOT_OF_MINUS_1 % _P
        if v * x * x % _P != u:
            return None
    if x & 1 != sign:
        x = -x % _P
    return x, y, 1, x * y % _P


def _encode_point(point: Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


@cache
def _multiples(data: bytes, *, is_negated: bool) -> tuple[Point, ...] | None:
    """Give 0 to 15 times an encoded point, or its negative; None when it is no point."""
    point = _decode_point(data)
    if point is None:
        return None
    if is_negated:
        point = (-point[0] % _P, point[1], point[2], -point[3] % _P)
    found = [_NEUTRAL]
    for _ in range((1 << _WINDOW) - 1):
        found.append(_add(found[-1], point))
    return tuple(found)


def _is_small(data: bytes) -> bool:
    """Say whether 8 times an encoded point is the neutral one: its order is 1, 2, 4 or 8."""
    point = _decode_point(data)
    return point is not None and _encode_point(_double(_double(_double(point)))) == _ONE


_ONE = (1).to_bytes(32, "little")
_BASE = (4 * pow(5, -1, _P) % _P).to_bytes(32, "little")


def ed25519_accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    """Check an Ed25519 signature. Source: RFC 8032, section 5.1.7, without the cofactor."""
    if len(public) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    base, minus_a = _multiples(_BASE, is_negated=False), _multiples(public, is_negated=True)
    if scalar >= _L or base is None or minus_a is None:
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    factor = int.from_bytes(hashed, "little") % _L
    total = _NEUTRAL
    for shift in range(252, -1, -_WINDOW):
        if total is not _NEUTRAL:
            total = _double(_double(_double(_double(total))))
        total = _add(total, base[scalar >> shift & 15])
        total = _add(total, minus_a[factor >> shift & 15])
    return _encode_point(total) == signature[:32]


# --- ECDSA over P-256 with SHA-256 (FIPS 186-5) ----------------------------

_Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")

Affine = tuple[int, int] | None
"""A point of P-256; None at infinity."""


def parse_p256(pem: str) -> tuple[int, int]:
    """Read a P-256 public key as OpenSSL writes it, or raise ValueError."""
    lines = pem.split("\n")
    data = decode_base64("".join(lines[1:-2]))
    if len(data) != 91 or data[:27] != _SPKI or pem != _write_pem(data):
        raise ValueError
    x, y = int.from_bytes(data[27:59], "big"), int.from_bytes(data[59:], "big")
    if x >= _Q or y >= _Q or (y * y - x * x * x + 3 * x - _B) % _Q:
        raise ValueError
    return x, y


def p256_accepts(public: tuple[int, int], signature: bytes, message: bytes) -> bool:
    """Check an ECDSA signature over SHA-256. Source: FIPS 186-5, section 6.4.2."""
    try:
        r, s = _parse_der_pair(signature)
    except (ValueError, IndexError):
        return False
    if not (0 < r < _N and 0 < s < _N):
        return False
    inverse = pow(s, -1, _N)
    number = int.from_bytes(sha256(message), "big")
    left = _times(number * inverse % _N, _G)
    right = _times(r * inverse % _N, public)
    total = _join(left, right)
    return total is not None and total[0] % _N == r


def _write_pem(data: bytes) -> str:
    text = b64encode(data).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def _parse_der_pair(data: bytes) -> tuple[int, int]:
    if data[0] != 0x30 or data[1] != len(data) - 2:
        raise ValueError
    r, rest = _parse_der_integer(data[2:])
    s, rest = _parse_der_integer(rest)
    if rest:
        raise ValueError
    return r, s


def _parse_der_integer(data: bytes) -> tuple[int, bytes]:
    length, body = data[1], data[2 : 2 + data[1]]
    if data[0] != 2 or not 0 < length == len(body) <= 33:
        raise ValueError
    if body[0] & 0x80 or (length > 1 and body[0] == 0 and not body[1] & 0x80):
        raise ValueError
    return int.from_bytes(body, "big"), data[2 + length :]


def _join(left: Affine, right: Affine) -> Affine:
    if left is None or right is None:
        return right if left is None else left
    if left[0] == right[0] and (left[1] + right[1]) % _Q == 0:
        return None
    if left == right:
        slope = (3 * left[0] * left[0] - 3) * pow(2 * left[1], -1, _Q) % _Q
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, _Q) % _Q
    x = (slope * slope - left[0] - right[0]) % _Q
    return x, (slope * (left[0] - x) - left[1]) % _Q


def _times(factor: int, point: Affine) -> Affine:
    total: Affine = None
    for bit in bin(factor)[2:]:
        total = _join(total, total)
        if bit == "1":
            total = _join(total, point)
    return total


# --- Merkle trees (RFC 6962) -----------------------------------------------
# The steps below have all leaves at hand and need roots alone; the two functions that check a
# proof are for auditors who hold a `.tlog-proof` or two checkpoints.

_DIGEST = 32


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return sha256(b"\0" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as their parent."""
    return sha256(b"\1" + left + right)


def tree_levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Give the roots of all subtrees, leaf hashes first; an odd one goes up as it is."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        odd = level[len(level) & ~1 :]
        pairs = zip(level[::2], level[1::2], strict=False)
        levels.append([node_hash(*pair) for pair in pairs] + odd)
    return levels


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes. Source: RFC 6962, section 2.1."""
    return tree_levels(hashes)[-1][0] if hashes else sha256(b"")


def inclusion_proof(index: int, levels: Sequence[Sequence[bytes]]) -> list[bytes]:
    """Prove that a leaf is in the tree. Source: RFC 6962, section 2.1.1."""
    siblings = [(level, (index >> height) ^ 1) for height, level in enumerate(levels)]
    return [level[place] for level, place in siblings if place < len(level)]


def inclusion_holds(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an inclusion proof. Source: RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size or any(len(one) != _DIGEST for one in (leaf, *proof)):
        return False
    last, result = size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            result = node_hash(sibling, result)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and result == root


def consistency_holds(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Check a consistency proof between (size, root) pairs. Source: RFC 9162, 2.1.4.2."""
    (old_size, old_root), (size, root) = old, new
    if not 0 < old_size <= size or any(len(one) != _DIGEST for one in proof):
        return False
    if old_size == size:
        return not proof and old_root == root
    path = [old_root, *proof] if old_size & old_size - 1 == 0 else list(proof)
    index, last = old_size - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = path[0] if path else b""
    for sibling in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, root)


# --- signed notes and checkpoints (C2SP) -----------------------------------

_NOTE_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+=*)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteLine(NamedTuple):
    """One signature of a note."""

    name: str
    key_id: bytes
    data: bytes


class Checkpoint(NamedTuple):
    """What a log says of itself, and the note it stands in."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[NoteLine, ...]
    written: str


class NoteKey(NamedTuple):
    """A key under the name by which notes call it; kind 1 signs notes, 4 cosigns."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """4 bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]


def parse_note(written: str) -> tuple[str, tuple[NoteLine, ...]]:
    """Split a note into text and signatures, or raise ValueError. Source: C2SP signed-note."""
    text, gap, lines = written.rpartition("\n\n")
    listed = lines[:-1].split("\n")
    if len(written) > 1_000_000 or _CONTROL.search(written) or not gap:
        raise ValueError
    if not lines.endswith("\n") or len(listed) > 100:
        raise ValueError
    return text + "\n", tuple(map(_parse_note_line, listed))


def _parse_note_line(line: str) -> NoteLine:
    found = _NOTE_LINE.fullmatch(line)
    if not found:
        raise ValueError
    data = decode_base64(found[2])
    if len(data) <= 4:
        raise ValueError
    return NoteLine(found[1], data[:4], data[4:])


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint without believing it; raise Refused. Source: C2SP tlog-checkpoint."""
    try:
        written = data.decode()
        text, signatures = parse_note(written)
        origin, size, root = text[:-1].split("\n")
        raw = decode_base64(root)
        require(origin and _NUMBER.fullmatch(size) and int(size) < 2**63 and len(raw) == 32)
    except ValueError:
        raise Refused("checkpoint-form") from None
    return Checkpoint(origin, int(size), raw, text, signatures, written)


def check_note(checkpoint: Checkpoint, keys: Iterable[NoteKey]) -> list[NoteKey]:
    """Give the keys that signed, or raise ValueError where one of them did not truly sign."""
    known = {(key.name, key.key_id): key for key in keys}
    signed = []
    for line in checkpoint.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        message, signature = checkpoint.text.encode(), line.data
        if key.kind == 4:
            time_s = int.from_bytes(signature[:8], "big")
            message = f"cosignature/v1\ntime {time_s}\n".encode() + message
            signature = signature[8:]
        if not ed25519_accepts(key.public, signature, message):
            raise ValueError
        signed.append(key)
    if not signed:
        raise ValueError
    return signed


# --- the shapes of statements (formats.md, section 3) ----------------------

STEP = "https://slsa.dev/provenance/v1"
KEYS, ACT = "urn:x-warrant:keys:v1", "urn:x-warrant:act:v1"
PLAN, ERASURE = "urn:x-warrant:evaluation-plan:v1", "urn:x-warrant:erasure:v1"
PLAN_2 = "urn:x-warrant:evaluation-plan:v2"
PLANS = (PLAN, PLAN_2)
KIND_NAMES = {KEYS: "keys", ACT: "act", PLAN: "plan", PLAN_2: "plan", ERASURE: "erasure"}
STAGES = ("ingest", "curate", "label", "split", "train", "evaluate", "report", "deploy")
ROLES = ("author", "reviewer", "approver", "operator")
USES = ("explore", "pilot", "production")
BUILD_TYPES = tuple(f"urn:x-warrant:stage:{stage}:v1" for stage in STAGES)
ALWAYS_PRESENT = {KEYS, ACT, *PLANS, ERASURE, BUILD_TYPES[0], BUILD_TYPES[5], BUILD_TYPES[7]}
"""What may take something back: its statement may never be left out."""
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_BUILD_TYPE = re.compile(r"urn:x-warrant:stage:([a-z]+):v1")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_KEY_TEXT = re.compile(r"ed25519:([A-Za-z0-9+/]{43}=)")

Shape = Callable[[Any], bool]
"""Says whether a JSON value has a form."""


def exact(**fields: Shape) -> Shape:
    """Make the shape of an object with these fields and no other."""

    def check(value: Json) -> bool:
        if not isinstance(value, dict) or value.keys() != fields.keys():
            return False
        return all(shape(value[name]) for name, shape in fields.items())

    return check


def having(**fields: Shape) -> Shape:
    """Make the shape of an object with these fields and perhaps others."""

    def check(value: Json) -> bool:
        if not isinstance(value, dict) or not value.keys() >= fields.keys():
            return False
        return all(shape(value[name]) for name, shape in fields.items())

    return check


def list_of(shape: Shape, least: int = 0, most: int = sys.maxsize) -> Shape:
    """Make the shape of a list."""
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(map(shape, value))
    )


def mapping(shape: Shape) -> Shape:
    """Make the shape of an object whose keys are free."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def one_of(*texts: str) -> Shape:
    """Make the shape of a text out of a few."""
    return lambda value: isinstance(value, str) and value in texts


def nullable(shape: Shape) -> Shape:
    """Make the shape of something that may be null."""
    return lambda value: value is None or shape(value)


def is_anything(_: object) -> bool:
    """Take any value."""
    return True


def is_text(value: object) -> bool:
    """Take a text that is not empty."""
    return isinstance(value, str) and bool(value)


def is_bool(value: object) -> bool:
    """Take true or false."""
    return isinstance(value, bool)


def is_number(value: object) -> bool:
    """Take a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: object) -> bool:
    """Take an integer of 0 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_hex(value: object) -> bool:
    """Take a SHA-256 digest in lower-case hex."""
    return isinstance(value, str) and bool(HEX.fullmatch(value))


def is_instant(value: object) -> bool:
    """Take an instant such as 2026-03-02T09:00:00Z that the calendar has."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_key(value: object) -> bool:
    """Take a written Ed25519 key, unless its point has small order: anybody can sign for it."""
    found = _KEY_TEXT.fullmatch(value) if isinstance(value, str) else None
    raw = b64decode(found[1]) if found else b""
    return found is not None and b64encode(raw).decode() == found[1] and not _is_small(raw)


def is_model_key(value: object) -> bool:
    """Take a P-256 key as PEM."""
    try:
        return isinstance(value, str) and bool(parse_p256(value))
    except ValueError:
        return False


def key_bytes(text: str) -> bytes:
    """Give the 32 bytes of a written key."""
    return b64decode(text.removeprefix("ed25519:"))


def stage_of(text: object) -> str | None:
    """Give the stage that a build type names; None when it names none."""
    found = _BUILD_TYPE.fullmatch(text) if isinstance(text, str) else None
    return found[1] if found and found[1] in STAGES else None


def _is_rights(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    expires = value.get("expires")
    if expires is None or expires == "never":
        return True
    return isinstance(expires, str) and is_instant(f"{expires}T00:00:00Z")


_ACTOR = exact(key=is_hex, role=one_of(*ROLES), unprotected=is_bool)
_RESOURCE = exact(name=is_text, digest=exact(sha256=is_hex))
_EXTERNAL = exact(
    contentKey=is_hex, configuration=mapping(is_anything), fingerprints=mapping(is_hex)
)
_DEFINITION = exact(
    buildType=lambda value: stage_of(value) is not None,
    externalParameters=_EXTERNAL,
    internalParameters=exact(actor=_ACTOR),
    resolvedDependencies=list_of(_RESOURCE),
)
_DETAILS = exact(
    builder=exact(id=one_of("urn:x-warrant:builder"), version=mapping(is_text)),
    metadata=exact(startedOn=is_instant, finishedOn=is_instant),
)
_PERSON = exact(key=is_key, name=is_text, roles=list_of(one_of(*ROLES), 1))
_PLAN_FIELDS: dict[str, Shape] = {
    "actor": _ACTOR,
    "expect": nullable(exact(metric=is_text, value=is_number, sure=is_number)),
    "recorded_at": is_instant,
    "slices": list_of(is_text),
}
_PREDICATES: dict[str, Shape] = {
    STEP: exact(buildDefinition=_DEFINITION, runDetails=_DETAILS),
    KEYS: exact(
        actor=_ACTOR,
        log=exact(key=is_key, origin=is_text),
        persons=list_of(_PERSON, 1),
        models=list_of(exact(pem=is_model_key)),
        previous=nullable(exact(origin=is_text, checkpoint=is_text)),
        reason=one_of("opened", "rotated", "recovered", "joined"),
        recorded_at=is_instant,
    ),
    ACT: exact(
        act=one_of("approve", "reject", "except", "answer", "decide", "revoke"),
        actor=_ACTOR,
        conditions=list_of(is_text),
        detail=mapping(is_anything),
        expires_at=nullable(is_instant),
        reason=is_text,
        recorded_at=is_instant,
        stage_of_use=nullable(one_of(*USES)),
    ),
    PLAN: exact(**_PLAN_FIELDS, bounds=list_of(exact(metric=is_text, at_least=is_number))),
    PLAN_2: exact(
        **_PLAN_FIELDS,
        bounds=list_of(
            exact(metric=is_text, at_least=nullable(is_number), at_most=nullable(is_number))
        ),
    ),
    ERASURE: exact(
        actor=_ACTOR,
        datasets=list_of(exact(manifest=is_hex, positions=list_of(is_count, 1)), 1),
        not_reached=list_of(is_text),
        reason=is_text,
        recorded_at=is_instant,
        warning=is_text,
    ),
}
_STATEMENT = exact(
    _type=one_of("https://in-toto.io/Statement/v1"),
    subject=list_of(_RESOURCE, 1),
    predicateType=one_of(*_PREDICATES),
    predicate=mapping(is_anything),
)
_DETAIL_SHAPES = {
    "except": exact(rule=is_text),
    "answer": exact(question=is_text, answer=is_text),
    "decide": exact(go=is_bool),
}
_LEAF = exact(
    envelope=is_hex,
    format=one_of("warrant/leaf/1"),
    key=is_hex,
    pae=is_hex,
    predicate=one_of(KEYS, ACT, *PLANS, ERASURE, *BUILD_TYPES),
    recorded_at=is_instant,
)
_ENVELOPE = exact(
    payload=is_text,
    payloadType=one_of(PAYLOAD_TYPE),
    signatures=list_of(exact(keyid=is_hex, sig=is_text), 1, 1),
)
_OUTSIDE = exact(
    _type=one_of("https://in-toto.io/Statement/v1"),
    subject=list_of(exact(name=one_of("bundle"), digest=exact(sha256=is_hex)), 1, 1),
    predicateType=one_of("urn:x-warrant:outside-evaluation:v1"),
    predicate=exact(
        actor=_ACTOR,
        commitment=is_hex,
        evaluation=is_hex,
        key=is_key,
        level=is_number,
        name=is_text,
        recorded_at=is_instant,
        rows=is_count,
        scores=list_of(
            exact(metric=is_text, value=is_number, low=is_number, high=is_number), 1, 100
        ),
        task=is_text,
    ),
)
_CLAIM = having(
    format=one_of("warrant/claim/1"),
    inputs=list_of(having(digest=is_hex, fingerprint=nullable(is_hex), name=is_text)),
    plugins=list_of(exact(name=is_text, version=is_text)),
    sources=list_of(having(name=is_text, rights=_is_rights)),
    stage=is_text,
    version=is_count,
)
_MANIFEST = having(
    fingerprint=is_hex, format=one_of("warrant/dataset/1"), root=is_hex, rows=is_count
)
_MEASURED = {"model": is_hex, "plan": nullable(is_hex), "test": is_hex}
_BOUND_1 = having(at_least=is_number, metric=is_text)
_BOUND_2 = having(at_least=nullable(is_number), at_most=nullable(is_number), metric=is_text)
_EVALUATION_1 = having(**_MEASURED, bounds=list_of(_BOUND_1), format=one_of("warrant/evaluation/1"))
_EVALUATION_2 = having(**_MEASURED, bounds=list_of(_BOUND_2), format=one_of("warrant/evaluation/2"))
_EVALUATION_3 = having(**_MEASURED, bounds=list_of(_BOUND_2), format=one_of("warrant/evaluation/3"))


def _is_evaluation(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return _EVALUATION_1(value) or _EVALUATION_2(value) or _EVALUATION_3(value)


_MODEL = having(
    files=list_of(having(name=is_text, sha256=is_hex, size=is_count)),
    format=one_of("warrant/model/1", "warrant/model/2"),
)
_PARTS = {
    "card": ("card.md", "report"),
    "evaluation": ("evaluation.json", "evaluate"),
    "model": ("model.json", "train"),
}
"""What a deploy step reads: its member in the bundle, and the stage that makes it."""
_PAGE = {"page": ("card.html", "report")}
"""Bundles of release 0.1 have none."""
_LAYOUT = exact(
    commitments=is_hex,
    dataset=is_hex,
    format=one_of("warrant/layout/1"),
    shards=list_of(exact(rows=is_count, sha256=is_hex, size=is_count)),
)


def is_statement(value: Json) -> bool:
    """Say whether a value is a statement, to the last field."""
    if not _STATEMENT(value):
        return False
    kind, predicate, subjects = value["predicateType"], value["predicate"], value["subject"]
    return (
        _PREDICATES[kind](predicate)
        and _are_distinct(subjects)
        and _BONDS[kind](subjects, predicate)
    )


def _are_distinct(resources: list[dict[str, Any]]) -> bool:
    return len({one["name"] for one in resources}) == len(resources)


def _is_bound_step(subjects: list[dict[str, Any]], predicate: dict[str, Any]) -> bool:
    definition = predicate["buildDefinition"]
    names = {subject["name"] for subject in subjects}
    dependencies = definition["resolvedDependencies"]
    return (
        _are_distinct(dependencies)
        and (bool(dependencies) or stage_of(definition["buildType"]) == "ingest")
        and "claim" in names
        and names >= definition["externalParameters"]["fingerprints"].keys()
    )


def _is_bound_keys(subjects: list[dict[str, Any]], predicate: dict[str, Any]) -> bool:
    key = sha256_hex(key_bytes(predicate["log"]["key"]))
    listed = [person["key"] for person in predicate["persons"]]
    return (
        subjects == [{"name": "log", "digest": {"sha256": key}}]
        and predicate["log"]["origin"] == f"warrant-log/{key[:20]}"
        and len(set(listed)) == len(listed)
    )


def _is_bound_act(_: list[dict[str, Any]], predicate: dict[str, Any]) -> bool:
    return _DETAIL_SHAPES.get(predicate["act"], exact())(predicate["detail"])


def _is_bound_plan(subjects: list[dict[str, Any]], _: dict[str, Any]) -> bool:
    return [subject["name"] for subject in subjects] == ["test"]


def _is_bound_plan_2(subjects: list[dict[str, Any]], predicate: dict[str, Any]) -> bool:
    return _is_bound_plan(subjects, predicate) and all(
        (bound["at_least"] is None) != (bound["at_most"] is None) for bound in predicate["bounds"]
    )


def _is_bound_erasure(subjects: list[dict[str, Any]], predicate: dict[str, Any]) -> bool:
    named = sorted(subject["digest"]["sha256"] for subject in subjects)
    datasets = predicate["datasets"]
    return named == sorted(dataset["manifest"] for dataset in datasets) and all(
        left < right for dataset in datasets for left, right in pairwise(dataset["positions"])
    )


_BONDS: dict[str, Callable[[list[dict[str, Any]], dict[str, Any]], bool]] = {
    STEP: _is_bound_step,
    KEYS: _is_bound_keys,
    ACT: _is_bound_act,
    PLAN: _is_bound_plan,
    PLAN_2: _is_bound_plan_2,
    ERASURE: _is_bound_erasure,
}


# --- bundles (formats.md, section 7) ---------------------------------------

READ_LIMIT = 1 << 24
LEAVES_LIMIT = 1 << 29
_CHUNK = 1 << 20
_FILE_LIMIT = 0xFFFFFFFF
_NAME_LIMIT = 255
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_FIXED = (20, 0x0800, 0, 0, 0x0021)  # version needed, flags (UTF-8), method, time, date
_CENTRAL_FIELDS = (
    *("signature", "version made by", "version needed", "flags", "method", "time", "date"),
    *("checksum", "compressed size", "size", "name length", "extra length", "comment length"),
    *("disk", "internal attributes", "external attributes", "offset"),
)
_END_FIELDS = (
    *("signature", "disk", "directory disk", "members on disk", "members"),
    *("directory size", "directory offset", "comment length"),
)
_PRINTABLE = re.compile(r"[ -9;-\[\]-~]+")
_EVIDENCE_NAME = re.compile(
    r"evidence/(?:checkpoint|leaves|model\.sig|(?:statements|records)/[0-9a-f]{64}\.json"
    r"|proofs/(?:0|[1-9][0-9]{0,18})\.tlog-proof|outside/[0-9a-f]{64}\.json)"
)


class Member(NamedTuple):
    """Where the bytes of a member lie."""

    name: str
    size: int
    crc: int
    start: int

    @property
    def data_start(self) -> int:
        """Offset of its first byte."""
        return self.start + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        """Offset behind its last byte."""
        return self.data_start + self.size


def fault_of_name(name: str) -> str:
    """Say why a member may not have a name; empty when it may."""
    if len(name) > _NAME_LIMIT:
        return "it is longer than 255 bytes"
    if not _PRINTABLE.fullmatch(name):
        return "it is empty or holds more than printable ASCII without backslash and colon"
    if name.startswith("/"):
        return "it is absolute"
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return "a part of it is empty, '.' or '..'"
    if any(part[-1] in ". " for part in name.split("/")):
        return "a part of it ends in a dot or a space"
    return ""


def read_directory(file: BinaryIO) -> dict[str, Member]:
    """Read a ZIP whose every header is what a bundle's writer writes, or raise Refused."""
    size = file.seek(0, 2)
    if not _END.size <= size <= _FILE_LIMIT:
        raise Refused("file-size", size=size)
    file.seek(size - _END.size)
    found = _END.unpack(file.read(_END.size))
    count, length, offset = found[4:7]
    wanted = (0x06054B50, 0, 0, count, count, length, size - _END.size - length, 0)
    _compare("end-record", _END_FIELDS, found, wanted)
    if length > count * (_CENTRAL.size + _NAME_LIMIT):
        raise Refused("end-record", field="directory size", got=length, expected="less")
    file.seek(offset)
    members = _parse_directory(file.read(length), count)
    end = members[-1].end if members else 0
    if end != offset:
        raise Refused("end-record", field="directory offset", got=offset, expected=end)
    _check_names([member.name for member in members])
    for member in members:
        file.seek(member.start)
        header = _local_header(member)
        if file.read(len(header)) != header:
            raise Refused("member-header", name=quote(member.name))
    return {member.name: member for member in members}


def _parse_directory(data: bytes, count: int) -> list[Member]:
    members: list[Member] = []
    at = start = 0
    for number in range(1, count + 1):
        if len(data) < at + _CENTRAL.size:
            raise Refused("directory-cut", number=number)
        found = _CENTRAL.unpack_from(data, at)
        at += _CENTRAL.size
        name = data[at : at + found[10]].decode("latin-1")
        at += found[10]
        member = Member(name, found[9], found[7], start)
        sizes = (member.crc, member.size, member.size, len(name))
        wanted = (0x02014B50, 20, *_FIXED, *sizes, 0, 0, 0, 0, 0, start)
        _compare("directory-entry", _CENTRAL_FIELDS, found, wanted, name)
        start = member.end
        members.append(member)
    if at != len(data):
        raise Refused("end-record", field="directory size", got=len(data), expected=at)
    return members


def _local_header(member: Member) -> bytes:
    name = member.name.encode("latin-1")
    sizes = (member.crc, member.size, member.size, len(name), 0)
    return _LOCAL.pack(0x04034B50, *_FIXED, *sizes) + name


def _compare(
    code: str, fields: Iterable[str], found: Sequence[int], wanted: Sequence[int], name: str = ""
) -> None:
    for field_name, got, expected in zip(fields, found, wanted, strict=True):
        if got != expected:
            raise Refused(code, name=quote(name), field=field_name, got=got, expected=expected)


def _check_names(names: list[str]) -> None:
    for name in names:
        if reason := fault_of_name(name):
            raise Refused("member-name", name=quote(name), reason=reason)
    if not names or names[0] != "content.json":
        raise Refused("content-absent")
    for left, right in pairwise(names):
        if left == right:
            raise Refused("member-twice", name=quote(left))
        if _sort_key(left) > _sort_key(right):
            raise Refused("member-order", name=quote(right))


def _sort_key(name: str) -> tuple[int, str]:
    return (0 if name == "content.json" else 2 if name.startswith("evidence/") else 1), name


def parse_content(data: bytes) -> dict[str, Any]:
    """Read `content.json`, or raise Refused."""
    try:
        value = parse_canonical(data)
    except ValueError:
        raise Refused("content-form", reason="it is not canonical JSON") from None
    if not having(format=is_anything, members=is_anything, name=is_anything)(value) or set(
        value
    ) != {*("format", "members", "name", "stage_of_use")}:
        raise Refused("content-form", reason="its fields are not those of warrant/bundle/1")
    if value["format"] != "warrant/bundle/1":
        raise Refused("content-form", reason="its format is not warrant/bundle/1")
    if not isinstance(value["name"], str) or not isinstance(value["members"], list):
        raise Refused("content-form", reason="name or members have the wrong type")
    if not one_of(*USES)(value["stage_of_use"]):
        raise Refused("content-form", reason="the stage of use is unknown")
    is_member = exact(name=lambda name: isinstance(name, str), sha256=is_hex, size=is_count)
    if not all(map(is_member, value["members"])):
        raise Refused("content-form", reason="a member is not {name, sha256, size}")
    names = [member["name"] for member in value["members"]]
    if any(left >= right for left, right in pairwise(names)):
        raise Refused("content-form", reason="its members are not sorted by name")
    read: dict[str, Any] = value
    return read


# --- evidence --------------------------------------------------------------


class File(NamedTuple):
    """Bytes and the quoted name of the file that holds them."""

    name: str
    data: bytes


SENTENCES_LIMIT = 100
"""A step says at most so many sentences of one code, and then how many more there are."""


class Report:
    """The sentences of a verification, as they are found."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.faults: list[str] = []
        self.step = 0
        self.refused = 0
        self._told: Counter[str] = Counter()

    def say(self, code: str, **fields: object) -> None:
        """Add a sentence that reports no fault."""
        if self._has_room(code):
            self.lines.append(f"({self.step}) {say(code, **fields)}")

    def refuse(self, code: str, **fields: object) -> None:
        """Add a sentence that reports a fault."""
        self.add(Refused(code, **fields))

    def add(self, error: Refused) -> None:
        """Add a fault."""
        self.refused += 1
        if self._has_room(error.code):
            self.lines.append(f"({self.step}) {error}")
            self.faults.append(self.lines[-1])

    def add_all(self, errors: Iterable[Refused]) -> bool:
        """Add faults as they are found; True when there was none."""
        before = self.refused
        for error in errors:
            self.add(error)
        return self.refused == before

    def end_step(self) -> None:
        """Say how many sentences were left out, by code."""
        for code, count in self._told.items():
            if count > SENTENCES_LIMIT:
                rest = say("more", count=count - SENTENCES_LIMIT, sort=code)
                self.lines.append(f"({self.step}) {rest}")
        self._told.clear()

    def _has_room(self, code: str) -> bool:
        self._told[code] += 1
        return self._told[code] <= SENTENCES_LIMIT


def split_entries(data: bytes, file: str) -> list[bytes]:
    """Cut entries apart that each stand after their length in 2 bytes."""
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data):
        raise Refused("leaves-form", file=file)
    return entries


class Bundle:
    """Evidence from one file."""

    is_whole = False

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.members: dict[str, Member] = {}
        self.content: dict[str, Any] = {}

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def check_container(self, report: Report) -> None:
        """Step (1): headers, names, the list of content, and the checksums of the evidence."""
        self.members = read_directory(self._file)
        self.content = parse_content(self.read("content.json"))
        listed = {member["name"] for member in self.content["members"]}
        for name in self.members:
            if name.startswith("evidence/"):
                if not _EVIDENCE_NAME.fullmatch(name):
                    raise Refused("evidence-name", name=quote(name))
            elif name != "content.json" and name not in listed:
                raise Refused("member-unlisted", name=quote(name))
        for member in self.content["members"]:
            if member["name"] not in self.members:
                raise Refused("member-absent", name=quote(member["name"]))
        for name in self.members:
            if name.startswith("evidence/"):
                self.read(name)
        report.say("bundle-sound", count=len(self.members))

    def read(self, name: str) -> bytes:
        """Read a member into memory."""
        member = self.members[name]
        limit = LEAVES_LIMIT if name == "evidence/leaves" else READ_LIMIT
        if member.size > limit:
            raise Refused("member-large", name=quote(name), size=member.size, limit=limit)
        self._file.seek(member.data_start)
        data = self._file.read(member.size)
        if zlib.crc32(data) != member.crc:
            raise Refused("member-sum", name=quote(name))
        return data

    def measure(self, name: str) -> tuple[int, str, int]:
        """Give size, SHA-256 and checksum of a member."""
        self._file.seek(self.members[name].data_start)
        left, crc, state = self.members[name].size, 0, hashlib.sha256()
        while chunk := self._file.read(min(left, _CHUNK)):
            left -= len(chunk)
            crc = zlib.crc32(chunk, crc)
            state.update(chunk)
        return self.members[name].size - left, state.hexdigest(), crc

    def read_checkpoint(self) -> bytes | None:
        """Give the checkpoint; None when it is absent."""
        name = "evidence/checkpoint"
        return self.read(name) if name in self.members else None

    def read_entries(self) -> list[bytes]:
        """Give the leaves in order."""
        if "evidence/leaves" not in self.members:
            raise Refused("leaves-absent")
        return split_entries(self.read("evidence/leaves"), quote("evidence/leaves"))

    def check_log(self, log: Log) -> Iterator[Refused]:
        """Step (3): make each log proof again and compare."""
        for name in self.members:
            if name.startswith("evidence/proofs/"):
                index = int(name[16 : -len(".tlog-proof")])
                if index >= len(log.leaves) or self.read(name) != write_proof(index, log):
                    yield Refused("log-file", file=quote(name))

    def find_statement(self, digest: str) -> File | None:
        """Give an envelope by its digest."""
        return self._find(f"evidence/statements/{digest}.json")

    def find_record(self, digest: str) -> File | None:
        """Give a claim or manifest by its digest."""
        return self._find(f"evidence/records/{digest}.json")

    def check_names(self, chain: Chain) -> Iterator[Refused]:
        """Step (6): find statements that no leaf is of, and records that no statement names."""
        logged = {leaf["envelope"] for leaf in chain.log.leaves}
        named = {
            one["digest"]["sha256"]
            for entry in chain.entries
            for one in (*entry.statement["subject"], *entry.dependencies)
        }
        for name in self.members:
            digest = name[-69:-5]
            if name.startswith("evidence/statements/"):
                if digest not in logged:
                    yield Refused("statement-unlogged", file=quote(name))
            elif name.startswith("evidence/records/"):
                if sha256_hex(self.read(name)) != digest:
                    yield Refused("record-digest", file=quote(name))
                elif digest not in named:
                    yield Refused("record-unnamed", file=quote(name))

    @property
    def digest(self) -> str:
        """The bundle digest."""
        return sha256_hex(self.read("content.json"))

    def find_deploys(self, chain: Chain) -> list[Entry]:
        """Find the deploy steps that sign the bundle digest."""
        digest = self.digest
        deploys = [entry for entry in chain.steps if entry.stage == "deploy"]
        return [entry for entry in deploys if entry.subject("bundle") == digest]

    def check_contents(self, report: Report, chain: Chain) -> None:
        """Step (9): the bundle digest against its deploy steps, each member against the list."""
        deploys = self.find_deploys(chain)
        if not deploys:
            report.refuse("bundle-unsigned", digest=self.digest)
            return
        is_sound = report.add_all(self._check_members(deploys[-1], chain))
        listed = {member["name"]: member["sha256"] for member in self.content["members"]}
        for deploy in deploys:
            is_sound &= report.add_all(_check_deploy(deploy, chain, listed))
        if is_sound:
            report.add_all(self._check_evaluation(chain, listed["evaluation.json"]))
            report.add_all(self._check_model_files())
        for deploy in deploys:
            signer = chain.signer(deploy)
            report.say("bundle-signed", digest=self.digest, entry=deploy.name, signer=signer)
        stage = self.content["stage_of_use"]
        report.say("use-explore" if stage == "explore" else "use", stage=stage)

    def _check_members(self, deploy: Entry, chain: Chain) -> Iterator[Refused]:
        for listed in self.content["members"]:
            name = listed["name"]
            size, found, crc = self.measure(name)
            if (size, found) != (listed["size"], listed["sha256"]):
                yield Refused(
                    "member-changed",
                    file=quote(name),
                    size=size,
                    found=found,
                    entry=deploy.name,
                    signer=chain.signer(deploy),
                    listed=listed["size"],
                    digest=listed["sha256"],
                )
            elif crc != self.members[name].crc:
                yield Refused("member-sum", name=quote(name))

    def _check_evaluation(self, chain: Chain, digest: str) -> Iterator[Refused]:
        """The evaluation is of what its step read, under the plan that counts."""
        evaluate, _ = chain.makers[digest]
        record = _parse_record(self.read("evaluation.json"), _is_evaluation)
        if record is None:
            yield Refused("content-record", file=quote("evaluation.json"))
            return
        wrong = [name for name in ("model", "test") if evaluate.read(name) != record[name]]
        for name in wrong:
            yield Refused("evaluation-differs", entry=evaluate.name, name=name)
        if wrong:
            return
        for bound in record["bounds"]:
            if bound.get("met") is True and not _is_met(bound):
                fields = {"entry": evaluate.name, "metric": quote(bound["metric"])}
                yield Refused("bound-missed", **fields)
        plan = read_histories(chain)[chain.fingerprint(record["test"])].counting
        bounds = _read_bounds(record)
        if plan is None:
            if record["plan"] is not None or bounds:
                yield Refused("plan-unlogged", entry=evaluate.name)
            return
        if (record["plan"], bounds) != (plan.leaf["envelope"], _read_bounds(plan.predicate)):
            yield Refused("plan-differs", entry=evaluate.name, plan=plan.name)

    def _check_model_files(self) -> Iterator[Refused]:
        """The files under `model/` are those that the model record lists."""
        file = quote("model.json")
        record = _parse_record(self.read("model.json"), _MODEL)
        if record is None:
            yield Refused("content-record", file=file)
            return
        listed = [(f"model/{one['name']}", one["sha256"], one["size"]) for one in record["files"]]
        found = [(one["name"], one["sha256"], one["size"]) for one in self.content["members"]]
        if sorted(listed) != [one for one in found if one[0].startswith("model/")]:
            yield Refused("content-files", file=file)

    def note_outsides(
        self, report: Report, trust: Trust, bundle: str | None, authors: Collection[str]
    ) -> None:
        """Step (11): evaluations by others, on rows of their own."""
        for name in self.members:
            if name.startswith("evidence/outside/"):
                try:
                    said = self._open_outside(name, bundle)
                except ValueError:
                    report.refuse("outside-form", file=quote(name))
                    continue
                key = said["actor"]["key"]
                known = trust.signers.get(key)
                code = "outside-known" if known else "outside-unknown"
                report.say(
                    "outside-own" if key in authors else code,
                    name=quote(known.name if known else said["name"]),
                    rows=said["rows"],
                    at=said["recorded_at"],
                    figures=", ".join(
                        f"{quote(one['metric'])} {one['value']:.3f}" for one in said["scores"]
                    ),
                    key=key,
                )

    def _open_outside(self, name: str, bundle: str | None) -> dict[str, Any]:
        data = self.read(name)
        envelope = parse_canonical(data)
        require(name == f"evidence/outside/{sha256_hex(data)}.json" and _ENVELOPE(envelope))
        payload = decode_base64(envelope["payload"])
        statement = parse_canonical(payload)
        require(_OUTSIDE(statement))
        said: dict[str, Any] = statement["predicate"]
        (signature,) = envelope["signatures"]
        public = key_bytes(said["key"])
        require(said["actor"]["key"] == signature["keyid"] == sha256_hex(public))
        require(statement["subject"][0]["digest"]["sha256"] == bundle)
        require(ed25519_accepts(public, decode_base64(signature["sig"]), pae(payload)))
        return said

    def check_model(self, report: Report, chain: Chain) -> None:
        """Step (10): the model signature over the members under `model/`."""
        deploys = self.find_deploys(chain)
        if not deploys:
            return
        if "evidence/model.sig" not in self.members:
            report.say("model-unsigned")
            return
        file = quote("evidence/model.sig")
        try:
            hint, resources = open_model_signature(
                self.read("evidence/model.sig"), chain.keys_at(deploys[-1].index).models
            )
        except ValueError:
            report.refuse("model-signature", file=file)
            return
        files = {
            listed["name"].removeprefix("model/"): listed["sha256"]
            for listed in self.content["members"]
            if listed["name"].startswith("model/")
        }
        if resources != files:
            report.refuse("model-files", file=file)
        else:
            report.say("model-signed", count=len(files), key=hint)

    def release(self, chain: Chain) -> Release | None:
        """Give what approvals are judged by; None when no deploy step signs the bundle."""
        deploys = self.find_deploys(chain)
        if not deploys:
            return None
        way = [*chain.of_kind(KEYS), *ancestors(deploys, chain).values()]
        way.sort(key=lambda entry: entry.index)
        return Release(self.digest, self.content["stage_of_use"], way)

    def _find(self, name: str) -> File | None:
        return File(quote(name), self.read(name)) if name in self.members else None


def _is_met(bound: dict[str, Any]) -> bool:
    """The figure beside a bound meets it."""
    value, least, most = (bound.get(name) for name in ("value", "at_least", "at_most"))
    given = [one for one in (least, most) if one is not None]
    if not all(map(is_number, [value, *given])):
        return False
    return (least is None or value >= least) and (most is None or value <= most)


def _check_deploy(deploy: Entry, chain: Chain, listed: Mapping[str, str]) -> Iterator[Refused]:
    """A deploy step read the bundle's card, evaluation and model, made of one another."""
    makers = {}
    has_page = deploy.read("page") is not None or "card.html" in listed
    parts = {**_PARTS, **(_PAGE if has_page else {})}
    for name, (file, stage) in parts.items():
        fields, digest = {"name": name, "entry": deploy.name}, deploy.read(name)
        maker, called = chain.makers.get(digest or "", (deploy, ""))
        if digest is None:
            yield Refused("content-unread", **fields)
        elif listed.get(file) != digest:
            yield Refused("content-differs", file=quote(file), **fields)
        elif (maker.stage, called) != (stage, name):
            yield Refused("content-maker", stage=stage, **fields)
        else:
            makers[name] = maker
    if len(makers) < len(parts):
        return
    made_of = [("evaluation", "model"), ("card", "model"), ("card", "evaluation")]
    made_of += [("page", "model"), ("page", "evaluation")] if has_page else []
    for made, name in made_of:
        maker = makers[made]
        if maker.read(name) != deploy.read(name):
            yield Refused("content-made", maker=maker.name, name=name, entry=deploy.name)


def write_proof(index: int, log: Log) -> bytes:
    """Write the log proof of an entry. Source: C2SP tlog-proof."""
    hashes = [b64encode(one).decode() for one in inclusion_proof(index, log.levels)]
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *hashes, ""]
    return ("".join(f"{line}\n" for line in lines) + log.checkpoint.written).encode()


def open_model_signature(data: bytes, pems: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Check a model signature by one of the keys, or raise ValueError.

    Gives the key id and the digest of each file by name. Source: OpenSSF Model Signing 1.0.
    """
    bundle = parse(data)
    envelope = _open_model_bundle(bundle)
    payload = decode_base64(envelope["payload"])
    root, resources = _open_model_statement(parse(payload))
    signature = decode_base64(envelope["signatures"][0]["sig"])
    material = bundle["verificationMaterial"]
    hint = material["publicKey"]["hint"] if "publicKey" in material else ""
    pem = next((pem for pem in pems if sha256_hex(pem.encode()) == hint), None)
    if pem is None or not p256_accepts(parse_p256(pem), signature, pae(payload)):
        raise ValueError
    if sha256_hex(b"".join(map(bytes.fromhex, resources.values()))) != root:
        raise ValueError
    return hint, resources


def _open_model_bundle(bundle: Json) -> dict[str, Any]:
    is_envelope = having(
        payload=is_text,
        payloadType=one_of(PAYLOAD_TYPE),
        signatures=list_of(having(sig=is_text), 1, 1),
    )
    is_bundle = having(
        mediaType=lambda text: (
            isinstance(text, str) and text.startswith("application/vnd.dev.sigstore.bundle")
        ),
        verificationMaterial=_is_material,
        dsseEnvelope=is_envelope,
    )
    if not is_bundle(bundle):
        raise ValueError
    envelope: dict[str, Any] = bundle["dsseEnvelope"]
    return envelope


def _is_material(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    if "publicKey" in value:
        return having(hint=is_hex)(value["publicKey"])
    return "x509CertificateChain" in value or (
        "certificate" in value and bool(value.get("tlogEntries"))
    )


def _open_model_statement(value: Json) -> tuple[str, dict[str, str]]:
    is_resource = having(name=is_text, digest=is_hex, algorithm=one_of("sha256"))
    is_signed = having(
        _type=one_of("https://in-toto.io/Statement/v1"),
        predicateType=one_of("https://model_signing/signature/v1.0"),
        subject=list_of(_RESOURCE, 1, 1),
        predicate=having(
            serialization=having(method=one_of("files"), hash_type=one_of("sha256")),
            resources=list_of(is_resource),
        ),
    )
    if not is_signed(value):
        raise ValueError
    listed = value["predicate"]["resources"]
    resources = {one["name"]: one["digest"] for one in listed}
    if len(resources) != len(listed):
        raise ValueError
    return value["subject"][0]["digest"]["sha256"], resources


# --- a workspace (formats.md, sections 5 and 6) ----------------------------

_WIDTH = 256
_SMALL_BYTES = 1_000_000
_PACK = re.compile(r"store/packs/([0-9a-f]{32})\.(pack|idx)")
_BLOB = re.compile(r"store/blobs/([0-9a-f]{2})/([0-9a-f]{62})")
_LAYOUT_FILE = re.compile(r"store/layouts/[0-9a-f]{64}\.json")
_TILE = re.compile(
    r"log/tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)
_RECORD = struct.Struct(">32sQQQB")


class Packed(NamedTuple):
    """A blob in a pack."""

    digest: bytes
    offset: int
    stored: int
    length: int
    codec: int


class Place(NamedTuple):
    """Where a blob lies: in a file of its own, or in a pack."""

    file: str
    packed: Packed | None


class Tile(NamedTuple):
    """Hashes of a level, or entries (level −1)."""

    level: int
    number: int
    width: int

    @property
    def file(self) -> str:
        """Its path below `.warrant`."""
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        path = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
        kind = "entries" if self.level < 0 else self.level
        return f"log/tile/{kind}/{path}" + ("" if self.width == _WIDTH else f".p/{self.width}")


def parse_tile(file: str) -> Tile | None:
    """Read where a tile lies; None for any other path. Source: C2SP tlog-tiles."""
    found = _TILE.fullmatch(file)
    if not found:
        return None
    level = -1 if found[1] == "entries" else int(found[1])
    number = int(found[2].replace("/", "").replace("x", ""))
    tile = Tile(level, number, int(found[3] or _WIDTH))
    return tile if tile.file == file and level <= 63 else None


def tiles_of(size: int) -> list[Tile]:
    """Say which tiles a log of a size has: hashes by level, then entries."""
    tiles, level, count = [], 0, size
    while count:
        tiles += [
            Tile(level, number, min(_WIDTH, count - number * _WIDTH))
            for number in range(-(-count // _WIDTH))
        ]
        level, count = level + 1, count // _WIDTH
    return tiles + [tile._replace(level=-1) for tile in tiles if tile.level == 0]


def read_index(name: str, data: bytes) -> list[Packed]:
    """Read the index of a pack, or raise ValueError; blobs in the order of the pack's bytes."""
    body, total = data[:-32], data[-32:]
    count = int.from_bytes(data[8:16], "big")
    if data[:8] != b"WRPKIDX1" or len(data) != 16 + count * _RECORD.size + 32:
        raise ValueError
    if sha256(body) != total or total.hex()[:32] != name:
        raise ValueError
    found = [Packed(*one) for one in _RECORD.iter_unpack(body[16:])]
    if any(left.digest >= right.digest for left, right in pairwise(found)):
        raise ValueError
    if any(one.codec not in {0, 1} for one in found):
        raise ValueError
    return sorted(found, key=lambda one: (one.offset, one.stored))


def read_packed(file: BinaryIO, one: Packed) -> bytes:
    """Read a blob out of a pack, or raise ValueError."""
    if max(one.stored, one.length) >= _SMALL_BYTES or one.offset >> 62:
        raise ValueError
    file.seek(one.offset)
    stored = data = file.read(one.stored)
    require(len(stored) == one.stored)
    if one.codec == 1:
        data = _inflate(stored, one.length)
    if sha256(data) != one.digest or len(data) != one.length:
        raise ValueError
    return data


def _inflate(stored: bytes, length: int) -> bytes:
    """Decompress one whole stream and nothing behind it; anything else gives no bytes."""
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(stored, length + 1)
    except zlib.error:
        return b""
    is_whole = stream.eof and not stream.unused_data and stored[:2] == b"\x78\x01"
    return data if is_whole else b""


class Workspace:
    """Evidence from a folder."""

    is_whole = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, None] = {}
        self.places: dict[str, Place] = {}
        self.packs: dict[str, list[Packed]] = {}

    def close(self) -> None:
        """Close nothing: files are closed as they are read."""

    def check_container(self, report: Report) -> None:
        """Step (1): a place for each file, and the indexes of packs."""
        if report.add_all(self._scan()):
            report.say("workspace-sound", count=len(self.files))

    def read_file(self, file: str) -> bytes:
        """Read a file below `.warrant`."""
        return (self.folder / file).read_bytes()

    def read_blob(self, digest: str) -> bytes:
        """Read a blob, unchecked; empty when its pack has none for it."""
        place = self.places[digest]
        if place.packed is None:
            return self.read_file(place.file)
        try:
            with (self.folder / place.file).open("rb") as file:
                return read_packed(file, place.packed)
        except (ValueError, FileNotFoundError):
            return b""

    def read_checkpoint(self) -> bytes | None:
        """Give the checkpoint; None when it is absent."""
        return self.read_file("log/checkpoint") if "log/checkpoint" in self.files else None

    def read_entries(self) -> list[bytes]:
        """Give the leaves up to the checkpoint's size."""
        data = self.read_checkpoint()
        if data is None:
            raise Refused("checkpoint-absent")
        size, entries = parse_checkpoint(data).size, []
        for number in range(-(-size // _WIDTH)):
            file = Tile(-1, number, min(_WIDTH, size - number * _WIDTH)).file
            if file not in self.files:
                raise Refused("log-file-absent", file=quote(file))
            entries += split_entries(self.read_file(file), quote(file))
        return entries

    def check_log(self, log: Log) -> Iterator[Refused]:
        """Step (3): make each tile and each bundle of entries again and compare."""
        for tile in tiles_of(len(log.leaves)):
            if tile.file not in self.files:
                yield Refused("log-file-absent", file=quote(tile.file))
        levels: list[list[bytes]] = [log.levels[0]]
        while levels[-1]:
            below = levels[-1]
            levels.append(
                [
                    tree_root(below[at : at + _WIDTH])
                    for at in range(0, len(below) // _WIDTH * _WIDTH, _WIDTH)
                ]
            )
        for file in self.files:
            found = parse_tile(file)
            if found is not None and self._is_wrong(found, log, levels):
                yield Refused("log-file", file=quote(file))

    def find_statement(self, digest: str) -> File | None:
        """Give an envelope by its digest."""
        return self.find_record(digest)

    def find_record(self, digest: str) -> File | None:
        """Give a small blob by its digest."""
        place = self.places.get(digest)
        return File(quote(place.file), self.read_blob(digest)) if place else None

    def check_names(self, _: Chain) -> Iterator[Refused]:
        """Step (6): find nothing; a store may hold blobs that no statement names yet."""
        yield from ()

    def note_outsides(self, _: Report, __: Trust, ___: str | None, ____: Collection[str]) -> None:
        """Step (11): evaluations by others lie in bundles."""

    def check_model(self, report: Report, _: Chain) -> None:
        """Step (10): bundles have model signatures, workspaces none."""
        report.say("model-none")

    def release(self, _: Chain) -> Release | None:
        """Give none: what people approve is a bundle."""
        return None

    def check_contents(self, report: Report, chain: Chain) -> None:
        """Step (9): every blob and layout, and the root over each dataset's row commitments."""
        layouts: dict[str, dict[str, Any]] = {}
        is_sound = report.add_all(self._read_layouts(chain, layouts))
        names = _name_blobs(chain, layouts)
        is_sound &= report.add_all(self._check_blobs(names))
        is_sound &= report.add_all(self._check_presence(chain, layouts, names))
        if is_sound and report.add_all(self._check_layouts(chain, layouts)):
            report.say("contents-sound", count=len(self.places), datasets=len(layouts))
            if layouts:
                report.say("rows-undecoded")

    def _is_wrong(self, tile: Tile, log: Log, levels: list[list[bytes]]) -> bool:
        first = tile.number * _WIDTH
        last = first + tile.width
        if tile.level < 0:
            entries = log.entries[first:last]
            framed = b"".join(len(one).to_bytes(2, "big") + one for one in entries)
            return last <= len(log.entries) and self.read_file(tile.file) != framed
        hashes = levels[tile.level] if tile.level < len(levels) else []
        return last <= len(hashes) and self.read_file(tile.file) != b"".join(hashes[first:last])

    def _scan(self) -> Iterator[Refused]:
        for file in self._walk():
            if file.rpartition("/")[2].startswith("tmp-"):
                continue
            if not _is_listed(file) or not S_ISREG((self.folder / file).lstat().st_mode):
                yield Refused("file-unlisted", file=quote(file))
                continue
            self.files[file] = None
            if found := _BLOB.fullmatch(file):
                self.places[found[1] + found[2]] = Place(file, None)
            elif file.endswith(".idx"):
                yield from self._read_index(file)

    def _walk(self) -> list[str]:
        found = []
        for room in ("log", "store"):
            for place, folders, names in os.walk(self.folder / room):
                links = [name for name in folders if (Path(place) / name).is_symlink()]
                below = os.path.relpath(place, self.folder).replace(os.sep, "/")
                found += [f"{below}/{name}" for name in (*names, *links)]
        return sorted(found)

    def _read_index(self, file: str) -> Iterator[Refused]:
        name = file[len("store/packs/") : -len(".idx")]
        try:
            packed = read_index(name, self.read_file(file))
        except ValueError:
            yield Refused("index-damaged", file=quote(file))
            return
        self.packs[name] = packed
        for one in packed:
            place = Place(f"store/packs/{name}.pack", one)
            self.places.setdefault(one.digest.hex(), place)

    def _read_layouts(self, chain: Chain, layouts: dict[str, dict[str, Any]]) -> Iterator[Refused]:
        for digest, manifest in chain.manifests.items():
            file = f"store/layouts/{digest}.json"
            if file not in self.files:
                yield Refused("layout-absent", what=manifest.what)
                continue
            try:
                layout = parse_canonical(self.read_file(file))
            except ValueError:
                layout = None
            if not _LAYOUT(layout) or layout["dataset"] != digest:
                yield Refused("layout-form", file=quote(file))
            else:
                layouts[digest] = layout

    def _check_blobs(self, names: Mapping[str, str]) -> Iterator[Refused]:
        for name, packed in self.packs.items():
            yield from self._check_pack(f"store/packs/{name}.pack", packed, names)
        for digest, place in self.places.items():
            if place.packed is None and hash_file(self.folder / place.file) != digest:
                yield _changed(place.file, digest, names)

    def _check_pack(
        self, file: str, packed: list[Packed], names: Mapping[str, str]
    ) -> Iterator[Refused]:
        if file not in self.files:
            yield Refused("pack-absent", file=quote(file))
            return
        with (self.folder / file).open("rb") as opened:
            end, is_tight = 0, True
            for one in packed:
                is_tight &= one.offset == end
                end = one.offset + one.stored
                try:
                    read_packed(opened, one)
                except ValueError:
                    yield _changed(file, one.digest.hex(), names)
            if not is_tight or opened.seek(0, 2) != end:
                yield Refused("pack-gap", file=quote(file))

    def _check_presence(
        self, chain: Chain, layouts: Mapping[str, dict[str, Any]], names: Mapping[str, str]
    ) -> Iterator[Refused]:
        needed = {
            subject["digest"]["sha256"]: None
            for entry in chain.steps
            for subject in entry.statement["subject"]
            if (entry.stage, subject["name"]) != ("deploy", "bundle")
        }
        for layout in layouts.values():
            shards = [shard["sha256"] for shard in layout["shards"]]
            needed |= dict.fromkeys([layout["commitments"], *shards])
        for digest in needed:
            if digest not in self.places:
                yield Refused("blob-absent", digest=digest, what=names[digest])

    def _check_layouts(
        self, chain: Chain, layouts: Mapping[str, dict[str, Any]]
    ) -> Iterator[Refused]:
        for digest, layout in layouts.items():
            file, manifest = quote(f"store/layouts/{digest}.json"), chain.manifests[digest]
            rows = sum(shard["rows"] for shard in layout["shards"])
            if rows != manifest.rows:
                yield Refused(
                    "layout-rows", file=file, found=rows, what=manifest.what, rows=manifest.rows
                )
            sizes = [(layout["commitments"], 32 * manifest.rows)]
            sizes += [(shard["sha256"], shard["size"]) for shard in layout["shards"]]
            for blob, size in sizes:
                found = self._size(blob)
                if found != size:
                    yield Refused("layout-size", file=file, digest=blob, size=size, found=found)
            data = self.read_blob(layout["commitments"])
            if len(data) == 32 * manifest.rows:
                leaves = [leaf_hash(data[at : at + 32]) for at in range(0, len(data), 32)]
                if tree_root(leaves).hex() != manifest.root:
                    yield Refused("rows-root", what=manifest.what)

    def _size(self, digest: str) -> int:
        place = self.places[digest]
        if place.packed is not None:
            return place.packed.length
        return (self.folder / place.file).stat().st_size


def hash_file(path: Path) -> str:
    """Hash a file without holding it in memory."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def _is_listed(file: str) -> bool:
    if file == "log/checkpoint" or parse_tile(file) is not None:
        return True
    return any(pattern.fullmatch(file) for pattern in (_PACK, _BLOB, _LAYOUT_FILE))


def _changed(file: str, digest: str, names: Mapping[str, str]) -> Refused:
    what = names.get(digest, "named by no statement")
    return Refused("blob-changed", file=quote(file), digest=digest, what=what)


def _name_blobs(chain: Chain, layouts: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for entry in chain.entries:
        signed = f"{entry.name}, signed by {chain.signer(entry)}"
        names.setdefault(entry.leaf["envelope"], f"the statement of {signed}")
        for subject in entry.statement["subject"] if entry.stage else ():
            names.setdefault(subject["digest"]["sha256"], f"{quote(subject['name'])} of {signed}")
    for digest, layout in layouts.items():
        names.setdefault(layout["commitments"], f"the row commitments of {names[digest]}")
        for number, shard in enumerate(layout["shards"]):
            names.setdefault(shard["sha256"], f"shard {number} of {names[digest]}")
    return names


# --- the log and the chain of statements -----------------------------------


class Log(NamedTuple):
    """A log whose leaves give the root that its key signed."""

    checkpoint: Checkpoint
    key: bytes
    levels: list[list[bytes]]
    leaves: list[dict[str, Any]]
    entries: list[bytes]


class Opened(NamedTuple):
    """A statement that is the one its leaf stands for; its signature is not checked."""

    file: str
    envelope: dict[str, Any]
    statement: dict[str, Any]


class Person(NamedTuple):
    """A person as a statement of keys lists her."""

    key: bytes
    name: str
    roles: frozenset[str]


class Keys(NamedTuple):
    """What a statement of keys puts in force."""

    since: int
    persons: dict[str, Person]
    models: list[str]


@dataclass(frozen=True)
class Entry:
    """A statement of the log that was found sound."""

    index: int
    leaf: dict[str, Any]
    statement: dict[str, Any]

    @property
    def stage(self) -> str | None:
        """The stage of a step; None for anything else."""
        return stage_of(self.leaf["predicate"])

    @property
    def name(self) -> str:
        """What messages call it."""
        return entry_name(self.index, self.leaf)

    @property
    def predicate(self) -> dict[str, Any]:
        """What its signer says."""
        predicate: dict[str, Any] = self.statement["predicate"]
        return predicate

    @property
    def definition(self) -> dict[str, Any]:
        """The build definition of a step."""
        definition: dict[str, Any] = self.predicate["buildDefinition"]
        return definition

    @property
    def dependencies(self) -> list[dict[str, Any]]:
        """What a step read; nothing for anything else."""
        if self.stage is None:
            return []
        dependencies: list[dict[str, Any]] = self.definition["resolvedDependencies"]
        return dependencies

    @property
    def actor(self) -> dict[str, Any]:
        """Who signed, and in which role."""
        holder = self.predicate if self.stage is None else self.definition["internalParameters"]
        actor: dict[str, Any] = holder["actor"]
        return actor

    @property
    def recorded_at(self) -> str:
        """When, as its signer says: of a step, when it finished."""
        if self.stage is None:
            return str(self.predicate["recorded_at"])
        return str(self.predicate["runDetails"]["metadata"]["finishedOn"])

    @property
    def parameters(self) -> dict[str, Any]:
        """The external parameters of a step."""
        parameters: dict[str, Any] = self.definition["externalParameters"]
        return parameters

    @property
    def made(self) -> list[str]:
        """The digests of its subjects."""
        return [one["digest"]["sha256"] for one in self.statement["subject"]]

    def subject(self, name: str) -> str | None:
        """Give the digest of a subject by name."""
        subjects = self.statement["subject"]
        return next((one["digest"]["sha256"] for one in subjects if one["name"] == name), None)

    def read(self, name: str) -> str | None:
        """Give the digest of a dependency by name."""
        found = (one["digest"]["sha256"] for one in self.dependencies if one["name"] == name)
        return next(found, None)


class Manifest(NamedTuple):
    """A dataset that a step made."""

    what: str
    rows: int
    root: str
    fingerprint: str


@dataclass
class Chain:
    """All sound statements at hand, with what the reader believes of their signers."""

    log: Log
    trust: Trust
    keys: list[Keys] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    makers: dict[str, tuple[Entry, str]] = field(default_factory=dict)
    claims: dict[int, dict[str, Any]] = field(default_factory=dict)
    manifests: dict[str, Manifest] = field(default_factory=dict)

    @property
    def steps(self) -> list[Entry]:
        """The entries that are steps."""
        return [entry for entry in self.entries if entry.stage]

    def of_kind(self, *kinds: str) -> list[Entry]:
        """Give the entries of some predicate types, in log order."""
        return [entry for entry in self.entries if entry.leaf["predicate"] in kinds]

    def keys_at(self, index: int) -> Keys:
        """Give the keys in force at an entry: of the last statement of keys before it."""
        place = bisect_left(self.keys, index, key=lambda keys: keys.since)
        return self.keys[max(place - 1, 0)]

    def fingerprint(self, digest: str) -> str:
        """Give what a dataset is known by; of anything else its digest."""
        return self.manifests[digest].fingerprint if digest in self.manifests else digest

    def signer(self, entry: Entry) -> str:
        """Call a signer by the name that the reader gave."""
        known = self.trust.signers.get(entry.leaf["key"])
        return (
            quote(known.name) if known else f"key {entry.leaf['key'][:12]}, which you do not know"
        )


class Release(NamedTuple):
    """What approvals of a bundle are judged by."""

    bundle: str
    stage_of_use: str
    way: list[Entry]


def pae(payload: bytes) -> bytes:
    """Join type and payload into the bytes that are signed. Source: DSSE 1.0.2."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def leaf_type(statement: dict[str, Any]) -> str:
    """Say what a leaf calls a statement: a step by its build type."""
    is_step = statement["predicateType"] == STEP
    found = statement["predicate"]["buildDefinition"]["buildType"] if is_step else None
    return str(found or statement["predicateType"])


def entry_name(index: int, leaf: Mapping[str, Any]) -> str:
    """Call an entry by its index and kind."""
    return f"entry {index} ({stage_of(leaf['predicate']) or KIND_NAMES[leaf['predicate']]})"


def parse_leaf(index: int, entry: bytes) -> dict[str, Any]:
    """Read a leaf, or raise Refused."""
    try:
        require(len(entry) < 512)
        leaf: dict[str, Any] = parse_canonical(entry)
        require(_LEAF(leaf))
    except ValueError:
        raise Refused("leaf-form", index=index) from None
    return leaf


def open_statement(found: File, entry: str, leaf: Mapping[str, Any]) -> Opened:
    """Read the statement of a leaf, or raise Refused; its signature is not checked."""
    if sha256_hex(found.data) != leaf["envelope"]:
        raise Refused("envelope-digest", file=found.name, entry=entry)
    try:
        envelope = parse_canonical(found.data)
        require(_ENVELOPE(envelope))
        payload = decode_base64(envelope["payload"])
        (signature,) = envelope["signatures"]
        decode_base64(signature["sig"])
    except ValueError:
        raise Refused("envelope-form", file=found.name, entry=entry) from None
    try:
        statement = parse_canonical(payload)
        require(is_statement(statement))
    except ValueError:
        raise Refused("statement-form", file=found.name, entry=entry) from None
    said = {
        "key": signature["keyid"],
        "pae": sha256_hex(pae(payload)),
        "predicate": leaf_type(statement),
    }
    for name, value in said.items():
        if leaf[name] != value:
            raise Refused("leaf-differs", entry=entry, field=name)
    if Entry(0, dict(leaf), statement).actor["key"] != signature["keyid"]:
        raise Refused("actor-differs", entry=entry)
    return Opened(found.name, envelope, statement)


# --- the twelve steps ------------------------------------------------------

Evidence = Bundle | Workspace
"""What is checked."""


class Verdict(NamedTuple):
    """The answer."""

    result: str
    lines: list[str]
    faults: list[str]
    signers: list[str]
    origin: str = ""
    size: int = 0
    checkpoint: bytes = b""
    bundle: str = ""
    approval: str = ""

    @property
    def exit_code(self) -> int:
        """0 when it holds, 1 when it is refused, 3 when nobody known signed it."""
        return {"holds": 0, "refused": 1}.get(self.result, 3)

    @property
    def headline(self) -> str:
        """The result in one line."""
        names = ", ".join(self.signers)
        return f"holds, signed by {names}" if self.result == "holds" else self.result


def verify(
    evidence: Evidence, trust: Trust, now: str, seen: Callable[[str], Checkpoint | None]
) -> Verdict:
    """Check a bundle or a workspace: twelve steps, of which (1) to (7) carry all that follow."""
    report, case = Report(), _Case(evidence, trust, now, seen)
    try:
        for number, step in enumerate(case.steps, start=1):
            report.step = number
            try:
                step(report)
            except Refused as error:
                report.add(error)
            report.end_step()
            if report.faults and number <= 7:
                report.say("stopped", first=number + 1)
                break
    finally:
        evidence.close()
    return case.verdict(report)


class _Case:
    """One verification: what is given, and what the steps have found so far."""

    def __init__(
        self,
        evidence: Evidence,
        trust: Trust,
        now: str,
        seen: Callable[[str], Checkpoint | None],
    ) -> None:
        self.evidence, self.trust, self.now, self.seen = evidence, trust, now, seen
        self.entries: list[bytes] = []
        self.signed: tuple[Checkpoint, bytes] | None = None
        self._chain: Chain | None = None
        self.is_known, self.bundle, self.approval = False, "", ""
        self.signers: list[str] = []

    @property
    def steps(self) -> list[Callable[[Report], None]]:
        """The twelve steps in order."""
        return [
            self.evidence.check_container,  # (1) container and names
            self.check_checkpoint,  # (2) the log's signature on its checkpoint
            self.check_leaves,  # (3) leaves and root
            self.check_freshness,  # (4) freshness
            self.check_keys,  # (5) keys
            self.check_statements,  # (6) statements
            self.check_order,  # (7) order
            self.check_rights,  # (8) rights
            lambda report: self.evidence.check_contents(report, self.chain),  # (9) contents
            lambda report: self.evidence.check_model(report, self.chain),  # (10) model signature
            self.check_acts,  # (11) acts
            self.check_trust,  # (12) trust
        ]

    @property
    def chain(self) -> Chain:
        """The chain, once step (3) has made it."""
        if self._chain is None:
            raise RuntimeError
        return self._chain

    @property
    def judged(self) -> Sequence[Entry]:
        """The statements that the evidence is judged by: of a bundle those on its way."""
        if self.evidence.is_whole:
            return self.chain.entries
        release = self.evidence.release(self.chain)
        return release.way if release else ()

    def check_checkpoint(self, report: Report) -> None:
        """Step (2): the checkpoint is signed by the key that entry 0 claims."""
        self.entries = self.evidence.read_entries()
        data = self.evidence.read_checkpoint()
        if data is None:
            raise Refused("checkpoint-absent")
        checkpoint = parse_checkpoint(data)
        if not self.entries:
            raise Refused("leaves-absent")
        leaf = parse_leaf(0, self.entries[0])
        if leaf["predicate"] != KEYS:
            raise Refused("keys-first")
        found = self.evidence.find_statement(leaf["envelope"])
        if found is None:
            raise Refused("entry-absent", entry="entry 0 (keys)")
        claimed = open_statement(found, "entry 0 (keys)", leaf).statement["predicate"]["log"]
        origin, key = claimed["origin"], key_bytes(claimed["key"])
        if checkpoint.origin != origin:
            raise Refused(
                "checkpoint-origin", origin=quote(checkpoint.origin), claimed=quote(origin)
            )
        try:
            check_note(checkpoint, [NoteKey(origin, 1, key)])
        except ValueError:
            raise Refused("checkpoint-signature", origin=quote(origin)) from None
        self.signed = checkpoint, key
        report.say("checkpoint-sound", size=checkpoint.size, origin=quote(origin))

    def check_leaves(self, report: Report) -> None:
        """Step (3): the leaves give the checkpoint's root; tiles and proofs follow from them."""
        if self.signed is None:
            raise RuntimeError
        checkpoint, key = self.signed
        size = checkpoint.size
        if len(self.entries) != size:
            raise Refused("leaves-count", found=len(self.entries), size=size)
        levels = tree_levels([leaf_hash(entry) for entry in self.entries])
        if levels[-1] != [checkpoint.root]:
            raise Refused("leaves-root", size=size)
        leaves = [parse_leaf(index, entry) for index, entry in enumerate(self.entries)]
        log = Log(checkpoint, key, levels, leaves, self.entries)
        is_sound = report.add_all(_check_once(log))
        if report.add_all(self.evidence.check_log(log)) and is_sound:
            report.say("leaves-sound", size=size)
        self._chain = Chain(log, self.trust)

    def check_freshness(self, report: Report) -> None:
        """Step (4): the log continues the highest checkpoint seen before."""
        log = self.chain.log
        size, origin = len(log.leaves), log.checkpoint.origin
        try:
            known = self.seen(origin)
        except (Refused, ValueError):
            raise Refused("seen-form", origin=quote(origin)) from None
        if known is None:
            report.say("fresh-unknown", last=size - 1)
        elif known.size > size:
            report.refuse("seen-larger", size=size, seen=known.size)
        elif tree_root(log.levels[0][: known.size]) != known.root:
            report.refuse("seen-fork", seen=known.size)
        else:
            report.say("fresh", last=size - 1, seen=known.size)

    def check_keys(self, report: Report) -> None:
        """Step (5): keys from entry 0 through every rotation."""
        for index, leaf in enumerate(self.chain.log.leaves):
            if leaf["predicate"] != KEYS:
                continue
            try:
                self.chain.keys.append(self._read_keys(index))
            except Refused as error:
                report.add(error)
                if index == 0:
                    return
        if not report.faults:
            keys = self.chain.keys[-1]
            report.say("keys-sound", persons=len(keys.persons), models=len(keys.models))

    def check_statements(self, report: Report) -> None:
        """Step (6): every statement that is present or must be."""
        chain = self.chain
        for index in range(len(chain.log.leaves)):
            try:
                opened = self._find(index)
                if opened is not None:
                    chain.entries.append(self._check_signer(index, opened))
            except Refused as error:
                report.add(error)
        report.add_all(_find_revoked(chain))
        if not report.faults and report.add_all(self.evidence.check_names(chain)):
            size = len(chain.log.leaves)
            report.say("statements-sound", count=len(chain.entries), size=size)
        if unprotected := sum(entry.actor["unprotected"] for entry in chain.entries):
            report.say("unprotected", count=unprotected)

    def check_order(self, report: Report) -> None:
        """Step (7): dependencies, claims and manifests, content keys, plans."""
        chain = self.chain
        for entry in chain.steps:
            for subject in entry.statement["subject"]:
                maker = (entry, subject["name"])
                chain.makers.setdefault(subject["digest"]["sha256"], maker)
        is_sound = report.add_all(_check_dependencies(chain))
        is_sound &= report.add_all(_read_records(chain, self.evidence))
        if is_sound:
            is_sound = report.add_all(_check_content_keys(chain))
            is_sound &= report.add_all(_check_tests(chain, self.judged))
        if is_sound and _check_plans(chain, self.judged, report):
            report.say("order-sound", count=len(chain.steps))

    def check_rights(self, report: Report) -> None:
        """Step (8): each source was used within its right."""
        chain, documents, used = self.chain, Documents(self.chain), 0
        before = report.refused
        # A clock that was set back makes no step earlier than what the log holds before it.
        latest = list(accumulate((leaf["recorded_at"] for leaf in chain.log.leaves), max))
        for entry in self.judged:
            at = max(latest[entry.index], entry.recorded_at)
            below = documents.below.get(entry.index, 0)
            used |= below
            if entry.stage in {"train", "deploy"}:
                for rights in documents.rights(below, entry.index):
                    _check_use(entry, rights, at, report)
        for rights in documents.rights(used, len(chain.log.leaves)):
            for expires, _, name in sorted(rights.ends, key=lambda end: end[1]):
                if self.now[:10] > expires:
                    fields = {"source": quote(name), "origin": rights.entry.name}
                    report.say("right-ended", **fields, expires=expires)
        if report.refused == before:
            report.say("rights-sound")

    def check_acts(self, report: Report) -> None:
        """Step (11): revocations, exceptions, approvals, rejections."""
        chain, release = self.chain, self.evidence.release(self.chain)
        counts = Counter(entry.predicate["act"] for entry in chain.of_kind(ACT))
        if counts:
            report.say("acts", acts=", ".join(f"{counts[act]} {act}" for act in sorted(counts)))
        revoked = _revocations(chain)
        for entry in release.way if release else chain.entries:
            digests = [entry.leaf["envelope"], *(entry.made if entry.stage else ())]
            act = next((revoked[digest] for digest in digests if digest in revoked), None)
            if act is not None:
                fields = {"entry": entry.name, "revoker": chain.signer(act), "act": act.name}
                tell = report.refuse if release else report.say
                tell("revoked" if release else "revoked-note", **fields)
        if release:
            report.add_all(_check_withdrawn(chain, release, revoked))
            _note_exceptions(chain, release, report)
            self.bundle = release.bundle
            self.approval = _check_approval(chain, release, revoked, self.now, report)
            _note_decisions(chain, release, revoked, report)
        bundle = release.bundle if release else None
        steps = [entry for entry in release.way if entry.stage] if release else []
        authors = {entry.leaf["key"] for entry in (*chain.entries[:1], *steps)}
        self.evidence.note_outsides(report, self.trust, bundle, authors)

    def check_trust(self, report: Report) -> None:
        """Step (12): what the reader knows of the log and of the signers."""
        chain, release = self.chain, self.evidence.release(self.chain)
        self.is_known = self._check_policy(report)
        entries = release.way if release else chain.entries
        for key in dict.fromkeys(
            entry.leaf["key"] for entry in entries if entry.leaf["predicate"] != ACT
        ):
            known = self.trust.signers.get(key)
            if known is None:
                self.is_known = False
                report.say("signer-unknown", key=key)
            else:
                self.signers.append(known.name)
                report.say("signer-known", name=quote(known.name), key=key)

    def verdict(self, report: Report) -> Verdict:
        """Sum up what the steps have found."""
        result = "holds" if self.is_known else "consistent, signer unknown"
        if report.faults or self._chain is None:
            result = "refused"
        if self._chain is None:
            return Verdict(result, report.lines, report.faults, [])
        checkpoint = self._chain.log.checkpoint
        return Verdict(
            result,
            report.lines,
            report.faults,
            list(dict.fromkeys(self.signers)),
            checkpoint.origin,
            checkpoint.size,
            checkpoint.written.encode(),
            self.bundle,
            self.approval,
        )

    def _find(self, index: int) -> Opened | None:
        leaf = self.chain.log.leaves[index]
        entry = entry_name(index, leaf)
        found = self.evidence.find_statement(leaf["envelope"])
        if found is not None:
            return open_statement(found, entry, leaf)
        if leaf["predicate"] in ALWAYS_PRESENT:
            raise Refused("entry-absent", entry=entry)
        if self.evidence.is_whole:
            raise Refused("step-absent", entry=entry)
        return None

    def _read_keys(self, index: int) -> Keys:
        chain, opened = self.chain, self._find(index)
        if opened is None:
            raise RuntimeError
        leaf, predicate = chain.log.leaves[index], opened.statement["predicate"]
        persons = {}
        for one in predicate["persons"]:
            key = key_bytes(one["key"])
            persons[sha256_hex(key)] = Person(key, one["name"], frozenset(one["roles"]))
        listed = Keys(index, persons, [model["pem"] for model in predicate["models"]])
        if index == 0 and leaf["key"] not in persons:
            raise Refused("keys-self")
        if index == 0 and "author" not in persons[leaf["key"]].roles:
            raise Refused("keys-author")
        if key_bytes(predicate["log"]["key"]) != chain.log.key:
            raise Refused("keys-log", entry=entry_name(index, leaf))
        before = chain.keys_at(index) if chain.keys else listed
        _check_signature(before, entry_name(index, leaf), opened)
        return listed

    def _check_signer(self, index: int, opened: Opened) -> Entry:
        entry = Entry(index, self.chain.log.leaves[index], opened.statement)
        person = _check_signature(self.chain.keys_at(index), entry.name, opened)
        role, key = entry.actor["role"], entry.actor["key"]
        if role not in person.roles:
            raise Refused("role-unlisted", entry=entry.name, role=role, key=key[:12])
        may = _roles_for(entry)
        if role not in may:
            raise Refused("role-unfit", entry=entry.name, role=role, roles=" or ".join(may))
        known = self.trust.signers.get(key)
        if known is not None and role not in known.roles:
            raise Refused("role-denied", entry=entry.name, role=role, name=quote(known.name))
        return entry

    def _check_policy(self, report: Report) -> bool:
        log, policy = self.chain.log, self.trust.policy
        origin = log.checkpoint.origin
        if policy is None or NoteKey(origin, 1, log.key) not in policy.logs:
            report.say("log-unknown", origin=quote(origin))
            return False
        try:
            signed = check_note(log.checkpoint, [*policy.logs, *policy.witnesses.values()])
            require(policy.is_met(signed))
        except ValueError:
            raise Refused("quorum", origin=quote(origin)) from None
        report.say("log-known", origin=quote(origin))
        return True


def _check_once(log: Log) -> Iterator[Refused]:
    """A statement stands in the log once: what was taken back stays taken back."""
    first: dict[str, int] = {}
    for index, leaf in enumerate(log.leaves):
        known = first.setdefault(leaf["envelope"], index)
        if known != index:
            earlier = entry_name(known, log.leaves[known])
            yield Refused("leaf-twice", entry=entry_name(index, leaf), first=earlier)


def _roles_for(entry: Entry) -> Sequence[str]:
    kind, act = entry.leaf["predicate"], entry.predicate.get("act")
    if kind in {KEYS, *PLANS}:
        return ["author"]
    if kind != ACT:
        return ["author", "operator"]
    if act == "except":
        return ["approver"]
    if act not in {"approve", "reject"}:
        return ROLES
    return ["approver", "author"] if entry.subject("bundle") else ["approver", "author", "reviewer"]


def _check_signature(keys: Keys, entry: str, opened: Opened) -> Person:
    (signature,) = opened.envelope["signatures"]
    person = keys.persons.get(signature["keyid"])
    if person is None:
        raise Refused("key-unlisted", entry=entry, key=signature["keyid"][:12])
    message = pae(decode_base64(opened.envelope["payload"]))
    if not ed25519_accepts(person.key, decode_base64(signature["sig"]), message):
        raise Refused("signature", file=opened.file, entry=entry)
    return person


def _find_revoked(chain: Chain) -> Iterator[Refused]:
    """Find revoked steps whose statements are absent: nobody sees what they had made."""
    revoked, present = _revocations(chain), {entry.index for entry in chain.entries}
    for index, leaf in enumerate(chain.log.leaves):
        if leaf["envelope"] in revoked and index not in present:
            yield Refused("entry-absent", entry=entry_name(index, leaf))


def _check_dependencies(chain: Chain) -> Iterator[Refused]:
    for entry in chain.steps:
        for needed in entry.dependencies:
            digest = needed["digest"]["sha256"]
            maker = chain.makers.get(digest)
            if maker is None or maker[0].index >= entry.index:
                name = quote(needed["name"])
                yield Refused("dependency", entry=entry.name, name=name, digest=digest[:12])


def _read_records(chain: Chain, evidence: Evidence) -> Iterator[Refused]:
    for entry in chain.steps:
        for name in ("claim", *sorted(entry.parameters["fingerprints"])):
            try:
                is_claim = name == "claim" and entry.index not in chain.claims
                (_read_claim if is_claim else _read_manifest)(chain, entry, name, evidence)
            except Refused as error:
                yield error


def _find_record(chain: Chain, entry: Entry, name: str, evidence: Evidence) -> File | None:
    digest = entry.subject(name)
    found = evidence.find_record(digest) if digest else None
    if found is not None and sha256_hex(found.data) != digest:
        fields = {"file": found.name, "name": quote(name), "entry": entry.name}
        raise Refused("record-changed", **fields, signer=chain.signer(entry))
    return found


def _parse_record(data: bytes, shape: Shape) -> dict[str, Any] | None:
    try:
        value = parse_canonical(data)
    except ValueError:
        return None
    return value if shape(value) else None


def _read_claim(chain: Chain, entry: Entry, name: str, evidence: Evidence) -> None:
    found = _find_record(chain, entry, name, evidence)
    if found is None:
        raise Refused("claim-absent", entry=entry.name)
    value = _parse_record(found.data, _CLAIM)
    if value is None or value["stage"] != entry.stage:
        raise Refused("claim-form", file=found.name, entry=entry.name)
    chain.claims[entry.index] = value


def _read_manifest(chain: Chain, entry: Entry, name: str, evidence: Evidence) -> None:
    found = _find_record(chain, entry, name, evidence)
    if found is None:
        raise Refused("manifest-absent", name=quote(name), entry=entry.name)
    value = _parse_record(found.data, _MANIFEST)
    fields = {"file": found.name, "name": quote(name), "entry": entry.name}
    if value is None:
        raise Refused("manifest-form", **fields)
    if value["fingerprint"] != entry.parameters["fingerprints"][name]:
        raise Refused("manifest-fingerprint", **fields)
    what = f"{quote(name)} of {entry.name}"
    manifest = Manifest(what, value["rows"], value["root"], value["fingerprint"])
    chain.manifests.setdefault(sha256_hex(found.data), manifest)


def _check_content_keys(chain: Chain) -> Iterator[Refused]:
    for entry in chain.steps:
        claim, inputs = chain.claims[entry.index], {}
        said = {one["name"]: one["digest"] for one in claim["inputs"]}
        read = {one["name"]: one["digest"]["sha256"] for one in entry.dependencies}
        if read and said != read:
            yield Refused("claim-differs", entry=entry.name)
        for needed in entry.dependencies:
            digest = needed["digest"]["sha256"]
            maker, name = chain.makers[digest]
            inputs[needed["name"]] = maker.parameters["fingerprints"].get(name, digest)
        if not inputs:
            inputs = {one["name"]: one["fingerprint"] or one["digest"] for one in claim["inputs"]}
        key = {
            "configuration": entry.parameters["configuration"],
            "inputs": inputs,
            "plugins": claim["plugins"],
            "stage": entry.stage,
            "version": claim["version"],
        }
        if sha256_hex(canonical(key)) != entry.parameters["contentKey"]:
            yield Refused("content-key", entry=entry.name)


def _check_tests(chain: Chain, judged: Iterable[Entry]) -> Iterator[Refused]:
    """A test set is a dataset whose fingerprint was signed, and no rows the model learned from."""
    for entry in judged:
        test = entry.read("test")
        if entry.stage != "evaluate" or test is None:
            continue
        model = entry.read("model")
        if test not in chain.manifests:
            yield Refused("test-undeclared", entry=entry.name)
        elif model is not None and chain.manifests[test].rows:
            maker = chain.makers[model][0]
            if chain.fingerprint(test) in _read_tests(chain, maker):
                yield Refused("test-learned", entry=entry.name, maker=maker.name)


class History(NamedTuple):
    """What happened to one test set: its plans, and the evaluate steps that opened it."""

    plans: list[Entry]
    openings: dict[int, Entry]

    @property
    def counting(self) -> Entry | None:
        """The last plan before the first opening; None without one."""
        opened = next(iter(self.openings), sys.maxsize)
        return next((plan for plan in reversed(self.plans) if plan.index < opened), None)


def read_histories(chain: Chain) -> dict[str, History]:
    """Gather plans and openings by the fingerprint of the test rows."""
    found: dict[str, History] = {}
    for entry in chain.of_kind(*PLANS):
        test = chain.fingerprint(entry.made[0])
        found.setdefault(test, History([], {})).plans.append(entry)
    for entry in chain.steps:
        if entry.stage == "evaluate":
            for test in _read_tests(chain, entry):
                found.setdefault(test, History([], {})).openings[entry.index] = entry
    return found


def _read_bounds(holder: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Give metric, least and largest value of each bound of a plan or an evaluation."""
    return [(one["metric"], one.get("at_least"), one.get("at_most")) for one in holder["bounds"]]


def _read_tests(chain: Chain, entry: Entry) -> dict[str, bool]:
    """Give what a step read by fingerprint, and whether it is a dataset."""
    digests = [one["digest"]["sha256"] for one in entry.dependencies]
    return {chain.fingerprint(digest): digest in chain.manifests for digest in digests}


def _check_plans(chain: Chain, judged: Iterable[Entry], report: Report) -> bool:
    histories = read_histories(chain)
    numbers = {
        (test, index): number
        for test, history in histories.items()
        for number, index in enumerate(history.openings, start=1)
    }
    told: dict[str, History] = {}
    for entry in judged:
        if entry.stage != "evaluate":
            continue
        tests = _read_tests(chain, entry)
        if not any(histories[test].plans for test in tests):
            report.say("plan-none", entry=entry.name)
        for test, is_dataset in tests.items():
            told[test] = histories[test]
            if is_dataset:
                report.say("opening", entry=entry.name, number=numbers[test, entry.index])
    before = report.refused
    for history in told.values():
        first = next(iter(history.openings.values()))
        for plan in history.plans:
            if plan.index > first.index:
                report.refuse("plan-late", entry=first.name, plan=plan.name)
    return report.refused == before


class Rights(NamedTuple):
    """What an ingest step signed: sources denied, and (last day, place, name) of those that end."""

    entry: Entry
    denied: list[str]
    ends: list[tuple[str, int, str]]


class Documents:
    """Which documents each step stands on, and what was signed on them when.

    A set of documents is an integer with one bit for each: thousands of steps share them.
    """

    def __init__(self, chain: Chain) -> None:
        self.below: dict[int, int] = {}
        self._versions: list[list[Rights]] = []
        self._risky = 0
        numbers: dict[str, int] = {}
        for entry in chain.steps:
            if entry.stage == "ingest":
                self._read(chain, entry, numbers)
        for entry in chain.steps:
            found = 0
            for digest in (one["digest"]["sha256"] for one in entry.dependencies):
                found |= self.below[chain.makers[digest][0].index]
                known_by = chain.fingerprint(digest)
                found |= 1 << numbers[known_by] if known_by in numbers else 0
            self.below[entry.index] = found

    def _read(self, chain: Chain, entry: Entry, numbers: dict[str, int]) -> None:
        sources = chain.claims[entry.index]["sources"]
        ends = [
            (source["rights"]["expires"], place, source["name"])
            for place, source in enumerate(sources)
            if source["rights"].get("expires") not in {None, "never"}
        ]
        denied = [one["name"] for one in sources if one["rights"].get("train") is False]
        for subject in entry.statement["subject"]:
            if subject["name"] != "claim":
                known_by = chain.fingerprint(subject["digest"]["sha256"])
                number = numbers.setdefault(known_by, len(numbers))
                if number == len(self._versions):
                    self._versions.append([])
                self._versions[number].append(Rights(entry, denied, sorted(ends)))
                self._risky |= bool(denied or ends) << number

    def rights(self, documents: int, before: int) -> list[Rights]:
        """Give what was last signed on documents before an entry, in order, where it limits."""
        found: dict[int, Rights] = {}
        for number, bit in enumerate(reversed(f"{documents & self._risky:b}")):
            if bit == "1":
                versions = self._versions[number]
                place = bisect_left(versions, before, key=lambda one: one.entry.index)
                found[versions[place - 1].entry.index] = versions[place - 1]
        return [found[index] for index in sorted(found)]


def _check_use(entry: Entry, rights: Rights, at: str, report: Report) -> None:
    used = {"entry": entry.name, "origin": rights.entry.name}
    if rights.denied:
        source, count = quote(rights.denied[0]), len(rights.denied)
        report.refuse("right-denied", **used, source=source, count=count)
    if count := bisect_left(rights.ends, (at[:10],)):
        expires, _, name = rights.ends[0]
        fields = {"at": at, "source": quote(name), "expires": expires, "count": count}
        report.refuse("right-expired", **used, **fields)


def ancestors(entries: Iterable[Entry], chain: Chain) -> dict[int, Entry]:
    """Give the steps on the way to some steps, the last ones included, by index."""
    way = {entry.index: entry for entry in entries}
    for step in reversed(chain.steps):
        if step.index in way:
            for needed in step.dependencies:
                maker = chain.makers[needed["digest"]["sha256"]][0]
                way[maker.index] = maker
    return way


def _acts(chain: Chain, *kinds: str) -> list[Entry]:
    return [entry for entry in chain.of_kind(ACT) if entry.predicate["act"] in kinds]


def _revocations(chain: Chain) -> dict[str, Entry]:
    revoked: dict[str, Entry] = {}
    for entry in _acts(chain, "revoke"):
        for digest in entry.made:
            revoked.setdefault(digest, entry)
    return revoked


def _check_withdrawn(
    chain: Chain, release: Release, revoked: Mapping[str, Entry]
) -> Iterator[Refused]:
    """Nothing on the way, by its rows, was made by a revoked step too, nor the bundle revoked."""
    way = {entry.index for entry in release.way}
    withdrawn: dict[str, Entry] = {}
    for step in chain.steps:
        if step.leaf["envelope"] in revoked and step.index not in way:
            for digest in step.made:
                withdrawn.setdefault(chain.fingerprint(digest), step)
    used: dict[str, str] = {}
    for digest in (one["digest"]["sha256"] for entry in release.way for one in entry.dependencies):
        used.setdefault(chain.fingerprint(digest), digest)
    for known_by, step in withdrawn.items():
        if known_by in used:
            (maker, name), act = chain.makers[used[known_by]], revoked[step.leaf["envelope"]]
            fields = {"name": quote(name), "entry": maker.name, "step": step.name}
            yield Refused("withdrawn", **fields, revoker=chain.signer(act), act=act.name)
    if release.bundle in revoked:
        act = revoked[release.bundle]
        yield Refused("bundle-revoked", revoker=chain.signer(act), act=act.name)


def _note_exceptions(chain: Chain, release: Release, report: Report) -> None:
    made = {digest for entry in release.way for digest in entry.made}
    for entry in _acts(chain, "except"):
        if not made.isdisjoint(entry.made):
            rule, until = entry.predicate["detail"]["rule"], entry.predicate["expires_at"]
            fields = {"signer": chain.signer(entry), "until": until or "it is revoked"}
            report.say("excepted", rule=quote(rule), entry=entry.name, **fields)


def _check_approval(
    chain: Chain, release: Release, revoked: Mapping[str, Entry], now: str, report: Report
) -> str:
    taken_back = {
        (digest, _person(chain, entry)) for entry in _acts(chain, "revoke") for digest in entry.made
    }
    standing: dict[str, Entry] = {}
    for entry in _acts(chain, "approve", "reject"):
        if release.bundle not in entry.made:
            continue
        person = _person(chain, entry)
        if entry.predicate["act"] == "reject":
            stands = (entry.leaf["envelope"], person) not in taken_back
        else:
            stands = _counts(chain, entry, revoked, now, report)
        if stands:
            standing.pop(person, None)
            standing[person] = entry
    told: list[tuple[str, dict[str, object]]] = []
    for entry in standing.values():
        if entry.predicate["act"] == "reject":
            fields = {"signer": chain.signer(entry), "role": entry.actor["role"]}
            told.append(("rejected", {**fields, "entry": entry.name}))
    counted = [entry for entry in standing.values() if entry.predicate["act"] == "approve"]
    independent = _independent(chain, release, counted)
    for entry in independent or counted:
        stage = entry.predicate["stage_of_use"] or release.stage_of_use
        fields = {"stage": stage, "signer": chain.signer(entry), "entry": entry.name}
        code = "approved" if independent else "approved-author"
        told.append((code, {**fields, "conditions": _conditions(entry)}))
    told = told or [("approval-none", {})]
    for code, more in told:
        report.say(code, **more)
    return say(told[0][0], **told[0][1])


def _note_decisions(
    chain: Chain, release: Release, revoked: Mapping[str, Entry], report: Report
) -> None:
    taken_back = {
        (digest, _person(chain, entry)) for entry in _acts(chain, "revoke") for digest in entry.made
    }
    standing: dict[str, Entry] = {}
    for entry in _acts(chain, "decide"):
        if release.bundle not in entry.made:
            continue
        person, envelope = _person(chain, entry), entry.leaf["envelope"]
        if entry.predicate["detail"]["go"]:
            stands = envelope not in revoked and entry.leaf["key"] in chain.trust.signers
        else:
            stands = (envelope, person) not in taken_back
        if stands:
            standing.pop(person, None)
            standing[person] = entry
    for entry in standing.values():
        word = "go" if entry.predicate["detail"]["go"] else "no go"
        fields = {"signer": chain.signer(entry), "role": entry.actor["role"], "entry": entry.name}
        report.say("decided", word=word, **fields, conditions=_conditions(entry))


def _independent(chain: Chain, release: Release, counted: Iterable[Entry]) -> list[Entry]:
    """Give the approvals by approvers who share no key and no name with an author."""
    names: dict[str, set[str]] = {}
    listed = [(key, one.name) for keys in chain.keys for key, one in keys.persons.items()]
    for key, name in listed + [(key, one.name) for key, one in chain.trust.signers.items()]:
        names.setdefault(key, set()).add(_folded(name))
    way = {entry.index for entry in release.way}
    histories = read_histories(chain).values()
    plans = [
        one for found in histories if not way.isdisjoint(found.openings) for one in found.plans
    ]
    steps = [entry for entry in release.way if entry.stage]
    authors = {entry.leaf["key"] for entry in (chain.entries[0], *plans, *steps)}
    known = {name for key in authors for name in names[key]}
    return [
        entry
        for entry in counted
        if entry.actor["role"] == "approver"
        and entry.leaf["key"] not in authors
        and known.isdisjoint(names[entry.leaf["key"]])
    ]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _person(chain: Chain, entry: Entry) -> str:
    """Tell persons apart: by the reader's name, else by key; what a workspace says is a claim."""
    known = chain.trust.signers.get(entry.leaf["key"])
    return _folded(known.name) if known else str(entry.leaf["key"])


def _counts(
    chain: Chain, entry: Entry, revoked: Mapping[str, Entry], now: str, report: Report
) -> bool:
    expires, role = entry.predicate["expires_at"], entry.actor["role"]
    reason = ""
    if entry.leaf["envelope"] in revoked:
        reason = f"it was revoked at {revoked[entry.leaf['envelope']].name}"
    elif expires is not None and expires <= now:
        reason = f"it expired at {expires}"
    elif role not in {"approver", "author"}:
        reason = f"its role is {role}"
    elif entry.leaf["key"] not in chain.trust.signers:
        reason = "you do not know the signer"
    if reason:
        fields = {"entry": entry.name, "signer": chain.signer(entry)}
        report.say("approval-void", **fields, reason=reason)
    return not reason


def _conditions(entry: Entry) -> str:
    conditions = entry.predicate["conditions"]
    return f", on condition: {'; '.join(map(quote, conditions))}" if conditions else ""


# --- whom the reader trusts (formats.md, section 8) ------------------------

_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")


class Signer(NamedTuple):
    """A person whom the reader knows."""

    name: str
    roles: frozenset[str]
    key: bytes


@dataclass
class Policy:
    """Which logs and witnesses count. Source: C2SP tlog-policy."""

    logs: list[NoteKey] = field(default_factory=list)
    witnesses: dict[str, NoteKey] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    def is_met(self, signed: Sequence[NoteKey]) -> bool:
        """Say whether enough witnesses have cosigned."""
        met = {"none"} | {name for name, key in self.witnesses.items() if key in signed}
        for name, (threshold, members) in self.groups.items():
            if len(met.intersection(members)) >= threshold:
                met.add(name)
        return self.quorum in met

    def read(self, words: list[str]) -> None:
        """Read a line, or raise ValueError."""
        keyword, *rest = words
        if keyword == "log" and len(rest) in {1, 2}:
            self.logs.append(parse_vkey(rest[0], 1))
        elif keyword == "witness" and len(rest) in {2, 3}:
            self.witnesses[self._new(rest[0])] = parse_vkey(rest[1], 4)
        elif keyword == "group" and len(rest) > 2:
            members = rest[2:]
            known = {*self.witnesses, *self.groups}
            threshold = {"any": 1, "all": len(members)}.get(rest[1]) or int(rest[1])
            if not known.issuperset(members) or not 0 < threshold <= len(members):
                raise ValueError
            self.groups[self._new(rest[0])] = threshold, members
        elif keyword == "quorum" and len(rest) == 1 and not self.quorum:
            if rest[0] not in {"none", *self.witnesses, *self.groups}:
                raise ValueError
            self.quorum = rest[0]
        else:
            raise ValueError

    def _new(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise ValueError
        return name


class Trust(NamedTuple):
    """What a reader believes."""

    policy: Policy | None
    signers: dict[str, Signer]


def parse_vkey(text: str, kind: int) -> NoteKey:
    """Read a written verifier key, or raise ValueError. Source: C2SP signed-note."""
    found = _VKEY.fullmatch(text)
    data = decode_base64(found[3]) if found else b""
    if not found or data[0] != kind or len(data) != 33 or any(map(str.isspace, found[1])):
        raise ValueError
    key = NoteKey(found[1], kind, data[1:])
    if key.key_id.hex() != found[2]:
        raise ValueError
    return key


def load_trust(folder: Path) -> Trust:
    """Read a trust folder; absent files say nothing. Raises MisuseError, naming the line."""
    policy, signers = None, {}
    path = folder / "log.policy"
    if path.exists():
        policy = Policy()
        for number, line in _lines(path):
            try:
                policy.read(line.split())
            except ValueError:
                raise MisuseError(f"'{path}', line {number} cannot be read.") from None
        if not policy.quorum:
            raise MisuseError(f"'{path}' names no quorum. Add the line: quorum none")
    path = folder / "signers"
    if path.exists():
        for number, line in _lines(path):
            key, *name, listed = line.split()
            roles = listed.split(",")
            if not is_key(key) or not name or not {*roles} <= {*ROLES}:
                raise MisuseError(f"'{path}', line {number} cannot be read.")
            key_id = sha256_hex(key_bytes(key))
            if key_id in signers:
                raise MisuseError(f"'{path}', line {number}: this key stands on an earlier line.")
            signers[key_id] = Signer(" ".join(name), frozenset(roles), key_bytes(key))
    return Trust(policy, signers)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            if len(text.split()) < 2:
                raise MisuseError(f"'{path}', line {number} cannot be read.")
            yield number, text


class Seen:
    """The highest checkpoint accepted of each log, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, origin: str) -> Checkpoint | None:
        """Give the highest checkpoint; None when there is none; raise where it is unreadable."""
        path = self._path(origin)
        if not path.exists():
            return None
        found = parse_checkpoint(path.read_bytes())
        if found.origin != origin:
            raise ValueError
        return found

    def keep(self, verdict: Verdict) -> None:
        """Keep the checkpoint of what was not refused, when it is higher."""
        known = self.read(verdict.origin)
        if known is None or known.size < verdict.size:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self._path(verdict.origin)
            draft = path.with_name(f"tmp-{path.name}")
            draft.write_bytes(verdict.checkpoint)
            draft.replace(path)

    def _path(self, origin: str) -> Path:
        return self.folder / origin.replace("/", "_")


# --- absence proofs (formats.md, section 4.1) ------------------------------

_SIGNED = exact(log_proof=is_text, statement=is_text)
_ABSENCE_PROOF = exact(
    absence=exact(
        format=one_of("warrant/absence/1"),
        trees=list_of(exact(dataset=is_hex, key=is_hex, root=is_hex, tokens=is_count)),
    ),
    dataset=is_hex,
    end=nullable(is_text),
    format=one_of("warrant/absence-proof/1"),
    key=is_hex,
    kind=one_of("document", "text"),
    made=_SIGNED,
    opened=_SIGNED,
    path=nullable(is_text),
    sha256=is_hex,
)
LIMITS = ("absence-exact", "absence-tree", "absence-model", "proof-later")


class Attested(NamedTuple):
    """A statement in a proof, with its place in a log."""

    entry: Entry
    opened: Opened
    hashes: list[bytes]
    checkpoint: Checkpoint


def read_proof_file(path: Path) -> bytes | None:
    """Give the bytes of a file that is a proof; None for a bundle or a folder."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(16_000_000) if file.read(1) == b"{" and not file.seek(0) else None


def check_absence(data: bytes, trust: Trust) -> Verdict:
    """Check an absence proof; the verdict has the sentences of the kernel's."""
    lines: list[str] = []
    signers: list[str] = []
    try:
        try:
            proof = parse_canonical(data)
            require(_ABSENCE_PROOF(proof))
            made, opened = _attested(proof["made"]), _attested(proof["opened"])
        except ValueError:
            raise Refused("proof-form") from None
        lines += _check_absence_path(proof, made)
        lines.append(_check_opening(proof, opened))
        known = [_check_known(one, trust, lines, signers) for one in (made, opened)]
        logs = _check_places(made, opened, trust)
    except Refused as error:
        return Verdict("refused", [*lines, str(error)], [str(error)], [])
    origin, is_known = logs
    lines.append(say("log-known" if is_known else "log-unknown", origin=quote(origin)))
    lines = list(dict.fromkeys([*lines, *map(say, LIMITS)]))
    result = "holds" if is_known and all(known) else "consistent, signer unknown"
    return Verdict(result, lines, [], list(dict.fromkeys(signers)), origin)


def _attested(value: dict[str, str]) -> Attested:
    """Read a statement and its log proof, or raise ValueError. Source: C2SP tlog-proof."""
    data = value["statement"].encode()
    envelope = parse_canonical(data)
    require(_ENVELOPE(envelope))
    payload = decode_base64(envelope["payload"])
    (signature,) = envelope["signatures"]
    statement = parse_canonical(payload)
    require(is_statement(statement))
    head, _, written = value["log_proof"].partition("\n\n")
    title, *rest = head.split("\n")
    rest = rest[1:] if rest and rest[0].startswith("extra ") else rest
    require(title == "c2sp.org/tlog-proof@v1" and rest and rest[0].startswith("index "))
    number = rest[0].removeprefix("index ")
    require(_NUMBER.fullmatch(number) and len(rest) <= 64)
    hashes = [decode_base64(line) for line in rest[1:]]
    step = statement["predicateType"] == STEP
    at = (
        statement["predicate"]["runDetails"]["metadata"]["finishedOn"]
        if step
        else statement["predicate"]["recorded_at"]
    )
    leaf = {
        "envelope": sha256_hex(data),
        "format": "warrant/leaf/1",
        "key": signature["keyid"],
        "pae": sha256_hex(pae(payload)),
        "predicate": leaf_type(statement),
        "recorded_at": at,
    }
    entry = Entry(int(number), leaf, statement)
    require(entry.actor["key"] == signature["keyid"])
    opened = Opened("The proof", envelope, statement)
    return Attested(entry, opened, hashes, parse_checkpoint(written.encode()))


def _check_absence_path(proof: dict[str, Any], made: Attested) -> list[str]:
    """Follow the path from the thing's token to the root that the step signed."""
    entry, trees = made.entry, proof["absence"]["trees"]
    subjects = [(one["name"], one["digest"]["sha256"]) for one in made.opened.statement["subject"]]
    names = [name for name, digest in subjects if digest == proof["dataset"]]
    found = [one for one in trees if one["dataset"] == proof["dataset"]]
    record = ("absence", sha256_hex(canonical(proof["absence"])))
    if not entry.stage or record not in subjects or not (names and found):
        raise Refused("proof-statement", entry=entry.name)
    key = bytes.fromhex(proof["key"])
    if sha256_hex(b"warrant/absence-key/1\0" + key) != found[0]["key"]:
        raise Refused("proof-key", entry=entry.name)
    kind = proof["kind"][:1].encode()
    if (kind, proof["sha256"]) == (b"t", sha256_hex(b"")):  # no empty cell hangs in a tree
        raise Refused("proof-form")
    token = sha256(b"warrant/absence-token/1\0" + key + kind + bytes.fromhex(proof["sha256"]))[:16]
    try:
        root, is_present = _follow(token, proof["path"], proof["end"])
    except ValueError:
        raise Refused("proof-form") from None
    if root.hex() != found[0]["root"]:
        raise Refused("proof-path", entry=entry.name)
    told = {"kind": proof["kind"], "digest": proof["sha256"], "name": quote(names[0])}
    if is_present:
        raise Refused("proof-present", **told)
    return [
        say("proof-absent", **told, manifest=proof["dataset"]),
        say("proof-made", entry=entry.name, at=entry.leaf["recorded_at"]),
    ]


def _follow(token: bytes, path: str | None, end: str | None) -> tuple[bytes, bool]:
    """Give the root to which a path leads, and whether it ends in the token itself."""
    hashes = decode_base64(path or "")
    require(len(hashes) % 32 == 0 and len(hashes) <= 128 * 32)
    siblings = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    value, depth, result = int.from_bytes(token, "big"), len(siblings), bytes(32)
    last = None if end is None else decode_base64(end)
    if last is not None:
        shared = int.from_bytes(last, "big") >> (128 - depth)
        require(len(last) == 16 and shared == value >> (128 - depth))
        result = sha256(b"\0" + last)
    for at in reversed(range(depth)):
        is_right = value >> (127 - at) & 1
        result = node_hash(siblings[at], result) if is_right else node_hash(result, siblings[at])
    return result, last == token


def _check_opening(proof: dict[str, Any], opened: Attested) -> str:
    """Check that somebody said to whom she opened this version's key."""
    entry, predicate = opened.entry, opened.opened.statement["predicate"]
    detail = predicate.get("detail", {})
    about = [one["digest"]["sha256"] for one in opened.opened.statement["subject"]]
    if detail.get("question") != "absence_key_opened_to" or about != [proof["dataset"]]:
        raise Refused("proof-opening", entry=entry.name)
    told = {"to": quote(detail["answer"]), "entry": entry.name}
    return say("proof-opened", **told, at=entry.leaf["recorded_at"])


def _check_places(made: Attested, opened: Attested, trust: Trust) -> tuple[str, bool]:
    log, other = _check_place(made, trust), _check_place(opened, trust)
    if log != other:
        raise Refused("proof-place", entry=opened.entry.name)
    return log


def _check_place(one: Attested, trust: Trust) -> tuple[str, bool]:
    """Check that a statement stands in the log of its proof; say which, and whether known."""
    checkpoint, policy = one.checkpoint, trust.policy
    leaf = leaf_hash(canonical(one.entry.leaf))
    size, root = checkpoint.size, checkpoint.root
    if not inclusion_holds(leaf, one.entry.index, size, one.hashes, root):
        raise Refused("proof-place", entry=one.entry.name)
    if policy is None or checkpoint.origin not in [key.name for key in policy.logs]:
        return checkpoint.origin, False
    try:
        signed = check_note(checkpoint, [*policy.logs, *policy.witnesses.values()])
        require(any(key.name == checkpoint.origin and key.kind == 1 for key in signed))
        require(policy.is_met(signed))
    except ValueError:
        raise Refused("quorum", origin=quote(checkpoint.origin)) from None
    return checkpoint.origin, True


def _check_known(one: Attested, trust: Trust, lines: list[str], signers: list[str]) -> bool:
    key, role = one.entry.actor["key"], one.entry.actor["role"]
    signer = trust.signers.get(key)
    if signer is None:
        lines.append(say("signer-unknown", key=key))
        return False
    message = pae(decode_base64(one.opened.envelope["payload"]))
    (signature,) = one.opened.envelope["signatures"]
    if not ed25519_accepts(signer.key, decode_base64(signature["sig"]), message):
        raise Refused("signature", file="The proof", entry=one.entry.name)
    if role not in signer.roles:
        name = quote(signer.name)
        raise Refused("role-denied", entry=one.entry.name, role=role, name=name)
    lines.append(say("signer-known", name=quote(signer.name), key=key))
    signers.append(signer.name)
    return True


# --- row proofs ------------------------------------------------------------

_ROW_PROOF = having(
    dataset=having(name=is_text, root=is_hex, rows=is_count),
    format=one_of("warrant/row-proof/1"),
    index=is_count,
    log_proof=is_text,
    path=list_of(is_text),
    salt=is_text,
    statement=is_text,
)
ROW_LIMITS = (
    "Not shown: what a model learned from; that is what the statement of its training says.",
    "Not shown: whether one of its statements was taken back after it was made; the log says.",
    "Not shown: that no other row, dataset or copy holds the same.",
)


def check_row(data: bytes, trust: Trust, row: Json) -> Verdict:
    """Check a row proof against a row, or against the one inside it."""
    try:
        proof = parse_canonical(data)
        require(_ROW_PROOF(proof))
        made = _attested(
            {
                "statement": decode_base64(proof["statement"]).decode(),
                "log_proof": proof["log_proof"],
            }
        )
        salt, path = decode_base64(proof["salt"]), list(map(decode_base64, proof["path"]))
        cells = proof.get("cells") if row is None else row
        require(isinstance(cells, dict))
        digest = sha256(canonical(_cell(cells)))
    except (Refused, ValueError):
        raise MisuseError(
            "This is no row proof with its row: give the row as JSON with --row FILE."
        ) from None
    dataset, index = proof["dataset"], proof["index"]
    leaf = leaf_hash(sha256(b"warrant/row-commitment/1\0" + salt + digest))
    manifest = sha256_hex(canonical(dataset))
    named = [one["digest"]["sha256"] for one in made.opened.statement["subject"]]
    fault = ""
    if not inclusion_holds(leaf, index, dataset["rows"], path, bytes.fromhex(dataset["root"])):
        name = f"{dataset['name']!r}"
        fault = f"This row is not row {index} of the dataset {name} as it was signed, or the "
        fault += "proof was changed. Compare the row, cell by cell, with what its owner has."
    elif not made.entry.stage or manifest not in named:
        fault = "The statement in this proof is about another dataset. "
        fault += "Ask for a proof made by: warrant prove member"
    if fault:
        return Verdict("refused", [fault], [fault], [])
    entry = made.entry
    lines = [
        f"The row is row {index} of {dataset['rows']} in the dataset {dataset['name']!r}.",
        f"A {entry.stage!r} statement of {entry.leaf['recorded_at']} names its manifest "
        f"sha256:{manifest}.",
    ]
    signers: list[str] = []
    try:
        origin, is_known = _check_place(made, trust)
        knows = _check_known(made, trust, [], signers)
    except Refused as error:
        return Verdict("refused", [*lines, str(error)], [str(error)], [])
    if not knows:
        lines.append(f"Signer unknown: key {entry.actor['key'][:12]} is not in your trust folder.")
    elif not is_known:
        lines.append(
            f"Signed by {signers[0]}, but log {origin[:60]!r} is not in your trust folder."
        )
    else:
        lines.append(f"Signed by {signers[0]}, entry {entry.index} of a log that you trust.")
    result = "holds" if knows and is_known else "consistent, signer unknown"
    return Verdict(result, [*lines, *ROW_LIMITS], [], signers, origin)


def _read_row(path: Path) -> Json:
    """Read a row that somebody wrote by hand: its integers may be of any size."""
    try:
        return json.loads(path.read_text("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MisuseError(f"{str(path)!r} is not a row as JSON.") from None


def _cell(value: Json) -> Json:
    """Give what enters a row's digest: long texts by their SHA-256, large integers in digits."""
    if isinstance(value, dict):
        return {name: _cell(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_cell(part) for part in value]
    if type(value) is int and abs(value) > MAX_INTEGER:
        return str(value)
    if isinstance(value, str) and len(value.encode()) > 256:
        return {"sha256": sha256_hex(value.encode())}
    return value


# --- the command -----------------------------------------------------------


def open_evidence(path: Path) -> Evidence:
    """Take a file as a bundle, a folder with `.warrant` as a workspace."""
    if path.is_file():
        return Bundle(path)
    if (path / ".warrant").is_dir():
        return Workspace(path / ".warrant")
    raise MisuseError(
        f"{str(path)!r} is neither a bundle nor a workspace: expected a file, or a folder with "
        "'.warrant' in it."
    )


def config_folder() -> Path:
    """Give the reader's folder: `$WARRANT_CONFIG_DIR`, else `~/.config/warrant`."""
    named = os.environ.get("WARRANT_CONFIG_DIR")
    return Path(named) if named else Path.home() / ".config" / "warrant"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code."""
    parser = argparse.ArgumentParser(description="Check a Warrant bundle or workspace.")
    parser.add_argument("path", type=Path, help="a bundle, a workspace's folder, or a proof")
    parser.add_argument("--trust", type=Path, help="folder with log.policy and signers")
    parser.add_argument("--seen", type=Path, help="folder with the checkpoints seen before")
    parser.add_argument("--now", help="instant to judge by, such as 2026-06-01T12:00:00Z")
    parser.add_argument("--row", type=Path, help="of a row proof: the row, as JSON")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    given = parser.parse_args(arguments)
    try:
        return _answer(given)
    except (MisuseError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _answer(given: argparse.Namespace) -> int:
    now = given.now or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = Seen(given.seen or config_folder() / "seen")
    if not is_instant(now):
        raise MisuseError(f"{now!r} is no instant such as 2026-06-01T12:00:00Z.")
    trust = load_trust(given.trust or config_folder() / "trust")
    proof = read_proof_file(given.path)
    if proof is None:
        verdict = verify(open_evidence(given.path), trust, now, seen.read)
    elif b'"warrant/row-proof/1"' in proof:
        row = _read_row(given.row) if given.row else None
        verdict = check_row(proof, trust, row)
    else:
        verdict = check_absence(proof, trust)
    if verdict.checkpoint and verdict.result != "refused":
        seen.keep(verdict)
    if given.json:
        answer = verdict._asdict() | {"exit_code": verdict.exit_code}
        answer["checkpoint"] = verdict.checkpoint.decode()
        print(json.dumps(answer, indent=1, sort_keys=True))
    else:
        print(*verdict.lines, f"Result: {verdict.headline}", sep="\n")
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
