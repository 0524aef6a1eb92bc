"""Prompts: plain text, or the messages of a conversation as JSON.

A cell of a `generation` row is read the same way in training and in answering: a JSON list of
`{"role": …, "content": …}` is a conversation; any other text is one message of a user.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLES: Final = ("system", "user", "assistant", "tool")
"""Who speaks."""

COMPLETION: Final = "completion"
"""The column of the answer, where ingest takes it out of the messages."""

_ROLE_KEYS = ("role", "from")
_CONTENT_KEYS = ("content", "value", "text")
_ROLES = {
    "human": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "chatgpt": "assistant",
    "function": "tool",
    "observation": "tool",
    **{role: role for role in ROLES},
    "developer": "system",
}


class Message(NamedTuple):
    """What one side says."""

    role: str
    """One of `ROLES`."""
    content: str
    """Its text."""


def read_prompt(cell: object) -> tuple[Message, ...]:
    """Read a prompt.

    Args:
        cell: text, or the JSON of a conversation; None is an empty text.

    Returns:
        The messages, at least one.
    """
    text = cell if isinstance(cell, str) else "" if cell is None else str(cell)
    return read_messages(text) or (Message("user", text),)


def read_messages(cell: object) -> tuple[Message, ...] | None:
    """Read a conversation.

    Args:
        cell: JSON text or a list: objects with `role` and `content`, or with `from` (human, gpt)
            and `value`; also an object that holds such a list under `messages` or `conversations`.

    Returns:
        The messages in order; None when it is no conversation.
    """
    found: Any = cell
    if isinstance(cell, str):
        if not cell.lstrip().startswith(("[", "{")):
            return None
        try:
            found = json.loads(cell)
        except (ValueError, RecursionError):
            return None
    if isinstance(found, dict):
        found = found.get("messages", found.get("conversations"))
    if not isinstance(found, list) or not found:
        return None
    messages = [_message(one) for one in found]
    return None if None in messages else tuple(one for one in messages if one is not None)


def write_messages(messages: Iterable[Message]) -> str:
    """Write a conversation as the cell of a row.

    Args:
        messages: in order.

    Returns:
        JSON.
    """
    return json.dumps(
        [{"content": one.content, "role": one.role} for one in messages],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _message(one: Any) -> Message | None:  # noqa: ANN401 - any JSON
    if isinstance(one, str):  # a list of objects comes out of some readers as a list of their JSON
        try:
            one = json.loads(one)
        except (ValueError, RecursionError):
            return None
    if not isinstance(one, dict):
        return None
    role = next((one[key] for key in _ROLE_KEYS if key in one), None)
    content = next((one[key] for key in _CONTENT_KEYS if key in one), None)
    if not isinstance(role, str) or not isinstance(content, str) or role.lower() not in _ROLES:
        return None
    return Message(_ROLES[role.lower()], content)
