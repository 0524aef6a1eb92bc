"""Messages as Outlook saves them (.msg): subject, then body; who wrote to whom is left out.

The plain form of the body is taken, the web page only where there is no other. Attachments are
documents of their own; a message within the message is counted among what cannot be had.

Source: [MS-OXMSG], Outlook Item (.msg) File Format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrant.records.reason import Reason
from warrant.stages.ingest import apart
from warrant.stages.ingest.builtin.html import HIDDEN, see
from warrant.stages.ingest.builtin.mail import ATTACHMENTS, INNER, as_document
from warrant.stages.ingest.container import Member, Refused
from warrant.stages.ingest.reader import Document, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oxmsg import Message
    from oxmsg.attachment import Attachment

VERSION = "1"
"""Raised whenever the same bytes may give another text."""

NOT_MSG = Reason(
    code="not_msg",
    kind="drop",
    rule="msg",
    version=VERSION,
    words="The file is no Outlook message, or is damaged. Save it again from Outlook.",
)


def reader() -> apart.ApartReader:
    """Make the reader: a message as one document."""
    return apart.ApartReader("msg", (NOT_MSG, ATTACHMENTS, HIDDEN), parse)


def parse(data: bytes) -> Document | Unread:
    """Parse one message, in the worker.

    Args:
        data: the file.

    Returns:
        Subject and body, or why there is none.
    """
    message = _load(data)
    if message is None:
        return Unread(NOT_MSG.code)
    hidden: tuple[tuple[str, float], ...] = ()
    body = message.body
    if body is None:
        seen = see(message.html_body or "")
        body, hidden = (seen.text, seen.counted) if seen else ("", ())
    many = float(len(message.attachments))
    return as_document(
        message.subject, body, (*hidden, *(((ATTACHMENTS.code, many),) * (many > 0)))
    )


def members(data: bytes) -> Iterator[Member]:
    """Give the attachments of a message.

    Args:
        data: the file; one that is no message has none.

    Yields:
        Each attachment, in order.
    """
    message = _load(data)
    for one in message.attachments if message else ():
        yield Member(one.file_name or "", _chunks(one))


def _chunks(attachment: Attachment) -> Iterator[bytes]:
    data = attachment.file_bytes
    if data is None:
        raise Refused(INNER)
    yield data


def _load(data: bytes) -> Message | None:
    """Open a message; None when it is none, or its parts lead nowhere."""
    import struct

    from oxmsg import Message

    try:
        message = Message.load(data)
        _ = message.subject, message.attachment_count
    except (OSError, ValueError, KeyError, IndexError, struct.error):
        return None
    return message
