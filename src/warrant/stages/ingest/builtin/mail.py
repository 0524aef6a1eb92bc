"""Messages (.eml): subject, then body; who wrote to whom is left out.

The plain form of the body is taken, the web page only where there is no other. Attachments are
documents of their own (`unpack.py`), a message within the message among them.

Source: RFC 5322, RFC 2045 to 2047.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from warrant.records.reason import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.html import HIDDEN, see
from warrant.stages.ingest.container import Member, Refused
from warrant.stages.ingest.decoding import decode
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import MIMEPart


VERSION = "5"
"""Raised whenever the same bytes may give another text."""


def _reason(code: str, kind: Literal["drop", "measure"], words: str) -> Reason:
    return Reason(code=code, kind=kind, rule="mail", version=VERSION, words=words)


NOT_MAIL = _reason("not_mail", "drop", "The file is no message. Save it again from the mailbox.")
ATTACHMENTS = _reason(
    "attachments_apart",
    "measure",
    "Attachments are no part of this text but files of their own; value: how many.",
)
INNER = "attachment_inside"
"""Code of the reason for an attachment that is not there as bytes."""


def reader() -> apart.ApartReader:
    """Make the reader: a message as one document."""
    return apart.ApartReader("eml", (NOT_MAIL, ATTACHMENTS, HIDDEN), parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one message, in the worker.

    Args:
        data: the file.

    Returns:
        Subject and body, or why there is none.
    """
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        return Unread(NOT_MAIL.code)
    part = message.get_body(("plain", "html"))
    content = "" if part is None else _content(part)
    hidden: tuple[tuple[str, float], ...] = ()
    if part is not None and part.get_content_type() == "text/html":
        seen = see(content)
        content, hidden = (seen.text, seen.counted) if seen else ("", ())
    attachments = float(len(list(_attachments(message))))
    counted = ((ATTACHMENTS.code, attachments),) if attachments else ()
    return as_document(message["subject"], content, (*hidden, *counted))


def members(data: bytes) -> Iterator[Member]:
    """Give the attachments of a message.

    Args:
        data: the file; one that is no message has none.

    Yields:
        Each attachment in order; a message within the message as a file of its own.
    """
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.default)
    for part in _attachments(message) if message.keys() else ():
        yield Member(_name(part), _chunks(part))


def _attachments(message: MIMEPart) -> Iterator[MIMEPart]:
    """Give the files in a message, however deep; a message may be nothing but a file."""
    if message.is_multipart():
        yield from _inside(message, only_files=message.get_content_subtype() == "alternative")
    elif message.get_body(("plain", "html")) is None:
        yield message


def _inside(part: MIMEPart, *, only_files: bool) -> Iterator[MIMEPart]:
    """Give the files in a part; where it is one content in several forms, only what is a file."""
    beside = set() if only_files else set(map(id, part.iter_attachments()))
    for one in part.iter_parts():
        if one.get_content_maintype() == "multipart":
            is_content = one.get_content_subtype() in ("alternative", "related")
            yield from _inside(one, only_files=only_files or is_content)
        elif id(one) in beside or _is_file(one):
            yield one


def _is_file(part: MIMEPart) -> bool:
    """Tell a file from a form of the body, and from a picture shown in it."""
    is_named = bool(part.get_filename()) and part.get_content_maintype() != "image"
    return part.is_attachment() or is_named


def _name(part: MIMEPart) -> str:
    from mimetypes import guess_extension

    kind = part.get_content_type()
    ending = ".eml" if kind == "message/rfc822" else guess_extension(kind) or ""
    name = part.get_filename() or ""
    return name if name.lower().endswith(ending) or "." in name else (name or "unnamed") + ending


def _chunks(part: MIMEPart) -> Iterator[bytes]:
    from email.message import Message

    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        if not isinstance(first, Message):
            raise Refused(INNER)
        yield first.as_bytes()
        return
    data = part.get_payload(decode=True)
    yield data if isinstance(data, bytes) else part.as_bytes()


def _content(part: MIMEPart) -> str:
    """Decode a part; one whose encoding nobody knows as any text is."""
    try:
        return str(part.get_content())
    except LookupError:
        payload = part.get_payload(decode=True)
        found = decode(payload) if isinstance(payload, bytes) else None
        return found.text if found else ""


def as_document(subject: str | None, body: str, counted: tuple[tuple[str, float], ...]) -> Document:
    """Make the document of a message.

    Args:
        subject: its first line; None or empty: it has none.
        body: what follows.
        counted: what was left out of it.

    Returns:
        Subject, an empty line, body.
    """
    lines = body.replace("\r\n", "\n").strip("\n")
    text = f"{subject}\n\n{lines}" if subject else lines
    return Document(text, counted=counted)
