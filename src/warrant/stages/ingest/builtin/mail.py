"""Messages (.eml): subject, then body; who wrote to whom is left out.

The plain form of the body is taken, the web page only where there is no other. Attachments are
counted; save those that should be read beside the message.

Source: RFC 5322, RFC 2045 to 2047.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from warrant.records.ledger import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.html import HIDDEN, see
from warrant.stages.ingest.decoding import decode
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from email.message import MIMEPart


VERSION = "3"
"""Raised whenever the same bytes may give another text."""


def _reason(code: str, kind: Literal["drop", "measure"], words: str) -> Reason:
    return Reason(code=code, kind=kind, rule="mail", version=VERSION, words=words)


NOT_MAIL = _reason("not_mail", "drop", "The file is no message. Save it again from the mailbox.")
ATTACHMENTS = _reason(
    "attachments_not_read",
    "measure",
    "Attachments were not read; save them beside the message; value: how many.",
)


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
    attachments = float(len(list(message.iter_attachments())))
    counted = ((ATTACHMENTS.code, attachments),) if attachments else ()
    return _document(message["subject"], content, (*hidden, *counted))


def _content(part: MIMEPart) -> str:
    """Decode a part; one whose encoding nobody knows as any text is."""
    try:
        return str(part.get_content())
    except LookupError:
        payload = part.get_payload(decode=True)
        found = decode(payload) if isinstance(payload, bytes) else None
        return found.text if found else ""


def _document(subject: str | None, body: str, counted: tuple[tuple[str, float], ...]) -> Document:
    lines = body.replace("\r\n", "\n").strip("\n")
    text = f"{subject}\n\n{lines}" if subject else lines
    return Document(text, counted=counted)
