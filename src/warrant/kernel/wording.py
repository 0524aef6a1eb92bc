"""Every sentence that verification prints, in one table.

`docs/reference/verification.md` holds the same table, and so does the stand-alone
`verify.py`, which imports nothing from here; a test compares the three. A sentence that
reports a fault says what is wrong and what to do; other sentences have no second part.

Law: every code used by `say` or `fault` stands in `WORDING`.
"""

from __future__ import annotations

from typing import NamedTuple

from warrant.errors import IntegrityError


class Wording(NamedTuple):
    """A sentence of verification."""

    what: str
    """A template in the form of `str.format`."""
    do: str = ""
    """What the reader should do; empty unless the sentence reports a fault."""


_COPY = "Keep the file as evidence and ask its maker for a sound copy."

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
    "content-form": Wording("content.json is not a list of members: {reason}.", _COPY),
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
    return f"{what.format_map(fields)} {do}".rstrip()


def fault(code: str, **fields: object) -> IntegrityError:
    """Give a sentence that reports a fault as an error, ready to be raised.

    Args:
        code: a key of `WORDING`.
        **fields: the template's fields.

    Returns:
        The error; its text is what `say` gives.
    """
    what, do = WORDING[code]
    return IntegrityError(what.format_map(fields), do=do)


def quote(text: str) -> str:
    """Quote text that others wrote.

    Args:
        text: any text.

    Returns:
        The text in quotes, printable ASCII, at most 80 characters of it.
    """
    return ascii(text[:80])
