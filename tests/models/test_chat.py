"""Prompts and conversations, read the same way in training and in answering."""

from __future__ import annotations

import json

import pytest

from warrant.models.chat import Message, read_messages, read_prompt, write_messages

TALK = (Message("system", "Be short."), Message("user", "Why?"), Message("assistant", "So."))


def test_a_conversation_is_read_as_it_was_written() -> None:
    assert read_messages(write_messages(TALK)) == TALK
    assert read_prompt(write_messages(TALK[:2])) == TALK[:2]


@pytest.mark.parametrize("cell", ["[" * 200_000, json.dumps(["[" * 200_000])])
def test_a_text_of_brackets_is_a_text(cell: str) -> None:
    assert read_messages(cell) is None
    assert read_prompt(cell) == (Message("user", cell),)


@pytest.mark.parametrize(
    "cell",
    [
        {"messages": [{"role": "user", "content": "Why?"}]},
        {"conversations": [{"from": "human", "value": "Why?"}]},
        [json.dumps({"role": "User", "content": "Why?"})],
    ],
)
def test_the_common_shapes_are_read(cell: object) -> None:
    assert read_messages(cell) == (Message("user", "Why?"),)


@pytest.mark.parametrize("cell", ["Why?", "[draft] Why?", "{", None, [], [1], [{"role": "user"}]])
def test_anything_else_is_no_conversation_and_one_message_as_a_prompt(cell: object) -> None:
    assert read_messages(cell) is None
    said = cell if isinstance(cell, str) else "" if cell is None else str(cell)
    assert read_prompt(cell) == (Message("user", said),)


def test_an_unknown_role_makes_it_no_conversation() -> None:
    assert read_messages([{"role": "judge", "content": "Why?"}]) is None
